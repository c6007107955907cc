"""What a conversation is about once the customer has answered us: our own questions say it as well as their words.

Somebody who was asked "which day?" and answers "the 5th" means what was asked about. A yes is a yes to it; a no leaves
it as it is, asks about it where the no goes on with a question, and wants it another way where it goes on with a wish.
All of this comes from words, so it grants nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.records import Polarity
from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.message_purpose import SURE

ASKS = 0.4
"""Probability from which words that decline what was put go on to ask something."""

CORRECTS = 0.5
"""Probability from which words that decline what was put go on to wish for something: more than for all else."""


PLAINLY = 0.8
"""Probability from which a clause asks something, whatever the message as a whole is for."""


def as_answered(
    goals: Sequence[FoundGoal],
    newest: HeardGoal,
    put: HeardGoal,
    agreed: HeardGoal,
    declined: Sequence[HeardGoal],
    choice: Sequence[HeardGoal] = (),
) -> list[FoundGoal]:
    """The goals of a conversation whose newest words answer what was `put`; `declined`: earlier offers of one act.

    `choice` is what they chose, then the rest of the offer: where it is one act of several, that act is meant; where
    it is one thing or day of several, their own words still say what is to be done with it.
    """
    again = {found.task_type for found in newest.goals if found.sure}
    gone = {found.task_type for one in declined for found in one.goals if found.sure} - again
    kept = [found for found in goals if found.task_type not in gone]
    said = agreed if agreed.goals else put
    if choice:
        between = [_sure(one) or _likeliest(one)[: one is choice[0]] for one in choice]
        meant_by_it = next(
            (found for found in between[0] if not any(found.task_type in _types(o) for o in between[1:])), None
        )
        own = [found for found in kept if found.sure]
        if meant_by_it is not None and any(between[1:]):
            rest = [f for f in kept if f.task_type != meant_by_it.task_type and f.task_type in again]
            return [meant_by_it._replace(sure=True, polarity="wanted"), *rest]
        if own:
            return own
    if not said.goals:
        return kept
    likeliest = max(said.goals, key=lambda found: found.probability)
    sure = {found.task_type for found in kept if found.sure}
    if likeliest.task_type in sure:
        return kept
    most = max((found.probability for found in kept if found.sure), default=0.0)
    polarity: Polarity = "asked" if newest.purpose.question >= SURE else "wanted"
    meant = likeliest._replace(sure=True, quote="" if said is put else likeliest.quote, polarity=polarity)
    if said is agreed and likeliest.sure:
        return [meant, *(found for found in kept if found.task_type != meant.task_type)]
    fresh = {found.task_type for found in newest.goals}
    if again and sure <= again and said is put and likeliest.sure and likeliest.probability > most:
        return [meant, *(found for found in kept if found.task_type not in fresh | {meant.task_type})]
    if not sure or (likeliest.sure and likeliest.probability > most and not again):
        others = (found._replace(sure=False) for found in kept if found.task_type != meant.task_type)
        return [meant, *others]
    return kept


def _likeliest(heard: HeardGoal) -> list[FoundGoal]:
    return sorted(heard.goals, key=lambda found: -found.probability)


def _sure(heard: HeardGoal) -> list[FoundGoal]:
    return [found for found in _likeliest(heard) if found.sure]


def _types(found: Sequence[FoundGoal]) -> set[str]:
    return {one.task_type for one in found}


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
    wished = any(one.act in ("wants", "asks") and one.about and one.about not in about for one in newest.clauses)
    instead = [
        found for found in newest.goals if found.task_type not in about and (wished or found.probability >= PLAINLY)
    ]
    again = [found for found in instead if found.sure and found.polarity == "wanted"]
    if not again and polarity == "asked" and instead and not any(found.task_type in about for found in newest.goals):
        again = [found._replace(sure=True, polarity="asked") for found in instead[:1]]
    if again:  # the no is to what was put: what they go on to say stands by itself
        more = {found.task_type for found in again} | about
        return [*again, *(found for found in goals if found.task_type not in more)]
    left = [found._replace(polarity=polarity) for found in goals]
    if not any(found.sure for found in left) and put.goals:
        likeliest = max(put.goals, key=lambda found: found.probability)
        rest = (found for found in left if found.task_type != likeliest.task_type)
        return [likeliest._replace(sure=True, quote="", polarity=polarity), *rest]
    return left
