"""Solved cases as rows. A row without a body says that its ticket was looked at and is nobody's example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows, unmarked
from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import TicketId


class CaseRows(Rows):
    """A part of `SqlUnit`; see ports.solved_cases.SolvedCaseRepository."""

    def keep_case(self, ticket: TicketId, case: SolvedCase | None, at: datetime) -> None:
        values = {
            "task_types": " ".join(case.task_types) if case else "",
            "at": to_text(case.at if case else at),
            "made_at": to_text(at),
            "body": case.model_dump(mode="json") if case else None,
            "vector": None,
            "encoder": "",
        }
        self._put(t.solved_case, {"ticket": ticket}, values)

    def cases(self, tickets: Sequence[TicketId]) -> tuple[SolvedCase, ...]:
        query = kept(t.solved_case.c.body).where(t.solved_case.c.ticket.in_(list(tickets)))
        found = {
            case.ticket: case for case in map(SolvedCase.model_validate, self._connection.execute(query).scalars())
        }
        return tuple(found[id] for id in dict.fromkeys(tickets) if id in found)


def kept(*columns: sa.Column[Any]) -> sa.Select[Any]:
    """Of cases whose ticket is still solved: one that somebody took up again is nobody's example meanwhile."""
    solved = t.ticket.c.status.in_(("solved", "closed"))
    of_ticket = (t.ticket.c.id == t.solved_case.c.ticket) & solved
    return sa.select(*columns).join_from(t.solved_case, t.ticket, of_ticket).where(t.solved_case.c.body.is_not(None))


def candidates(before: datetime, most: int, *, imported: bool) -> sa.Select[str]:
    """Tickets solved before this moment that nobody looked at yet, oldest first; those imported, or the others."""
    ticket = t.ticket.c
    looked = sa.exists().where(t.solved_case.c.ticket == ticket.id)
    solved = ticket.body["solved_at"].as_string()
    here = ticket.body[("imported", "run")].as_string().is_(None)
    return (
        sa.select(ticket.id)
        .where(
            ticket.status.in_(("solved", "closed")),
            solved <= before.isoformat(),
            ~looked,
            ~here if imported else here,
            unmarked("test"),
        )
        .order_by(ticket.opened_at, ticket.id)
        .limit(most)
    )
