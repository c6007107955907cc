"""Rung's own database, on SQLite or PostgreSQL.

- `database` opens it, `migrate` with `migrations` brings it up to date with `tables`; SQLite's writers stand in a
  `write_queue`.
- `store` opens a `unit`, one transaction over a repository for each thing that is kept, made of `rows`:
  `ticket_rows`, `proposal_rows`, `colleague_rows`, `attachment_rows`, `customer_question_rows`, `spending_rows`,
  `switch_rows`, `notification_rows`, `policy_rows`, `article_rows`, `upload_rows`, `article_use_rows`, `health_rows`,
  `solved_case_rows`, `erasure_rows`, `import_rows`, `open_plan_rows`, those of `levels`, and
  mailboxes with their mails in `mail`. What is sealed: `seal_rows`; what a desk opens with: `set_up`. What is
  added up over many cases: `sums`. Tokens of programs, and messengers: `channels`.
"""
