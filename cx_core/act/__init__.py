"""What was allowed or approved, done: approval in, outcomes and reply out.

- Before: a step as people see it (`step_cards`), a person's `approval` with its `approval_seals`, `first_approval` of
  two.
- A step: `execution`, its `step_effect`, `effect_verification` by reading back, and what is believed of `outcomes`.
  What was done for a customer on any ticket: `recent_acts`; what no person approved, for review: `autonomous_cases`.
- What the customer reads: `reply`; `delivery` sends it, and the ticket follows (`status_after_reply`).
- When a person is needed: `handoff` with a `handover_packet`; what they go on with: `manual_handling`.
- Who is told: `notification_rules` and `notification_text` outside Rung; customers get a `rating_request`, and
  `identity_codes` where it is to be sure who writes.
"""
