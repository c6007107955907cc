"""What happened, and what the knowledge is worth: records and articles in, accounts and findings out.

- What happened: `audit`, told of one ticket as `case_file` and `case_page`; a person's `days`; a simulated past by
  `history`, marked by `simulated`; `good_outcomes` that others may learn from.
- What articles state: `claims` with `quantities`, read in `context`, in `lists`, for the `cases` that they name, by
  `stems`.
- Findings about articles: `comparing` holds all against each other, round after round (`waiting`, `kept`), each a
  `finding`: `contradictions` by `kinship`, `families` and `surroundings`, `yes_and_no`, told as `passages`;
  against records `stated`; `duplicates`, `staleness`, `in_use`; `gaps` and their `succession`. Together a `score`.
- Versions: `difference`.
"""
