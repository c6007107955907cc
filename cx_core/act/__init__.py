"""What was allowed or approved, done: approval in, outcomes and reply out.

- Before: a step as a person sees it (`cards`), a person's `approval` with its seals (`sealing`), `seconding` by another
  person.
- A step: `execution`, its `effect`, `verification` by reading back, and what is believed of `outcomes`.
- The reply: `reply` is composed, `writing` betters it by a language model, `streaming` as it is written; what it is
  `resting` on, its `tone`, `disclosure`, `envelope`; `delivery` sends it.
- The reply and its plan: `redrafting` when a person changes the plan; `reply_check` holds what is not true of it,
  by the `act_claims` it makes, in words that actions declare or, by `done_words`, in any others, and by the
  `named_values` in them. What the ticket is `afterwards`, and what the customer is still `owed`.
- A person's own words: `by_hand`, `macros`, `rewording` by rules, `rewriting` by a model.
- When a person is needed: `handoff` with a `packet`.
- Who is told: `announcing` and `telling` outside Rung; customers are asked for a `rating`.
"""
