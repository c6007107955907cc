"""Keys, and what is made with them.

- `key_store`: the keys of customers and of the house, apart from what they open. `hmac_seals`: seals by a key.
- `vault`: what is encrypted and read again, as passwords of mailboxes are.
"""
