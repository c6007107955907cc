"""What cases say of days is true: each that asks for a day's age is taken, and no wait is promised that is over."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Literal

import pytest

from cx_core.adapters.fernline.past import FernlinePast
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Case, TaskType
from cx_core.decide import supposed_evidence
from cx_core.decide.planning import plan
from cx_core.decide.supposed_evidence import Scene
from cx_core.records import (
    ActionName,
    BusinessRecord,
    CustomerId,
    Entity,
    Evidence,
    Goal,
    Lookup,
    Message,
    MessageId,
    Statement,
    TaskTypeName,
    TicketId,
    TimeWish,
    Triage,
)
from cx_core.settings import ROOT
from cx_core.text.ages import WEEKDAYS, example

KNOWLEDGE = load(ROOT / "knowledge")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()
Polarity = Literal["wanted", "asked"]
MARIA = BusinessRecord(
    kind="customer",
    id="C-1",
    customer=CustomerId("C-1"),
    fields={
        "name": "Maria Keller",
        "email": "maria@example.com",
        "phone": "+44 7700 900001",
        "address": "4 Alder Road",
    },
)
ALL = [(kind, case) for kind in KNOWLEDGE.task_types.values() for case in kind.cases]
OF_DAYS = [
    (kind, case)
    for kind, case in ALL
    if any(name.endswith((".age", ".weekday")) or name.startswith(("tried:", "wants:")) for name in case.when)
]
ADVISING = [(kind, case) for kind, case in ALL if "{advice.left}" in case.reply]
"""Cases that say what has not been tried yet: their reply would have nothing to say where all was."""
TO_COME = ("order.expected", "replacements.deliver_by", "appointments.date", "calls.at")
"""Days that a reply speaks of as to come."""
HOPEFUL = [
    (kind, case, place)
    for kind, case in ALL
    for place in TO_COME
    if f"{{{place}}}" in case.reply and not any(name.startswith(f"{place}.age") for name in case.when)
]


def supposed(kind: TaskType, case: Case, seed: int) -> tuple[Triage, Evidence, list[Message]]:
    """A ticket for which this case holds."""
    scene = Scene(Random(seed), MARIA, TODAY, {})
    found = supposed_evidence.lookups(0, kind, case, KNOWLEDGE.actions, scene, FernlinePast())
    entities, times = [], []
    said_of = [name for name, wanted in case.when.items() if name.startswith("tried:") and wanted != "none"]
    tried = [name.removeprefix("tried:") for name in said_of]
    text = f"I have {', '.join(kind.tried[name][0] for name in tried)}" if tried else "please"
    message = MessageId("m")
    for name, wanted in case.when.items():
        one = wanted if isinstance(wanted, str) else wanted[0]
        if name.startswith("entity:") and one != "none":
            day = next_named(one) if name.endswith(".weekday") else TODAY + timedelta(days=4)
            which = name.removeprefix("entity:").partition(".")[0]
            if which == "date":
                entities = [Entity(kind="date", text="then", value=day.isoformat(), message=message, start=0, end=4)]
        if name.startswith("wish:start"):
            first = example(one, TODAY) if name.endswith(".age") else TODAY + timedelta(days=4)
            times = [TimeWish(kind="span", text="then", first=first, message=message, start=0, end=4)]
        if name.startswith(("wish:day", "wish:when")):
            day = next_named(one) if name.endswith(".weekday") else TODAY + timedelta(days=4)
            times = [TimeWish(kind="days", text="then", first=day, last=day, message=message, start=0, end=4)]
        if name.endswith(".rest") and one == "some":
            day = TODAY + timedelta(days=9)
            free = BusinessRecord(kind="day", id="d", fields={"date": day.isoformat(), "label": f"{day:%A}"})
            which = name.removesuffix(".rest")
            found = tuple(look.replace(others=(free,)) if look.name == which else look for look in found)
    said = [Statement(message=message, start=0, end=len(text), does="reports", probability=0.9, seeks=sought(case))]
    polarity: Polarity = "asked" if case.when.get("goal.polarity") == "asked" else "wanted"
    goal = Goal(task_type=kind.name, probability=0.9, sure=True, quote=text, polarity=polarity, level=2)
    triage = Triage(goals=(goal,), entities=tuple(entities), times=tuple(times), said=tuple(said))
    messages = [Message(id=message, ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)]
    return triage, Evidence(customer=MARIA, lookups=found), messages


def sought(case: Case) -> tuple[ActionName, ...]:
    """What must be asked for so that the case holds."""
    asked = (name.removeprefix("wants:") for name, wanted in case.when.items() if wanted != "none" and "wants:" in name)
    return tuple(map(ActionName, asked))


def next_named(weekday: str) -> date:
    return next(day for day in (TODAY + timedelta(days=n) for n in range(1, 8)) if WEEKDAYS[day.weekday()] == weekday)


def taken(triage: Triage, evidence: Evidence, said: list[Message]) -> str:
    parts = plan(triage, evidence, KNOWLEDGE, TODAY, 1, said).parts
    return parts[0].case if parts else ""


@pytest.mark.parametrize(("kind", "case"), OF_DAYS, ids=[f"{kind.name}.{case.name}" for kind, case in OF_DAYS])
def test_that_each_case_about_days_is_taken_and_says_all_of_it(kind: TaskType, case: Case) -> None:
    for seed in range(20):
        made = supposed(kind, case, seed)
        assert taken(*made) == case.name
        (part, *_) = plan(made[0], made[1], KNOWLEDGE, TODAY, 1, made[2]).parts
        assert "—" not in part.text


@pytest.mark.parametrize(
    ("kind", "case", "place"), HOPEFUL, ids=[f"{kind.name}.{case.name}.{place}" for kind, case, place in HOPEFUL]
)
@pytest.mark.parametrize("days", [1, 40])
def test_that_a_day_that_is_over_is_not_told_as_one_to_come(kind: TaskType, case: Case, place: str, days: int) -> None:
    triage, evidence, said = supposed(kind, case, 1)
    name, _, field = place.partition(".")
    over = (TODAY - timedelta(days=days)).isoformat()
    aged = tuple(
        lookup.replace(records=tuple(r.replace(fields={**r.fields, field: over}) for r in lookup.records))
        if lookup.name == name
        else lookup
        for lookup in evidence.lookups
    )
    found = taken(triage, evidence.replace(lookups=aged), said)
    assert found
    assert found != case.name, f"says that {place} is to come"


@pytest.mark.parametrize("ticket", ["", "open", "solved"])
@pytest.mark.parametrize(("kind", "case"), ADVISING, ids=[f"{kind.name}.{case.name}" for kind, case in ADVISING])
def test_that_nothing_is_advised_once_all_was_tried(kind: TaskType, case: Case, ticket: str) -> None:
    all_tried = {f"tried:{name}": "some" for name in kind.advice}
    status = {"tickets.status": ticket} if ticket else {}
    triage, evidence, said = supposed(kind, case.replace(when={**case.when, **all_tried, **status}), 1)
    found = next(one for one in kind.cases if one.name == taken(triage, evidence, said))
    assert "{advice.left}" not in found.reply


def limit(rule: str) -> int:
    """The number of days that a rule compares with."""
    text = (ROOT / "knowledge" / "policies" / "6_limits.cedar").read_text("utf-8")
    found = re.search(rf'@id\("{rule}"\).*?[<>] (\d+)', text, re.S)
    assert found
    return int(found[1])


@pytest.mark.parametrize(
    ("rule", "kind", "case", "said"),
    [
        ("70", "return_item", "too_late", "order.delivered.age"),
        ("71", "damaged_item", "too_late", "order.delivered.age"),
        ("70", "cancel_order", "delivered_long_ago", "order.delivered.age"),
        ("81", "plan_change", "too_far_ahead", "wish:start.age"),
    ],
)
def test_that_a_case_and_its_rule_have_one_limit(rule: str, kind: str, case: str, said: str) -> None:
    found = next(one for type_, one in ALL if (type_.name, one.name) == (kind, case))
    assert str(found.when[said]).startswith(f"over {limit(rule)} days")
    assert f"{limit(rule)}" in found.reply.replace("\n", " ")


@pytest.mark.parametrize("delivered", [30, 31])
@pytest.mark.parametrize("kind", [TaskTypeName("return_item"), TaskTypeName("damaged_item")])
@pytest.mark.parametrize("polarity", ["wanted", "asked"])
def test_that_nothing_is_promised_beyond_the_limit(kind: TaskTypeName, delivered: int, polarity: Polarity) -> None:
    order = BusinessRecord(
        kind="order",
        id="O-1",
        customer=CustomerId("C-1"),
        fields={
            "items": ("Fern tablet 10",),
            "status": "delivered",
            "delivered": (TODAY - timedelta(days=delivered)).isoformat(),
        },
    )
    item = BusinessRecord(
        kind="order_item",
        id="O-1/1",
        customer=CustomerId("C-1"),
        fields={"name": "Fern tablet 10", "items": ("Fern tablet 10",), "order": "O-1"},
    )
    goal = Goal(task_type=kind, probability=0.9, sure=True, quote="?", polarity=polarity, level=2)
    lookups = (Lookup(goal=0, name="order", records=(order,)), Lookup(goal=0, name="goods", records=(item,)))
    made = plan(Triage(goals=(goal,)), Evidence(customer=MARIA, lookups=lookups), KNOWLEDGE, TODAY)
    (part,) = made.parts
    assert (part.case == "too_late") is (delivered > 30)
    assert bool(made.steps) is (delivered <= 30 and polarity == "wanted")
    if delivered > 30:
        assert "30 days" in part.text
        assert "Friday 23 October" in part.text
