"""The articles gone through in rounds: by one process at a time, and once for each state they are in.

A change waits until nothing more has changed for a while; people who cannot wait ask for a round at once.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cx_core.articles import ArticleVersion, HealthFinding
from cx_core.errors import SystemTrouble
from cx_core.learn.gaps import gaps
from cx_core.learn.in_use import unused
from cx_core.learn.staleness import stale
from cx_core.learn.waiting import Waiting
from cx_core.ports import Unit
from cx_core.ports.article_use import UseCounts
from cx_core.records import ArticleId, BusinessRecord, PersonId
from cx_core.services.unanswered import UnansweredService

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cx_core.learn.comparing import Comparing

WINDOW = timedelta(days=90)
"""Of tickets and uses that count."""
HELD = timedelta(minutes=10)
"""So long a round is one process's; if it ends in the middle of it, another one begins after that."""
_CLOSED = "What it was about has changed: it is not found any more."


class HealthRounds(UnansweredService):
    """Done in rounds, and whenever somebody asks."""

    @cached_property
    def _here(self) -> _Here:
        return _Here()

    @cached_property
    def _comparing(self) -> Comparing:
        from cx_core.learn.comparing import Comparing  # with it comes numpy, which the first page need not wait for

        return Comparing(self._vectors_of)

    def look_at_knowledge(self) -> None:
        """One round, if an article or the hour has changed since the last one of any process, and all is quiet."""
        if self._ready_encoder() is not None and self._round_due():
            self.look_again(tickets=False)

    def look_again(self, *, tickets: bool = True) -> bool:
        """Go through everything now. False where that cannot be done yet, or another thread or process is at it.

        `tickets`: whether for gaps too if that was done in this hour: a change of an article makes and closes none.
        """
        if self._ready_encoder() is None or not self._here.turn.acquire(blocking=False):
            return False
        try:
            return self._begin_round() and self._round(tickets)
        finally:
            self._here.turn.release()

    def _round_mark(self) -> str:
        """What a round is of. In each hour tickets come, records change and days end."""
        return f"{self._shelf.version} {self._clock():%Y-%m-%dT%H}"

    def _round_due(self) -> bool:
        mark, here = self._round_mark(), self._here
        if mark == here.done:
            return False
        with self._store.look() as unit:
            last = unit.health_round()
        if last.mark == mark:
            here.done = mark
            here.waiting.end()
            return False
        return last.at is None or here.waiting.over(mark, self._clock(), ours=last.holder == here.name)

    def _begin_round(self) -> bool:
        now = self._clock()
        with self._store.begin() as unit:
            return unit.hold_health_round(self._here.name, now, now + HELD)

    def _round(self, tickets: bool) -> bool:
        now, mark, kept = self._clock(), self._round_mark(), False
        try:
            with self._store.look() as unit:
                versions, last = unit.live_articles(), unit.health_round()
            found = self._of_articles(versions, now)
            hour = mark.partition(" ")[2]
            missing = self._of_tickets(now) if tickets or last.mark.partition(" ")[2] != hour else None
            kept = self._keep_found(found, missing, versions, mark)
        except SystemTrouble:
            pass  # an encoder or a business system does not answer: the next round tries again
        finally:
            with self._store.begin() as unit:
                unit.end_health_round(self._here.name)
        if kept:
            self._here.done = mark
            self._here.waiting.end()
        return kept

    def _of_articles(self, versions: Sequence[ArticleVersion], now: datetime) -> list[HealthFinding]:
        records, called = self._stated_records()
        between = self._comparing.found({one.article: one.seen() for one in versions}, records, called, now)
        with self._store.look() as unit:
            uses: dict[str, UseCounts] = {str(id): count for id, count in unit.use_since(now - WINDOW).items()}
        return [*stale(versions, now), *between, *unused(versions, uses, now)]

    def _of_tickets(self, now: datetime) -> Missing:
        with self._store.look() as unit:
            requests, asked = self._unanswered(unit, now - WINDOW)
        titles = {kind.name: kind.title for kind in self._knowledge.task_types.values()}
        return Missing(gaps(requests, self._comparing.vectors, self._cluster, titles, now), asked)

    def _vectors_of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoder = self._ready_encoder()
        if encoder is None:
            raise SystemTrouble("The encoder is not loaded yet.")
        return encoder.encode(texts)

    def _stated_records(self) -> tuple[list[BusinessRecord], dict[str, Sequence[str]]]:
        """Records whose fields articles state, and by kind the fields that hold their names."""
        found: list[BusinessRecord] = []
        for source in self._knowledge.company.stated:
            found += self._back_office().read(source.read, dict(source.arguments))
        return found, {name: spec.called for name, spec in self._knowledge.records.items()}

    def _keep_found(
        self, found: Sequence[HealthFinding], missing: Missing | None, versions: Iterable[ArticleVersion], mark: str
    ) -> bool:  # fmt: skip
        """New ones are opened, those found no more are closed; what people waived stays waived.

        False if it took so long that the round is another process's by now: then what that one finds counts.
        """
        owners = {version.article: version.content.owner for version in versions}
        now = self._clock()
        with self._store.begin() as unit:
            if not unit.hold_health_round(self._here.name, now, now + HELD):
                return False
            known = unit.health_findings()
            _put(unit, [_owned(one, owners) for one in found], [one for one in known if one.kind != "gap"], now)
            if missing is not None:
                before = [one for one in known if one.kind == "gap"]
                gone = unit.forgotten({ticket for one in (*before, *missing.gaps) for ticket in one.tickets})
                still, were = ([one for one in of if gone.isdisjoint(one.tickets)] for of in (missing.gaps, before))
                _put(unit, still, were, now)
            asked = missing.asked if missing is not None else unit.health_round().asked
            unit.keep_health_round(mark, now, asked)
        return True


class Missing(NamedTuple):
    """What tickets found nothing about, and how many requests were looked through."""

    gaps: tuple[HealthFinding, ...]
    asked: int


class _Here:
    """What a process remembers from one round to the next."""

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self.turn = threading.Lock()
        self.done = ""
        self.waiting = Waiting()


def _put(unit: Unit, found: Iterable[HealthFinding], before: Iterable[HealthFinding], now: datetime) -> None:
    known, current = {one.id: one for one in before}, {one.id: one for one in found}
    for id, one in current.items():
        kept = _again(known.get(id), one)
        if kept != known.get(id):
            unit.put_health_finding(kept)
    for id, one in known.items():
        if id not in current and one.state == "open":
            gone = {"state": "resolved", "reason": _CLOSED, "answered_at": now}
            unit.put_health_finding(one.model_copy(update=gone))


def _again(before: HealthFinding | None, now: HealthFinding) -> HealthFinding:
    """The finding as it is to be kept: its words from now, its state as people left it."""
    if before is None or before.state == "resolved":
        return now
    kept = ("state", "reason", "answered_by", "answered_at", "found_at")
    return now.model_copy(update={name: getattr(before, name) for name in kept})


def _owned(one: HealthFinding, owners: Mapping[ArticleId, PersonId | None]) -> HealthFinding:
    owner = next((owner for id in one.articles if (owner := owners.get(id)) is not None), None)
    return one.model_copy(update={"owner": owner})
