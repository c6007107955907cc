"""Which gap of this round is which of the last one's, though tickets join and leave it, gaps merge and split.

After MONIC (Spiliopoulou et al., KDD 2006): a group goes on in the one that has at least half of those of its members
that are still there. Only ids of tickets are compared: nothing of what customers wrote is kept for it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cx_core.knowledge_base.articles import NO_ANSWER, HealthFinding
from cx_core.records import TicketId

HALF = 0.5
GROWN, GROWN_BY = 1.5, 5
"""A waived gap comes back with so many times the tickets that it was waived with, and at least so many more."""
JOINED = "It is one with another gap now, which has its tickets."
JOINED_WAIVED = "It is a part now of a gap that was waived: {reason}"
HAS_JOINED = "A gap that was waived is a part of it now."
HAS_GROWN = "It had {before} tickets when it was waived, and has {now} now."
STILL_ASKED = "{now} tickets find nothing all the same."

Alike = Callable[[HealthFinding, HealthFinding], bool]
"""Whether two gaps without a ticket in common, an earlier one and one of this round, are about one matter."""


class Succession(NamedTuple):
    """`now`: this round's gaps as they are to be kept; `over`: earlier ones that go on in another one, closed."""

    now: tuple[HealthFinding, ...]
    over: tuple[HealthFinding, ...]


class _Source(NamedTuple):
    """An earlier gap that one of this round comes from. `goes_on`: all of it does; else a part of it split off."""

    gap: HealthFinding
    shared: int
    goes_on: bool


def succeed(
    before: Sequence[HealthFinding],
    found: Sequence[HealthFinding],
    asked: Collection[TicketId],
    now: datetime,
    alike: Alike = lambda _one, _other: False,
) -> Succession:
    """`before`: all gaps on record; `asked`: tickets that still find nothing. `alike` is asked only of gaps that a
    person has answered and of whose tickets none asks any more."""
    sources = _sources([one for one in before if one.state != "resolved"], found, asked)
    closed = _sources([one for one in before if one.state == "resolved"], found, asked)
    sources = [living or gone for living, gone in zip(sources, closed, strict=True)]
    _recall(before, found, asked, sources, alike)
    split = Counter[str]()
    for held in sources:
        split.update({one.gap.id: one.shared for one in held if not one.goes_on})
    known = {one.id for one in before}
    made = [_kept(_named(one, known, now), held, split, now) for one, held in zip(found, sources, strict=True)]
    heirs = {one.id for one in made}
    over = [
        _over(source.gap, one, now)
        for one, held in zip(made, sources, strict=True)
        for source in held
        if source.goes_on and source.gap.id not in heirs and source.gap.state != "resolved"
    ]
    return Succession(tuple(made), tuple(over))


def _sources(
    before: Sequence[HealthFinding], found: Sequence[HealthFinding], asked: Collection[TicketId]
) -> list[list[_Source]]:
    """For each gap of this round what it comes from, most first. One that went to pieces goes on in the largest."""
    made: list[list[_Source]] = [[] for _ in found]
    tickets = [set(one.tickets) for one in found]
    for old in before:
        present = set(old.tickets).intersection(asked)
        shared = [len(present & theirs) for theirs in tickets]
        parts = [
            n
            for n, theirs in enumerate(tickets)
            if shared[n] and (shared[n] >= HALF * len(present) or shared[n] >= HALF * len(theirs))
        ]
        heir = max(parts, key=lambda n: (shared[n], -n), default=-1)
        for n in parts:
            if n == heir or shared[n] >= HALF * len(tickets[n]):
                made[n].append(_Source(old, shared[n], n == heir))
    for held in made:
        held.sort(key=lambda one: (-one.shared, one.gap.found_at, one.gap.id))
    return made


