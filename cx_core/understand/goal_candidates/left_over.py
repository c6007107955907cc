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
    alone = [sight.sentences[n] for n in rest]
    whole = "\n".join(seen.whole.span.of(text) for seen in alone)[:LONGEST]
    together = MessageReading(Span(0, len(whole)), *read([whole])[0]) if len(alone) > 1 else alone[0].whole
    left = goals_among(candidates(Sight(tuple(alone), together)))
    new = [
        one._replace(sentence=rest[one.sentence])
        for one in left
        if one.label not in {known.label for known in sure}
        and probability(one.evidence) >= UPPER
        and max(one.evidence.wants, one.evidence.asks) >= ASKS
        and not _IN_A_CASE.search(alone[one.sentence].whole.span.of(text))
    ]
    again = {one.label for one in new}
    every = [*(one for one in kept if one.label not in again), *new]
    return sorted(every, key=lambda one: one.best.span.start)
