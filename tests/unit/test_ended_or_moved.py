"""A visit that is named beside words that it is not needed is not moved, over wordings and other times wished for."""

from __future__ import annotations

import pytest

from cx_core.decide.conflicting_goals import SetAside, left_open
from cx_core.decide.holding.ended_or_moved import ended_or_moved
from cx_core.records import (
    ActionName,
    Argument,
    Goal,
    Message,
    MessageId,
    Source,
    SpeechAct,
    Step,
    StepId,
    TaskTypeName,
    TicketId,
    Triage,
)
from cx_core.understand.time_wishes import time_wishes
from tests.unit.clauses import spoken
from tests.unit.test_last_check import DAYS, EVIDENCE, KNOWLEDGE, NOW, WINDOWS, move

MOVE, CANCEL = "reschedule_installation", "cancel_installation"
NAMED = "Your man is down for Thursday"
CALLED_OFF = ("nobody has to come any more", "I don't want another date", "the appointment can be taken away")


def step(action: str, goal: int = 0, **values: object) -> Step:
    arguments = tuple(
        Argument(name=name, value=str(value), source=Source(kind="record")) for name, value in values.items()
    )
    return Step(id=StepId(f"s{goal + 1}"), goal=goal, action=ActionName(action), arguments=arguments)


def asked(
    *clauses: tuple[str, SpeechAct, str], told_by: str = "", action: str = "reschedule_appointment"
) -> tuple[str, str]:
    text, said = spoken(clauses)
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    goal = Goal(task_type=TaskTypeName(MOVE), probability=0.9, quote=text, told_by=told_by)
    triage = Triage(goals=(goal,), said=said, times=time_wishes([message], "Europe/London"))
    values = move(DAYS[1], WINDOWS[0]) if action == "reschedule_appointment" else {"appointment": "A-2"}
    found = ended_or_moved([step(action, **values)], triage, EVIDENCE, {message.id: text}, KNOWLEDGE)
    return (found.words, found.acts) if found else ("", "")


@pytest.mark.parametrize("words", CALLED_OFF)
@pytest.mark.parametrize("does", ["wants", "refuses"])
def test_that_it_is_asked_which_of_the_two_is_meant(words: str, does: SpeechAct) -> None:
    quoted, acts = asked((NAMED, "wants", MOVE), (words, does, CANCEL))
    assert quoted == words
    assert acts.startswith("cancel your visit or move your visit to ")


@pytest.mark.parametrize("wish", ["Could he come on Friday instead", "I'd like it sooner", "make it after the 9th"])
@pytest.mark.parametrize("words", CALLED_OFF)
def test_that_another_time_is_a_wish_to_move_it(wish: str, words: str) -> None:
    assert asked((words, "refuses", CANCEL), (wish, "wants", MOVE)) == ("", "")


@pytest.mark.parametrize("told", ["on Saturday I moved the bookcase", "it has run since Sunday"])
def test_that_a_time_in_other_words_is_no_wish_to_move_it(told: str) -> None:
    assert asked((NAMED, "wants", MOVE), (told, "wants", ""), (CALLED_OFF[0], "refuses", CANCEL))[0] == CALLED_OFF[0]


def test_that_it_is_moved_where_nothing_calls_it_off_or_a_person_said_so() -> None:
    assert asked((NAMED, "wants", MOVE), ("we shall be out", "reports", MOVE)) == ("", "")
    assert asked((NAMED, "wants", MOVE), (CALLED_OFF[0], "tells", CANCEL)) == ("", "")
    assert asked((NAMED, "wants", MOVE), (CALLED_OFF[0], "refuses", CANCEL), told_by="Sam") == ("", "")
    assert asked((NAMED, "wants", MOVE), (CALLED_OFF[0], "refuses", CANCEL), action="cancel_appointment") == ("", "")


@pytest.mark.parametrize(("moving", "ending", "aside"), [(0.9, 0.7, (1, 0)), (0.7, 0.9, (0, 1)), (0.8, 0.8, (1, 0))])
def test_that_ending_stands_only_where_it_is_likelier(moving: float, ending: float, aside: tuple[int, int]) -> None:
    goals = tuple(
        Goal(task_type=TaskTypeName(name), probability=likely) for name, likely in ((MOVE, moving), (CANCEL, ending))
    )
    moved, ended = (
        step("reschedule_appointment", appointment="A-2", slot="S-1"),
        step("cancel_appointment", 1, appointment="A-2"),
    )
    other = step("cancel_appointment", 1, appointment="A-9")
    assert left_open([ended], [moved], goals, KNOWLEDGE.actions) == SetAside(*aside, "A-2")
    assert left_open([other], [moved], goals, KNOWLEDGE.actions) is None
