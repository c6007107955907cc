"""Money out as rows, and what it comes to."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import UNKNOWN_SUM, CustomerId, Spending, Spent

_CUSTOMER, _TASK_TYPE = 4101, 4102
"""Two families of PostgreSQL's advisory locks, always taken in this order."""


class SpendingRows(Rows):
    """A part of `SqlUnit`."""

    def hold_budgets(self, customer: CustomerId, task_type: str) -> None:
        """On SQLite a transaction that writes holds the whole database already."""
        if self._connection.dialect.name != "postgresql":
            return
        for family, name in ((_CUSTOMER, customer), (_TASK_TYPE, task_type)):
            lock = sa.select(sa.func.pg_advisory_xact_lock(sa.cast(family, sa.Integer), sa.func.hashtext(name)))
            self._connection.execute(lock)

    def spent(
        self,
        customer: CustomerId,
        task_type: str,
        currency: str,
        *,
        month: datetime,
        today: datetime,
        day: datetime,
        but: str = "",
    ) -> Spent:
        s = t.spending.c
        counted = (s.state != "released", s.key != but)
        known = (s.currency == currency) & (s.minor >= 0)
        total = sa.func.coalesce(sa.func.sum(sa.case((known, s.minor), else_=UNKNOWN_SUM)), 0)
        to_customer = (*counted, s.customer == customer)
        alone = (*counted, s.task_type == task_type, s.alone, s.at >= to_text(today))
        return Spent(
            customer=self._number(sa.select(total).where(*to_customer, s.at > to_text(month))),
            alone_today=self._number(sa.select(total).where(*alone)),
            payouts_day=self._number(sa.select(sa.func.count()).where(*to_customer, s.at > to_text(day))),
        )

    def _number(self, query: sa.Select[int]) -> int:
        return int(self._connection.execute(query).scalar_one())

    def reserve(self, spending: Spending) -> None:
        row = spending.model_dump(exclude={"amount", "at", "key"})
        row |= {"minor": spending.amount.minor, "currency": spending.amount.currency, "at": to_text(spending.at)}
        s = t.spending.c
        earlier = sa.select(s.alone).where(s.key == spending.key, s.state != "released")
        if self._connection.execute(earlier).scalar_one_or_none():  # it may have gone out alone the first time
            row["alone"] = True
        self._put(t.spending, {"key": spending.key}, row)

    def reserved(self, key: str) -> bool:
        s = t.spending.c
        return self._connection.execute(sa.select(s.key).where(s.key == key, s.state == "reserved")).first() is not None

    def settle(self, key: str, state: Literal["spent", "released"]) -> None:
        self._connection.execute(sa.update(t.spending).where(t.spending.c.key == key).values(state=state))
