"""What was used on a contract, by the network's log of each day: lately, and in the days that an invoice bills.

The log is kept for two months; a day that it lacks is a gap, not a day without use.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import Arguments, ReadCall, Records, Write
from cx_core.adapters.fernline.contracts import OVERAGE_PENCE, allowance, own_plan
from cx_core.adapters.fernline.days import day_name, days_from
from cx_core.adapters.fernline.tables import to_id, to_number
from cx_core.records import BusinessRecord, CustomerId, Money, Value

LATELY = timedelta(days=30)


def _usage(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """One record: the last thirty days, those that the log lacks among them, and what is over the allowance."""
    plan = own_plan(connection, arguments)
    log = _log(connection, arguments, today - LATELY, today)
    if plan is None or not log:
        return ()
    return (_record(arguments, plan, log, (min(log), max(log)), "lately", "the last 30 days"),)


def _billed_usage(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """One record: the days that an invoice bills. None where no day of them is in the log any more."""
    plan, number = own_plan(connection, arguments), to_number("invoice", arguments["invoice"])
    invoice = connection.execute(sa.select(t.invoice).where(t.invoice.c.number == number)).one_or_none()
    if plan is None or invoice is None or invoice.starts is None or invoice.customer != plan.customer:
        return ()
    first, last = max(invoice.starts, plan.since), min(invoice.ends, today - timedelta(days=1))
    log = _log(connection, arguments, first, last)
    if not log:
        return ()
    period = f"{day_name(first)} to {day_name(last)}"
    return (_record(arguments, plan, log, (first, last), str(arguments["invoice"]), period),)


def _log(connection: sa.Connection, arguments: Arguments, first: date, last: date) -> dict[date, int]:
    """Megabytes by day."""
    mine = t.usage.c.contract == to_number("contract", arguments["contract"])
    days = sa.select(t.usage.c.date, t.usage.c.megabytes).where(mine, t.usage.c.date.between(first, last))
    return {row.date: row.megabytes for row in connection.execute(days).all()}


def _record(
    arguments: Arguments, plan: sa.Row[Any], log: dict[date, int], span: tuple[date, date], of: str, period: str
) -> BusinessRecord:
    missing = [day for day in days_from(*span) if day not in log]
    used = sum(log.values())
    over = 0 if plan.gigabytes is None else max(0, -(-(used - plan.gigabytes * 1000) // 1000))
    fields: dict[str, Value] = {
        "contract": str(arguments["contract"]),
        "period": period,
        "used": f"{used / 1000:.1f} GB",
        "allowance": allowance(plan.gigabytes),
        "over": f"{over} GB",
        "charge": Money(minor=over * OVERAGE_PENCE),
        "complete": "no" if missing else "yes",
        "gap": _gap(missing),
    }
    owner = CustomerId(to_id("customer", plan.customer))
    return BusinessRecord(kind="usage", id=f"{arguments['contract']}/{of}", customer=owner, fields=fields)


def _gap(missing: list[date]) -> str | None:
    if not missing:
        return None
    first, last = day_name(missing[0]), day_name(missing[-1])
    return first if len(missing) == 1 else f"{first} to {last}"


READS = {
    "usage": ReadCall(_usage, ("contract",)),
    "billed_usage": ReadCall(_billed_usage, ("contract", "invoice")),
}
WRITES: dict[str, Write] = {}
"""The log is only read."""
