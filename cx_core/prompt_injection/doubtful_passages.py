"""What stands in a passage that may be an order to the copilot is read, shown and never sure.

Nothing of it is taken from the customer: a goal found there is one that a person may confirm. What is named there says
nothing about goals that stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cx_core.records import Entity, Message, MessageId, Triage


def doubtful(triage: Triage, doubted: Sequence[str], messages: Sequence[Message]) -> Triage:
    """The triage of these messages, as far as it does not rest on the passages in doubt."""
    if not doubted:
        return triage
    goals = tuple(goal.replace(sure=False) if _mostly_in(goal.quote, doubted) else goal for goal in triage.goals)
    entities = triage.entities
    if any(goal.sure for goal in goals):
        texts = {message.id: message.text for message in messages}
        places = [(id, start, start + len(one)) for one in doubted for id, start in _found(one, texts)]
        entities = tuple(entity for entity in entities if not any(_inside(entity, place) for place in places))
    return triage.replace(goals=goals, entities=entities)


def _mostly_in(quote: str, doubted: Sequence[str]) -> bool:
    """Whether a goal's words are such a passage, a piece of one, or for the greater part one."""
    said = quote.strip()
    return any(said in one or (one in said and 2 * len(one) > len(said)) for one in doubted if said)


def _found(passage: str, texts: dict[MessageId, str]) -> Iterator[tuple[MessageId, int]]:
    for id, text in texts.items():
        at = text.find(passage)
        while passage and at >= 0:
            yield id, at
            at = text.find(passage, at + 1)


def _inside(entity: Entity, place: tuple[MessageId, int, int]) -> bool:
    id, start, end = place
    return entity.message == id and start <= entity.start and entity.end <= end
