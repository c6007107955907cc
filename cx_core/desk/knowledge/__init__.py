"""Articles as editors work on them.

- `article_lifecycle`: written, reviewed, published, archived; `edit_conflicts` of two people, `article_owners`;
  put down by `article_writer`, whoever writes.
- Read: `article_in_full`. What became of them: `article_usage`. Tried: `knowledge_questions`.
- How they are: `knowledge_health`, found in `health_rounds`; what none of them answers: `unanswered_requests`.
"""
