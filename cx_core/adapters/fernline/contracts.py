"""Contracts: what plan, what else there is, and how they change or end. What was used: `usage`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline import tables_service as s
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, day, held, record
from cx_core.adapters.fernline.days import day_name
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, Money, Value

UNDO_TIME = timedelta(days=14)
"""People may change their minds about a contract for so long."""
OVERAGE_PENCE = 200
"""For each gigabyte begun beyond the allowance."""
NOTICE = timedelta(days=30)


def contract_records(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Records:
    found = sa.select(t.contract, t.plan.c.name, t.plan.c.monthly, t.plan.c.megabits, t.plan.c.gigabytes).join(t.plan)
    return tuple(
        record(
            "contract",
            row.number,
            row.customer,
            {
                "plan": row.name,
                "monthly": Money(minor=row.monthly),
                "since": row.since.isoformat(),
                "status": row.status,
                "speed": f"{row.megabits} Mbit/s",
                "allowance": allowance(row.gigabytes),
                "ends": row.ends and row.ends.isoformat(),
            },
        )
        for row in connection.execute(found.where(where).order_by(t.contract.c.number)).all()
    )


def allowance(gigabytes: int | None) -> str:
    """How much data a plan includes, in words."""
    return "unlimited" if gigabytes is None else f"{gigabytes} GB"


def _contracts(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return contract_records(connection, t.contract.c.customer == to_number("customer", arguments["customer"]))


def _contract(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    return contract_records(connection, t.contract.c.number == to_number("contract", arguments["contract"]))


def own_plan(connection: sa.Connection, arguments: Arguments) -> sa.Row[Any] | None:
    """The plan of the contract named, with whose it is and since when."""
    number = to_number("contract", arguments["contract"])
    found = (
        sa.select(t.contract.c.customer, t.contract.c.since, t.plan).join(t.plan).where(t.contract.c.number == number)
    )
    return connection.execute(found).one_or_none()


def _plans(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    """Plans of the same family that this contract could change to, cheapest first."""
    own = own_plan(connection, arguments)
    if own is None:
        return ()
    family = own.name.split(" ", 1)[0]
    rows = connection.execute(sa.select(t.plan).order_by(t.plan.c.monthly)).all()
    return tuple(_plan_record(row) for row in rows if row.name.startswith(family) and row.number != own.number)


def _plan(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("plan", arguments["plan"])
    rows = connection.execute(sa.select(t.plan).where(t.plan.c.number == number)).all()
    return tuple(_plan_record(row) for row in rows)


def _offered_plans(connection: sa.Connection, _arguments: Arguments, _today: date) -> Records:
    rows = connection.execute(sa.select(t.plan).order_by(t.plan.c.monthly)).all()
    return tuple(_plan_record(row) for row in rows)


def _plan_record(row: sa.Row[Any]) -> BusinessRecord:
    price = Money(minor=row.monthly)
    what = f"{row.megabits} Mbit/s" if row.gigabytes is None else f"{row.gigabytes} GB"
    fields: dict[str, Value] = {
        "name": row.name,
        "monthly": price,
        "speed": f"{row.megabits} Mbit/s",
        "allowance": allowance(row.gigabytes),
        "label": f"{row.name} ({what}, {price} a month)",
    }
    return record("plan", row.number, None, fields)


def _plan_changes(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("contract", arguments["contract"])
    found = sa.select(s.plan_change, t.contract.c.customer).join(t.contract).where(s.plan_change.c.contract == number)
    return tuple(
        record(
            "plan_change",
            row.number,
            row.customer,
            {
                "contract": to_id("contract", row.contract),
                "plan": to_id("plan", row.plan),
                "from": row.starts.isoformat(),
                "status": row.status,
            },
        )
        for row in connection.execute(found.order_by(s.plan_change.c.number.desc())).all()
    )


def _active(connection: sa.Connection, arguments: Arguments) -> sa.Row[Any]:
    contract = held(connection, "contract", arguments)
    if contract.status != "active":
        raise SystemRefused(f"Contract {arguments['contract']} is {contract.status}.")
    return contract


def _change_plan(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    contract, plan = _active(connection, arguments), held(connection, "plan", arguments)
    starts = day(arguments, "from")
    own = own_plan(connection, arguments)
    if own is None or plan.number == own.number:
        raise SystemRefused(f"Contract {arguments['contract']} has {plan.name} already.")
    if plan.name.split(" ", 1)[0] != own.name.split(" ", 1)[0]:
        raise SystemRefused(f"{own.name} cannot be changed to {plan.name}: that needs a new contract.")
    if not now.date() <= starts <= now.date() + timedelta(days=90):
        raise SystemRefused(f"{day_name(starts)} cannot be used; from today to 90 days ahead.")
    number = next_number(connection, "plan_change")
    connection.execute(
        sa.insert(s.plan_change).values(
            number=number,
            contract=contract.number,
            plan=plan.number,
            previous=own.number,
            starts=starts,
            at=to_text(now),
            status="agreed",
        )
    )
    if starts <= now.date():
        _set(connection, contract.number, plan=plan.number)
    fields: dict[str, Value] = {
        "contract": to_id("contract", contract.number),
        "plan": to_id("plan", plan.number),
        "name": plan.name,
        "monthly": Money(minor=plan.monthly),
        "previous": own.name,
        "from": starts.isoformat(),
    }
    return Effect(to_id("plan_change", number), fields, now + UNDO_TIME, {"change": number, "previous": own.number})


def _change_plan_back(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    contract = _active(connection, fields)
    change = held(connection, "plan_change", {"plan_change": to_id("plan_change", before["change"])})
    later = sa.select(s.plan_change.c.number).where(
        s.plan_change.c.contract == contract.number,
        s.plan_change.c.number > change.number,
        s.plan_change.c.status == "agreed",
    )
    if connection.execute(later).first() is not None:
        raise SystemRefused("The plan has been changed again since.")
    mine = s.plan_change.c.number == change.number
    connection.execute(sa.update(s.plan_change).where(mine).values(status="withdrawn"))
    _set(connection, contract.number, plan=before["previous"])
    return dict(fields)


def _cancel_contract(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    contract, ends = _active(connection, arguments), day(arguments, "date")
    soonest = now.date() + NOTICE
    if ends < soonest:
        raise SystemRefused(f"A contract ends 30 days after notice; {day_name(soonest)} is the soonest.")
    _set(connection, contract.number, status="ending", ends=ends)
    fields: dict[str, Value] = {"contract": to_id("contract", contract.number), "date": ends.isoformat()}
    until = min(now + UNDO_TIME, datetime.combine(ends, time.min, UTC))
    return Effect(to_id("contract", contract.number), fields, until)


def _cancel_contract_back(
    connection: sa.Connection, fields: Arguments, _before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    contract = held(connection, "contract", fields)
    if contract.status != "ending":
        raise SystemRefused(f"The contract is {contract.status}.")
    _set(connection, contract.number, status="active", ends=None)
    return dict(fields)


def _set(connection: sa.Connection, contract: int, **values: object) -> None:
    connection.execute(sa.update(t.contract).where(t.contract.c.number == contract).values(values))


READS = {
    "contracts": ReadCall(_contracts, ("customer",)),
    "contract": ReadCall(_contract, ("contract",)),
    "plans": ReadCall(_plans, ("contract",)),
    "plan": ReadCall(_plan, ("plan",)),
    "offered_plans": ReadCall(_offered_plans, ()),
    "plan_changes": ReadCall(_plan_changes, ("contract",)),
}
WRITES = {
    "change_plan": Write(_change_plan, ("contract", "plan", "from"), _change_plan_back),
    "cancel_contract": Write(_cancel_contract, ("contract", "date"), _cancel_contract_back),
}
