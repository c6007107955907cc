"""Rows on their way into Fernline's tables, so that the seed reads as business facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from cx_core.adapters.fernline import tables
from cx_core.adapters.fernline.days import month_of

GENERATED_FROM = 100
"""Numbers below are the cast's; generated rows and later ones count on from here."""

_PAST_THE_CAST = {"customer": 21, "plan": 1, "slot": 1, "outage": 1, "usage": 1, "service_ticket": 1}


class FernlineRows:
    """Collects rows by table; `insert` writes them all, in the order that references need."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._rows: dict[str, list[dict[str, object]]] = {}
        self._next = {kind: _PAST_THE_CAST.get(kind, GENERATED_FROM) for kind in tables.LETTERS}

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def new(self, kind: str) -> int:
        """The next generated number of a kind."""
        self._next[kind] += 1
        return self._next[kind] - 1

    def add(self, table: str, **values: object) -> None:
        self._rows.setdefault(table, []).append(values)

    def invoice(self, number: int, customer: int, day: date, lines: Mapping[str, int], *, period: date) -> None:
        """Lines are text and pence; due two weeks after the day. With a plan among them it bills the whole month."""
        starts, ends = month_of(period) if "plan" in map(_what, lines) else (None, None)
        due = day + timedelta(days=14)
        self.add(
            "invoice", number=number, customer=customer, date=day, due=due, period=period, starts=starts, ends=ends
        )
        for position, (text, amount) in enumerate(lines.items(), 1):
            self.add(
                "line",
                number=self.new("line"),
                invoice=number,
                position=position,
                what=_what(text),
                text=text,
                amount=amount,
            )

    def payment(
        self,
        number: int,
        invoice: int,
        customer: int,
        amount: int,
        day: date,
        *,
        method: str = "card",
        card: str = "4242",
        status: str = "settled",
    ) -> None:
        self.add(
            "payment",
            number=number,
            invoice=invoice,
            customer=customer,
            amount=amount,
            date=day,
            method=method,
            card_last4=card if method == "card" else None,
            status=status,
        )

    def order(
        self,
        number: int,
        customer: int,
        items: Mapping[str, int],
        *,
        day: date,
        status: str,
        expected: date,
        payment: int | None,
        delivered: date | None = None,
    ) -> None:
        """Items are names and pence."""
        self.add(
            "order",
            number=number,
            customer=customer,
            date=day,
            status=status,
            expected=expected,
            delivered=delivered,
            carrier=("Swiftline", "Parcelway")[number % 2],
            payment=payment,
            tracking=f"FL{number * 7919 % 10**8:08d}GB",
        )
        for position, (name, amount) in enumerate(items.items(), 1):
            self.add("order_item", order=number, position=position, name=name, amount=amount)

    def usage(self, contract: int, days: Iterable[date], megabytes: int) -> None:
        """A log of these days that comes to so much in all, a little more at the end of a week."""
        logged = list(days)
        weights = [3 + day.weekday() for day in logged]
        left, weight = megabytes, sum(weights)
        for day, share in zip(logged, weights, strict=True):
            used = left * share // weight
            left, weight = left - used, weight - share
            self.add("usage", number=self.new("usage"), contract=contract, date=day, megabytes=used)

    def device(self, customer: int, model: str, since: date) -> None:
        self.add("device", number=self.new("device"), customer=customer, model=model, since=since)

    def free_slots(self) -> list[dict[str, object]]:
        return [row for row in self._rows["slot"] if not row["taken_by"]]

    def book(
        self, number: int, customer: int, contract: int, kind: str, address: str, slot: Mapping[str, object]
    ) -> None:
        """A booked appointment in a slot, which it takes."""
        next(row for row in self._rows["slot"] if row["number"] == slot["number"])["taken_by"] = tables.to_id(
            "appointment", number
        )
        self.add(
            "appointment",
            number=number,
            customer=customer,
            contract=contract,
            kind=kind,
            date=slot["date"],
            window=slot["window"],
            status="booked",
            address=address,
            slot=slot["number"],
        )

    def slot_on(self, day: date, window: str) -> Mapping[str, object]:
        return next(row for row in self._rows["slot"] if (row["date"], row["window"]) == (day, window))

    def insert(self, connection: sa.Connection) -> None:
        for table in tables.metadata.sorted_tables:
            if rows := self._rows.get(table.name):
                connection.execute(sa.insert(table), rows)
        connection.execute(sa.insert(tables.counter), [self._count(kind) for kind in tables.LETTERS])

    def _count(self, kind: str) -> dict[str, object]:
        return {"kind": kind, "next": max(self._next[kind], GENERATED_FROM)}


def _what(text: str) -> str:
    """What kind of line this is, by how Fernline words it."""
    marks = {"Late payment": "late fee", "Data over": "overage", "monthly": "plan", "first month": "plan"}
    marks |= {"Installation": "once", "Paper bills": "once"}
    return next((what for mark, what in marks.items() if mark in text), "goods")


def total(lines: Mapping[str, int]) -> int:
    """Pence."""
    return sum(lines.values())
