"""The reply: composed, held against the plan, written by people and models, made ready to leave.

- `reply_slots`: composed with slots that receipts fill, without `repeated_words`, and as an `upset_customer` needs it.
  `model_reply` and `model_streaming`: a language model's words.
- The reply and its plan: `redrafting` when a person changes the plan; `reply_check` holds what is not true of it, by
  the `act_claims` it makes, in words that actions declare or, by `completion_grammar`, in any others, and by the
  `named_values` in them. What the customer is still owed: `owed_corrections`. What a draft rests on: `draft_sources`.
  For which plan the words of a draft were written: `draft_wording`.
  It tells what was `already_done` about the same matter, and is held where it denies it.
- A person's own words: `macro_filling`, `rule_rewriting`, `model_rewriting`; their `tone`.
- Around it: `ai_disclosure`, `envelope`.
"""
