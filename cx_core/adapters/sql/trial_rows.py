"""Cases of evidence for a level as rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import EvidenceCase, TaskTypeName, TicketId

_SPOILS = ("came_back", "reopened", "taken_up", "undone", "given_back", "flagged")
"""What is measured of a ticket after its answer that makes the answer wrong."""
_UNHAPPY = 2
"""Stars, of five: the most of a rating that counts against an answer."""
_WITHIN = timedelta(days=7)


class TrialRows(Rows):
    """A part of `SqlUnit`."""

    def put(self, trial: EvidenceCase) -> None:
        values = {"task_type": trial.task_type, "at": to_text(trial.at), "body": trial.model_dump(mode="json")}
        self._put(t.trial, {"ticket": trial.ticket, "version": trial.version}, values)

    def drop(self, ticket: TicketId, version: int) -> None:
        row = (t.trial.c.ticket == ticket) & (t.trial.c.version == version)
        self._connection.execute(sa.delete(t.trial).where(row))

    def all(self) -> tuple[EvidenceCase, ...]:
        return self._found()

    def of(self, task_type: TaskTypeName) -> tuple[EvidenceCase, ...]:
        return self._found(t.trial.c.task_type == task_type)

    def _found(self, *which: sa.ColumnElement[bool]) -> tuple[EvidenceCase, ...]:
        bodies = self._connection.execute(sa.select(t.trial.c.body).where(*which).order_by(t.trial.c.at)).scalars()
        trials = [EvidenceCase.model_validate(body) for body in bodies]
        m = t.measure.c
        tickets = sa.select(t.trial.c.ticket).where(*which)
        against = m.kind.in_(_SPOILS) | ((m.kind == "rated") & (m.seconds <= _UNHAPPY))
        after = sa.select(m.ticket, m.kind, m.at).where(against, m.ticket.in_(tickets))
        came: dict[str, list[tuple[str, datetime]]] = {}
        for row in self._connection.execute(after):
            came.setdefault(row.ticket, []).append((row.kind, from_text(row.at)))
        for ticket, at in self._elsewhere(*which):
            came.setdefault(ticket, []).append(("elsewhere", at))
        return tuple(one.replace(spoiled=_spoiled(one, came.get(one.ticket, ()))) for one in trials)

    def _elsewhere(self, *which: sa.ColumnElement[bool]) -> list[tuple[str, datetime]]:
        """Other tickets in which the same customer wrote about the same, with when."""
        first, other = t.ticket.alias("first"), t.ticket.alias("other")
        same = sa.func.coalesce(other.c.customer, sa.func.lower(other.c.address)) == sa.func.coalesce(
            first.c.customer, sa.func.lower(first.c.address)
        )
        about = other.c.task_types.contains(" " + t.trial.c.task_type + " ")
        joined = t.trial.join(first, first.c.id == t.trial.c.ticket).join(other, same & (other.c.id != first.c.id))
        found = sa.select(first.c.id, other.c.opened_at).select_from(joined)
        rows = self._connection.execute(found.where(*which, other.c.opened_at > t.trial.c.at, about))
        return [(row.id, from_text(row.opened_at)) for row in rows]


def _spoiled(trial: EvidenceCase, came: Iterable[tuple[str, datetime]]) -> str:
    """What came of it within a week."""
    return next((kind for kind, at in came if trial.at <= at <= trial.at + _WITHIN), "")
