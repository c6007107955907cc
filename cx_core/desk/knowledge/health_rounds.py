"""The articles gone through in rounds: by one process at a time, and once for each state they are in.

A change waits until nothing more has changed for a while; people who cannot wait ask for a round at once.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cx_core.desk.knowledge.article_owners import ArticleOwnerService
from cx_core.desk.knowledge.unanswered_requests import UnansweredService
from cx_core.desk.operations.leader_lease import HELD, RoundLease
from cx_core.desk.service import Means, Service
from cx_core.errors import SystemTrouble
from cx_core.knowledge_base.articles import ArticleVersion, HealthFinding, UseCount
from cx_core.knowledge_base.health.gap_succession import succeed
from cx_core.knowledge_base.health.knowledge_gaps import gaps, one_matter, without
from cx_core.knowledge_base.health.round_timing import Waiting
from cx_core.knowledge_base.health.staleness import both_hold, stale
from cx_core.knowledge_base.health.unused_articles import unused
from cx_core.ports import Unit
from cx_core.records import ArticleId, BusinessRecord, PersonId, TicketId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cx_core.knowledge_base.health.article_comparison import Comparing

WINDOW = timedelta(days=90)
"""Of tickets and uses that count."""
_CLOSED = "What it was about has changed: it is not found any more."
_ANSWERED = "It is asked no more, or something answers it now."
_STILL = "It is found all the same: what it is about has not changed."


class HealthRounds(Service):
    """Done in rounds, and whenever somebody asks."""

    def __init__(self, means: Means, owners: ArticleOwnerService, requests: UnansweredService) -> None:
        super().__init__(means)
        self._owners, self._requests = owners, requests

    @cached_property
    def _here(self) -> _Here:
        return _Here()

    @cached_property
    def _comparing(self) -> Comparing:
        from cx_core.knowledge_base.health.article_comparison import (
            Comparing,  # with it comes numpy, which the first page need not wait for
        )

        return Comparing(self.vectors_of)

    def look_at_knowledge(self) -> None:
        """One round, if an article or the hour has changed since the last one of any process, and all is quiet."""
        if self._ready_encoder() is not None and self._round_due():
            self.look_again(tickets=False)

    def look_again(self, *, tickets: bool = True) -> bool:
        """Go through everything now. False where that cannot be done yet, or another thread or process is at it.

        `tickets`: whether for gaps too if that was done in this hour: what a new article answers is seen in the next.
        """
        if self._ready_encoder() is None or not self._here.turn.acquire(blocking=False):
            return False
        try:
            lease = RoundLease(self._store, self._clock, self._here.name)
            return lease.take() and self._round(lease, tickets)
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
            last = unit.health.health_round()
        if last.mark == mark:
            here.done = mark
            here.waiting.end()
            return False
        if last.until is not None:  # somebody is at it, or was killed at it: then it has waited long enough
            return last.until <= self._clock()
        return last.at is None or here.waiting.over(mark, self._clock(), ours=last.holder == here.name)

    def _round(self, lease: RoundLease, tickets: bool) -> bool:
        now, mark, kept = self._clock(), self._round_mark(), False
        with lease, suppress(SystemTrouble):  # an encoder or a business system does not answer: the next round tries
            with self._store.look() as unit:
                versions, last = unit.articles.live_articles(), unit.health.health_round()
            found = self._of_articles(versions, now)
            hour = mark.partition(" ")[2]
            missing = self._of_tickets(now) if tickets or last.mark.partition(" ")[2] != hour else None
            kept = self._keep_found(found, missing, versions, mark)
        if kept:
            self._here.done = mark
            self._here.waiting.end()
        return kept

    def _of_articles(self, versions: Sequence[ArticleVersion], now: datetime) -> list[HealthFinding]:
        records, called = self._stated_records()
        between = self._comparing.found({one.article: one.seen() for one in versions}, records, called, now)
        today = self._knowledge.company.today(now)
        at_once = both_hold(versions, between, today)
        return [*stale(versions, now, today), *at_once, *self._unused(versions, now, today)]

    def _unused(self, versions: Sequence[ArticleVersion], now: datetime, today: date) -> tuple[HealthFinding, ...]:
        since = now - WINDOW
        holding = [one for one in versions if one.seen().valid(today)]
        with self._store.look() as unit:
            uses = {str(id): count for id, count in unit.article_use.use_since(since).items()}
            for one in holding:
                counts = uses.get(one.article, {})
                if "edited_out" in counts:  # what was taken out of other words than it has now is mended
                    same = [
                        each.number
                        for each in unit.articles.article_versions(one.article)
                        if each.content.text == one.content.text
                    ]
                    uses[one.article] = {
                        **unit.article_use.use_of_versions(one.article, same, since),
                        "retrieved": counts.get("retrieved", UseCount()),
                    }
            tickets = unit.article_use.tickets_found(since)
        return unused(holding, uses, tickets, now)

    def _of_tickets(self, now: datetime) -> Missing:
        with self._store.look() as unit:
            requests, asked = self._requests.unanswered(unit, now - WINDOW, self._comparing.vectors)
            still = frozenset(one.ticket for one in requests)
            known = (one for one in unit.health.health_findings() if one.kind == "gap" and one.answered_by is not None)
            quiet = {one.id: one.tickets for one in known if still.isdisjoint(one.tickets)}
            said = {
                id: [each for one in tickets for each in self._requests.requests_of(unit, one)]
                for id, tickets in quiet.items()
            }
        titles = {kind.name: kind.title for kind in self._knowledge.task_types.values()}
        found = gaps(requests, self._comparing.vectors, self._cluster, titles, now)
        said = {id: those for id, those in said.items() if those}
        return Missing(found, asked, still, one_matter(said, found, requests, self._comparing.vectors))

    def vectors_of(self, texts: Sequence[str]) -> NDArray[np.float32]:
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
    ) -> bool:
        """On record, with what people did to what was found before.

        False if it took so long that the round is another process's by now: then what that one finds counts.
        """
        may = self._owners.may_own()
        owners = {one.article: one.content.owner for one in versions if one.content.owner in may}
        now = self._clock()
        with self._store.begin() as unit:
            gone = unit.health.forgotten({ticket for one in missing.gaps for ticket in one.tickets}) if missing else ()
            if not unit.health.renew_health_round(self._here.name, now + HELD):
                return False
            known = unit.health.health_findings()
            made = [_again(one, next((old for old in known if old.id == one.id), None), owners, may) for one in found]
            _put(unit, made, [one for one in known if one.kind != "gap"], now, _CLOSED)
            if missing is not None:
                before = [one for one in known if one.kind == "gap"]
                still = [left for one in missing.gaps if (left := without(one, gone)) is not None]
                kept = succeed(before, still, missing.still, now, lambda old, one: (old.id, one.id) in missing.alike)
                _put(unit, [*kept.now, *kept.over], before, now, _ANSWERED)
            asked = missing.asked if missing is not None else unit.health.health_round().asked
            unit.health.keep_health_round(mark, now, asked)
        return True


class Missing(NamedTuple):
    """What tickets found nothing about."""

    gaps: tuple[HealthFinding, ...]
    asked: int
    """Requests that were looked through."""
    still: frozenset[TicketId]
    """Tickets that still find nothing, whether or not there are enough of them."""
    alike: frozenset[tuple[str, str]]
    """Gaps on record and those of now that are about one matter, by their ids."""


class _Here:
    """What a process remembers from one round to the next."""

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self.turn = threading.Lock()
        self.done = ""
        self.waiting = Waiting()


def _put(unit: Unit, found: Iterable[HealthFinding], before: Iterable[HealthFinding], now: datetime, gone: str) -> None:
    """New ones are opened, those found no more are closed with `gone`; what people waived stays waived."""
    known, current = {one.id: one for one in before}, {one.id: one for one in found}
    for id, one in current.items():
        if one != known.get(id):
            unit.health.put_health_finding(one)
    for id, one in known.items():
        if id not in current and one.state == "open":
            unit.health.put_health_finding(
                one.replace(state="resolved", reason=gone, answered_by=None, answered_at=now)
            )


def _again(
    now: HealthFinding,
    before: HealthFinding | None,
    owners: Mapping[ArticleId, PersonId | None],
    may_own: Collection[PersonId],
) -> HealthFinding:
    """The finding as it is to be kept: its words from now, its state as people left it.

    What was given to somebody who may not see to it any more is its article's owner's again.
    """
    owner = next((owner for id in now.articles if (owner := owners.get(id)) is not None), None)
    if before is None:
        return now.replace(owner=owner)
    theirs = before.assigned_by is not None and before.owner in may_own
    kept: dict[str, object] = {
        "owner": before.owner if theirs else owner,
        "assigned_by": before.assigned_by if theirs else None,
    }
    if before.state == "resolved":
        mended = before.answered_by is not None
        return now.replace(**kept, earlier=before.as_answered(), again=_STILL if mended else before.again)
    names = ("state", "reason", "answered_by", "answered_at", "found_at", "earlier", "again")
    return now.replace(**kept, **{name: getattr(before, name) for name in names})
