"""What should be done and what may be: triage and evidence in; plan, rulings and route out.

- Planning: `planning` by the `situation` of each goal and what is `supposed`, `choosing` what the words name; goals
  that are `clashing`; steps that a model is `suggesting`, or a person `adding`.
- Grounding: `grounding` finds what backs each argument, by `origins` and `sums`; `tracing` does for an act; `against`
  says what goes against the customer's own choice.
- The policy: `authority` gathers `facts` of each step, by `at_hand`, `declared`, `heard`, `agreeing`, `restricted` and
  `published`, the reply being a step as well (`reply_step`); `guard` asks. `keeping` and `explaining` are for later,
  `ruling_again` for a plan that waits.
- The way it goes: `autonomy`.
"""
