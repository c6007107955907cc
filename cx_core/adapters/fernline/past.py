"""Records of Fernline's systems as they might have been, for a simulated past. None of them is written anywhere.

Their numbers lie above all that the sandbox gives out, so that nothing of the past is taken for what is there now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from cx_core.adapters.fernline import crm
from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.booking import label
from cx_core.adapters.fernline.cast import PLANS
from cx_core.adapters.fernline.contracts import OVERAGE_PENCE
from cx_core.adapters.fernline.days import WINDOWS, day_name, month_before
from cx_core.adapters.fernline.tables import to_id
from cx_core.decide.supposed_evidence import Scene
from cx_core.records import ActionName, BusinessRecord, CustomerId, EntityKind, Money, Step, Value
from cx_core.text.wording import say

FIRST_NUMBER = 70_000
GOODS = {
    "Fernline Hub 6 router": 7900,
    "Fernline Mesh Pod": 6500,
    "Aurora wireless headphones": 12900,
    "Pebble phone case": 1900,
    "Fern tablet 10": 32900,
    "Aurora desk lamp": 4500,
    "Fern phone 8": 42900,
}
CARRIERS = ("Swiftway", "Parcel North", "Greenvan")


def _day(scene: Scene, earliest: int, latest: int) -> str:
    """So many days from that day, as ISO text."""
    return (scene.today + timedelta(days=scene.dice.randint(earliest, latest))).isoformat()


def _id(scene: Scene, kind: str) -> str:
    return to_id(kind, FIRST_NUMBER + scene.dice.randrange(20_000))


def customers(engine: sa.Engine) -> tuple[BusinessRecord, ...]:
    """Everybody in the sandbox who is served in English."""
    with engine.connect() as connection:
        return crm.customers(connection, t.customer.c.language == "en")


class FernlinePast:
    """Invents what a read would have answered then; see `decide.supposed.Invention`."""

    def record(self, read: ActionName, scene: Scene, wanted: Mapping[str, str]) -> BusinessRecord:
        """One record as this read gives them, with these fields as they are wanted."""
        kind, make = READS[read]
        number = _id(scene, kind if kind in t.LETTERS else "order")
        fields = make(scene)
        for name, value in wanted.items():
            fields[name] = value == "true" if value in ("true", "false") else value
        if kind == "order":
            _settle(scene, fields)
        shared = kind in ("slot", "plan", "delivery_day", "outage")
        id = str(fields["date"]) if kind == "delivery_day" else number
        owner = None if shared else CustomerId(scene.customer.id)
        return BusinessRecord(kind=kind, id=id, customer=owner, fields=fields)

    def receipt(self, step: Step, field: str, scene: Scene) -> Value:
        known: dict[str, Callable[[], Value]] = {
            "arrives": lambda: "within 3 working days",
            "valid": lambda: "for one hour",
            "within": lambda: "two days",
            "previous": lambda: _before(step, scene),
            "date": lambda: _day(scene, 1, 9),
            "label": lambda: _window(scene),
            "previous_label": lambda: _window(scene),
            "amount": lambda: _money(scene),
            "monthly": lambda: _money(scene),
            "deliver_by": lambda: _day(scene, 1, 4),
            "email": lambda: scene.customer.fields.get("email"),
        }
        if step.action == "start_return" and field == "label":
            return "the label in your e-mail goes on the parcel"
        if field in known:
            return known[field]()
        return _id(scene, field) if field in t.LETTERS else "as asked"

    def named(self, kind: EntityKind, scene: Scene) -> tuple[str, str]:
        day = date.fromisoformat(_day(scene, 2, 9))
        mail = str(scene.customer.fields.get("email"))
        said = {
            "date": (day_name(day), day.isoformat()),
            "email": (f"new.{mail}", f"new.{mail}"),
            "phone": ("+44 7700 900123", "+44 7700 900123"),
            "address": ("12 Mill Street, Ashcombe FN3 1DP", "12 Mill Street, Ashcombe FN3 1DP"),
        }
        return said.get(kind, ("", ""))


def _before(step: Step, scene: Scene) -> Value:
    """What a change replaced."""
    places = {
        "change_delivery_date": ("order", "expected"),
        "change_delivery_address": ("order", "address"),
        "change_plan": ("contract", "plan"),
        "change_contact": ("customer", str(step.values().get("field"))),
    }
    kind, name = places.get(step.action, ("customer", "name"))
    found = scene.customer if kind == "customer" else scene.found.get(kind)
    return found.fields.get(name) if found else None


def _money(scene: Scene) -> Money:
    return Money(minor=100 * scene.dice.randint(12, 64))


def _window(scene: Scene) -> str:
    return label(date.fromisoformat(_day(scene, 2, 14)), scene.dice.choice(WINDOWS))


def _settle(scene: Scene, fields: dict[str, Value]) -> None:
    """Days that go with an order's status."""
    late = fields["late"] is True
    waiting = fields["status"] in ("processing", "shipped")
    fields["expected"] = _day(scene, -4, -1) if late or not waiting else _day(scene, 1, 4)
    fields["delivered"] = _day(scene, -6, -1) if fields["status"] == "delivered" else None


