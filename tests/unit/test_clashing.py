"""Goals that cannot both be met: which one is planned for."""

from __future__ import annotations

from itertools import chain, combinations, permutations

import pytest

from cx_core.decide.conflicting_goals import SetAside, disagreement
from cx_core.records import ActionName, Argument, Goal, Source, Step, StepId, TaskTypeName, Value
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
