"""What language models may use: tokens by ticket and by day, counted from the table `model_use`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from cx_core.adapters.sql.database import Engine, reading, to_text, transaction
from cx_core.adapters.sql.tables import model_use
from cx_core.errors import ModelTrouble
from cx_core.ports import Clock
from cx_core.records import TicketId
from cx_core.views import ModelUse


class Use(NamedTuple):
    """One call: what for, of which model, with which prompt, and what it took."""

    task: str
    model: str
    prompt_version: str
    input_tokens: int
    output_tokens: int
    ms: float
    ok: bool


class Budget:
    """Tokens a ticket and the last 24 hours may use."""

    def __init__(self, engine: Engine, clock: Clock, *, ticket: int, day: int) -> None:
        self._engine = engine
        self._clock = clock
        self._ticket = ticket
        self._day = day

    def check(self, ticket: TicketId | None) -> None:
        """Raises ModelTrouble when what may be used is used up."""
        since = model_use.c.at >= to_text(self._clock() - timedelta(days=1))
        if self._used(since) >= self._day:
            raise ModelTrouble("what it may use in a day is used up")
        if ticket is not None and self._used(model_use.c.ticket == ticket) >= self._ticket:
            raise ModelTrouble("what it may use for one ticket is used up")

    def add(self, ticket: TicketId | None, use: Use) -> None:
        with transaction(self._engine) as connection:
            row = {"at": to_text(self._clock()), "ticket": ticket, **use._asdict()}
            connection.execute(model_use.insert().values(row))

    def _used(self, which: sa.ColumnElement[bool]) -> int:
        tokens = sa.func.coalesce(sa.func.sum(model_use.c.input_tokens + model_use.c.output_tokens), 0)
        with transaction(reading(self._engine)) as connection:
            return int(connection.execute(sa.select(tokens).where(which)).scalar_one())


def model_uses(connection: sa.Connection, since: datetime) -> tuple[ModelUse, ...]:
    """By day, task and model, newest day first."""
    day, use = sa.func.substr(model_use.c.at, 1, 10), model_use.c
    query = (
        sa.select(
            day.label("day"),
            use.task,
            use.model,
            sa.func.count().label("asked"),
            sa.func.sum(sa.case((use.ok, 0), else_=1)).label("failed"),
            sa.func.sum(use.input_tokens).label("input_tokens"),
            sa.func.sum(use.output_tokens).label("output_tokens"),
            (sa.func.avg(use.ms) / 1000).label("seconds"),
        )
        .where(use.at >= to_text(since))
        .group_by(day, use.task, use.model)
        .order_by(day.desc(), use.task, use.model)
    )
    return tuple(ModelUse.model_validate(dict(row)) for row in connection.execute(query).mappings())


def model_spenders(connection: sa.Connection, since: datetime, most: int) -> tuple[tuple[TicketId, int], ...]:
    """Tickets by what they took, most first."""
    tokens = sa.func.sum(model_use.c.input_tokens + model_use.c.output_tokens)
    since_then = (model_use.c.at >= to_text(since), model_use.c.ticket.is_not(None))
    query = sa.select(model_use.c.ticket, tokens).where(*since_then).group_by(model_use.c.ticket)
    rows = connection.execute(query.order_by(tokens.desc(), model_use.c.ticket).limit(most))
    return tuple((TicketId(row[0]), int(row[1])) for row in rows)
