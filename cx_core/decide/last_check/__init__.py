"""The last check of a proposed step, whoever planned it: against the customer's raw words, not what was read from them.

- `check` holds a step (`step_values`) against the sentences that are still open (`clauses`): days and hours (`days`),
  things (`named_things`, `other_items`), records, `sums`, addresses (`contacts`).
- `stance` says whether the words refuse the act, only ask, set a condition or leave it open, by the words for it
  (`act_words`) and general English (`stance_words`); conditions that the plan has answered are told by `feasibility`.
"""
