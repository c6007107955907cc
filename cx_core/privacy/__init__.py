"""Personal data: found, masked, put back.

- `masking` by `personal_spans` of `personal_patterns`, `personal_numbers`, `personal_names` and `personal_words`,
  `personal_places`, `personal_dates`, `personal_known`.
- `masked_model`: a language model that sees nobody. `anonymisation`: a ticket's words for colleagues.
- `log_masking`: log lines without personal data.
"""
