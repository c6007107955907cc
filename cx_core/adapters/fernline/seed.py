"""Opens Fernline's database: makes the tables, fills them once, and keeps its dates near today."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from cx_core.adapters.fernline import tables
from cx_core.adapters.fernline.cast import PEOPLE, PLANS, add_cast
from cx_core.adapters.fernline.contracts import OVERAGE_PENCE
from cx_core.adapters.fernline.days import WINDOWS, days_from, month_before, month_of, next_thursday, week_of
from cx_core.adapters.fernline.rows import FernlineRows, total
from cx_core.adapters.sql.database import connect, to_text
from cx_core.ports import Clock

SEED = 20240613
CUSTOMERS = 300
SLOT_DAYS = 42
KEPT_MONTHS = 2
"""So many months back the log of usage goes."""

_FIRST = (
    "Adaeze",
    "Alan",
    "Amelia",
    "Anika",
    "Arjun",
    "Beth",
    "Callum",
    "Carmen",
    "Chidi",
    "Dara",
    "Edith",
    "Elif",
    "Ewan",
    "Farah",
    "Fiona",
    "Gareth",
    "Hana",
    "Idris",
    "Imogen",
    "Ines",
    "Jamal",
    "Joan",
    "Kasia",
    "Kenji",
    "Leila",
    "Luca",
    "Mabel",
    "Marek",
    "Mei",
    "Niamh",
    "Noor",
    "Owen",
    "Petra",
    "Rafael",
    "Rhys",
    "Rosa",
    "Samir",
    "Sinead",
    "Tariq",
    "Una",
    "Viktor",
    "Wendy",
    "Yusuf",
    "Zoe",
)
_LAST = (
    "Abara",
    "Ahmed",
    "Baptiste",
    "Barlow",
    "Campbell",
    "Chowdhury",
    "Clarke",
    "Costa",
    "Davies",
    "Doyle",
    "Evans",
    "Farrell",
    "Gill",
    "Haddad",
    "Hill",
    "Ito",
    "Jones",
    "Kaya",
    "Khan",
    "Kowalski",
    "Lopez",
    "Mbeki",
    "Murphy",
    "Novak",
    "Olsen",
    "Patel",
    "Quinn",
    "Reid",
    "Rossi",
    "Santos",
    "Singh",
    "Tan",
    "Taylor",
    "Usman",
    "Walsh",
    "Wright",
    "Yilmaz",
    "Zhang",
)
_STREETS = ("Alder Road", "Mill Street", "Harbour View", "Chapel Walk", "Beacon Hill", "Linden Avenue", "Quarry Lane")
_TOWNS = (("Fernbridge", "FN1"), ("Fernbridge", "FN2"), ("Ashcombe", "FN3"), ("Wexmouth", "FN7"))
_GOODS = {
    "Fernline Hub 6 router": 7900,
    "Fernline Mesh Pod": 6500,
    "Aurora wireless headphones": 12900,
    "Pebble phone case": 1900,
    "Fern tablet 10": 32900,
    "Tablet sleeve": 2500,
    "Aurora desk lamp": 4500,
    "Fern phone 8": 42900,
    "Extension cable 5 m": 1200,
}
_DEVICES = ("Fernline Mesh Pod", "Fern tablet 10", "Fern phone 8")
_PAID = (
    (0.2, ("settled",)),
    (0.21, ("pending",)),
    (0.26, ("failed", "settled")),
    (0.28, ("settled", "settled")),
    (0.285, ("disputed",)),
)
"""How an invoice was paid, by where the dice fell."""
_LOCK = 714_220_611  # PostgreSQL: who opens first; any number that is only used here


def open_fernline(url: str, clock: Clock) -> sa.Engine:
    """The database at `url`, seeded if it was empty. Two processes may open it at once.

    A database from an earlier week has its dates moved on by whole weeks, so that weekdays stay.
    """
    engine = connect(url)
    today = clock().date()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        _renew_if_older(connection)
        tables.metadata.create_all(connection)
        week = connection.execute(sa.select(tables.seeded.c.week)).scalar_one_or_none()
        if week is None:
            _fill(connection, today)
        elif week_of(today) > week:
            _move_dates(connection, week_of(today) - week)
            connection.execute(sa.update(tables.seeded).values(week=week_of(today)))
    return engine


def _renew_if_older(connection: sa.Connection) -> None:
    """A sandbox whose tables lack something is made anew: what was tried in it goes, nothing of Rung does."""
    look = sa.inspect(connection)
    here = {table: {column["name"] for column in look.get_columns(table)} for table in look.get_table_names()}
    lacking = [
        name
        for name, table in tables.metadata.tables.items()
        if name in here and not {column.name for column in table.columns} <= here[name]
    ]
    gone = set(here) - set(tables.metadata.tables)
    if lacking or (here and "line" not in here and tables.seeded.name in here):
        tables.metadata.drop_all(connection)
        for name in sorted(gone & {"invoice_line"}):
            connection.execute(sa.schema.DropTable(sa.Table(name, sa.MetaData())))


def _fill(connection: sa.Connection, today: date) -> None:
    rows, dice = FernlineRows(today), random.Random(SEED)
    for name, monthly, megabits, gigabytes in PLANS:
        rows.add("plan", number=rows.new("plan"), name=name, monthly=monthly, megabits=megabits, gigabytes=gigabytes)
    _add_slots(rows, dice)
    add_cast(rows)
    for _ in range(CUSTOMERS - len(PEOPLE)):
        _add_customer(rows, dice)
    _add_outages(rows)
    rows.insert(connection)
    connection.execute(sa.insert(tables.seeded).values(id=1, week=week_of(today)))


def _add_slots(rows: FernlineRows, dice: random.Random) -> None:
    """Teams are full up to the next Thursday; the Friday after it has two free visits, then about half are."""
    thursday = next_thursday(rows.today)
    for offset in range(1, SLOT_DAYS + 1):
        day = rows.day(offset)
        for window in WINDOWS:
            free = dice.random() < 0.5 if day > thursday + timedelta(days=1) else window != WINDOWS[2]
            rows.add(
                "slot",
                number=rows.new("slot"),
                date=day,
                window=window,
                taken_by="" if free and day > thursday else "another customer",
            )


def _add_customer(rows: FernlineRows, dice: random.Random) -> None:
    number = rows.new("customer")
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    town, district = dice.choice(_TOWNS)
    address = f"{dice.randint(1, 120)} {dice.choice(_STREETS)}, {town} {district} {dice.randint(1, 9)}AA"
    rows.add(
        "customer",
        number=number,
        name=f"{first} {last}",
        phone=f"+44 7700 900{number:03d}",
        address=address,
        email=f"{first}.{last}.{number}@example.{dice.choice(('com', 'org', 'net'))}".lower(),
        tier=dice.choices(("standard", "plus", "vip"), (75, 20, 5))[0],
        minor=False,
        language="en",
        born=date(dice.randint(1945, 2004), dice.randint(1, 12), dice.randint(1, 28)),
        consent_marketing=dice.random() < 0.4,
        customer_since=rows.day(-dice.randint(30, 2500)),
    )
    if dice.random() < 0.85:
        _add_contract(rows, dice, number, address)
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        _add_order(rows, dice, number)


def _add_contract(rows: FernlineRows, dice: random.Random, customer: int, address: str) -> None:
    """A contract with the last three months billed, two weeks of usage, and sometimes a visit or a fault."""
    contract, plan = rows.new("contract"), dice.randint(1, len(PLANS))
    name, monthly, _, gigabytes = PLANS[plan - 1]
    ended = dice.random() < 0.05
    rows.add(
        "contract",
        number=contract,
        customer=customer,
        plan=plan,
        since=rows.day(-dice.randint(100, 2000)),
        status="ended" if ended else "active",
    )
    logged: set[date] = set()
    for back in (3, 2, 1):
        lines, over = {f"{name}, monthly": monthly}, 0
        if gigabytes and dice.random() < 0.25:
            over = dice.randint(1, 12)
            lines[f"Data over allowance, {over} GB"] = over * OVERAGE_PENCE
        _add_bill(rows, dice, customer, lines, back)
        if gigabytes and back <= KEPT_MONTHS:
            logged |= _add_log(rows, contract, gigabytes * 1000, over, back)
    for ago in range(14, 0, -1):
        most = 9000 if gigabytes is None else gigabytes * 80
        day, megabytes = rows.day(-ago), dice.randint(50, most)
        if day not in logged:
            rows.add("usage", number=rows.new("usage"), contract=contract, date=day, megabytes=megabytes)
    if gigabytes is None:
        rows.device(customer, "Fernline Hub 6 router", rows.day(-90))
    if not ended and dice.random() < 0.08:
        kind = dice.choice(("installation", "repair"))
        later = [slot for slot in rows.free_slots() if slot["date"] != next_thursday(rows.today) + timedelta(days=1)]
        rows.book(rows.new("appointment"), customer, contract, kind, address, dice.choice(later))
    if dice.random() < 0.06:
        rows.add(
            "service_ticket",
            number=rows.new("service_ticket"),
            contract=contract,
            category=dice.choice(("slow line", "no connection", "router")),
            severity=dice.choice(("low", "high")),
            opened=rows.day(-dice.randint(1, 40)),
            status=dice.choice(("open", "solved")),
        )


def _add_log(rows: FernlineRows, contract: int, allowance: int, over: int, back: int) -> set[date]:
    """The log of a month that was billed, which bears the bill out; that of every seventh contract lacks three days.

    Its days are returned. `allowance` in megabytes, `over` in gigabytes begun.
    """
    days = days_from(*month_of(month_before(rows.today, back)))
    gap = days[13:16] if contract % 7 == 0 else []
    used = allowance + over * 1000 - 400 if over else allowance * (50 + contract % 40) // 100
    rows.usage(contract, (day for day in days if day not in gap), used)
    return set(days)


def _add_bill(rows: FernlineRows, dice: random.Random, customer: int, lines: dict[str, int], back: int) -> None:
    """A monthly invoice; now and then paid not yet, after a failure, or twice."""
    invoice, day = rows.new("invoice"), month_before(rows.today, back - 1).replace(day=1)
    if dice.random() < 0.06:
        lines = {**lines, "Late payment fee": 500}
    rows.invoice(invoice, customer, day, lines, period=month_before(rows.today, back))
    luck, paid_on = dice.random(), min(day + timedelta(days=dice.randint(0, 12)), rows.today)
    if back == 1 and luck < 0.2:
        return
    method = dice.choice(("card", "direct debit", "direct debit", "transfer"))
    card = f"{dice.randint(1000, 9999)}"
    for status in next((statuses for below, statuses in _PAID if luck < below), ("settled",)):
        payment = rows.new("payment")
        rows.payment(payment, invoice, customer, total(lines), paid_on, method=method, card=card, status=status)
    if 0.27 <= luck < 0.28:
        at = to_text(datetime.combine(paid_on, time(9), UTC))
        rows.add("refund", number=rows.new("refund"), payment=payment, amount=total(lines), at=at, status="issued")


def _add_order(rows: FernlineRows, dice: random.Random, customer: int) -> None:
    items = {name: _GOODS[name] for name in dice.sample(sorted(_GOODS), dice.choice((1, 1, 1, 2)))}
    order, invoice, payment = rows.new("order"), rows.new("invoice"), rows.new("payment")
    ago = dice.randint(0, 90)
    day, expected = rows.day(-ago), rows.day(-ago + dice.randint(2, 5))
    rows.invoice(invoice, customer, day, items, period=day)
    rows.payment(payment, invoice, customer, total(items), day, card=f"{dice.randint(1000, 9999)}")
    status, delivered = ("processing" if ago < 2 else "shipped"), None
    arrived = expected + timedelta(days=dice.choice((-1, 0, 0, 0, 1, 3)))
    if dice.random() < 0.04:
        status = "cancelled"
    elif arrived <= rows.today and dice.random() < 0.97:
        status, delivered = "delivered", arrived
    rows.order(order, customer, items, day=day, status=status, expected=expected, delivered=delivered, payment=payment)
    for name in items:
        if delivered and name in _DEVICES:
            rows.device(customer, name, delivered)


def _add_outages(rows: FernlineRows) -> None:
    for area, cause, since, until in (
        ("FN7", "A cable was cut during road works", -1, None),
        ("FN3", "Planned work in the exchange", -9, -9),
        ("FN1", "Power failure in the exchange", -33, -32),
    ):
        rows.add(
            "outage",
            number=rows.new("outage"),
            area=area,
            cause=cause,
            since=rows.day(since),
            until=None if until is None else rows.day(until),
        )


def _move_dates(connection: sa.Connection, by: timedelta) -> None:
    """Move every day of business on, people's own dates apart."""
    for table in tables.metadata.sorted_tables:
        dates = [c for c in table.columns if isinstance(c.type, sa.Date)]
        if not dates or table in (tables.customer, tables.seeded):
            continue
        number = table.c.number
        found = connection.execute(sa.select(number, *dates)).all()
        moved = [
            {"_number": row[0], **{f"_{c.name}": d and d + by for c, d in zip(dates, row[1:], strict=True)}}
            for row in found
        ]
        if moved:
            new_values: dict[str, sa.BindParameter[date]] = {c.name: sa.bindparam(f"_{c.name}") for c in dates}
            connection.execute(sa.update(table).where(number == sa.bindparam("_number")).values(new_values), moved)