def _payment(scene: Scene) -> dict[str, Value]:
    return {
        "invoice": _id(scene, "invoice"),
        "amount": _money(scene),
        "date": _day(scene, -12, -2),
        "method": "card",
        "card_last4": f"{scene.dice.randint(1000, 9999)}",
        "status": "settled",
        "refunded": Money(minor=0),
        "refunded_on": None,
        "duplicate_of": _id(scene, "payment"),
    }


def _invoice(scene: Scene) -> dict[str, Value]:
    plan, monthly, _, _ = scene.dice.choice(PLANS)
    return {
        "date": scene.today.replace(day=1).isoformat(),
        "due": _day(scene, 3, 14),
        "amount": Money(minor=monthly),
        "status": scene.dice.choice(("open", "paid")),
        "period": f"{month_before(scene.today, 1):%B %Y}",
        "kind": "mobile phone bill" if plan.startswith("Mobile") else "broadband internet bill",
        "lines": (f"{plan}, monthly: {Money(minor=monthly)}",),
        "items": (),
    }


def _fee(scene: Scene) -> dict[str, Value]:
    return {
        "invoice": _id(scene, "invoice"),
        "amount": Money(minor=500),
        "text": "Late payment fee",
        "waived": False,
        "period": f"{month_before(scene.today, 1):%B %Y}",
        "position": 2,
    }


def _waiver(scene: Scene) -> dict[str, Value]:
    invoice, day = _id(scene, "invoice"), _day(scene, -200, -40)
    return {"invoice": invoice, "what": "late fee", "amount": Money(minor=500), "date": day}


def _overage(scene: Scene) -> dict[str, Value]:
    over = scene.dice.randint(1, 9)
    text = f"Data over allowance, {over} GB"
    return {**_fee(scene), "amount": Money(minor=over * OVERAGE_PENCE), "text": text}


def _order(scene: Scene) -> dict[str, Value]:
    goods = tuple(scene.dice.sample(sorted(GOODS), scene.dice.choice((1, 1, 2))))
    return {
        "item": ", ".join(goods),
        "items": goods,
        "date": _day(scene, -14, -4),
        "status": "shipped",
        "late": False,
        "expected": None,
        "delivered": None,
        "amount": Money(minor=sum(GOODS[one] for one in goods)),
        "carrier": scene.dice.choice(CARRIERS),
        "tracking": f"FL{scene.dice.randrange(10**8):08d}",
        "payment": _id(scene, "payment"),
        "address": scene.customer.fields.get("address"),
    }


def _item(scene: Scene) -> dict[str, Value]:
    name = _bought(scene)[0]
    return {"order": _id(scene, "order"), "name": name, "items": (name,)}


def _bought(scene: Scene) -> tuple[str, ...]:
    """What is in the order that was found, or anything where none was."""
    items = scene.found["order"].fields.get("items") if "order" in scene.found else None
    return items if isinstance(items, tuple) and items else (scene.dice.choice(sorted(GOODS)),)


def _contract(scene: Scene) -> dict[str, Value]:
    name, monthly, _, _ = scene.dice.choice(PLANS)
    return {"plan": name, "monthly": Money(minor=monthly), "since": _day(scene, -900, -60), "status": "active"}


def _plan(scene: Scene) -> dict[str, Value]:
    name, monthly, speed, _ = PLANS[(scene.place + 1) % len(PLANS)]
    price = Money(minor=monthly)
    return {"name": name, "monthly": price, "label": f"{name} ({speed} Mbit/s, {price} a month)"}


