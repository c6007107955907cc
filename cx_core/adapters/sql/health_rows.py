"""Findings about articles, and the rounds in which they are found, as rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.knowledge_base.articles import HealthFinding, HealthRound
from cx_core.knowledge_base.health.knowledge_gaps import without
from cx_core.records import TicketId

_THE_ROUND = t.health_round.c.id == "knowledge"


class HealthRows(Rows):
    """A part of `SqlUnit`; see ports.health.HealthRepository."""

    def health_findings(self) -> tuple[HealthFinding, ...]:
        table = t.health_finding
        query = sa.select(table.c.body).order_by(table.c.found_at.desc(), table.c.id)
        return tuple(HealthFinding.model_validate(body) for body in self._connection.execute(query).scalars())

    def hold_health_findings(self) -> None:
        self._connection.execute(sa.select(t.health_round.c.id).where(_THE_ROUND).with_for_update())

    def put_health_finding(self, finding: HealthFinding) -> None:
        values = {
            "kind": finding.kind,
            "state": finding.state,
            "found_at": to_text(finding.found_at),
            "body": finding.model_dump(mode="json"),
        }
        self._put(t.health_finding, {"id": finding.id}, values)

    def drop_health_finding(self, id: str) -> None:
        self._connection.execute(sa.delete(t.health_finding).where(t.health_finding.c.id == id))

    def drop_from_gaps(self, tickets: Collection[TicketId]) -> None:
        """Takes these tickets out of gaps, and the words that they are named by; what people said of them stays."""
        self.hold_health_findings()
        table = t.health_finding
        for body in self._connection.execute(sa.select(table.c.body).where(table.c.kind == "gap")).scalars().all():
            gap = HealthFinding.model_validate(body)
            if set(gap.tickets).isdisjoint(tickets):
                continue
            left = without(gap, tickets)
            if left is None:
                self.drop_health_finding(gap.id)
            else:
                self.put_health_finding(left)

    def forgotten(self, tickets: Collection[TicketId]) -> frozenset[TicketId]:
        query = sa.select(t.ticket.c.id, t.ticket.c.version).where(t.ticket.c.id.in_(sorted(tickets)))
        rows = self._connection.execute(query.order_by(t.ticket.c.id).with_for_update())
        return frozenset(TicketId(id) for id, version in rows if version == 0)

    def health_round(self) -> HealthRound:
        row = self._connection.execute(sa.select(t.health_round).where(_THE_ROUND)).mappings().one_or_none()
        if row is None:
            return HealthRound()
        times = {name: from_text(row[name]) for name in ("at", "until") if row[name]}
        return HealthRound(mark=row["mark"], asked=row["asked"], holder=row["holder"], **times)

    def hold_health_round(self, holder: str, now: datetime, until: datetime) -> bool:
        row = t.health_round.c
        free = row.until.is_(None) | (row.until <= to_text(now)) | (row.holder == holder)
        held = sa.update(t.health_round).where(_THE_ROUND, free).values(holder=holder, until=to_text(until))
        return self._connection.execute(held).rowcount > 0

    def renew_health_round(self, holder: str, until: datetime) -> bool:
        theirs = sa.update(t.health_round).where(_THE_ROUND, t.health_round.c.holder == holder)
        return self._connection.execute(theirs.values(until=to_text(until))).rowcount > 0

    def end_health_round(self, holder: str) -> None:
        theirs = sa.update(t.health_round).where(_THE_ROUND, t.health_round.c.holder == holder)
        self._connection.execute(theirs.values(until=None))

    def keep_health_round(self, mark: str, at: datetime, asked: int) -> None:
        made = {"mark": mark, "at": to_text(at), "asked": asked}
        self._connection.execute(sa.update(t.health_round).where(_THE_ROUND).values(made))
