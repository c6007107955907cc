"""What a conversation is about once the customer has answered us: our own questions say it as well as their words.

Somebody who was asked "which day?" and answers "the 5th" means what was asked about. A yes is a yes to it; a no leaves
it as it is, asks about it where the no goes on with a question, and wants it another way where it goes on with a wish.
All of this comes from words, so it grants nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.records import Polarity
from cx_core.understand.goals import FoundGoal, HeardGoal

ASKS = 0.4
"""Probability from which words that decline what was put go on to ask something."""

CORRECTS = 0.5
"""Probability from which words that decline what was put go on to wish for something: more than for all else."""


PLAINLY = 0.8
"""Probability from which a clause asks something, whatever the message as a whole is for."""


def as_answered(
    goals: Sequence[FoundGoal], newest: HeardGoal, put: HeardGoal, agreed: HeardGoal, declined: Sequence[HeardGoal]
) -> list[FoundGoal]:
    """The goals of a conversation whose newest words answer what was `put`; `declined`: earlier offers of one act."""
    again = {found.task_type for found in newest.goals if found.sure}
    gone = {found.task_type for one in declined for found in one.goals if found.sure} - again
    kept = [found for found in goals if found.task_type not in gone]
    said = agreed if agreed.goals else put
    if not said.goals:
        return kept
    likeliest = max(said.goals, key=lambda found: found.probability)
    sure = {found.task_type for found in kept if found.sure}
    if likeliest.task_type in sure:
        return kept
    most = max((found.probability for found in kept if found.sure), default=0.0)
    meant = likeliest._replace(sure=True, quote="" if said is put else likeliest.quote)
    if said is agreed and likeliest.sure:
        return [meant, *(found for found in kept if found.task_type != meant.task_type)]
    if not sure or (likeliest.sure and likeliest.probability > most and not again):
        rest = (found._replace(sure=False) for found in kept if found.task_type != meant.task_type)
        return [meant, *rest]
    return kept


def _plainly(heard: HeardGoal, act: str) -> bool:
    return any(clause.act == act and clause.probability >= PLAINLY for clause in heard.clauses)


def as_declined(
    goals: Sequence[FoundGoal], newest: HeardGoal, put: HeardGoal, *, asks: bool, corrects: bool = False
) -> list[FoundGoal]:
    """The goals of a conversation whose newest words say no to the one act that was `put`.

    `corrects`: they name something else than was put, such as another day.
    """
    polarity: Polarity = "kept"
    if asks or newest.purpose.question >= ASKS or _plainly(newest, "asks"):
        polarity = "asked"
    elif corrects or newest.purpose.request >= CORRECTS:
        polarity = "wanted"
    about = {found.task_type for found in put.goals if found.sure}
    again = {found.task_type for found in newest.goals if found.sure and found.polarity == "wanted"} - about
    if any(found.sure and found.task_type in again for found in goals):
        return [found for found in goals if found.task_type not in about]
    left = [found._replace(polarity=polarity) for found in goals]
    if not any(found.sure for found in left) and put.goals:
        likeliest = max(put.goals, key=lambda found: found.probability)
        rest = (found for found in left if found.task_type != likeliest.task_type)
        return [likeliest._replace(sure=True, quote="", polarity=polarity), *rest]
    return left
