"""The one thing swapped, for the other the money: over things, remedies, orders and ways of saying which is which."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations, product

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.planning import plan
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Evidence,
    Goal,
    Lookup,
    Message,
    MessageId,
    SpeechAct,
    Statement,
    TaskTypeName,
    TicketId,
    Triage,
)
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ME = CustomerId("C-1")
THINGS = ("Aurora desk lamp", "Fern tablet 10", "Extension cable 5 m")
SWAP = ("the {} I want exchanged", "please send me a new one of the {}", "a replacement for the {} please")
MONEY = ("for the {} I want my money back", "the {}: a refund please", "I'd like a refund for the {}")
SHORT = {"Aurora desk lamp": "lamp", "Fern tablet 10": "tablet", "Extension cable 5 m": "cable"}
Clause = tuple[str, SpeechAct]


def planned(
    *clauses: Clause,
    goals: tuple[str, ...] = ("damaged_item",),
    things: tuple[str, ...] = THINGS[:2],
    named: bool = True,
) -> set:  # type: ignore[type-arg]
    """The acts, each with the things it is for."""
    text, said = "", []
    for words, does in clauses:
        said.append(
            Statement(message=MessageId("m"), start=len(text), end=len(text) + len(words), does=does, probability=0.9)
        )
        text += f"{words}. "
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    order = BusinessRecord(
        kind="order",
        id="O-1",
        customer=ME,
        fields={"items": things, "status": "delivered", "delivered": "2026-11-16", "expected": "2026-11-16"},
    )
    goods = tuple(
        BusinessRecord(kind="order_item", id=f"OI-{n}", customer=ME, fields={"name": name, "items": (name,)})
        for n, name in enumerate(things)
    )
    lookups = tuple(
        lookup
        for n in range(len(goals))
        for lookup in (
            Lookup(goal=n, name="order", records=(order,)),
            Lookup(goal=n, name="goods", records=goods, named=named),
        )
    )
    customer = BusinessRecord(kind="customer", id="C-1", customer=ME, fields={"name": "Maria Keller"})
    made = plan(
        Triage(goals=tuple(Goal(task_type=TaskTypeName(name), probability=0.9) for name in goals), said=tuple(said)),
        Evidence(read_at=NOW, customer=customer, lookups=lookups),
        KNOWLEDGE,
        date(2026, 11, 23),
        said=[message],
    )
    return {(step.action, step.values()["items"]) for step in made.steps}


@pytest.mark.parametrize(("one", "other"), list(permutations(THINGS[:2])))
@pytest.mark.parametrize(("swap", "money"), list(product(SWAP, MONEY)))
def test_each_thing_gets_what_is_wanted_for_it(one: str, other: str, swap: str, money: str) -> None:
    clauses: list[Clause] = [(swap.format(SHORT[one]), "wants"), (money.format(SHORT[other]), "wants")]
    wanted = {("send_replacement", (one,)), ("start_return", (other,))}
    assert planned(*clauses) == wanted
    assert planned(*reversed(clauses)) == wanted


@pytest.mark.parametrize(("one", "other"), list(permutations(THINGS[:2])))
def test_what_is_said_of_that_one_is_of_the_thing_named_last(one: str, other: str) -> None:
    assert planned(
        (f"The {SHORT[one]} has no sound", "reports"),
        ("those I want exchanged", "wants"),
        (f"The {SHORT[other]} came cracked", "reports"),
        ("I don't want another one of that", "refuses"),
        ("I want my money back", "wants"),
    ) == {("send_replacement", (one,)), ("start_return", (other,))}


@pytest.mark.parametrize("way", [("send_replacement", "a replacement please"), ("start_return", "a refund please")])
def test_what_is_said_of_no_thing_is_said_of_all(way: tuple[str, str]) -> None:
    assert planned((way[1], "wants")) == {(way[0], THINGS[:2])}


def test_things_that_the_same_is_wanted_for_stay_together() -> None:
    one, two, three = THINGS
    assert planned(
        (f"please exchange the {SHORT[one]} and the {SHORT[two]}", "wants"),
        (f"for the {SHORT[three]} a refund", "wants"),
        things=THINGS,
    ) == {("send_replacement", (one, two)), ("start_return", (three,))}


@pytest.mark.parametrize(("one", "other"), list(permutations(THINGS[:2])))
@pytest.mark.parametrize("goals", list(permutations(("damaged_item", "return_item"))))
def test_a_return_beside_it_takes_nothing_that_is_to_be_replaced(one: str, other: str, goals: tuple[str, ...]) -> None:
    assert planned(
        (f"please send a new one of the {SHORT[one]}", "wants"),
        (f"I want to return it, the {SHORT[other]}", "wants"),
        goals=goals,
    ) == {("send_replacement", (one,)), ("start_return", (other,))}


@pytest.mark.parametrize("words", ["please send another", "a replacement please", "a refund please", "it came broken"])
def test_where_it_is_not_clear_which_thing_is_meant_nothing_is_planned(words: str) -> None:
    assert planned((words, "wants"), named=False) == set()
