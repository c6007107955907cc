"""The people whom stories, examples and tests know by name. Every day is relative to today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cx_core.adapters.fernline.days import WINDOWS, days_from, month_before, month_of, next_thursday
from cx_core.adapters.fernline.rows import FernlineRows, total

PLANS: tuple[tuple[str, int, int, int | None], ...] = (
    ("Fibre 75", 2900, 75, None),
    ("Fibre 150", 3400, 150, None),
    ("Fibre 500", 4400, 500, None),
    ("Mobile 10", 1200, 100, 10),
    ("Mobile 50", 1900, 300, 50),
)
"""Name, pence a month, megabits a second, gigabytes included (None: unlimited)."""

_HOMES = {
    1: "4 Alder Road, Fernbridge FN1 2AB",
    2: "17 Quarry Lane, Fernbridge FN1 4QT",
    3: "Flat 3, 88 Mill Street, Ashcombe FN3 1DL",
    4: "9 Orchard Close, Ashcombe FN3 5RS",
    5: "21 Station Parade, Fernbridge FN1 6HG",
    6: "60 Harbour View, Wexmouth FN7 2PL",
    7: "2 Cooper's Yard, Wexmouth FN7 4EE",
    8: "35 Beacon Hill, Fernbridge FN2 8TW",
    9: "14 Chapel Walk, Ashcombe FN3 9ND",
    10: "1 Observatory Gardens, Wexmouth FN8 1AA",
    11: "52 Linden Avenue, Fernbridge FN2 3JX",
    12: "6 Rookery Mews, Ashcombe FN4 7BY",
    13: "27 Alder Road, Fernbridge FN1 2AB",
    14: "3 Granary Court, Ashcombe FN3 2TT",
    15: "71 Mill Street, Ashcombe FN3 1DP",
    16: "8 Beacon Hill, Fernbridge FN2 8TN",
    17: "12 Harbour View, Wexmouth FN7 2PA",
    18: "40 Station Parade, Fernbridge FN1 6HB",
    19: "5 Observatory Gardens, Wexmouth FN8 1AC",
    20: "90 Linden Avenue, Fernbridge FN2 3JZ",
}

PEOPLE: tuple[tuple[int, str, str, str], ...] = (
    (1, "Maria Keller", "maria.keller@example.com", "standard"),
    (2, "Tom Okafor", "tom.okafor@example.org", "vip"),
    (3, "Aisha Rahman", "aisha.rahman@example.com", "plus"),
    (4, "Ben Hughes", "ben.hughes@example.com", "standard"),
    (5, "James Smith", "james.smith@example.com", "standard"),
    (6, "James Smith", "j.smith.74@example.net", "standard"),
    (7, "Lena Fischer", "lena.fischer@example.com", "plus"),
    (8, "Priya Nair", "priya.nair@example.org", "plus"),
    (9, "Daniel Osei", "daniel.osei@example.com", "standard"),
    (10, "Grace Lin", "grace.lin@example.com", "vip"),
    (11, "Oliver Brandt", "oliver.brandt@example.com", "standard"),
    (12, "Hannah Moore", "hannah.moore@example.com", "standard"),
    (13, "Sofia Marsh", "sofia.marsh@example.com", "standard"),
    (14, "Will Tanner", "will.tanner@example.org", "plus"),
    (15, "Ruth Abel", "ruth.abel@example.com", "standard"),
    (16, "Omar Said", "omar.said@example.net", "standard"),
    (17, "Jo Pike", "jo.pike@example.com", "standard"),
    (18, "Kate Lund", "kate.lund@example.org", "plus"),
    (19, "Ivan Petrov", "ivan.petrov@example.com", "vip"),
    (20, "Mina Shah", "mina.shah@example.com", "standard"),
)


_PLAN_OF = {1: 3, 3: 2, 7: 2, 8: 3, 9: 1, 11: 2, 12: 1, 13: 1, 14: 4, 15: 2, 17: 2, 18: 3, 19: 3, 20: 2}
"""Customer to the plan of their one contract, which has the customer's number."""


def add_cast(rows: FernlineRows) -> None:
    """Customers C-1 to C-20 with all that is theirs. Slots must be there already."""
    for number, name, email, tier in PEOPLE:
        minor = number == 4
        rows.add(
            "customer",
            number=number,
            name=name,
            email=email,
            phone=f"+44 7700 900{number:03d}",
            address=_HOMES[number],
            tier=tier,
            minor=minor,
            language="de" if number == 11 else "en",
            born=rows.day(-365 * 16 - 40) if minor else date(1968 + number * 2 % 35, 1 + number % 12, 3 + number),
            consent_marketing=number % 3 == 0,
            customer_since=rows.day(-200 - 90 * number),
        )
    for number, plan in _PLAN_OF.items():
        rows.add(
            "contract",
            number=number,
            customer=number,
            plan=plan,
            since=rows.day(-9 if number == 1 else -150),
            status="active",
        )
        if plan <= 3:
            rows.device(number, "Fernline Hub 6 router", rows.day(-60))
    _billing(rows)
    _fees(rows)
    _orders(rows)
    _visits(rows)


