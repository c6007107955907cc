"""Strangers' words in tables, which the browser saves as CSV just as they stand."""

from __future__ import annotations


def cell(words: str) -> str:
    """The words, with a stroke before what a program for tables would take for a formula."""
    return f"'{words}" if words.lstrip()[:1] in ("=", "+", "-", "@") else words
