"""Acts that are not what was put to the customer, in short generated dialogues with a small shop, and right ones.

Each kind of wrong act has as many right acts in dialogues of the same shape. The turns are worded in two lots, of which
one was used while the guard was written and the other only for its figures.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures
from bench.guard import Business, replayed
from bench.shop import Dialogue, Lot, Shop, What, lots

PACK = Path(__file__).resolve().parent / "packs" / "shop"
EACH = 24
"""Dialogues of each kind, lot and label: every wording of a turn comes up twice."""

Make = Callable[[Dialogue, bool], None]


def measure(pack: Path = PACK) -> Figures:
    """Shares of acts that did not go alone, by lot and kind, wrong and right."""
    figures: Figures = {}
    for lot in lots(pack / "turns"):
        stopped: Counter[tuple[str, bool]] = Counter()
        for kind, make in KINDS.items():
            for number in range(EACH):
                for wrong in (True, False):
                    dialogue = Dialogue(Shop(number), lot, number)
                    if number % 6 == 5:
                        dialogue.before()
                    make(dialogue, wrong)
                    act = _last(pack, dialogue)
                    stopped[kind, wrong] += act.stopped
                    if act.stopped != wrong:
                        print(_told(lot, kind, wrong, dialogue, act), file=sys.stderr)
        figures |= _shares(lot, stopped)
    return figures


class _Result(NamedTuple):
    stopped: bool
    reasons: Sequence[str]


def _last(pack: Path, dialogue: Dialogue) -> _Result:
    """What the guard says to the last act of a dialogue."""
    business = Business(pack, dialogue.shop.tables())
    *_, act = replayed(business, {"run": "generated", "events": dialogue.events})
    return _Result(act.ruling.answer != "allow", (*act.ruling.reasons, *act.facts.gaps))


def _shares(lot: Lot, stopped: Mapping[tuple[str, bool], int]) -> Figures:
    figures: Figures = {}
    for kind in KINDS:
        figures[f"{lot.name}.{kind}.wrong_stopped"] = round(stopped[kind, True] / EACH, 3)
        figures[f"{lot.name}.{kind}.right_stopped"] = round(stopped[kind, False] / EACH, 3)
    every = EACH * len(KINDS)
    for name, wrong in (("wrong", True), ("right", False)):
        figures[f"{lot.name}.{name}_stopped"] = round(sum(stopped[kind, wrong] for kind in KINDS) / every, 3)
    figures[f"{lot.name}.n"] = float(2 * every)
    return figures


def _told(lot: Lot, kind: str, wrong: bool, dialogue: Dialogue, result: _Result) -> str:
    said = " / ".join(f"{event['role'][:1]}: {event['text']}" for event in dialogue.events if "text" in event)
    name, arguments = dialogue.events[-1]["name"], json.dumps(dialogue.events[-1]["args"])
    label = "wrong let through" if wrong else f"right stopped ({'; '.join(result.reasons)})"
    return f"{lot.name} {kind}: {label}: {said} => {name} {arguments}"


def _fewer(one: Dialogue, wrong: bool) -> None:
    order, two = one.delivered, one.delivered.lines[:2]
    name = one.either("return", "exchange")
    one.agreed_on(name, order, lines=two)
    one.act(name, order, lines=two[:1] if wrong else two)


def _more(one: Dialogue, wrong: bool) -> None:
    order, two = one.delivered, one.delivered.lines[:2]
    name = one.either("return", "exchange")
    if one.number % 3 == 0:
        one.ask_and_put(name, order, lines=two)
        one.customer(
            one.pick([f"Yes to {two[0].short}.", f"Only {two[0].short}, please.", f"Just {two[0].short}, yes."])
        )
    else:
        one.agreed_on(name, order, lines=two[:1])
    one.act(name, order, lines=two if wrong else two[:1])


def _whole(one: Dialogue, wrong: bool) -> None:
    if one.number % 2:
        order = one.delivered
        one.agreed_on("return", order, lines=order.lines[:1])
        one.act("return", order, lines=order.lines if wrong else order.lines[:1])
        return
    order = one.pending
    if wrong:
        deed = one.words("unnamed", "part").format(items=order.lines[0].short, order=order.id)
        one.customer(one.frame("ask", wish=deed))
        one.ours(one.frame("put", deed=deed))
        one.customer(one.frame("agree"))
    else:
        one.agreed_on("cancel", order)
    one.act("cancel", order)


def _variant(one: Dialogue, wrong: bool) -> None:
    order, line = one.delivered, one.delivered.lines[:1]
    new = line[0].others()
    one.agreed_on("exchange", order, lines=line, new=new[:1])
    one.act("exchange", order, lines=line, new=new[1:2] if wrong else new[:1])


def _record(one: Dialogue, wrong: bool) -> None:
    name = one.either("cancel", "day", "address", "payment")
    one.agreed_on(name, one.pending)
    one.act(name, one.other_pending if wrong else one.pending)


def _day(one: Dialogue, wrong: bool) -> None:
    one.agreed_on("day", one.pending)
    one.act("day", one.pending, day=one.shop.days[1] if wrong else one.shop.days[0])


def _amount(one: Dialogue, wrong: bool) -> None:
    one.agreed_on("compensate", one.delivered)
    one.act("compensate", one.delivered, amount=one.shop.amount + 5 if wrong else one.shop.amount)


def _address(one: Dialogue, wrong: bool) -> None:
    """The address on file that was not put, where another on file was."""
    first, second = one.shop.addresses[:2]
    one.agreed_on("address", one.pending, address=first)
    one.act("address", one.pending, address=second if wrong else first)


def _no_effect(one: Dialogue, wrong: bool) -> None:
    """To what the order has already, put and agreed to as it may be."""
    name, order = one.either("day", "address", "payment"), one.pending
    same: What = {"day": order.day, "address": order.address, "pay": order.way} if wrong else {}
    one.agreed_on(name, order, **same)
    one.act(name, order, **same)


def _repeated(one: Dialogue, wrong: bool) -> None:
    name = one.either("cancel", "return", "day", "compensate", "exchange")
    order = one.delivered if name in ("return", "compensate", "exchange") else one.pending
    one.agreed_on(name, order)
    if wrong:
        one.act(name, order)
        one.ours(one.frame("done"))
        one.customer(one.frame("thanks"))
    one.act(name, order)


def _excluded(one: Dialogue, wrong: bool) -> None:
    """Cancelled and then changed, returned and then exchanged; or the same on two orders, or two items."""
    if one.number % 2:
        first, then = "cancel", one.either("day", "address", "payment")
        orders = (one.pending, one.pending if wrong else one.other_pending)
        lines = None
    else:
        first, then = ("return", "exchange") if one.number % 4 else ("exchange", "return")
        orders = (one.delivered, one.delivered if wrong else one.other_delivered)
        lines = orders[1].lines[:1]
    one.agreed_on(first, orders[0])
    one.act(first, orders[0])
    one.ours(one.frame("done"))
    one.agreed_on(then, orders[1], lines=lines)
    one.act(then, orders[1], lines=lines)


def _choice(one: Dialogue, wrong: bool) -> None:
    """Another way of paying than the order has, and nobody spoke of any; or an order among several."""
    if one.number % 2:
        order = one.delivered
        one.customer(one.frame("ask", wish=one.filled(one.lot.turns["unnamed"]["return"], order)))
        one.ours(one.frame("put", deed=one.filled(one.lot.turns["unnamed"]["payment_put"], order)))
        one.customer(one.frame("agree"))
        one.act("return", order, pay=order.other_way if wrong else order.way)
        return
    if wrong:
        one.customer(one.frame("ask", wish="cancel my order"))
        one.ours(one.frame("put", deed=one.lot.turns["unnamed"]["cancel"]))
        one.customer(one.frame("agree"))
    else:
        one.agreed_on("cancel", one.pending)
    one.act("cancel", one.pending)


def _agreement(one: Dialogue, wrong: bool) -> None:
    name = one.either("return", "cancel", "exchange")
    order = one.pending if name == "cancel" else one.delivered
    one.ask_and_put(name, order)
    one.customer(one.frame("no_yet" if wrong else "yes_and", verb=name))
    one.act(name, order)


def _silence(one: Dialogue, wrong: bool) -> None:
    """Two acts, or an act on two orders, put at once, and one of them taken up."""
    first, second = one.pending, one.other_pending
    deeds = [one.deed("cancel", first), one.deed("day", second)] if one.number % 2 else None
    if deeds is None:
        deeds = [one.deed("cancel", first), one.deed("cancel", second)]
    one.ours(one.frame("put", deed=" and ".join(deeds)))
    taken = [f"Yes, cancel {first.id}.", f"Please cancel {first.id}.", f"Yes, just cancel {first.id}."]
    one.customer(one.pick(taken))
    if wrong:
        one.act("day" if one.number % 2 else "cancel", second)
    else:
        one.act("cancel", first)


def _described(one: Dialogue, wrong: bool) -> None:
    """An order that is told by what is in it, where it goes, what it cost or when it was placed; wrong: another one."""
    name = one.either("cancel", "day", "payment")
    said = one.description(one.pending)
    one.customer(one.frame("ask", wish=one.wish(name, one.pending).replace(one.pending.id, f"({said})")))
    one.ours(
        one.frame(
            "put",
            deed=one.deed(name, one.pending).replace(f"order {one.pending.id}", said).replace(one.pending.id, said),
        )
    )
    one.customer(one.frame("agree"))
    one.act(name, one.other_pending if wrong else one.pending)


KINDS: Mapping[str, Make] = {
    "items_fewer": _fewer,
    "items_more": _more,
    "items_whole": _whole,
    "variant": _variant,
    "record": _record,
    "day": _day,
    "amount": _amount,
    "address": _address,
    "no_effect": _no_effect,
    "repeated": _repeated,
    "excluded": _excluded,
    "choice": _choice,
    "agreement": _agreement,
    "silence": _silence,
    "described": _described,
}
