"""Goals that cannot both be met: which one is planned for."""

from __future__ import annotations

from itertools import chain, combinations, permutations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.conflicting_goals import SetAside, answered_by, disagreement
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    CustomerId,
    Evidence,
    Goal,
    Lookup,
    MessageId,
    Source,
    Statement,
    Step,
    StepId,
    TaskTypeName,
    Triage,
    Value,
)
from cx_core.settings import ROOT
from tests.policies import shipped

CANCEL, MOVE = ("cancel_appointment", "cancel_installation"), ("reschedule_appointment", "reschedule_installation")


def step(goal: int, action: str, **values: Value) -> Step:
    arguments = tuple(Argument(name=name, value=value, source=Source(kind="none")) for name, value in values.items())
    return Step(id=StepId(f"s{goal + 1}"), goal=goal, action=ActionName(action), arguments=arguments)


def goals(*names: str, told: int | None = None) -> tuple[Goal, ...]:
    return tuple(
        Goal(task_type=TaskTypeName(name), probability=0.8, told_by="Ines Duarte" if number == told else "")
        for number, name in enumerate(names)
    )


@pytest.mark.parametrize(("first", "second"), [(CANCEL, MOVE), (MOVE, CANCEL)])
def test_that_what_was_said_last_stands(first: tuple[str, str], second: tuple[str, str]) -> None:
    steps = [step(0, first[0], appointment="A-2"), step(1, second[0], appointment="A-2")]
    assert disagreement(steps, goals(first[1], second[1]), shipped.actions()) == SetAside(0, 1, "A-2")


def test_that_what_a_person_said_is_wanted_stands() -> None:
    steps = [step(0, CANCEL[0], appointment="A-2"), step(1, MOVE[0], appointment="A-2")]
    asked = goals(CANCEL[1], MOVE[1], told=0)
    assert disagreement(steps, asked, shipped.actions()) == SetAside(1, 0, "A-2")


@pytest.mark.parametrize(
    "steps",
    [
        [step(0, CANCEL[0], appointment="A-2"), step(1, MOVE[0], appointment="A-3")],
        [step(0, CANCEL[0], appointment="A-2"), step(1, CANCEL[0], appointment="A-2")],
        [step(0, "refund_payment", payment="P-1"), step(1, "cancel_order", order="O-1")],
        [step(0, "change_contact", customer="C-1"), step(1, "send_password_reset", customer="C-1")],
        [step(0, "send_replacement", order="O-1"), step(0, "start_return", order="O-1")],
    ],
)
def test_that_goals_about_different_things_go_together(steps: list[Step]) -> None:
    assert disagreement(steps, goals(CANCEL[1], MOVE[1]), shipped.actions()) is None


REMEDIES = {"send_replacement": "damaged_item", "start_return": "return_item"}
THINGS = ("tablet", "lamp", "pod")
SOME = tuple(chain.from_iterable(combinations(THINGS, count) for count in (1, 2, 3)))


@pytest.mark.parametrize("actions", list(permutations(REMEDIES)))
@pytest.mark.parametrize("likelier", [0, 1])
def test_that_of_two_remedies_for_one_thing_the_likelier_goal_stands(actions: tuple[str, str], likelier: int) -> None:
    asked = tuple(
        Goal(task_type=TaskTypeName(REMEDIES[action]), probability=0.9 if number == likelier else 0.7)
        for number, action in enumerate(actions)
    )
    for mine in SOME:
        for others in SOME:
            steps = [step(n, actions[n], order="O-1", items=things) for n, things in enumerate((mine, others))]
            both = [thing for thing in mine if thing in others]
            expected = SetAside(1 - likelier, likelier, f"{', '.join(both)} of O-1") if both else None
            assert disagreement(steps, asked, shipped.actions()) == expected
            told = tuple(goal.replace(told_by="Ines" if n != likelier else "") for n, goal in enumerate(asked))
            kept = disagreement(steps, told, shipped.actions())
            assert kept is None if not both else kept is not None and kept.instead_of_it == 1 - likelier


