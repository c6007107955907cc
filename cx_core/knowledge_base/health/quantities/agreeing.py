"""Whether two values may both be true."""

from __future__ import annotations

from cx_core.knowledge_base.health.quantities.hours import HALF_DAY
from cx_core.knowledge_base.health.quantities.quantity import FACE, Quantity

DAY = 2 * HALF_DAY
"""Minutes."""
PENNY = 0.01
"""What a sum is rounded to: £8.33 a month may be a twelfth of £100."""
LEAP = 0.003
"""By what share two sums of a year may differ where one is for a day or a week: 52 weeks have 364 days."""
TIMES_A_YEAR = {"day": 365.0, "week": 52.0, "month": 12.0, "quarter": 4.0, "year": 1.0}


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether both may be true of one thing: equal, or one lies in the other's range."""
    if one.kind != other.kind or one.kind in ("weekday", "phone"):
        return one.kind == other.kind and one.low == other.low
    one, other = _rising(one), _rising(other)
    if one.rate != other.rate:
        one, other = _for_a_year(one, other)
    if one.kind == "money" and 0.0 not in (one.high, other.high) and one.unit != other.unit:
        return True  # two currencies: nothing to compare
    if one.kind == "period":
        return _same_period(one, other)
    if FACE in one.unit + other.unit:
        one, other = _on_a_face(one), _on_a_face(other)
    if one.low < one.high and other.low < other.high:
        return _close(one.low, other.low) and _close(one.high, other.high)
    if one.kind == "clock":
        return any(_overlap(a, b) for a, b in ((one, other), (_next_day(one), other), (one, _next_day(other))))
    return _overlap(one, other)


def _for_a_year(one: Quantity, other: Quantity) -> tuple[Quantity, Quantity]:
    """What is stated for a month and for a year, both for a year: "£29 a month" is "£348 a year", "£8.33" is "£100"."""
    if one.rate not in TIMES_A_YEAR or other.rate not in TIMES_A_YEAR:
        return one, other
    first, second = (
        each._replace(low=each.low * TIMES_A_YEAR[each.rate], high=each.high * TIMES_A_YEAR[each.rate], rate="year")
        for each in (one, other)
    )
    slack = LEAP if {one.rate, other.rate} & {"day", "week"} else 0.0
    rounding = PENNY / 2 * max(TIMES_A_YEAR[one.rate], TIMES_A_YEAR[other.rate]) if one.kind == "money" else 0.0
    if all(abs(a - b) <= rounding + slack * max(a, b) for a, b in ((first.low, second.low), (first.high, second.high))):
        return first, first._replace(unit=second.unit)
    return first, second


def _rising(one: Quantity) -> Quantity:
    """Hours over midnight end on the next day: "noon to midnight"; of "from £20 to £12" the lesser first."""
    if one.low <= one.high:
        return one
    if one.kind == "clock":
        return one._replace(high=one.high + DAY)
    return one._replace(low=one.high, high=one.low)


def _next_day(one: Quantity) -> Quantity:
    return one._replace(low=one.low + DAY, high=one.high + DAY)


def _overlap(one: Quantity, other: Quantity) -> bool:
    return one.low - _slack(one) <= other.high and other.low - _slack(one) <= one.high


def _on_a_face(one: Quantity) -> Quantity:
    return one._replace(low=one.low % HALF_DAY, high=one.low % HALF_DAY + (one.high - one.low) % HALF_DAY)


def _same_period(one: Quantity, other: Quantity) -> bool:
    ranges = one.low < one.high and other.low < other.high
    if one.unit == other.unit or {one.unit, other.unit} == {"day", "workday"}:
        same = _meet(one, other, ranges)
        if same or one.unit == other.unit:
            return same
        return _meet(_in_days(one), _in_days(other), ranges)
    return _meet(_in_days(one), _in_days(other), ranges)


def _meet(one: Quantity, other: Quantity, ranges: bool) -> bool:
    if ranges and one.unit == other.unit:
        return _close(one.low, other.low) and _close(one.high, other.high)
    return one.low <= other.high * 1.0001 and other.low <= one.high * 1.0001


def _in_days(one: Quantity) -> Quantity:
    """A period as days: a month has 28 to 31, a working week five days of seven."""
    short, long = {"month": (28.0, 31.0), "year": (365.0, 366.0), "workday": (1.0, 1.4)}.get(one.unit, (1.0, 1.0))
    twelve = one.unit == "month" and one.low >= 12 and one.low % 12 == 0
    if twelve:
        short, long = 365 / 12, 366 / 12
    return one._replace(low=one.low * short, high=one.high * long, unit="day")


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 + 1e-4 * max(abs(one), abs(other))


def _slack(one: Quantity) -> float:
    return 1e-6 + 1e-4 * abs(one.high)
