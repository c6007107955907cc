"""A time that is wanted or else nothing: "if Sunday is possible, Sunday please; if not, leave it as it is".

The records decide such a condition: where the day is not to be had nothing is done, no other day is taken, and the
customer is told so, not asked again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx_core.records import MessageId, Statement, Triage
from cx_core.text.segments import sentence_begins
from cx_core.text.shorthand import written_out

PLAINLY = 0.6
"""Probability from which a clause refuses plainly."""

_ELSE = re.compile(
    r"\b(?:if (?:also )?not"
    r"|if (?:(?:it|that|there|this|one|you|they|he|she|none|nothing)\b\W?\s?)?"
    r"(?:is|are|has|have|do|does|can|could|would|will)?(?:n[’']?t|\snot|\sno)\b"
    r"|if (?:it|that|they)[’']s (?:not|full|gone|taken)|if none|otherwise"
    r"|or else|failing (?:that|this|which)|should (?:it|that|this|there|he|she|you) not|when (?:also )?not)\b",
    re.I,
)
"""What begins the other case, in which the wish cannot be had."""
_STAYS = re.compile(r"\b(?:stands?|stays?|remains?|keep|kept|manage|live with|fine with)\b", re.I)
"""Words of what is booked being left, where the clause only tells."""
_WORD = re.compile(r"[^\W\d_]{3,}")


def this_or_nothing(triage: Triage, texts: Mapping[MessageId, str]) -> str:
    """The words of the days wanted, where nothing is to be done if they cannot be had; empty: another may do."""
    newest = next((one.message for one in reversed(triage.said)), None)
    if newest is None or not any(
        _left_else(one, texts.get(newest, "")) for one in triage.said if one.message == newest
    ):
        return ""
    wanted = [one.text.strip() for one in triage.times if one.message == newest and one.wanted]
    return " or ".join(dict.fromkeys(wanted))


def _left_else(one: Statement, text: str) -> bool:
    """Whether a clause says that in the other case nothing is to be changed."""
    begins = sentence_begins(text, one.start)
    sentence = text[begins : one.end]
    written = written_out(sentence)
    other = _ELSE.search(written.text)
    if other is None:
        return False
    rest = written.text[max(other.end(), written.now(one.start - begins)) :]
    if one.does == "refuses" and one.probability >= PLAINLY:
        return _WORD.search(rest) is not None
    return one.does == "tells" and _STAYS.search(rest) is not None
