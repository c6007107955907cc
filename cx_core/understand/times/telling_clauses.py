"""Times in clauses that only tell something: what else happens then, and no wish: "mornings I walk the dogs".

What a clause does is learnt (`speech_acts`). Of days and hours that a customer only tells about, those with no word
of being free are taken for times at which they are engaged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cx_core.records import MessageId, Statement, TimeWish
from cx_core.text.segments import sentence_begins
from cx_core.text.shorthand import written_out

PLAINLY = 0.75
"""Probability from which a clause plainly tells something and wants nothing."""

_FREE = re.compile(
    r"\b(?:free|available|home|off|fine|ok(?:ay)?|good|great|perfect|happy|suits?|works?|best|better|ideal|prefer\w*"
    r"|rather|can|could|will|would|may|might|possible|any ?time|only|here|back|open|let|please|want|like|choose|take"
    r"|easiest|convenient|mind|fussed|bothered|matters?|yours?|you|in(?=\s*(?:$|[.,;!?]|all\b|from\b|until\b|till?\b|on\b|after\b|before\b|and\b)))\b"
    r"|[’'](?:ll|d)\b",
    re.I,
)
"""Words of being free, or of what somebody else does for them then."""

_SUPPOSES = re.compile(
    r"\b(?:if|provided|providing|as long as|assuming|supposing|should)\s(?:that\s)?"
    r"(?:there(?:[’']?s)?|you|u|he|she|they|it|one|an?|any|some|something|anything|anybody|someone)\b",
    re.I,
)
"""What a wish hangs on, and no report: "if there's an appointment on the 30th"."""


_ENDS = re.compile(r"[.!?;\n]+(?=\s|$)")
_SAYS_NOTHING = re.compile(
    r"\W*(?:(?:on|at|in|from|the|then|please|pls|ok|okay|so|and|maybe|ideally|just)\b\W*)*", re.I
)
"""Beside a time, what adds nothing to it."""


def as_told(
    wishes: Sequence[TimeWish], said: Sequence[Statement], texts: Mapping[MessageId, str]
) -> tuple[TimeWish, ...]:
    """The wishes, each marked where its clause only tells something; and where it tells of another engagement."""
    return tuple(_marked(wish, said, texts.get(wish.message, "")) for wish in wishes)


def _goes_on_wishing(wish: TimeWish, clause: Statement, said: Sequence[Statement], text: str) -> bool:
    """Whether its clause is nothing but the time, and the one before it in its sentence wants something: "move it to
    the week after, from Monday 7 until Friday 11"."""
    beside = (text[clause.start : wish.start], text[wish.end : clause.end].rstrip(" .,;!?\n"))
    before = [one for one in said if one.message == clause.message and one.end <= clause.start]
    last = max(before, key=lambda one: one.end, default=None)
    return (
        last is not None
        and last.does == "wants"
        and last.end > sentence_begins(text, clause.start)
        and all(_SAYS_NOTHING.fullmatch(words) for words in beside)
    )


def says_only_when(text: str, wish: TimeWish) -> bool:
    """Whether its sentence is nothing but the time, as in a chat: "thursday. from 5"."""
    begins = max((found.end() for found in _ENDS.finditer(text, 0, wish.start)), default=0)
    ends = next((found.start() for found in _ENDS.finditer(text, wish.end)), len(text))
    return all(_SAYS_NOTHING.fullmatch(beside) for beside in (text[begins : wish.start], text[wish.end : ends]))


def _marked(wish: TimeWish, said: Sequence[Statement], text: str) -> TimeWish:
    clause = next((one for one in said if one.holds(wish)), None)
    if clause is None or clause.does not in ("tells", "reports"):
        return wish
    if _SUPPOSES.search(text[clause.start : wish.start]) or says_only_when(text, wish):
        return wish
    if _goes_on_wishing(wish, clause, said, text):
        return wish
    plain = clause.does == "tells" and clause.probability >= PLAINLY
    words = f"{text[clause.start : wish.start]} {text[wish.end : clause.end]}"
    engaged = (
        wish.wanted and not wish.beside and wish.kind != "bound" and plain and not _FREE.search(written_out(words).text)
    )
    return wish.replace(passing=True, engaged=engaged)
