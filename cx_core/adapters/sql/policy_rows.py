"""Rulings on file, and sets of policies, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import reading, to_text, transaction
from cx_core.adapters.sql.rows import Rows, unmarked
from cx_core.decide.policy.reply_step import REPLY
from cx_core.records import Ruling, StepId, TicketId
from cx_core.views.policy_views import PolicySet, RuledStep


class PolicyRows(Rows):
    """A part of `SqlUnit`."""

    def all(self) -> tuple[PolicySet, ...]:
        query = sa.select(t.policy_set).order_by(t.policy_set.c.made_at.desc(), t.policy_set.c.id).with_for_update()
        rows = self._connection.execute(query).mappings()
        return tuple(_set(row) for row in rows)

    def policy_set_in_force(self) -> str:
        return _active(self._connection)

    def put_policy_set(self, one: PolicySet) -> None:
        body = one.model_dump(mode="json", exclude={"files"})
        values = {"name": one.name, "state": one.state, "files": one.files, "body": body}
        self._put(t.policy_set, {"id": one.id}, values | {"made_at": to_text(one.made_at)})
        self.changed_everywhere()

    def drop_policy_set(self, id: str) -> None:
        self._connection.execute(sa.delete(t.policy_set).where(t.policy_set.c.id == id))


class ActiveSets:
    """Which set is in force, for whoever asks often."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = reading(engine)

    def active(self) -> str:
        """Its id; empty while it is the knowledge folder's."""
        with transaction(self._engine) as connection:
            return _active(connection)

    def one(self, id: str) -> PolicySet:
        query = sa.select(t.policy_set).where(t.policy_set.c.id == id)
        with transaction(self._engine) as connection:
            return _set(connection.execute(query).mappings().one())


def _set(row: sa.RowMapping) -> PolicySet:
    return PolicySet.model_validate({**row["body"], "files": row["files"]})


def _active(connection: sa.Connection) -> str:
    query = sa.select(t.policy_set.c.id).where(t.policy_set.c.state == "active")
    return connection.execute(query).scalar_one_or_none() or ""


def ruled(connection: sa.Connection, since: datetime, most: int) -> tuple[RuledStep, ...]:
    """Newest first; of a proposal's body only what is needed is read."""
    body = t.proposal.c.body
    made = body["made_at"].as_string()
    query = (
        sa.select(t.proposal.c.ticket, t.proposal.c.version, made, body["rulings"], body["steps"], body["reply_ruling"])
        .join(t.ticket, t.ticket.c.id == t.proposal.c.ticket)
        .where(made >= to_text(since), t.ticket.c.updated_at >= to_text(since))
        .where(unmarked("simulated"))
        .order_by(made.desc(), t.proposal.c.ticket, t.proposal.c.version.desc())
        .limit(most)
    )
    return tuple(one for row in connection.execute(query) for one in _ruled(*row))


def _ruled(ticket: str, version: int, made: str, rulings: object, steps: object, reply: object) -> Iterator[RuledStep]:
    if not isinstance(rulings, dict) or not isinstance(steps, list):
        return
    actions = {step["id"]: step["action"] for step in steps} | {REPLY.id: REPLY.action}
    for id, ruling in (*rulings.items(), *([(REPLY.id, reply)] if reply else [])):
        if id in actions:
            yield RuledStep(
                ticket=TicketId(ticket),
                version=version,
                step=StepId(id),
                action=actions[id],
                ruling=Ruling.model_validate(ruling),
                at=datetime.fromisoformat(made),
            )
