"""What the proposals of open tickets plan, read without the rest of them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.rows import Rows
from cx_core.records import ActionName, TaskTypeName, TicketId
from cx_core.views import OpenPlan


class OpenPlanRows(Rows):
    """A part of `SqlUnit`."""

    def among(self, among: Sequence[TicketId] | None = None) -> tuple[OpenPlan, ...]:
        body = t.proposal.c.body
        counts = (t.proposal.c.ticket == t.ticket.c.id) & (t.proposal.c.version == t.ticket.c.version)
        columns = (t.ticket.c.id, t.ticket.c.version, t.ticket.c.work, body["steps"], body["triage"]["goals"])
        waits = t.ticket.c.work.in_(("ready", "returned", "sending", "carrying"))
        those = t.ticket.c.status.in_(("new", "open")) if among is None else t.ticket.c.id.in_(among)
        query = sa.select(*columns).join(t.proposal, counts).where(waits, those)
        return tuple(
            OpenPlan(ticket=TicketId(id), version=version, work=work, acts=_acts(steps, goals))
            for id, version, work, steps, goals in self._connection.execute(query)
        )


def _acts(
    steps: list[dict[str, object]], goals: list[dict[str, object]]
) -> tuple[tuple[ActionName, TaskTypeName | None], ...]:
    types = [TaskTypeName(str(goal["task_type"])) for goal in goals]
    return tuple(
        (ActionName(str(step["action"])), types[at] if isinstance(at, int) and 0 <= at < len(types) else None)
        for step in steps or ()
        for at in [step["goal"]]
    )
