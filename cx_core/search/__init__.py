"""What there is about a matter: records, articles, earlier tickets.

- `retrieval` by goal and customer; articles cut into `sections`, in the order of `ranking`; whether records still hold:
  `record_freshness`; `earlier_tickets`.
- Whether published words answer all that was asked: `published_answer_match`, by `question_reading` and
  `unread_sentences`.
"""
