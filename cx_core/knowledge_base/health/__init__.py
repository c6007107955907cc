"""Findings about articles: what contradicts, stands twice, is stale, missing or not used.

- What articles state: `claims` with `quantities`, read in `sentence_context`, in `value_lists`, with the `restrictions`
  that they name, by `word_stems`.
- Findings: `article_comparison` holds all against each other, round after round (`round_timing`, `comparison_cache`),
  each of `finding_records`: `contradictions` by `claim_similarity`, `name_families` and `corpus_statistics`,
  `yes_no_contradictions`, told as `passage_findings`; against records `record_disagreements`; `duplicate_sections`,
  `staleness`, `unused_articles`; `knowledge_gaps` and their `gap_succession`. Together a `health_score`.
"""
