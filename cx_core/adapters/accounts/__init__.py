"""Local accounts: who may sign in, and who has.

- `local_accounts`: passwords and sessions. `account_changes`: what an administrator changes about them.
- `account_seals`: without one no row lets anybody in. `sign_in_record`: what the audit log is told.
"""
