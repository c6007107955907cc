"""Which of a customer's words belong to one goal: its own, those of a clause that is nearest to it, and nobody's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx_core.records import Entity, Goal, MessageId, Statement, TimeWish, Triage

Place = Entity | Statement | TimeWish
"""Words with their place in a message."""
_OF_THE_SAME = re.compile(
    r"\b(?:bill|invoice|receipt)s? (?:for|of|to) (?:it|that|this|those|both)\b(?! \w+)"
    r"|\b(?:belongs?|goes|go) (?:to|with) (?:it|that|this|those|these|both)\b",
    re.I,
)
"""Words for a bill of something that was spoken of before, or for what belongs to it."""


def leans(goal: Goal) -> bool:
    """Whether a goal's own words lean on what another one is about: "and the bill that belongs to it"."""
    return _OF_THE_SAME.search(goal.quote) is not None


def entities_of(triage: Triage, goal: Goal, texts: Mapping[MessageId, str]) -> list[Entity]:
    """Entities in this goal's own words; of kinds that are not there, those in nobody's words."""
    if len(triage.goals) == 1:
        return list(triage.entities)
    inside = [e for e in triage.entities if _owned(e, triage, goal, texts)]
    kinds = {e.kind for e in inside}
    free = [
        e for e in triage.entities if e.kind not in kinds and e not in inside and not _others(e, triage, goal, texts)
    ]
    return inside + free


def times_of(triage: Triage, goal: Goal, texts: Mapping[MessageId, str]) -> list[TimeWish]:
    """What was said about time in this goal's own words, and in nobody's."""
    return [one for one in triage.times if _owned(one, triage, goal, texts) or not _others(one, triage, goal, texts)]


def said_of(triage: Triage, goal: Goal, texts: Mapping[MessageId, str]) -> list[Statement]:
    """What was said in this goal's own words, and in nobody's."""
    return [one for one in triage.said if _owned(one, triage, goal, texts) or not _others(one, triage, goal, texts)]


def _owned(one: Place, triage: Triage, goal: Goal, texts: Mapping[MessageId, str]) -> bool:
    """Whether words stand in a goal's own, or in a clause that is nearest to it."""
    return _within(one, goal.quote, texts) or _about(one, triage) == goal.task_type


def _others(one: Place, triage: Triage, goal: Goal, texts: Mapping[MessageId, str]) -> bool:
    """Whether words are those of another goal; what is only perhaps meant takes nothing from what is sure."""
    others = [other for other in triage.goals if other is not goal and (other.sure or not goal.sure)]
    about = _about(one, triage)
    return any(_within(one, other.quote, texts) or about == other.task_type for other in others)


def _about(one: Place, triage: Triage) -> str:
    """The task type to which the clause is nearest in which words stand; empty: none of ours."""
    inside = (
        said for said in triage.said if said.message == one.message and said.start <= one.start and one.end <= said.end
    )
    return next((said.about for said in inside), "")


def _within(entity: Place, quote: str, texts: Mapping[MessageId, str]) -> bool:
    at = texts.get(entity.message, "").find(quote) if quote else -1
    return at >= 0 and at <= entity.start and entity.end <= at + len(quote)
