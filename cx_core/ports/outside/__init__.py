"""Mailboxes, web chat, messengers, business systems by their OpenAPI files, and tokens of programs: `mailboxes`,
`chat`, `messengers`, `connectors`, `api_tokens`."""
