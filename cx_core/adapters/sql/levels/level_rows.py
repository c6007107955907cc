"""Levels of autonomy, and how the systems stand that pause them, as rows."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from pydantic import ValidationError

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows, unmarked
from cx_core.records import TaskTypeName, TicketId
from cx_core.views.level_views import LevelSet, RaiseProposal
from cx_core.views.system_views import SystemStanding

NEVER = "0001-01-01T00:00:00+00:00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LevelRows(Rows):
    """A part of `SqlUnit`."""

    def all(self) -> tuple[LevelSet, ...]:
        rows = self._connection.execute(sa.select(t.level).order_by(t.level.c.task_type)).mappings()
        return tuple(_level(row) for row in rows)

    def get(self, task_type: TaskTypeName) -> LevelSet | None:
        query = sa.select(t.level).where(t.level.c.task_type == task_type).with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return _level(row) if row else None

    def put(self, one: LevelSet) -> None:
        values = {"level": one.level, "body": one.model_dump(mode="json")}
        self._put(t.level, {"task_type": one.task_type}, values)
        if one.how != "starting":
            self.put_decision(one)
        self.changed_everywhere()

    def put_decision(self, one: LevelSet, *, simulated: bool = False) -> None:
        key = {"task_type": one.task_type, "at": to_text(one.at), "simulated": simulated}
        self._put(t.level_decision, key, {"body": one.model_dump(mode="json", exclude={"mark", "waiting", "declined"})})

    def decisions(self, *, simulated: bool = False) -> tuple[LevelSet, ...]:
        row = t.level_decision.c
        query = sa.select(row.body).where(row.simulated == simulated).order_by(row.at)
        return tuple(LevelSet.model_validate(body) for body in self._connection.execute(query).scalars())

    def put_raise(self, one: RaiseProposal) -> None:
        key = {"task_type": one.task_type, "simulated": one.simulated}
        self._put(t.raise_proposal, key, {"body": one.model_dump(mode="json")})
        self.changed_everywhere()

    def drop_raise(self, task_type: TaskTypeName) -> None:
        row = t.raise_proposal.c
        self._connection.execute(sa.delete(t.raise_proposal).where(row.task_type == task_type, ~row.simulated))
        self.changed_everywhere()

    def raises(self) -> tuple[RaiseProposal, ...]:
        row = t.raise_proposal.c
        bodies = self._connection.execute(sa.select(row.body).order_by(row.task_type, row.simulated)).scalars()
        return tuple(RaiseProposal.model_validate(body) for body in bodies)

    def left_alone(self, most: int) -> tuple[TicketId, ...]:
        m = t.measure.c
        last = sa.func.max(m.at)
        query = (
            sa.select(m.ticket)
            .where(m.kind == "left_alone", ~m.simulated)
            .group_by(m.ticket)
            .order_by(last.desc())
            .limit(most)
        )
        return tuple(TicketId(id) for id in self._connection.execute(query).scalars())

    def person_wanted(self, since: datetime) -> dict[TaskTypeName, tuple[int, int]]:
        m = t.measure.c
        real = (m.at >= to_text(since), ~m.simulated)
        first = sa.select(m.ticket, sa.func.min(m.at), sa.func.max(m.task_types)).group_by(m.ticket)
        answered = self._connection.execute(first.where(m.kind == "left_alone", *real)).all()
        last = sa.select(m.ticket, sa.func.max(m.at)).where(m.kind == "person_wanted", *real).group_by(m.ticket)
        wanted = {row[0]: row[1] for row in self._connection.execute(last)}
        counted: dict[TaskTypeName, tuple[int, int]] = {}
        for ticket, at, task_types in answered:
            asked = wanted.get(ticket, "") > at
            for name in map(TaskTypeName, task_types.split()):
                answers, persons = counted.get(name, (0, 0))
                counted[name] = answers + 1, persons + asked
        return counted

    def left_alone_to(self, address: str, since: datetime, *, but: TicketId) -> int:
        ticket, message, approval = t.ticket.c, t.message.c, t.approval.c
        happened = unmarked("simulated")
        there = (sa.func.lower(ticket.address) == sa.func.lower(address)) & (ticket.id != but) & happened
        left = (
            sa.select(sa.func.count())
            .select_from(t.message.join(t.ticket))
            .where(there, message.sender == "copilot", message.purpose == "", message.at >= to_text(since))
        )
        going = (
            sa.select(sa.func.count())
            .select_from(t.approval.join(t.ticket))
            .where(
                there,
                ticket.work.in_(("sending", "carrying")),
                approval.version == ticket.version,
                approval.body["role"].as_string().is_(None),
            )
        )
        on_their_way = self._connection.execute(going).scalar_one()  # first: what arrives meanwhile counts twice
        return on_their_way + self._connection.execute(left).scalar_one()


class SystemRows(Rows):
    """A part of `SqlUnit`."""

    def all(self) -> tuple[SystemStanding, ...]:
        rows = self._connection.execute(sa.select(t.system_standing).order_by(t.system_standing.c.system)).mappings()
        return tuple(_standing(row) for row in rows)

    def get(self, system: str) -> SystemStanding | None:
        query = sa.select(t.system_standing).where(t.system_standing.c.system == system).with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return _standing(row) if row else None

    def put(self, one: SystemStanding) -> None:
        self._put(t.system_standing, {"system": one.system}, {"body": one.model_dump(mode="json")})
        self.changed_everywhere()


def _standing(row: sa.RowMapping) -> SystemStanding:
    """What cannot be read counts as paused, until the system has answered for a while."""
    system = str(row["system"])
    try:
        found = SystemStanding.model_validate(row["body"])
        if found.system == system:
            return found
    except ValidationError:
        pass
    return SystemStanding(system=system, failed_since=_EPOCH, paused_at=_EPOCH)


def _level(row: sa.RowMapping) -> LevelSet:
    """The row's own task type and level count. What cannot be read has no mark, so it counts for nothing."""
    given = {"task_type": row["task_type"], "level": row["level"]}
    body = row["body"] if isinstance(row["body"], dict) else {}
    try:
        return LevelSet.model_validate({**body, **given})
    except ValidationError:
        return LevelSet.model_validate({"task_type": row["task_type"], "level": 0, "how": "set", "at": NEVER})
