"""Who may sign in.

- `account_admin`: accounts as administrators see and change them.
"""
