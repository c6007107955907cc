"""What there is about a matter: records, articles, earlier tickets.

- `retrieval` by goal and customer; which record is meant: `record_choice`, `fitting_times` by what was said about time,
  `meant_items` of several, `when_it_came` by day or rank, in the `goal_words`; whether records still hold:
  `record_freshness`; articles cut into `sections`, in the order of `ranking`; `earlier_tickets`.
- Whether published words answer all that was asked: `published_answer_match`, by `question_reading`, `answer_kinds` and
  `unread_sentences`.
"""
