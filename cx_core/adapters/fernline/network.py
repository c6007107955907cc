"""Lines, outages, devices and sign-ins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline import tables_service as s
from cx_core.adapters.fernline.calls import Arguments, Effect, ReadCall, Records, Write, held, record, text
from cx_core.adapters.fernline.tables import next_number, to_id, to_number
from cx_core.adapters.sql.database import to_text
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, CustomerId, Value

UNDO_TIME = timedelta(hours=24)
CATEGORIES = ("no connection", "slow line", "drops out", "router", "television", "telephone")
SEVERITIES = ("low", "normal", "high")


def _place(connection: sa.Connection, arguments: Arguments) -> sa.Row[Any] | None:
    """The contract with its plan's speed and where it is."""
    number = to_number("contract", arguments["contract"])
    found = sa.select(t.contract, t.customer.c.address, t.plan.c.megabits).join(t.customer).join(t.plan)
    return connection.execute(found.where(t.contract.c.number == number)).one_or_none()


def _outages(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """What is out now where this contract is."""
    place = _place(connection, arguments)
    if place is None:
        return ()
    now = sa.and_(s.outage.c.since <= today, sa.or_(s.outage.c.until.is_(None), s.outage.c.until >= today))
    rows = connection.execute(sa.select(s.outage).where(now).order_by(s.outage.c.number)).all()
    return tuple(_outage_record(row) for row in rows if f" {row.area} " in f"{place.address} ")


def _outage(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("outage", arguments["outage"])
    rows = connection.execute(sa.select(s.outage).where(s.outage.c.number == number)).all()
    return tuple(_outage_record(row) for row in rows)


def _outage_record(row: sa.Row[Any]) -> BusinessRecord:
    fields: dict[str, Value] = {
        "area": row.area,
        "cause": row.cause,
        "since": row.since.isoformat(),
        "expected_end": row.until.isoformat() if row.until else "not known yet",
    }
    return record("outage", row.number, None, fields)


def _line_test(connection: sa.Connection, arguments: Arguments, today: date) -> Records:
    """What a test of the line says: no signal in an outage, a fault where one is being looked at or is due."""
    place = _place(connection, arguments)
    if place is None:
        return ()
    tickets = [one for one in _service_tickets(connection, arguments, today) if one.fields["status"] == "open"]
    if _outages(connection, arguments, today):
        status, measured, detail = "no signal", 0, "There is no signal at the exchange."
    elif tickets or place.number % 9 == 0:
        status, measured, detail = "fault", place.megabits // 5, "The line loses packets between exchange and house."
    else:
        status, measured, detail = "ok", place.megabits - place.megabits // 20, "The line to the house is fine."
    fields: dict[str, Value] = {
        "contract": to_id("contract", place.number),
        "status": status,
        "measured": f"{measured} Mbit/s",
        "promised": f"{place.megabits} Mbit/s",
        "detail": detail,
        "date": today.isoformat(),
    }
    owner = CustomerId(to_id("customer", place.customer))
    id = f"{to_id('contract', place.number)}/{today.isoformat()}"
    return (BusinessRecord(kind="line_test", id=id, customer=owner, fields=fields),)


def _service_tickets(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("contract", arguments["contract"])
    return _ticket_records(connection, s.service_ticket.c.contract == number)


def _service_ticket(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("service_ticket", arguments["service_ticket"])
    return _ticket_records(connection, s.service_ticket.c.number == number)


def _ticket_records(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Records:
    found = sa.select(s.service_ticket, t.contract.c.customer).join(t.contract).where(where)
    return tuple(
        record(
            "service_ticket",
            row.number,
            row.customer,
            {
                "contract": to_id("contract", row.contract),
                "category": row.category,
                "severity": row.severity,
                "opened": row.opened.isoformat(),
                "status": row.status,
            },
        )
        for row in connection.execute(found.order_by(s.service_ticket.c.number.desc())).all()
    )


def _outage_notices(connection: sa.Connection, arguments: Arguments, _today: date) -> Records:
    number = to_number("contract", arguments["contract"])
    found = sa.select(s.outage_notice, t.contract.c.customer).join(t.contract)
    mine = found.where(s.outage_notice.c.contract == number).order_by(s.outage_notice.c.number.desc())
    return tuple(
        record(
            "outage_notice",
            row.number,
            row.customer,
            {"contract": to_id("contract", row.contract), "outage": to_id("outage", row.outage), "status": row.status},
        )
        for row in connection.execute(mine).all()
    )


def _open_service_ticket(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    contract = held(connection, "contract", arguments)
    category, severity = text(arguments, "category"), text(arguments, "severity")
    if category not in CATEGORIES or severity not in SEVERITIES:
        raise SystemRefused(f"Choose one of {', '.join(CATEGORIES)}, and {', '.join(SEVERITIES)}.")
    standing = _service_tickets(connection, arguments, now.date())
    again = [one.id for one in standing if (one.fields["status"], one.fields["category"]) == ("open", category)]
    if again:
        raise SystemRefused(f"{again[0]} for this is open already.")
    number = next_number(connection, "service_ticket")
    connection.execute(
        sa.insert(s.service_ticket).values(
            number=number,
            contract=contract.number,
            category=category,
            severity=severity,
            opened=now.date(),
            status="open",
        )
    )
    reference = to_id("service_ticket", number)
    fields: dict[str, Value] = {
        "service_ticket": reference,
        "contract": to_id("contract", contract.number),
        "category": category,
        "severity": severity,
        "within": "2 working days",
    }
    return Effect(reference, fields, now + UNDO_TIME)


def _ticket_status(now_is: str, becomes: str) -> Any:  # noqa: ANN401  # an undo, as `Write` has it
    def undo(
        connection: sa.Connection, fields: Arguments, _before: Mapping[str, Any], _now: datetime
    ) -> dict[str, Value]:
        ticket = held(connection, "service_ticket", fields)
        if ticket.status != now_is:
            raise SystemRefused(f"The service ticket is {ticket.status}.")
        _set_ticket(connection, ticket.number, becomes)
        return dict(fields)

    return undo


def _close_ticket(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    ticket = held(connection, "service_ticket", {"service_ticket": arguments["ticket"]})
    if ticket.status != "open":
        raise SystemRefused(f"{arguments['ticket']} is {ticket.status} already.")
    _set_ticket(connection, ticket.number, "solved")
    id = to_id("service_ticket", ticket.number)
    return Effect(id, {"service_ticket": id, "ticket": id, "category": ticket.category}, now + UNDO_TIME)


def _set_ticket(connection: sa.Connection, number: int, status: str) -> None:
    mine = s.service_ticket.c.number == number
    connection.execute(sa.update(s.service_ticket).where(mine).values(status=status))


def _subscribe_outage(connection: sa.Connection, arguments: Arguments, now: datetime) -> Effect:
    contract = held(connection, "contract", arguments)
    out = _outages(connection, arguments, now.date())
    if not out:
        raise SystemRefused(f"There is no outage where contract {arguments['contract']} is.")
    standing = _outage_notices(connection, arguments, now.date())
    if any((one.fields["outage"], one.fields["status"]) == (out[0].id, "subscribed") for one in standing):
        raise SystemRefused("They are told about this outage already.")
    number = next_number(connection, "outage_notice")
    connection.execute(
        sa.insert(s.outage_notice).values(
            number=number,
            contract=contract.number,
            outage=to_number("outage", out[0].id),
            at=to_text(now),
            status="subscribed",
        )
    )
    fields: dict[str, Value] = {
        "contract": to_id("contract", contract.number),
        "outage": out[0].id,
        "area": out[0].fields["area"],
    }
    return Effect(to_id("outage_notice", number), fields, now + UNDO_TIME, {"notice": number})


def _unsubscribe(
    connection: sa.Connection, fields: Arguments, before: Mapping[str, Any], _now: datetime
) -> dict[str, Value]:
    mine = s.outage_notice.c.number == before["notice"]
    connection.execute(sa.update(s.outage_notice).where(mine).values(status="withdrawn"))
    return dict(fields)


READS = {
    "outages": ReadCall(_outages, ("contract",)),
    "outage": ReadCall(_outage, ("outage",)),
    "run_line_test": ReadCall(_line_test, ("contract",)),
    "service_tickets": ReadCall(_service_tickets, ("contract",)),
    "service_ticket": ReadCall(_service_ticket, ("service_ticket",)),
    "outage_notices": ReadCall(_outage_notices, ("contract",)),
}
WRITES = {
    "open_service_ticket": Write(
        _open_service_ticket, ("contract", "category", "severity"), _ticket_status("open", "withdrawn")
    ),
    "close_ticket": Write(_close_ticket, ("ticket",), _ticket_status("solved", "open")),
    "subscribe_outage": Write(_subscribe_outage, ("contract",), _unsubscribe),
}
