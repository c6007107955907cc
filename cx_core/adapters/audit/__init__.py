"""The audit log in SQL.

- `audit_log`: entries sealed and chained. `audit_triggers`: the database refuses changes. `anchor`: its newest place,
  kept outside.
"""
