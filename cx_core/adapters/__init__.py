"""What `ports` ask for, by vendors' means: the only package that imports them.

- The knowledge folder: `knowledge_folder`, checked by `knowledge_check`, `record_files`, `macro_files`, each fault with
  its line (`file_faults`); formulas by `cel`; `paragraphs`.
- Rung's own database: `database`, `turns`, `migrate` with `migrations`, `tables`; `store` opens a `unit`, which is made
  of `rows`: `article_rows`, `article_use_rows`, `attachment_rows`, `case_rows`, `colleague_rows`, `durable_rows`,
  `erasure_rows`, `health_rows`,
  `level_rows`, `notification_rows`, `open_plan_rows`, `policy_rows`, `rating_rows`, `spending_rows`, `switch_rows`,
  `upload_rows`.
- Proof and keys: `audit_log` with `audit_triggers` and `anchor`, `key_store`, `sealing` with `seal_rows`,
  `accounts` with `account_changes`, `account_seals` and `sign_in_record`, `log_masking`.
- Words to meaning: `encoder`, run by `bert`; `language`; `triage` by `classifier` on `grams`, `fitted`
  by `training` and `rehearsal`; `clustering`.
- Search: `article_shelf` says what is published, `following` has the index follow it; `article_index` of what is
  `searched`, by `vectors`, `lexical` and `candidates`; `answering`, `opposed`; earlier tickets by `case_index`.
- Policy: `cedar_engine` of `policy_rules` (their words: `policy_sentences`) and `policy_schema`, in `policy_slices`;
  `policy_check` by `policy_logic` and `policy_unknowns`; `policy_cases`; which set is in force: `policy_shelf`.
- A language model: `language_model`, `model_schema`, `model_stream`, `model_budget`, `model_breaker`.
- Documents and files: `conversion`, `folder_files`, `waiting_files`; `files`, `pictures`.
- The business and the outside: `fernline`, `dispatch` by `mail` and `webhook`.
- Work that goes on: `durable`, `rounds`, `feed` of `feed_messages`; without the app `batch`, `history`, `terminal`.
"""
