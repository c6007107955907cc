"""What should be done and what may be: triage and evidence in; plan, rulings and route out.

- Planning: `planning` by the `situation` of each goal and `supposed_evidence`, `choosing` what the words name, the
  `wished_day`, `wished_hours`, and what is taken in the customer's `own_words`;
  `named_object`, `described_records` and `goals_by_records` tell which task type is meant;
  `remedies` that are wanted or ruled out, of several things each its own (`item_remedies`), and `strict_wishes`;
  steps that are not proposed after all, `holding`;
  `conflicting_goals`; what is not `sure_to_end` something; what becomes of each goal, `goal_states`;
  `model_suggestions` of steps, or an `added_step` of a person's.
- Grounding: `grounding` finds what backs each argument, by `origins` and `sums`; `tracing` does for an act;
  `step_objections` says what goes against the customer's own choice, `last_check` what of their raw words does.
  A step that their words may not fit is put to them first, see `doubtful_steps`.
- What may be: `policy`. The way it goes: `autonomy`.
"""
