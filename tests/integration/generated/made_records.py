"""Records drawn at random for each read, as the business systems would give them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from cx_core.records import Money, Value
from cx_core.text.wording import say

TODAY = date(2026, 11, 23)
THINGS = ("Fern tablet 10", "Aurora desk lamp", "Extension cable 5 m", "Fernline Mesh Pod")


def days(chance: random.Random, first: int, last: int) -> str:
    return (TODAY + timedelta(days=chance.randint(first, last))).isoformat()


def pounds(chance: random.Random) -> Money:
    return Money(minor=chance.choice((500, 1200, 2900, 3400, 12900)), currency="GBP")


def order(chance: random.Random) -> dict[str, Value]:
    status = chance.choice(("processing", "shipped", "delivered", "delivered", "cancelled"))
    expected = days(chance, -80, 12)
    items = tuple(chance.sample(THINGS, chance.choice((1, 1, 2, 3))))
    return {
        "item": items[0],
        "items": items,
        "date": days(chance, -95, -81),
        "status": status,
        "expected": expected,
        "delivered": days(chance, -75, -1) if status == "delivered" else None,
        "late": status in ("processing", "shipped") and expected < TODAY.isoformat(),
        "amount": pounds(chance),
        "carrier": chance.choice(("Parcelway", "Swiftline")),
        "tracking": f"PW{chance.randint(100, 999)}",
        "address": "4 Mill Street",
    }


def invoice(chance: random.Random) -> dict[str, Value]:
    amount = pounds(chance)
    return {
        "date": days(chance, -90, -1),
        "due": days(chance, -60, 20),
        "amount": amount,
        "status": chance.choice(("open", "overdue", "paid")),
        "period": chance.choice(("September 2026", "October 2026")),
        "kind": "monthly",
        "lines": (f"Fibre 150: {amount}",),
        "items": (),
    }


def line(chance: random.Random) -> dict[str, Value]:
    return {
        "invoice": f"I-{chance.randint(1, 9)}",
        "what": "late fee",
        "text": f"{chance.randint(1, 20)} GB of extra data",
        "amount": pounds(chance),
        "bill": pounds(chance),
        "period": chance.choice(("September 2026", "October 2026")),
        "waived": chance.random() < 0.3,
    }


def payment(chance: random.Random) -> dict[str, Value]:
    status = chance.choice(("settled", "refunded", "failed", "disputed", "pending"))
    refunded = status == "refunded"
    return {
        "invoice": f"I-{chance.randint(1, 3)}",
        "amount": pounds(chance),
        "date": days(chance, -60, -1),
        "method": "card",
        "status": status,
        "refunded": pounds(chance) if refunded else None,
        "refunded_on": days(chance, -20, -1) if refunded else None,
    }


def usage(chance: random.Random) -> dict[str, Value]:
    complete = chance.choice(("yes", "no"))
    return {
        "complete": complete,
        "gap": f"{days(chance, -40, -30)} to {days(chance, -29, -20)}" if complete == "no" else None,
        "charge": pounds(chance),
        "period": f"{days(chance, -60, -40)} to {days(chance, -39, -10)}",
        "used": f"{chance.randint(11, 40)} GB",
        "allowance": "10 GB",
    }


def slot(chance: random.Random) -> dict[str, Value]:
    day, window = days(chance, 1, 30), chance.choice(("08:00-12:00", "12:00-16:00"))
    return {"date": day, "window": window, "label": f"{say(day)}, {window}", "free": True}


MAKERS: dict[str, tuple[str, str, Callable[[random.Random], dict[str, Value]]]] = {
    "orders": ("order", "O", order),
    "order_items": (
        "order_item",
        "OI",
        lambda chance: {"name": chance.choice(THINGS), "items": (chance.choice(THINGS),)},
    ),
    "invoices": ("invoice", "I", invoice),
    "invoice": ("invoice", "I", invoice),
    "late_fees": ("line", "L", line),
    "overages": ("line", "L", line),
    "waivers": (
        "waiver",
        "W",
        lambda chance: {
            "what": chance.choice(("late fee", "extra data")),
            "invoice": f"I-{chance.randint(1, 9)}",
            "amount": pounds(chance),
            "date": days(chance, -700, -1),
        },
    ),
    "payments": ("payment", "P", payment),
    "payment": ("payment", "P", payment),
    "possible_duplicates": ("payment", "P", payment),
    "failed_payments": ("payment", "P", payment),
    "billed_usage": ("usage", "U", usage),
    "contracts": (
        "contract",
        "K",
        lambda chance: {
            "plan": "Fibre 150",
            "monthly": pounds(chance),
            "since": days(chance, -900, -100),
            "status": chance.choice(("active", "active", "ending", "ended")),
        },
    ),
    "plans": (
        "plan",
        "fibre",
        lambda chance: {"name": "Fibre 75", "monthly": pounds(chance), "label": "Fibre 75 at £29.00 a month"},
    ),
    "outages": (
        "outage",
        "X",
        lambda chance: {
            "area": "FN7",
            "cause": "A cable was cut",
            "since": days(chance, -5, 0),
            "expected_end": chance.choice(("not known yet", "tonight")),
        },
    ),
    "run_line_test": (
        "line_test",
        "T",
        lambda chance: {
            "status": (status := chance.choice(("ok", "fault"))),
            "detail": "The line to the house is fine." if status == "ok" else "There is a fault on the line.",
            "measured": "72 Mbit/s",
            "promised": "150 Mbit/s",
        },
    ),
    "service_tickets": (
        "service_ticket",
        "T",
        lambda chance: {
            "category": "line",
            "status": chance.choice(("open", "closed")),
            "opened": days(chance, -20, 0),
        },
    ),
    "appointments": (
        "appointment",
        "A",
        lambda chance: {
            "kind": chance.choice(("repair", "installation")),
            "date": days(chance, -20, 30),
            "window": "08:00-12:00",
            "status": "booked",
        },
    ),
    "free_slots": ("slot", "S", slot),
    "delivery_days": ("delivery_day", "D", slot),
    "replacements": (
        "replacement",
        "R",
        lambda chance: {"items": (THINGS[0],), "deliver_by": days(chance, -20, 10), "status": "requested"},
    ),
    "returns": (
        "return",
        "B",
        lambda chance: {
            "items": (THINGS[0],),
            "date": days(chance, -40, -1),
            "label": "The label is in your mail.",
            "status": "requested",
        },
    ),
    "devices": ("device", "V", lambda chance: {"name": "Hub 6", "guide": "hub"}),
    "callbacks": (
        "callback",
        "C",
        lambda chance: {
            "at": days(chance, -10, 10),
            "when": "Friday",
            "topic": "a bill",
            "status": chance.choice(("scheduled", "done")),
        },
    ),
}
FREE = ("slot", "delivery_day")
"""Of these none may be meant though there are some: nothing fits what was said about time."""
RARE = ("returns", "replacements", "outages", "service_tickets", "possible_duplicates")
SHARED = ("slot", "delivery_day", "plan", "outage")
