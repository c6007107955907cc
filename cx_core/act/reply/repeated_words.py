"""A reply says a thing once: paragraphs that were drafted apart often ask, say or apologise the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ENDS = re.compile(r"(?<=[.!?])[ ]+")
_SORRY = re.compile(r"\b(?:sorry|apologi[sz]e|apolog(?:y|ies))\b", re.I)
_APOLOGY = re.compile(r"(?:I|We)(?:['’]m|['’]re| am| are) (?:very |so )?sorry\b[^{}]*[.!]$", re.I)
"""A sentence that is an apology and tells nothing that was done."""


def sentences_of(text: str) -> list[str]:
    """Cut behind full stops, question and exclamation marks within a line."""
    return _ENDS.split(text)


def apologises(text: str) -> bool:
    """Whether it says sorry."""
    return _SORRY.search(text) is not None


def without_repeats(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs without the sentences of one before, and with no more than the first apology; none is empty."""
    kept: list[str] = []
    said: set[str] = set()
    for paragraph in paragraphs:
        left = [_unsaid(line, said) for line in paragraph.split("\n")]
        text = "\n".join(left).strip() if left != paragraph.split("\n") else paragraph
        if any(apologises(one) for one in kept):
            text = _without_apology(text)
        said |= {sentence for line in paragraph.split("\n") for sentence in _ENDS.split(line) if sentence}
        if text:
            kept.append(text)
    return kept


def _unsaid(line: str, said: set[str]) -> str:
    if not any(sentence in said for sentence in _ENDS.split(line)):
        return line
    return " ".join(sentence for sentence in _ENDS.split(line) if sentence not in said)


def _without_apology(text: str) -> str:
    first, *more = _ENDS.split(text, maxsplit=1)
    return more[0] if more and _APOLOGY.match(first) else text
