"""Texts, whatever they are about.

- `segments`: sentences and clauses with their places. `dates` as people write them. `spelling` put right.
- `wording`: values as people write them, `time_words`: wishes about time. `agreeing`: whether an answer says yes or no
  to what was put.
"""
