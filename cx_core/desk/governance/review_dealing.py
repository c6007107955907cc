"""Who reviews which case: reviewers take turns by task type, and a case that somebody left goes to another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from cx_core.records import PersonId, TaskTypeName, TicketId

IN_ROTATION = timedelta(days=7)
"""Whoever has reviewed something within it takes turns; nobody waits for those who review nothing."""
HELD_FOR = timedelta(days=1)
"""So long a case waits for the reviewer whose turn it is; then it is anybody's."""

Names = tuple[TaskTypeName, ...]
Turns = Mapping[PersonId, Mapping[Names, datetime]]
"""Of each reviewer in rotation, when they last reviewed a case of these task types."""


class ReviewCase(Protocol):
    """What is dealt: a case of the copilot's or of a person's."""

    @property
    def ticket(self) -> TicketId: ...

    @property
    def version(self) -> int: ...

    @property
    def task_types(self) -> Names: ...

    @property
    def at(self) -> datetime: ...


def turns(reviews: Iterable[tuple[PersonId, datetime, Names]], now: datetime) -> Turns:
    """Say who is in rotation, and when each of them last reviewed which task types."""
    found: dict[PersonId, dict[Names, datetime]] = {}
    active = set[PersonId]()
    for person, at, names in reviews:
        mine = found.setdefault(person, {})
        mine[names] = max(at, mine.get(names, at))
        if at > now - IN_ROTATION:
            active.add(person)
    return {person: mine for person, mine in found.items() if person in active}


Case = TypeVar("Case", bound=ReviewCase)


def dealt(
    cases: Sequence[Case],
    me: PersonId,
    rotation: Turns,
    may: Callable[[Case, PersonId], bool],
    skips: Mapping[tuple[TicketId, int], Collection[PersonId]],
    reviewers: Collection[PersonId],
    now: datetime,
) -> list[Case]:
    """Return the cases that this reviewer is to look at, of those that wait for them, in their order.

    Each goes to whoever of those who may has least recently reviewed its task types, or was dealt one of them here.
    What waited for a day is for everybody who may. What a reviewer left is for `reviewers` who have not; if there are
    none, it comes back.
    """
    last: dict[tuple[PersonId, Names], tuple[int, str]] = {
        (person, names): (0, at.isoformat()) for person, mine in rotation.items() for names, at in mine.items()
    }
    mine = []
    for turn, case in enumerate(cases, start=1):
        left = skips.get((case.ticket, case.version), ())
        if me in left and any(person not in left and may(case, person) for person in reviewers):
            continue
        able = [person for person in rotation if person != me and person not in left and may(case, person)]
        whose = min([me, *able], key=lambda person: (last.get((person, case.task_types), (0, "")), person))
        last[whose, case.task_types] = (turn, "")
        if whose == me or case.at <= now - HELD_FOR:
            mine.append(case)
    return mine
