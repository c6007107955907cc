"""Steps of the sandbox's customers, what their words may name of them, and the same with one argument changed.

A placeholder of a wording names what it stands for, so a step that has another value goes against that wording.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cx_core.ports import BackOffice
from cx_core.records import ActionName, BusinessRecord, Evidence, Lookup, Money, Value

Arguments = dict[str, Value]
TODAY = date(2026, 11, 24)
"""A Tuesday; the sandbox is seeded as of it."""
PLACES = (
    "11 Tanner Row, Fernbridge FN1 9XZ",
    "Flat 2, 40 Castle Street, Wexmouth FN7 3BB",
    "5 Elm Grove, Ashcombe FN3 8RT",
)
MAILS = ("desk.nine@example.org", "new.me@example.net", "accounts@oakhouse.example.com")
PHONES = ("07700 900811", "07700 900427", "+44 7700 900633")


Against = tuple[tuple[str, Arguments], ...]
"""What is changed, and to what."""


class Named(NamedTuple):
    """What a placeholder says, what a step then has, and changes to it that go against that, by what is changed."""

    words: tuple[str, ...] = ()
    day: date | None = None
    window: str = ""
    against: Against = ()
    has: Arguments = {}  # noqa: RUF012  # nobody writes to it


class Situation(NamedTuple):
    """A step that is right where its wording names nothing else, and all that was looked up."""

    action: ActionName
    arguments: Arguments
    evidence: Evidence
    named: Mapping[str, Named]


class Customer:
    """All records of one customer, and what may be chosen for them."""

    def __init__(self, office: BackOffice, record: BusinessRecord) -> None:
        self.record = record
        mine: Arguments = {"customer": record.id}
        read = {name: office.read(ActionName(name), mine) for name in _OF_CUSTOMER}
        self.orders, self.invoices, self.payments, self.visits, self.contracts = read.values()
        self.offered = {
            one.id: office.read(ActionName(name), {kind: one.id})
            for name, kind, all_of_it in (
                ("free_slots", "appointment", self.visits),
                ("delivery_days", "order", self.orders),
                ("plans", "contract", self.contracts),
                ("lines", "invoice", self.invoices),
            )
            for one in all_of_it
        }

    def evidence(self, meant: BusinessRecord, others: Sequence[BusinessRecord], *more: BusinessRecord) -> Evidence:
        rest = tuple(one for one in others if one != meant)
        lookups = (
            Lookup(goal=0, name="meant", records=(meant,), others=rest),
            Lookup(goal=0, name="more", records=more),
        )
        return Evidence(customer=self.record, lookups=lookups)


_OF_CUSTOMER = ("orders", "invoices", "payments", "appointments", "contracts")


def customers(office: BackOffice) -> tuple[Customer, ...]:
    found = (office.find_customers(f"C-{number}") for number in range(1, 301))
    return tuple(Customer(office, records[0]) for records in found if records)


def situations(all_of_them: Sequence[Customer], action: str, dice: random.Random) -> Iterator[Situation]:
    """Endless, drawn anew each time."""
    while True:
        made = _MAKERS[action](dice.choice(all_of_them), dice)
        if made is not None:
            arguments, evidence, named = made
            yield Situation(ActionName(action), arguments, evidence, {k: v for k, v in named.items() if v != Named()})


_Made = tuple[Arguments, Evidence, dict[str, Named]] | None


def _day(record: BusinessRecord, name: str = "date") -> date:
    return date.fromisoformat(str(record.fields[name]))


def _short(item: str) -> tuple[str, ...]:
    """As people say it: in full, and without its brand and figures."""
    words = [word for word in item.split() if not word[0].isdigit() and word != "m"]
    return item, " ".join(words[1:]).lower() if len(words) > 2 else " ".join(words).lower()


def _bounds(days: Mapping[date, Arguments], chosen: date, dice: random.Random, what: str) -> dict[str, Named]:
    """Days and bounds that the chosen one keeps to, and those of the others that do not."""
    others = {day: arguments for day, arguments in days.items() if day != chosen}
    one = dice.choice(sorted(others)) if others else chosen
    before, after = chosen + timedelta(days=dice.randint(1, 3)), chosen - timedelta(days=dice.randint(1, 3))

    def against(kind: str, wrong: Sequence[date]) -> Against:
        return tuple((kind, others[day]) for day in wrong)

    made = {"day": Named(day=chosen, against=against(f"another {what}", sorted(others)))}
    bounds = {
        "after": (after, [day for day in others if day < after]),
        "before": (before, [day for day in others if day >= before]),
        "by": (before, [day for day in others if day > before]),
        "not_day": (one, [day for day in others if day == one]),
    }
    for name, (bound, wrong) in bounds.items():
        if wrong and bound > TODAY:
            made[name] = Named(
                day=bound, against=against("outside a bound" if name != "not_day" else "ruled out", wrong)
            )
    if others:
        made["other_day"] = Named(day=one)
    return made


def _visit(one: Customer, dice: random.Random) -> _Made:
    if not one.visits:
        return None
    visit = one.visits[0]
    slots = [slot for slot in one.offered[visit.id] if slot.fields["date"] != visit.fields["date"]][:14]
    if len(slots) < 4:
        return None
    slot = dice.choice(slots)
    days: dict[date, Arguments] = {_day(other): {"slot": other.id} for other in dice.sample(slots, len(slots))}
    day, window = _day(slot), str(slot.fields["window"])
    arguments: Arguments = {"appointment": visit.id, "slot": slot.id}
    same_day = [other for other in slots if _day(other) == day and other != slot]
    second = visit.replace(id="A-903", fields={**visit.fields, "date": "2026-12-20"})
    named = _bounds(days, day, dice, "day")
    named["part"] = Named(
        window=window,
        against=tuple(("another part of the day", {"slot": other.id}) for other in same_day),
    )
    named["old"] = Named(day=_day(visit))
    named["appointment"] = Named((visit.id,), against=(("another record", {"appointment": second.id}),))
    return arguments, one.evidence(visit, (visit, second), *slots), named


def _visit_off(one: Customer, dice: random.Random) -> _Made:
    if not one.visits:
        return None
    visit = one.visits[0]
    second = visit.replace(id="A-903", fields={**visit.fields, "date": str(_day(visit) + timedelta(days=6))})
    other: tuple[tuple[str, Arguments], ...] = (("another record", {"appointment": second.id}),)
    named = {"old": Named(day=_day(visit), against=other), "appointment": Named((visit.id,), against=other)}
    return {"appointment": visit.id}, one.evidence(visit, (visit, second)), named


def _order_named(orders: Sequence[BusinessRecord], order: BusinessRecord) -> dict[str, Named]:
    """By number, thing and day; only where no other order has them too."""
    others = [other for other in orders if other != order]
    against: Against = tuple(("another record", {"order": other.id}) for other in others)
    items = order.fields["items"]
    assert isinstance(items, tuple)
    taken = {item for other in others if isinstance(held := other.fields["items"], tuple) for item in held}
    named = {"order": Named((f"order {order.id}", order.id), against=against)}
    if items[0] not in taken:
        named["product"] = Named(_short(items[0]), against=against)
    if not any(other.fields["date"] == order.fields["date"] for other in others):
        named["order_day"] = Named(day=_day(order), against=against)
    return named


def _delivery(one: Customer, dice: random.Random) -> _Made:
    open_orders = [order for order in one.orders if len(one.offered[order.id]) > 3]
    if not open_orders:
        return None
    order = dice.choice(open_orders)
    days: dict[date, Arguments] = {_day(day): {"date": str(day.fields["date"])} for day in one.offered[order.id][:9]}
    day = dice.choice(sorted(days))
    arguments: Arguments = {"order": order.id, **days[day]}
    named = _bounds(days, day, dice, "day") | _order_named(one.orders, order)
    named["old"] = Named(day=_day(order, "expected"))
    return arguments, one.evidence(order, one.orders, *one.offered[order.id][:9]), named


def _order_off(one: Customer, dice: random.Random) -> _Made:
    if len(one.orders) < 2:
        return None
    order = dice.choice(one.orders)
    arguments: Arguments = {"order": order.id}
    named = _order_named(one.orders, order)
    named["by"] = Named(day=TODAY + timedelta(days=dice.randint(2, 5)))
    return arguments, one.evidence(order, one.orders), named


def _address(one: Customer, dice: random.Random) -> _Made:
    if len(one.orders) < 2:
        return None
    order, (place, other) = dice.choice(one.orders), dice.sample(PLACES, 2)
    arguments: Arguments = {"order": order.id, "address": place}
    wrong = (other, str(order.fields["address"]))
    named = _order_named(one.orders, order)
    named["address"] = Named((place,), against=tuple(("another address", {"address": p}) for p in wrong))
    return arguments, one.evidence(order, one.orders), named


def _items(one: Customer, dice: random.Random, more: Arguments) -> _Made:
    several = [order for order in one.orders if isinstance(held := order.fields["items"], tuple) and len(set(held)) > 1]
    if not several:
        return None
    order = dice.choice(several)
    held = order.fields["items"]
    assert isinstance(held, tuple)
    item, other = dice.sample(sorted(set(held)), 2)
    arguments: Arguments = {"order": order.id, "items": (item,), **more}
    named = {k: v for k, v in _order_named(one.orders, order).items() if k == "order"}
    named["item"] = Named(
        _short(item),
        against=(("another item", {"items": (other,)}), ("more items", {"items": (item, other)})),
    )
    named["other_item"] = Named(_short(other))
    named["all_order"] = Named(
        (f"order {order.id}",), against=(("fewer items", {"items": (item,)}),), has={"items": held}
    )
    return arguments, one.evidence(order, one.orders), named


def _return(one: Customer, dice: random.Random) -> _Made:
    return _items(one, dice, {"reason": "no longer wanted"})


def _replacement(one: Customer, dice: random.Random) -> _Made:
    return _items(one, dice, {"deliver_by": str(TODAY + timedelta(days=3))})


def _refund(one: Customer, dice: random.Random) -> _Made:
    paid = [payment for payment in one.payments if isinstance(payment.fields["amount"], Money)]
    if len({str(payment.fields["amount"]) for payment in paid}) < 2:
        return None
    payment = dice.choice(paid)
    amount = payment.fields["amount"]
    assert isinstance(amount, Money)
    arguments: Arguments = {"payment": payment.id, "amount": amount}
    other = dice.choice([one for one in paid if one.fields["amount"] != amount])
    another: Arguments = {"payment": other.id, "amount": other.fields["amount"]}
    half = amount.replace(minor=max(1, amount.minor * 2 // 3))
    words = (str(amount), f"{amount.minor / 100:g} pounds")
    named = {
        "payment": Named((payment.id, f"payment {payment.id}"), against=(("another record", another),)),
        "amount": Named(words, against=(("another amount", {"amount": half}), ("another record", another))),
    }
    return arguments, one.evidence(payment, one.payments), named


def _plan(one: Customer, dice: random.Random) -> _Made:
    contract = next((contract for contract in one.contracts if contract.fields["status"] == "active"), None)
    plans = one.offered[contract.id] if contract else ()
    if contract is None or len(plans) < 2:
        return None
    plan, other = dice.sample(list(plans), 2)
    day = TODAY + timedelta(days=dice.randint(3, 20))
    arguments: Arguments = {"contract": contract.id, "plan": plan.id, "from": str(TODAY)}
    later = str(day + timedelta(days=dice.choice((-2, 1, 5, 9))))
    name = str(plan.fields["name"])
    named = {
        "plan": Named((name, name.lower()), against=(("another plan", {"plan": other.id}),)),
        "other_plan": Named((str(other.fields["name"]),)),
        "old_plan": Named((str(contract.fields["plan"]),)),
        "day": Named(day=day, against=(("another day", {"from": later}),), has={"from": str(day)}),
    }
    return arguments, one.evidence(contract, one.contracts, *plans), named


def _copy(one: Customer, dice: random.Random) -> _Made:
    if len(one.invoices) < 2:
        return None
    invoice = dice.choice(one.invoices)
    others = [other for other in one.invoices if other != invoice]
    on_file, mail = one.record.fields["email"], dice.choice(MAILS)
    arguments: Arguments = {"invoice": invoice.id, "email": on_file}
    against: Against = tuple(("another record", {"invoice": other.id}) for other in others)
    month = str(invoice.fields["period"]).split()[0]
    told_apart = not any(str(other.fields["period"]).startswith(month) for other in others)
    named = {
        "invoice": Named((invoice.id, f"number {invoice.id}"), against=against),
        "other_invoice": Named((others[0].id,)),
        "email": Named((mail,), against=(("another address", {"email": on_file}),), has={"email": mail}),
    }
    if told_apart:
        named["month"] = Named((month,), against=against)
    return arguments, one.evidence(invoice, one.invoices), named


def _fee(one: Customer, dice: random.Random) -> _Made:
    late: Arguments = {"what": "late fee", "text": "Late payment fee"}
    bills = {invoice.id: one.offered[invoice.id] for invoice in one.invoices}
    lines = {id: of[-1].replace(fields={**of[-1].fields, **late}) for id, of in bills.items() if of}
    if len(lines) < 2:
        return None
    invoice, other = dice.sample(list(one.invoices), 2)
    arguments: Arguments = {"invoice": invoice.id, "line": lines[invoice.id].id}
    wrong: Arguments = {"invoice": other.id, "line": lines[other.id].id}
    named = {
        "invoice": Named((invoice.id, f"invoice {invoice.id}"), against=(("another record", wrong),)),
        "other_invoice": Named((other.id,)),
    }
    return arguments, one.evidence(invoice, one.invoices, *lines.values()), named


def _contact(one: Customer, dice: random.Random) -> _Made:
    field = dice.choice(("email", "phone"))
    value, other = dice.sample(MAILS if field == "email" else PHONES, 2)
    arguments: Arguments = {"customer": one.record.id, "field": field, "value": value}
    wrong = (other, str(one.record.fields[field]))
    against: Against = tuple(("another address", {"value": v}) for v in wrong)
    return arguments, Evidence(customer=one.record), {field: Named((value,), against=against)}


def _call(one: Customer, dice: random.Random) -> _Made:
    topic: Arguments = {"customer": one.record.id, "topic": "what you wrote to us"}
    days: dict[date, Arguments] = {
        TODAY + timedelta(days=n): {"at": str(TODAY + timedelta(days=n))} for n in range(1, 11)
    }
    day = dice.choice(sorted(days))
    return {**topic, **days[day]}, Evidence(customer=one.record), _bounds(days, day, dice, "day")


_MAKERS = {
    "reschedule_appointment": _visit,
    "change_delivery_date": _delivery,
    "cancel_order": _order_off,
    "cancel_appointment": _visit_off,
    "start_return": _return,
    "send_replacement": _replacement,
    "refund_payment": _refund,
    "change_plan": _plan,
    "resend_invoice": _copy,
    "waive_fee": _fee,
    "change_delivery_address": _address,
    "change_contact": _contact,
    "schedule_callback": _call,
}
