"""A value as a text states it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["period", "money", "share", "size", "count", "clock", "weekday", "day", "phone"]


FACE = " of a clock face"
"""What the unit of a time of day ends in where morning or evening is unsaid."""


class Quantity(NamedTuple):
    """A value from `low` to `high`, which are equal where one is stated.

    Base units: period: days (`unit` "day", "month" or "year" where the calendar decides, "workday"); money: units of
    the currency in `unit`; share: per cent; size: of what `unit` names; count: pieces of `unit`; clock: minutes since
    midnight, see FACE; weekday: bits, Monday 1; day: 20261224, what is not said of it 0; phone: digits as a number.
    """

    kind: Kind
    low: float
    high: float
    unit: str
    start: int
    end: int
    rate: str = ""
    """What it is for: "month" of "£5 a month"."""
    written: float = 0.0
    """The number that stands before the unit of a period: 2 of "2 weeks"; of a range its higher end."""

    def moved(self, by: int) -> Quantity:
        return self._replace(start=self.start + by, end=self.end + by)