def _slot(scene: Scene) -> dict[str, Value]:
    day, window = scene.today + timedelta(days=3 + 2 * scene.place), scene.dice.choice(WINDOWS)
    return {"date": day.isoformat(), "window": window, "label": label(day, window), "free": True}


def _delivery_day(scene: Scene) -> dict[str, Value]:
    day = scene.today + timedelta(days=2 + scene.place)
    return {"date": day.isoformat(), "label": day_name(day)}


def _appointment(scene: Scene) -> dict[str, Value]:
    return {
        "kind": "installation",
        "date": _day(scene, 2, 9),
        "window": scene.dice.choice(WINDOWS),
        "status": "booked",
        "address": scene.customer.fields.get("address"),
        "contract": _id(scene, "contract"),
        "slot": _id(scene, "slot"),
    }


def _outage(scene: Scene) -> dict[str, Value]:
    cause = scene.dice.choice(("A cable was cut during road works", "Power failure in the exchange"))
    return {"area": "FN7", "cause": cause, "since": _day(scene, -1, 0), "expected_end": _day(scene, 0, 1)}


def _line_test(scene: Scene) -> dict[str, Value]:
    return {
        "status": "fault",
        "measured": "22 Mbit/s",
        "promised": "150 Mbit/s",
        "date": scene.today.isoformat(),
        "detail": "The line loses packets between exchange and house.",
    }


def _usage(scene: Scene) -> dict[str, Value]:
    """As the charge that was found says."""
    charge = scene.found["line"].fields.get("amount") if "line" in scene.found else None
    over = charge.minor // OVERAGE_PENCE if isinstance(charge, Money) else 4
    first, last = scene.today - timedelta(days=45), scene.today - timedelta(days=15)
    return {
        "period": f"{day_name(first)} to {day_name(last)}",
        "used": f"{10 + over - 0.4:.1f} GB",
        "allowance": "10 GB",
        "over": f"{over} GB",
        "complete": "yes",
        "charge": Money(minor=over * OVERAGE_PENCE),
        "gap": f"{day_name(first)}, three days",
    }


def _device(scene: Scene) -> dict[str, Value]:
    name = scene.dice.choice(("Fernline Hub 6 router", "Fernline Mesh Pod"))
    return {"name": name, "since": _day(scene, -200, -2), "guide": f"Setting up your {name}"}


def _service_ticket(scene: Scene) -> dict[str, Value]:
    return {"category": "slow line", "severity": "low", "opened": _day(scene, -6, -1), "status": "open"}


def _callback(scene: Scene) -> dict[str, Value]:
    at = _day(scene, 1, 2)
    return {"at": at, "when": say(at), "topic": "Your contract", "status": "scheduled"}


def _sent_again(scene: Scene) -> dict[str, Value]:
    return {
        "order": _id(scene, "order"),
        "items": _bought(scene)[:1],
        "deliver_by": _day(scene, 1, 4),
        "status": "requested",
        "label": "Return label, free of charge",
        "date": _day(scene, -3, 0),
        "reason": "faulty",
    }


READS: dict[str, tuple[str, Callable[[Scene], dict[str, Value]]]] = {
    "possible_duplicates": ("payment", _payment),
    "payment": ("payment", _payment),
    "payments": ("payment", _payment),
    "waivers": ("waiver", _waiver),
    "failed_payments": ("payment", _payment),
    "invoices": ("invoice", _invoice),
    "invoice": ("invoice", _invoice),
    "late_fees": ("line", _fee),
    "overages": ("line", _overage),
    "orders": ("order", _order),
    "order": ("order", _order),
    "order_items": ("order_item", _item),
    "contracts": ("contract", _contract),
    "plans": ("plan", _plan),
    "free_slots": ("slot", _slot),
    "delivery_days": ("delivery_day", _delivery_day),
    "usage": ("usage", _usage),
    "billed_usage": ("usage", _usage),
    "appointments": ("appointment", _appointment),
    "outages": ("outage", _outage),
    "devices": ("device", _device),
    "run_line_test": ("line_test", _line_test),
    "service_tickets": ("service_ticket", _service_ticket),
    "callbacks": ("callback", _callback),
    "replacements": ("replacement", _sent_again),
    "returns": ("return", _sent_again),
}
"""What each read of a task type gives: the kind of its records, and how one is made up."""
