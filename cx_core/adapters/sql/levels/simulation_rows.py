"""Simulations as rows; see ports.simulations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows, unmarked
from cx_core.records import TaskTypeName, Ticket
from cx_core.views.simulation_views import Simulation, SimulationCase


class SimulationRows(Rows):
    """A part of `SqlUnit`."""

    def put(self, one: Simulation) -> None:
        values = {"at": to_text(one.at), "going": one.going, "body": one.model_dump(mode="json")}
        self._put(t.simulation, {"id": one.id}, values)

    def get(self, id: str) -> Simulation | None:
        query = sa.select(t.simulation.c.body).where(t.simulation.c.id == id).with_for_update()
        body = self._connection.execute(query).scalar_one_or_none()
        return Simulation.model_validate(body) if body is not None else None

    def newest(self, most: int) -> tuple[Simulation, ...]:
        query = sa.select(t.simulation.c.body).order_by(t.simulation.c.at.desc(), t.simulation.c.id).limit(most)
        return tuple(Simulation.model_validate(body) for body in self._connection.execute(query).scalars())

    def going(self) -> tuple[Simulation, ...]:
        query = sa.select(t.simulation.c.body).where(t.simulation.c.going).order_by(t.simulation.c.at)
        return tuple(Simulation.model_validate(body) for body in self._connection.execute(query).scalars())

    def put_cases(self, id: str, cases: Sequence[SimulationCase]) -> None:
        self._connection.execute(sa.delete(t.simulation_case).where(t.simulation_case.c.simulation == id))
        rows = [
            {"simulation": id, "place": one.place, "ticket": one.ticket or "", "body": one.model_dump(mode="json")}
            for one in cases
        ]
        if rows:
            self._connection.execute(sa.insert(t.simulation_case), rows)

    def cases(self, id: str) -> tuple[SimulationCase, ...]:
        row = t.simulation_case.c
        query = sa.select(row.body).where(row.simulation == id).order_by(row.place)
        return tuple(SimulationCase.model_validate(body) for body in self._connection.execute(query).scalars())

    def past_tickets(
        self, task_type: TaskTypeName, since: datetime, until: datetime, most: int
    ) -> tuple[tuple[Ticket, ...], int]:
        opened = t.ticket.c.opened_at
        return self._tickets(task_type, most, opened >= to_text(since), opened < to_text(until))

    def open_tickets(self, task_type: TaskTypeName, most: int) -> tuple[tuple[Ticket, ...], int]:
        return self._tickets(task_type, most, t.ticket.c.status.in_(("new", "open")))

    def _tickets(
        self, task_type: TaskTypeName, most: int, *which: sa.ColumnElement[bool]
    ) -> tuple[tuple[Ticket, ...], int]:
        row = t.ticket.c
        happened = unmarked("simulated")
        came_here = row.body[("imported", "run")].as_string().is_(None)
        whole = row.body["merged_into"].as_string().is_(None)
        no_test = unmarked("test")
        all_of_them = sa.and_(happened, came_here, no_test, whole, *which)
        count = self._connection.execute(
            sa.select(sa.func.count()).select_from(t.ticket).where(all_of_them)
        ).scalar_one()
        named = sa.cast(row.body, sa.Text).contains(f'"{task_type}"', autoescape=True)
        query = sa.select(row.body).where(all_of_them, named).order_by(row.opened_at.desc(), row.id)
        found: list[Ticket] = []
        for body in self._connection.execute(query).scalars():
            ticket = Ticket.model_validate(body)
            if task_type in ticket.task_types:  # the words of a subject may name it as well
                found.append(ticket)
            if len(found) == most:
                break
        return tuple(reversed(found)), count
