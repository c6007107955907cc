"""Candidates in, an order out: what meaning and words say of a section, brought together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

WORDS = 0.3
"""Share of the words in a score; the rest is meaning."""

STEEP, MIDDLE = 12.0, 0.42
"""Of the curve that turns the best section's score into how likely something here answers."""


class Candidate(NamedTuple):
    """What speaks for a section. `cosine` is None where meaning could not be asked."""

    cosine: float | None
    words: float
    """BM25 of the section, as a share of the best section's."""
    article_words: float
    """BM25 of its whole article, as a share of the best article's."""


def scores(candidates: Sequence[Candidate]) -> list[float]:
    """Greater is better; about 0 to 1."""
    return [_score(one) for one in candidates]


def answered(candidates: Sequence[Candidate]) -> float:
    """How likely one of them answers, 0 to 1."""
    nearest = max((one.cosine for one in candidates if one.cosine is not None), default=None)
    return 0.0 if nearest is None else 1.0 / (1.0 + math.exp(-STEEP * (nearest - MIDDLE)))


def _score(one: Candidate) -> float:
    words = (one.words + one.article_words) / 2
    return words if one.cosine is None else (1 - WORDS) * one.cosine + WORDS * words