def _recall(
    before: Sequence[HealthFinding],
    found: Sequence[HealthFinding],
    asked: Collection[TicketId],
    sources: list[list[_Source]],
    alike: Alike,
) -> None:
    """What comes from nowhere may be what a person answered long ago, of which no ticket asks any more."""
    answered = [one for one in before if one.answered_by is not None and one.state != "open"]
    quiet = [one for one in answered if not set(one.tickets).intersection(asked)]
    quiet.sort(key=lambda one: (one.state == "waived", one.found_at), reverse=True)
    for n, one in enumerate(found):
        old = None if sources[n] else next((each for each in quiet if alike(each, one)), None)
        if old is not None:
            quiet.remove(old)
            sources[n] = [_Source(old, 0, True)]


def _named(one: HealthFinding, known: Collection[str], now: datetime) -> HealthFinding:
    """A gap that had exactly these tickets at first may have others by now: no id is given twice."""
    if one.id not in known:
        return one
    fresh = hashlib.sha256(f"{one.id} {now.isoformat()}".encode()).hexdigest()[:20]
    return one.replace(id=fresh)


def _kept(one: HealthFinding, sources: Sequence[_Source], split: Mapping[str, int], now: datetime) -> HealthFinding:
    """With what people did to the gaps that it comes from."""
    if not sources:
        return one
    waived = [source for source in sources if source.gap.state == "waived"]
    others = [source for source in sources if source.gap.state != "waived"]
    if not waived or sum(each.shared for each in others) >= max(1, sum(each.shared for each in waived)):
        made = _go_on(one, others)
        return made.replace(**_told(waived[0].gap, HAS_JOINED)) if waived else made
    size, allowed = len(one.tickets), sum(_allowed(source, split) for source in waived)
    if size >= max(GROWN * allowed, allowed + GROWN_BY):
        says = HAS_GROWN.format(before=allowed, now=size)
        return _go_on(one, sources).replace(**_told(waived[0].gap, says), state="open", found_at=now, **NO_ANSWER)
    return _go_on(one, waived).replace(waived_with=allowed)


def _go_on(one: HealthFinding, sources: Sequence[_Source]) -> HealthFinding:
    """As the first of them that goes on in it, or as a part of the first."""
    heir = next((source for source in sources if source.goes_on), None)
    old = (heir or sources[0]).gap
    kept: dict[str, object] = {
        name: getattr(old, name) for name in ("state", "reason", "answered_by", "answered_at", "earlier", "again")
    }
    given = next((source.gap for source in sources if source.gap.assigned_by is not None), old)
    kept |= {"owner": given.owner, "assigned_by": given.assigned_by}
    if heir is not None:
        drafts = (source.gap.draft for source in sources if source.goes_on and source.gap.draft is not None)
        kept |= {"id": old.id, "found_at": old.found_at, "draft": next(drafts, None)}
    if old.state == "resolved":
        kept |= {"state": "open", "found_at": one.found_at, **NO_ANSWER}
        kept |= _told(old, STILL_ASKED.format(now=len(one.tickets))) if old.answered_by is not None else {}
    return one.replace(**kept)


def _told(old: HealthFinding, again: str) -> dict[str, object]:
    return {"earlier": old.as_answered(), "again": again}


def _allowed(source: _Source, split: Mapping[str, int]) -> int:
    """How many tickets the waiver was of, as far as it is this gap's: parts that split off take their share along."""
    old = source.gap
    of_all, size = old.waived_with or len(old.tickets), max(1, len(old.tickets))
    part = source.shared if not source.goes_on else size - split.get(old.id, 0)
    return round(of_all * min(1.0, max(0, part) / size))


def _over(old: HealthFinding, now_in: HealthFinding, now: datetime) -> HealthFinding:
    says = JOINED_WAIVED.format(reason=now_in.reason) if now_in.state == "waived" else JOINED
    earlier = old.as_answered() if old.state == "waived" else old.earlier
    return old.replace(state="resolved", reason=says, answered_by=None, answered_at=now, earlier=earlier)
