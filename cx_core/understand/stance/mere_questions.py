"""Words that say outright that nothing is to be done: "I only want to know why it is there".

What is asked for may sound like a wish as a whole ("there is a fee on my bill, I paid in time"); where they say that it
is none, nothing is planned and their question is answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cx_core.understand.goals import FoundGoal, HeardGoal

PLAINLY = 0.9
"""Probability from which a clause wants something in spite of it."""

_ONLY_TO_KNOW = re.compile(
    r"\b(?:only|just|simply|merely)\b[^.!?\n]{0,40}?\b(?:to know|know (?:how|why|what|when|whether|if)|understand"
    r"|asking|ask(?!ed)|wonder(?:ing)?|curious|to see|explain(?:ed)?|an explanation|tell me|told me|information)\b"
    r"|\b(?:want|like|need|love)\b(?: only| just)? to (?:know|understand)\b[^.!?\n]{0,15}\b(?:only|that's all)\b",
    re.I,
)
_NO_CHANGE = re.compile(
    r"\b(?:do ?n[’']?t|dont|do not|not|no|never)\b[^.!?,;\n]{0,30}\b(?:want|after|need|change|do|order\w*|touch|move"
    r"|book|cancel|money back|refund)\b",
    re.I,
)
"""What is not wanted beside it: without it "I just want to know" may only open a wish."""


def only_asks(text: str) -> bool:
    """Whether a text says that its writer only wants to know something, and that something is not to be done."""
    return _ONLY_TO_KNOW.search(text) is not None and _NO_CHANGE.search(text) is not None


def as_only_asked(goals: Sequence[FoundGoal], newest: HeardGoal, text: str) -> list[FoundGoal]:
    """The goals as questions where the newest words say so, but for those that a clause of them plainly wants."""
    if not only_asks(text):
        return list(goals)
    wanted = {one.about for one in newest.clauses if one.act == "wants" and one.probability >= PLAINLY}
    return [
        one if one.task_type in wanted or one.polarity != "wanted" else one._replace(polarity="asked") for one in goals
    ]