def test_that_the_same_thing_of_two_orders_may_have_two_remedies() -> None:
    steps = [step(n, action, order=f"O-{n}", items=("tablet",)) for n, action in enumerate(REMEDIES)]
    assert disagreement(steps, goals(*REMEDIES.values()), shipped.actions()) is None


OTHERWISE = (
    "Otherwise cancel it.",
    "If that's impossible, cancel it.",
    "But if not, cancel it",
    "Failing that, cancel it.",
)


@pytest.mark.parametrize("words", OTHERWISE)
@pytest.mark.parametrize("last", [True, False])
def test_that_what_is_only_wanted_otherwise_does_not_stand(words: str, last: bool) -> None:
    move = Goal(task_type=TaskTypeName(MOVE[1]), probability=0.6, quote="Is there an afternoon on Monday?")
    cancel = Goal(task_type=TaskTypeName(CANCEL[1]), probability=0.9, quote=words)
    names = [MOVE[0], CANCEL[0]] if last else [CANCEL[0], MOVE[0]]
    asked = [move, cancel] if last else [cancel, move]
    steps = [step(n, name, appointment="A-2") for n, name in enumerate(names)]
    kept = disagreement(steps, asked, shipped.actions())
    assert kept is not None
    assert asked[kept.instead_of_it] is move


def order(id: str) -> BusinessRecord:
    return BusinessRecord(kind="order", id=id, customer=CustomerId("C-1"), fields={})


@pytest.mark.parametrize(
    ("theirs", "quote", "answered"),
    [
        ([order("O-1")], "my brother gave me one already", True),
        ([order("O-2")], "my brother gave me one already", False),
        ([order("O-1"), order("O-2")], "my brother gave me one already", False),
        ([], "can I have one back", True),
        ([], "I want to return the kettle", False),
    ],
)
def test_that_nothing_is_said_of_a_goal_that_another_step_is_for(
    theirs: list[BusinessRecord], quote: str, answered: bool
) -> None:
    knowledge = load(ROOT / "knowledge")
    asked = tuple(
        Goal(task_type=TaskTypeName(name), probability=0.8, sure=True, quote=words)
        for name, words in (("cancel_order", "cancel it please"), ("return_item", quote))
    )
    evidence = Evidence(customer=None, lookups=(Lookup(goal=1, name="order", records=tuple(theirs)),))
    idle = {1: knowledge.task_types[TaskTypeName("return_item")]}
    steps = [step(0, "cancel_order", order="O-1")]
    text = f"cancel it please. {quote}"
    seeks = (ActionName("cancel_order"),) if not theirs else ()
    at = len(text) - len(quote)
    said = (Statement(message=MessageId("m"), start=at, end=len(text), does="asks", probability=0.6, seeks=seeks),)
    triage, texts = Triage(goals=asked, said=said), {MessageId("m"): text}
    assert answered_by(idle, steps, triage, evidence, knowledge.actions, texts) == ({1} if answered else set())
    if not theirs:
        unsought = triage.replace(said=(said[0].replace(seeks=()),))
        assert answered_by(idle, steps, unsought, evidence, knowledge.actions, texts) == set()


def test_that_what_is_plainly_asked_for_is_answered_beside_another_step() -> None:
    knowledge = load(ROOT / "knowledge")
    name = TaskTypeName("cancel_order")
    asked = (
        Goal(task_type=TaskTypeName("change_delivery_date"), probability=0.8),
        Goal(task_type=name, probability=0.8),
    )
    said = (Statement(message=MessageId("m"), start=0, end=9, does="wants", probability=0.9, about=name),)
    evidence = Evidence(customer=None, lookups=(Lookup(goal=1, name="order", records=(order("O-1"),)),))
    steps = [step(0, "change_delivery_date", order="O-1")]
    idle = {1: knowledge.task_types[name]}
    assert answered_by(idle, steps, Triage(goals=asked), evidence, knowledge.actions, {}) == {1}
    assert answered_by(idle, steps, Triage(goals=asked, said=said), evidence, knowledge.actions, {}) == set()
