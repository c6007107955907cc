"""Texts, whatever they are about.

- `wording`: values as people write them.
"""
