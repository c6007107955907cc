"""A language model elsewhere, over the chat completions protocol.

- `chat_completions` asks it for answers of a `json_schema`, whole or as an `event_stream`.
- `token_budget`: what it may use. `circuit_breaker`: left alone while it fails.
"""
