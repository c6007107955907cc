"""What a customer wrote, and what there is about it: words in, triage and evidence out.

In the order a message meets them:

- At the door: `intake`, `attachments`, `mail_headers`, `conversation`; how much of it is read: `reading_limits`.
- Orders to the copilot, set apart: `screening` by `weighing` and `disguise`, `strangers`, `doubting`; in documents
  `document_screening`, of what does not read as language by `decoding`.
- What it says: `triage` of `segments` by `spelling`, `references`, `language`; `goals` by `evidence` and `denials`;
  `entities` and `dates`; `mood`; `direction`, where a person said it. When it is due: `service_levels`.
- What there is about it: `retrieval` from `sections` by `ranking`; whether it still holds: `freshness`; earlier
  tickets by `memory`, kept by `anonymous`.
- Whether published words answer it: `answering`, by what `asking` hears and what is `overlooked`.
- In short: `summary`, or `retelling` in a language model's words.
- Personal data: `masking` by `personal_spans` of `personal_patterns`, `personal_numbers`, `personal_names` and
  `personal_words`, `personal_places`, `personal_dates`, `personal_known`; `confidential` for a language model.
"""
