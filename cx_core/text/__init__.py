"""Texts, whatever they are about.

- `segments`: sentences and clauses with their places. `dates` as people write them. `spelling` put right.
- `wording`: values as people write them.
"""
