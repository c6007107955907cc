"""What a customer wrote: words in, triage out.

In the order a message meets them:

- At the door: `intake`, `attachments`, `mail_headers`, `conversation`; how much of it is read: `reading_limits`.
- What it answers: `open_question` of ours, and which of the `offered_options` and `offered_times` it takes;
  `answered_goals`.
- What it says: `triage` by `references` and `language`; `goals` by `goal_candidates` and `denials`; `entities`;
  `time_wishes` by `time_mentions` and `times`; `mood`; `direction`, where a person said it.
- What it does: `speech_acts` clause by clause, `message_purpose` as a whole; `gravity`, which comes before everything;
  `unplanned`, what is near to nothing that we do; `stance`, what is taken of an offer, spared, sought, ordered
  on a condition or for a time.
- In short: `summary`, or `model_summary` in a language model's words.
"""
