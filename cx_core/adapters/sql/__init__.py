"""Rung's own database, on SQLite or PostgreSQL.

- `database` opens it, `migrate` with `migrations` brings it up to date with `tables`; SQLite's writers stand in a
  `write_queue`.
- `store` opens a `unit`, one transaction, which is made of `rows`: `article_rows`, `article_use_rows`,
  `attachment_rows`, `solved_case_rows`, `colleague_rows`, `erasure_rows`, `health_rows`, `level_rows`,
  `notification_rows`, `open_plan_rows`, `policy_rows`, `rating_rows`, `seal_rows`, `spending_rows`, `switch_rows`,
  `upload_rows`.
"""
