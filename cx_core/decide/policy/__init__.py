"""What the policy is asked, and what it answers.

- `authority` gathers `policy_facts` of each step in its `act_context`, by `fact_records`, `declared_facts`,
  `conversation_facts`, `restricted_data` and `published_reply`, the reply being a step as well (`reply_step`), and so a
  one-time code (`code_step`);
  `guard` asks.
- What a conversation says of an act: `put_to_customer` compares it with the `offers` that were made, by `descriptions`
  of records and their parts; `earlier_acts` finds what was done already.
- For later: `kept_facts`, `ruling_explanation`, and `alone_again`, which asks whether a level 3 would have let it go;
  for a plan that waits `renewed_rulings`; `ruling_agreement` tells a no at the act that contradicts its ruling.
"""
