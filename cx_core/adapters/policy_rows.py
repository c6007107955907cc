"""Rulings on file, and sets of policies, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters import tables as t
from cx_core.adapters.database import to_text
from cx_core.policy_views import RuledStep
from cx_core.records import Ruling, StepId, TicketId


def ruled(connection: sa.Connection, since: datetime, most: int) -> tuple[RuledStep, ...]:
    """Newest first; of a proposal's body only what is needed is read."""
    body = t.proposal.c.body
    made = body["made_at"].as_string()
    query = (
        sa.select(t.proposal.c.ticket, t.proposal.c.version, made, body["rulings"], body["steps"])
        .join(t.ticket, t.ticket.c.id == t.proposal.c.ticket)
        .where(made >= to_text(since), t.ticket.c.updated_at >= to_text(since))
        .where(t.ticket.c.body["simulated"].as_boolean().is_distinct_from(sa.true()))
        .order_by(made.desc(), t.proposal.c.ticket, t.proposal.c.version.desc())
        .limit(most)
    )
    return tuple(one for row in connection.execute(query) for one in _ruled(*row))


def _ruled(ticket: str, version: int, made: str, rulings: object, steps: object) -> Iterator[RuledStep]:
    if not isinstance(rulings, dict) or not isinstance(steps, list):
        return
    actions = {step["id"]: step["action"] for step in steps}
    for id, ruling in rulings.items():
        if id in actions:
            yield RuledStep(
                ticket=TicketId(ticket), version=version, step=StepId(id), action=actions[id],
                ruling=Ruling.model_validate(ruling), at=datetime.fromisoformat(made),
            )  # fmt: skip
