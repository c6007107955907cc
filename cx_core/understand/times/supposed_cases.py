"""Times in what is supposed: a visit that may be free, which is wanted, and what stays where it is not.

"If there's an appointment on the 30th, move it there; otherwise leave it on the 29th, in the evening."
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.text.spans import Span

_ANY_VISIT = re.compile(
    r"\b(?:if|should|is there|are there|there[’']?s|do you have|have you|can|could|may|might|would|want|need|like"
    r"|prefer|give me|find me|get me|looking for)\b[^.!?;\n]*?\b(?:an?|any|another|some|one)\s(?:[\w-]+\s){0,2}"
    r"(?:appointment|visit|booking|slot|time)s?\s(?:is\s)?"
    r"(?:free\s|available\s|open\s)?(?:on|of|for|in|at)\s(?:the\s|this\s)?$",
    re.I,
)
"""Before a day: some visit is sought on it, and none is said to be booked."""
_OTHER_CASE = re.compile(
    r"\b(?:if not|if (?:there|it|that|they|you)(?:\s(?:is|are|do|does|have|has|can))?(?:n[’']?t|\s(?:not|none|no))"
    r"(?:\s\w+)?"
    r"|if none|otherwise|or else|else|failing (?:that|this|which))\b[\s,:]*(?P<rest>[^.!?;\n]*)",
    re.I,
)
_LEFT = re.compile(
    r"\b(?:leave|left|keep|kept|stays?|staying|stands?|remains?|sticks?|stick with|as (?:it is|planned|booked|arranged)"
    r"|(?:not|n[’']?t) (?:move|change|touch|alter|bother)|no change|happy with|live with|make do)\b",
    re.I,
)
_PUT_OFF = re.compile(r"\b(?:until|till?|for another|from)\b", re.I)
"""What is left until a day is wanted for that day."""


def seeks_a_visit(before: str) -> bool:
    """Whether the words before a day are of a visit that is only sought."""
    return _ANY_VISIT.search(before) is not None


def left_as_it_is(text: str) -> Iterator[Span]:
    """Where a text says what stays if the wish cannot be had: times in it are those of what is booked."""
    for case in _OTHER_CASE.finditer(text):
        if _LEFT.search(case["rest"]) and not _PUT_OFF.search(case["rest"]):
            yield Span(*case.span("rest"))
