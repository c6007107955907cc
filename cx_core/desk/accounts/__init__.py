"""Who may sign in.

- `account_admin`: accounts as administrators see and change them.
- `first_administrator`: made in the browser with a key from the log. `invitations`: everybody else.
"""
