"""What the copilot may do, what it did, and what is kept.

- `autonomy_levels`, how far they are earned: `earned_levels`, and what limits would have done: `dry_runs`;
  `raise_proposals`, which Rung makes by itself.
- What was done without a person: `cases_done_alone`, `case_reviews`; when it is wrong too often, the level is
  `coming_down`; `mass_undo` takes it back, by `undo_versions` too.
  `system_watch`: what is paused since a system does not answer.
  Reviewers take turns by `review_dealing`; people's work: `advisor_work`.
- `planted_errors`: what people made of proposals that were wrong on purpose.
- `kill_switches`, `policies`, `policy_sets` with `policy_replay`, `model_admin`.
- `connectors`: business systems by OpenAPI file or MCP server, classified and put in force; `second_signature` says who
  signs, `tool_drift` stops tools.
- `audit_access`; `customer_erasure` of an `erasure_scope`; what keeps Rung from acting: `startup_faults`.
"""
