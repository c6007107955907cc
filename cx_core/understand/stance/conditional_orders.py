"""Orders that stand behind a question and hold if the answer is yes: "is it under twenty a month? if so put me on it".

The question is then the condition of what is wanted, so that what is asked about is wanted and not only asked about.
And the other way round: what somebody would do "if I wanted to" is asked about, however it is put.
"""

from __future__ import annotations

import re

from cx_core.text.shorthand import written_out

PLAINLY = 0.6
"""Probability from which a clause wants something plainly."""

_IF_SO = re.compile(
    r"\W*(?:(?:and|but|then|well)\b\W*)?(?:if (?:so|yes|yeah|yep|true|possible|it (?:is|does|can|has)|(?:there|that) is"
    r"|(?:you|they|he|she) (?:do|does|can|have|has|is|are)|that works)|in (?:that|which) case"
    r"|should (?:it|that|he|she|they) (?:be|have))\b",
    re.I,
)
_TO_TELL = re.compile(r"\b(?:tell|let (?:me|us) know|say|explain|remind|how|what|which|where|when|who|why)\b", re.I)
"""What an order to be told something has: it still only asks."""

_SUPPOSED = re.compile(
    r"\bif (?:i|we) (?:ever |really |actually )?(?:wanted|were|decided|did|chose|changed my mind|happened)\b[^.!?\n]*\?"
    r"|\bif (?:i|we) (?:ever |really |actually )?(?:wanted to|were to|decided to)\b",
    re.I,
)
"""What is only supposed: the past of a verb behind "if I"."""
_ASKS = re.compile(r"\?|\b(?:how|what|when|which)\b", re.I)


def only_supposed(words: str) -> bool:
    """Whether somebody asks about a case that they only suppose: "till when could I return it, if I wanted to?"."""
    return _SUPPOSED.search(words) is not None and _ASKS.search(words) is not None


def ordered_if_so(clause: str, wants: float) -> bool:
    """Whether a clause orders something for the case that the question before it is answered with yes."""
    clause = written_out(clause).text
    return wants >= PLAINLY and _IF_SO.match(clause) is not None and _TO_TELL.search(clause) is None
