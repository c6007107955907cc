"""The order of the stages, and the durable work around them.

- `journey`: the two durable workflows, from words to a proposal and from an approval to the reply.
- Up to a proposal: `proposing` of `proposal_inputs` by way of `screened_triage`, timed by a `stage_watch`, with a model
  `model_drafting`; `findings` about it, and `route_limits`; `goal_details`, what was said beyond the goals;
  `unlearnt_words` are tried on a task type that is not learnt yet;
  `lacking`: what the customer could give so that it goes alone; `proposal_versions`, which keep something of the
  `earlier_versions`, a few of them with an error on purpose by `error_planting`; `stale_plans`, whose records
  changed, and `withdrawn_plans`, whose task type did.
- From an approval: `carrying_out`, under a `permission`.
"""
