"""Routes: as narrow as the narrowest goal and ruling."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.catalogue import TaskType
from cx_core.decide.autonomy import level_of, not_alone, route
from cx_core.records import Goal, Role, Route, Ruling, StepId, TaskTypeName
from cx_core.service_rules.levels_in_force import starting_level

Ceiling = Literal[0, 1, 2, 3, 4]
NARROW: tuple[Route, ...] = ("act", "advisor", "supervisor", "person")


def task_type(name: str, ceiling: Ceiling = 4, *, people_only: bool = False) -> TaskType:
    examples = tuple(f"example {number}" for number in range(30))
    return TaskType(
        name=TaskTypeName(name),
        title=name.capitalize(),
        topic=name,
        ceiling=ceiling,
        people_only=people_only,
        examples=examples,
    )


TASK_TYPES = {
    TaskTypeName(type.name): type
    for type in (
        task_type("refunds"),
        task_type("moves"),
        task_type("outage", 2),
        task_type("advice", 1),
        task_type("manual", 0),
        task_type("leaving", people_only=True),
    )
}
ALLOW = Ruling(answer="allow")
DENY = Ruling(answer="deny", reasons=("The payment is disputed",))
ASKS = {role: Ruling(answer="ask", ask=role, reasons=(f"Ask a {role.value}",)) for role in Role}


def goal(name: str, level: int = 3, *, sure: bool = True) -> Goal:
    return Goal(task_type=TaskTypeName(name), probability=0.9, level=level, sure=sure)


def routed(
    goals: tuple[Goal, ...],
    *rulings: Ruling,
    reply: Ruling | None = ALLOW,
    foreign: str = "",
    wants_person: bool = False,
) -> tuple[Route, str]:
    named = {StepId(f"s{number}"): ruling for number, ruling in enumerate(rulings)}
    if reply is not None:
        named[StepId("reply")] = reply
    return route(goals, named, TASK_TYPES, foreign=foreign, wants_person=wants_person)


def test_that_a_ticket_acts_alone_when_every_goal_and_step_may() -> None:
    assert routed((goal("refunds"), goal("moves", 4)), ALLOW, ALLOW)[0] == "act"


def test_that_one_goal_below_level_3_keeps_all_of_it_with_an_advisor() -> None:
    assert routed((goal("refunds"), goal("moves", 2)), ALLOW, ALLOW) == (
        "advisor",
        "Moves is at level 2: a person approves each step",
    )


def test_that_a_ceiling_holds_whatever_the_level() -> None:
    assert routed((goal("outage", 4),), ALLOW)[0] == "advisor"
    assert level_of(goal("outage", 4), TASK_TYPES) == 2


@pytest.mark.parametrize(
    ("rulings", "expected"),
    [
        ((ALLOW, ASKS[Role.ADVISOR]), "advisor"),
        ((ASKS[Role.ADVISOR], ASKS[Role.SUPERVISOR]), "supervisor"),
        ((ALLOW, ASKS[Role.ADMINISTRATOR]), "supervisor"),
        ((ALLOW, DENY), "advisor"),
        ((DENY, ASKS[Role.SUPERVISOR]), "supervisor"),
    ],
)
def test_that_the_highest_ask_takes_the_whole_proposal(rulings: tuple[Ruling, ...], expected: Route) -> None:
    assert routed((goal("refunds"),), *rulings)[0] == expected


def test_that_a_step_that_cannot_be_done_is_named() -> None:
    assert routed((goal("refunds", 2),), DENY) == ("advisor", "A step cannot be done: The payment is disputed")


def test_that_the_reply_needs_a_ruling_of_its_own_to_go_alone() -> None:
    assert routed((goal("refunds"),), reply=None)[0] == "advisor"
    assert routed((goal("refunds"),), reply=ASKS[Role.ADVISOR])[0] == "advisor"
    assert routed((goal("refunds"),))[0] == "act"


def test_that_an_unsure_goal_waits_for_an_advisor() -> None:
    assert routed((goal("refunds", sure=False),), ALLOW) == (
        "advisor",
        "It is not sure that the customer wants this: Refunds",
    )


@pytest.mark.parametrize(
    ("goals", "why"),
    [
        ((), "Nothing was understood"),
        ((goal("refunds"), goal("leaving")), "Leaving: a matter for people"),
        ((goal("refunds"), goal("nonsense")), "nonsense is no known task type"),
        ((goal("manual", 4),), "Manual is at level 0: a person answers"),
        ((goal("advice", 4),), "Advice is at level 1: a person answers"),
    ],
)
def test_that_what_is_not_handled_goes_straight_to_a_person(goals: tuple[Goal, ...], why: str) -> None:
    answer, said = routed(goals, ALLOW)
    assert answer == "person"
    assert said.startswith(why)


def test_that_asking_for_a_person_reaches_one_whatever_else_holds() -> None:
    assert routed((goal("refunds"),), ALLOW, wants_person=True) == ("person", "The customer asks for a person")
    assert routed((goal("refunds"),), ASKS[Role.SUPERVISOR], foreign="Polish")[0] == "person"


def test_that_a_reason_to_look_keeps_from_going_alone_and_changes_nothing_else() -> None:
    assert not_alone("act", "All may go alone", "A file came with it") == ("advisor", "A file came with it")
    kept: tuple[Route, ...] = ("advisor", "supervisor", "person")
    for here in kept:
        assert not_alone(here, "A step needs approval", "A file came with it") == (here, "A step needs approval")


def test_that_everything_starts_at_2_or_at_its_ceiling() -> None:
    started = {name: starting_level(type) for name, type in TASK_TYPES.items()}
    assert started == {"refunds": 2, "moves": 2, "outage": 2, "advice": 0, "manual": 0, "leaving": 0}


@given(
    goals=st.lists(
        st.builds(goal, st.sampled_from(list(TASK_TYPES)), st.integers(0, 4), sure=st.booleans()), min_size=1
    ),
    rulings=st.lists(st.sampled_from([ALLOW, DENY, *ASKS.values()])),
    one_more_goal=st.builds(goal, st.sampled_from(list(TASK_TYPES)), st.integers(0, 4)),
    one_more_ruling=st.sampled_from([ALLOW, DENY, *ASKS.values()]),
)
def test_that_one_more_goal_or_ruling_never_widens_the_route(
    goals: list[Goal], rulings: list[Ruling], one_more_goal: Goal, one_more_ruling: Ruling
) -> None:
    before, _ = routed(tuple(goals), *rulings)
    after, _ = routed((*goals, one_more_goal), *rulings, one_more_ruling)
    assert NARROW.index(after) >= NARROW.index(before)
