"""Mailboxes, web chat, business systems by their OpenAPI files, and tokens of programs: `mailboxes`, `chat`,
`connectors`, `api_tokens`."""
