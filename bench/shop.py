"""A small shop with one customer, and dialogues with it put together from worded turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, TypedDict, Unpack

import yaml

_PRODUCTS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "Desk Lamp": (("blue", "red", "green"), ("40 cm", "60 cm")),
    "Kettle": (("steel", "black", "white"), ("1 litre", "2 litre")),
    "Hiking Backpack": (("grey", "orange", "navy"), ("30 L", "50 L")),
    "Bluetooth Speaker": (("yellow", "purple", "black"), ("small", "large")),
    "Office Chair": (("leather", "mesh", "fabric"), ("low", "high")),
    "Yoga Mat": (("pink", "teal", "grey"), ("4 mm", "6 mm")),
    "Water Bottle": (("silver", "red", "blue"), ("500 ml", "750 ml")),
    "Bookshelf": (("oak", "walnut", "pine"), ("4 ft", "6 ft")),
    "Electric Toothbrush": (("white", "mint", "black"), ("soft", "firm")),
    "Garden Hose": (("green", "brown", "yellow"), ("15 m", "25 m")),
}
_CITIES = ("Leeds", "Bristol", "Norwich", "Cardiff", "Exeter", "Dundee", "Truro", "Ripon")
_STREETS = (
    "Elm Street",
    "Oak Avenue",
    "Mill Lane",
    "Castle Road",
    "Station Hill",
    "Abbey Close",
    "Park Row",
    "Quay Walk",
)
_BRANDS = ("visa", "mastercard")
_TODAY = date(2026, 3, 2)


class Line(NamedTuple):
    """One line of an order."""

    id: str
    product: str
    sku: str
    colour: str
    size: str
    price: float

    @property
    def short(self) -> str:
        return f"the {self.product.lower()}"

    def others(self) -> list[str]:
        """The other variants of its product, those that share nothing with it first."""
        rest = [sku for sku in _skus(self.product) if sku != self.sku]
        return sorted(
            rest, key=lambda sku: sum(a == b for a, b in zip(_options(sku), (self.colour, self.size), strict=True))
        )


class Order(NamedTuple):
    """One order, with the way it is paid and another way the customer has."""

    id: str
    status: str
    lines: tuple[Line, ...]
    address: Mapping[str, str]
    day: str
    placed: str
    way: Mapping[str, str]
    other_way: Mapping[str, str]

    @property
    def total(self) -> float:
        return round(sum(line.price for line in self.lines), 2)

    def record(self) -> dict[str, Any]:
        return {
            "customer_id": "C301",
            "status": self.status,
            "placed_on": self.placed,
            "deliver_on": self.day,
            "ship_to": dict(self.address),
            "items": [line._asdict() for line in self.lines],
            "total": self.total,
            "paid_with": self.way["way_id"],
        }


class Shop:
    """One customer with two pending and two delivered orders, all drawn from a seed."""

    def __init__(self, seed: int) -> None:
        draw = Random(seed)
        names, cities, streets = list(_PRODUCTS), list(_CITIES), list(_STREETS)
        for some in (names, cities, streets):
            draw.shuffle(some)
        self.addresses = [
            {"street": f"{draw.randint(2, 98)} {street}", "city": city, "postcode": f"{city[:2].upper()}{n + 3} 4QT"}
            for n, (street, city) in enumerate(zip(streets, cities, strict=True))
        ]
        self.ways = [
            {
                "way_id": f"card_{draw.randint(10**6, 10**7)}",
                "kind": "card",
                "brand": _BRANDS[seed % 2],
                "last_four": "4417",
            },
            {"way_id": f"gift_card_{draw.randint(10**6, 10**7)}", "kind": "gift card"},
            {"way_id": f"paypal_{draw.randint(10**6, 10**7)}", "kind": "paypal"},
        ]
        self.days = [str(_TODAY + timedelta(days=n)) for n in draw.sample(range(4, 25), 6)]
        self.amount = float(draw.randint(6, 30))
        self.orders = [self._order(n, draw, names) for n in range(4)]

    def _order(self, n: int, draw: Random, names: list[str]) -> Order:
        status = "pending" if n < 2 else "delivered"
        mine = [*names[n * 2 : n * 2 + 2], names[8 + n % 2]]
        lines = tuple(self._line(name, 10 * n + k, draw) for k, name in enumerate(mine))
        ways = draw.sample(self.ways, 2)
        placed = str(_TODAY - timedelta(days=5 + 3 * n))
        return Order(f"W{4300 + 17 * n}", status, lines, self.addresses[2 + n], self.days[2 + n], placed, *ways)

    def _line(self, name: str, number: int, draw: Random) -> Line:
        sku = draw.choice(_skus(name))
        return Line(f"L{70210 + number}", name, sku, *_options(sku), round(draw.uniform(9, 240), 2))

    def tables(self) -> dict[str, dict[str, Any]]:
        """As `db.json` has them."""
        ids = [order.id for order in self.orders]
        customer = {"name": "Robin Ashdown", "ways_to_pay": self.ways, "addresses": self.addresses[:2], "orders": ids}
        return {
            "customers": {"C301": customer},
            "orders": {order.id: order.record() for order in self.orders},
            "products": {f"P{n}": _product(name) for n, name in enumerate(_PRODUCTS)},
        }


def _skus(name: str) -> list[str]:
    colours, sizes = _PRODUCTS[name]
    first = [*_PRODUCTS].index(name) * 10 + 81_000
    return [str(first + n) for n in range(len(colours) * len(sizes))]


def _options(sku: str) -> tuple[str, str]:
    name = [*_PRODUCTS][(int(sku) - 81_000) // 10]
    colours, sizes = _PRODUCTS[name]
    n = int(sku) % 10
    return colours[n // len(sizes)], sizes[n % len(sizes)]


def _product(name: str) -> dict[str, Any]:
    variants = {sku: dict(zip(("colour", "size"), _options(sku), strict=True)) for sku in _skus(name)}
    return {"name": name, "variants": variants}


class What(TypedDict, total=False):
    """What a turn or an act is about, where it is not the first there is."""

    lines: Sequence[Line] | None
    new: Sequence[str]
    pay: Mapping[str, str]
    day: str
    amount: float
    address: Mapping[str, str]


class Lot(NamedTuple):
    """One lot of wordings."""

    name: str
    turns: Mapping[str, Any]


def lots(folder: Path) -> Iterator[Lot]:
    for file in sorted(folder.glob("*.yaml")):
        yield Lot(file.stem, yaml.safe_load(file.read_text("utf-8")))


@dataclass
class Dialogue:
    """A dialogue being put together: its wordings follow from its number."""

    shop: Shop
    lot: Lot
    number: int
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._draw = Random(f"{self.lot.name} {self.number}")
        tables = self.shop.tables()
        self._call("get_customer", {"customer_id": "C301"}, {"customer_id": "C301", **tables["customers"]["C301"]})
        for id, order in tables["orders"].items():
            self._call("get_order", {"order_id": id}, {"order_id": id, **order})
        for id, product in tables["products"].items():
            self._call("get_product", {"product_id": id}, {"product_id": id, **product})

    @property
    def pending(self) -> Order:
        return self.shop.orders[self.number % 2]

    @property
    def other_pending(self) -> Order:
        return self.shop.orders[1 - self.number % 2]

    @property
    def delivered(self) -> Order:
        return self.shop.orders[2 + self.number % 2]

    @property
    def other_delivered(self) -> Order:
        return self.shop.orders[3 - self.number % 2]

    def either(self, *names: str) -> str:
        return names[self.number % len(names)]

    def pick(self, some: Sequence[str]) -> str:
        return some[self.number % len(some)]

    def customer(self, text: str) -> None:
        self.events.append({"role": "customer", "text": text})

    def ours(self, text: str) -> None:
        self.events.append({"role": "assistant", "text": text})

    def frame(self, turn: str, **slots: str) -> str:
        """A wording of a turn: each comes up as often as the others."""
        some = self.lot.turns[turn]
        return str(some[self.number % len(some)]).format(customer="C301", **slots)

    def words(self, group: str, name: str) -> str:
        return self.pick(self.lot.turns[group][name])

    def deed(self, name: str, order: Order, **what: Unpack[What]) -> str:
        return self.filled(self._draw.choice(self.lot.turns["deeds"][name]), order, full=True, **what)

    def wish(self, name: str, order: Order, **what: Unpack[What]) -> str:
        return self.filled(self._draw.choice(self.lot.turns["wishes"][name]), order, **what)

    def filled(self, text: str, order: Order, *, full: bool = False, **what: Unpack[What]) -> str:
        given = self._given(order, what)
        return text.format(
            order=order.id,
            items=" and ".join(self._item(line, full=full) for line in given["lines"]),
            new=" and ".join(f"the {' '.join(_options(sku))} one" for sku in given["new"]),
            pay=_way(given["pay"]),
            day=self._day(given["day"]),
            amount=f"£{given['amount']:.2f}",
            **given["address"],
        )

    def description(self, order: Order) -> str:
        some = self.lot.turns["described"]
        return str(some[self.number % len(some)]).format(
            item=order.lines[0].short,
            city=order.address["city"],
            total=f"£{order.total:.2f}",
            placed=self._day(order.placed),
        )

    def ask_and_put(self, name: str, order: Order, **what: Unpack[What]) -> None:
        """The customer asks and we put it to them.

        In some dialogues something else is said in between, the order is told first, or both orders are.
        """
        self.customer(self.frame("ask", wish=self.wish(name, order, **what)))
        if self.number % 3 == 1:
            self.ours("Thank you. Could you tell me anything else I should know?")
            self.customer(self.frame("also"))
        if self.number % 5 == 3:
            self.ours("\n\n".join(map(self._listing, self.shop.orders)) + "\n\nIs all of this right?")
            self.customer("Yes, it is.")
        told = self._listing(order) + "\n\n" if self.number % 4 == 2 else ""
        self.ours(told + self.frame("put", deed=self.deed(name, order, **what)))

    def _listing(self, order: Order) -> str:
        lines = [f"- {line.product} ({line.colour}, {line.size}), £{line.price:.2f}" for line in order.lines]
        about = f"{order.status}, to {order.address['city']}, due {self._day(order.day)}"
        return "\n".join([f"Order {order.id} ({about}):", *lines, f"Total: £{order.total:.2f}"])

    def before(self) -> None:
        """Another matter that was dealt with before: on an order that the rest is not about."""
        order = self.other_delivered
        self.agreed_on("compensate", order, amount=4.0)
        self.act("compensate", order, amount=4.0)
        self.ours(self.frame("done"))

    def agreed_on(self, name: str, order: Order, **what: Unpack[What]) -> None:
        self.ask_and_put(name, order, **what)
        self.customer(self.frame("agree"))

    def act(self, name: str, order: Order, **what: Unpack[What]) -> None:
        given = self._given(order, what)
        items = [line.id for line in given["lines"]]
        arguments: dict[str, Any] = {
            "cancel": {},
            "return": {"items": items, "refund_to": given["pay"]["way_id"]},
            "exchange": {"items": items, "new_items": given["new"], "pay_with": given["pay"]["way_id"]},
            "address": given["address"],
            "day": {"deliver_on": given["day"]},
            "payment": {"pay_with": given["pay"]["way_id"]},
            "compensate": {"amount": given["amount"]},
        }[name]
        self._call(_NAMES[name], {"order_id": order.id, **arguments}, {"order_id": order.id, **order.record()})

    def _given(self, order: Order, what: What) -> dict[str, Any]:
        lines = what.get("lines") or order.lines[:1]
        return {
            "lines": lines,
            "new": what.get("new") or [line.others()[0] for line in lines],
            "pay": what.get("pay") or order.other_way,
            "day": what.get("day") or self.shop.days[0],
            "amount": what.get("amount") or self.shop.amount,
            "address": dict(what.get("address") or self.shop.addresses[0]),
        }

    def _item(self, line: Line, *, full: bool) -> str:
        if full and self.number % 2:
            return f"the {line.product} ({line.colour}, {line.size})"
        return line.short

    def _day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        return (f"{day.day} {day:%B}", f"{day:%B} {day.day}", f"{day:%A} {day.day} {day:%B}", iso)[self.number % 4]

    def _call(self, name: str, arguments: dict[str, Any], result: dict[str, Any]) -> None:
        self.events.append(
            {"role": "tool", "call": len(self.events), "name": name, "args": arguments, "result": result}
        )


_NAMES = {
    "cancel": "cancel_order",
    "return": "return_items",
    "exchange": "exchange_items",
    "address": "change_address",
    "day": "change_day",
    "payment": "change_payment",
    "compensate": "compensate",
}


def _way(way: Mapping[str, str]) -> str:
    return f"the {way['brand']} card ending in {way['last_four']}" if way["kind"] == "card" else f"your {way['kind']}"
