"""Second wishes: what a message asks for besides what it is plainly about.

Most of what a message says as a whole is of its first matter, which speaks against every other: "please take off the
late fee. I'd also like somebody to ring me". So the sentences in which no sure goal stands are read once more, as a
message of their own, and what they ask for or about there is a goal too. What they only want in another case is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cx_core.text.spans import Span
from cx_core.understand.goal_candidates.evidence import LONGEST, GoalCandidate, MessageReading, Read, Sight
from cx_core.understand.goal_candidates.judge import UPPER, goals_among, probability

ASKS = 0.5
"""Probability from which the best words of a goal want something or ask."""

_IN_A_CASE = re.compile(
    r"^\W*(?:(?:and|but|or|so|then|only|please)\W+)*(?:if|should|in case|supposing|when)\b"
    r"|\b(?:if|when)\b[^.!?;\n]{0,60}?(?:\b(?:not|cannot|cant|nothing|none|no longer|impossible)\b|n['’]t\b)"
    r"|\b(?:unless|otherwise|or else|failing|worst case|alternatively)\b",
    re.I,
)

_ANOTHER = re.compile(
    r"\W*(?:(?:and|oh)\W+)*(?:\d{1,2}[.):]|[a-e]\)|(?:first|second|third|last)(?:ly)?\b|number (?:one|two|three)\b"
    r"|(?:also|besides|plus|p\.?s|finally|one more|(?:on )?another)\b|while (?:i|you|we)\b)",
    re.I,
)
"""How a sentence begins that comes to another matter."""
_AND = re.compile(r"\W*and\b", re.I)
"""The same where it begins a line."""


def with_left_over(
    text: str, sight: Sight, candidates: Callable[[Sight], Sequence[GoalCandidate]], read: Read
) -> list[GoalCandidate]:
    """The goals of a text, and those of the sentences that the sure ones leave, in the place of doubtful ones of the
    same task type."""
    kept = goals_among(candidates(sight))
    sure = [one for one in kept if probability(one.evidence) >= UPPER]
    taken = {one.sentence for one in sure}
    rest = [n for n in range(len(sight.sentences)) if n not in taken]
    if not sure or not rest:
        return kept
    known = {one.label for one in sure}
    new: dict[int, GoalCandidate] = {}
    for one in _alone(text, sight, rest, candidates, read):
        if max(one.evidence.wants, one.evidence.asks) >= ASKS:
            new[one.label] = one
    for group in _matters(text, sight, rest):
        for one in _alone(text, sight, group, candidates, read):
            new.setdefault(one.label, one)
    new = {label: one for label, one in new.items() if label not in known}
    every = [*(one for one in kept if one.label not in new), *new.values()]
    return sorted(every, key=lambda one: one.best.span.start)


def _alone(
    text: str,
    sight: Sight,
    group: Sequence[int],
    candidates: Callable[[Sight], Sequence[GoalCandidate]],
    read: Read,
) -> list[GoalCandidate]:
    """The sure goals of some sentences that are read as a message of their own."""
    alone = [sight.sentences[n] for n in group]
    whole = "\n".join(seen.whole.span.of(text) for seen in alone)[:LONGEST]
    together = MessageReading(Span(0, len(whole)), *read([whole])[0]) if len(alone) > 1 else alone[0].whole
    return [
        one._replace(sentence=group[one.sentence])
        for one in goals_among(candidates(Sight(tuple(alone), together)))
        if probability(one.evidence) >= UPPER and not _IN_A_CASE.search(alone[one.sentence].whole.span.of(text))
    ]


def _matters(text: str, sight: Sight, rest: Sequence[int]) -> list[list[int]]:
    """The sentences that are left, by matter: each begins with a number or a word for another matter."""
    groups: list[list[int]] = []
    for n in rest:
        span = sight.sentences[n].whole.span
        begins_line = n > 0 and "\n" in text[sight.sentences[n - 1].whole.span.end : span.start + 1]
        if _ANOTHER.match(span.of(text)) or (begins_line and _AND.match(span.of(text))):
            groups.append([n])
        elif groups and groups[-1][-1] == n - 1:
            groups[-1].append(n)
    return [group for group in groups if group != list(rest)]
