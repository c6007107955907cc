"""Web chat: its rows (`chat_rows`) and tokens of host sites (`host_tokens`)."""
