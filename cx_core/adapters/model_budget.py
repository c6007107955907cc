"""What language models may use: tokens by ticket and by day, counted from the table `model_use`."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from cx_core.adapters.database import Engine, reading, to_text, transaction
from cx_core.adapters.tables import model_use
from cx_core.errors import ModelTrouble
from cx_core.ports import Clock
from cx_core.records import TicketId


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
