"""Content words of a text, cut to what inflection leaves alone."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
STOP = frozenset(
    re.findall(
        r"\w+",
        "a about above after again all also am an and any are as at back be because been before being below "
        "between both but by can cannot could did do does doing don down each else every few for from further get "
        "gets had has have having he her here him his how i if in into is it its itself just may me might more "
        "most must my no nor not now of off on once one only or other our out over own per please same shall she "
        "should so some such than that the their them then there these they this those through to too under until "
        "up us very via was we were what when where which while who whom why will with within without would yet "
        "you your yours ",
    )
)


def stems(text: str) -> frozenset[str]:
    """Content words, cut to what inflection leaves alone; coarse, for comparing only."""
    return frozenset(stem(word) for word in WORD.findall(text.lower()) if word not in STOP and len(word) > 1)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    for ending in (
        "ations",
        "ation",
        "ments",
        "ment",
        "ings",
        "ing",
        "ies",
        "ied",
        "ers",
        "er",
        "eds",
        "ed",
        "es",
        "ly",
        "ys",
        "s",
        "y",
        "e",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word
