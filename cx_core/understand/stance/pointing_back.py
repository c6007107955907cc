"""Short clauses that name nothing and point back to what was spoken of before them: "take it off?", "send me that"."""

from __future__ import annotations

import re

_POINTS = re.compile(r"\b(?:it|that|this|them|those|these|one|ones|so)\b", re.I)
_WORD = re.compile(r"[^\W\d_]+")
MOST = 8
"""Words of a clause that may say nothing but what is to be done to it."""


def points_back(clause: str) -> bool:
    """Whether a clause is short and holds a word that stands for a thing."""
    return len(_WORD.findall(clause)) <= MOST and _POINTS.search(clause) is not None