def _billing(rows: FernlineRows) -> None:
    """Invoices and payments that are not for an order."""
    month = month_before(rows.today, 1)
    first = {"Fibre 500, first month": 4400, "Installation": 1000}
    rows.invoice(3, 1, rows.day(-9), first, period=rows.day(-9))
    rows.payment(7, 3, 1, 5400, rows.day(-5))
    rows.payment(8, 3, 1, 5400, rows.day(-5))
    for number, back, extra in ((21, 2, {}), (22, 1, {"Pebble phone case": 1900})):
        lines = {"Fibre 150, monthly": 3400, **extra}
        day = month_before(rows.today, back - 1).replace(day=1)
        rows.invoice(number, 7, day, lines, period=month_before(rows.today, back))
        rows.payment(number + 9, number, 7, total(lines), day, method="direct debit")
    rows.invoice(18, 8, rows.day(-6), {"Fibre 500, monthly": 4400}, period=month)
    rows.invoice(25, 9, rows.day(-20), {"Fibre 75, monthly": 2900, "Paper bills": 900}, period=month)
    rows.payment(40, 25, 9, 3800, rows.day(-12), card="1881", status="disputed")
    rows.payment(41, 25, 9, 3800, rows.day(-10), card="1881")
    for number, customer, name, amount in ((26, 11, "Fibre 150, monthly", 3400), (27, 12, "Fibre 75, monthly", 2900)):
        rows.invoice(number, customer, rows.day(-16), {name: amount}, period=month)
        rows.payment(number + 20, number, customer, amount, rows.day(-8), method="direct debit")


def _fees(rows: FernlineRows) -> None:
    """A late fee, two of them, data beyond the allowance, and a payment that failed."""
    month = month_before(rows.today, 1)
    rows.invoice(40, 13, rows.day(-18), {"Fibre 75, monthly": 2900, "Late payment fee": 500}, period=month)
    rows.payment(60, 40, 13, 3400, rows.day(-15))
    over = {"Mobile 10, monthly": 1200, "Data over allowance, 12 GB": 2400}
    rows.invoice(41, 14, rows.day(-6), over, period=month)
    rows.invoice(42, 15, rows.day(-11), {"Fibre 150, monthly": 3400}, period=month)
    rows.payment(62, 42, 15, 3400, rows.day(-9), status="failed")
    for number, back in ((43, 2), (44, 1)):
        day = month_before(rows.today, back - 1).replace(day=1)
        lines = {"Fibre 500, monthly": 4400, "Late payment fee": 500}
        rows.invoice(number, 19, day, lines, period=month_before(rows.today, back))
        rows.payment(number + 20, number, 19, 4900, day)


def _orders(rows: FernlineRows) -> None:
    _bought(rows, 12, 2, {"Aurora wireless headphones": 12900}, invoice=9, payment=20, ago=7, delivered=3)
    rows.payment(21, 9, 2, 12900, rows.day(-7))
    _bought(rows, 15, 3, {"Fernline Hub 6 router": 7900}, invoice=12, payment=24, ago=9, late=4)
    _bought(rows, 16, 4, {"Pebble phone case": 1900}, invoice=14, payment=26, ago=12, delivered=8)
    _bought(rows, 20, 5, {"Fernline Mesh Pod": 6500}, invoice=15, payment=27, ago=10, delivered=6)
    _bought(rows, 21, 6, {"Fernline Hub 5 router": 5900}, invoice=16, payment=28, ago=4)
    rows.order(
        18,
        7,
        {"Pebble phone case": 1900},
        day=rows.day(-30),
        status="delivered",
        expected=rows.day(-26),
        delivered=rows.day(-27),
        payment=31,
    )
    _bought(rows, 30, 10, {"Fern tablet 10": 32900}, invoice=30, payment=50, ago=6, delivered=2)
    _bought(rows, 31, 10, {"Tablet sleeve": 2500}, invoice=31, payment=51, ago=1, status="processing")
    _bought(rows, 33, 12, {"Fernline Hub 6 router": 7900}, invoice=33, payment=53, ago=21, delivered=17)
    items = {"Aurora desk lamp": 4500, "Extension cable 5 m": 1200}
    _bought(rows, 34, 12, items, invoice=34, payment=54, ago=3)
    _bought(rows, 40, 16, {"Fern phone 8": 42900}, invoice=45, payment=70, ago=1, status="processing")
    _bought(rows, 41, 16, {"Aurora desk lamp": 4500}, invoice=46, payment=71, ago=2)
    _bought(rows, 44, 20, {"Fernline Mesh Pod": 6500, **items}, invoice=47, payment=72, ago=5, delivered=1)


def _bought(
    rows: FernlineRows,
    order: int,
    customer: int,
    items: Mapping[str, int],
    *,
    invoice: int,
    payment: int,
    ago: int,
    delivered: int | None = None,
    late: int | None = None,
    status: str = "shipped",
) -> None:
    """An order with its own invoice, paid by card on the day; days are days ago."""
    day = rows.day(-ago)
    rows.invoice(invoice, customer, day, items, period=day)
    rows.payment(payment, invoice, customer, total(items), day)
    arrived = None if delivered is None else rows.day(-delivered)
    expected = arrived or (rows.day(3) if late is None else rows.day(-late))
    rows.order(
        order,
        customer,
        items,
        day=day,
        status="delivered" if arrived else status,
        expected=expected,
        delivered=arrived,
        payment=payment,
    )


def _visits(rows: FernlineRows) -> None:
    """Installations, and two usage logs that lack three days: of late, and of the month that was billed."""
    rows.book(2, 1, 1, "installation", _HOMES[1], rows.slot_on(next_thursday(rows.today), WINDOWS[0]))
    rows.book(5, 8, 8, "installation", _HOMES[8], rows.slot_on(rows.day(5), WINDOWS[1]))
    rows.book(9, 20, 20, "installation", _HOMES[20], rows.slot_on(rows.day(6), WINDOWS[2]))
    for ago in (one for one in range(30, 0, -1) if one not in (7, 8, 9)):
        rows.add("usage", number=rows.new("usage"), contract=8, date=rows.day(-ago), megabytes=4000 + ago * 37)
    billed = days_from(*month_of(month_before(rows.today, 1)))
    rows.usage(14, (day for day in billed if day not in billed[13:16]), 19_500)
