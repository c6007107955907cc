"""What `ports` ask for, by vendors' means: the only package that imports them. A folder for each kind of part.

- The knowledge folder, read and checked: `knowledge`. The policy engine and its sets of rules: `policy`.
- Rung's own database: `sql`. The audit log: `audit`. Keys and seals made with them: `keys`. Who signs in: `accounts`.
- Words to meaning: `encoder`, `classifier`. What is found: `search`. A language model elsewhere: `llm`.
- Documents and files: `conversion`, `files`; exports of other desks: `imports`. Mails to and from
  customers: `mail`, and the servers of mailboxes: `mailbox`. The ways out to colleagues: `notify`.
- Business systems called by their OpenAPI file: `openapi`; as MCP servers, and Rung as one: `mcp`. Connections that
  lead only where they may: `network`.
- Web chat: `chat`. Messengers called and believed by signed webhooks: `messenger`. Calls that the team owes
  customers: `callbacks`.
- Work that goes on after a crash: `durable`. The demonstration's business: `fernline`.
"""
