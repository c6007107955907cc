"""What an answer to our question leaves standing: what was only asked before, and what only gives the time."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from cx_core.records import Message, MessageId, Polarity, TicketId
from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.offered_options import takes_no_yes
from cx_core.understand.stance.beside_the_answer import (
    TaskTypeWords,
    without_answered,
    without_done,
    without_the_time,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROW = np.zeros((1, 2), dtype=np.float32)
WORDS = TaskTypeWords(
    kinds={"move": frozenset(("visit",)), "delivery": frozenset(("order",)), "where": frozenset(("order",))},
    timed=frozenset(("move", "delivery", "call")),
    things={"move": frozenset(("visit", "engineer")), "delivery": frozenset(("parcel", "delivery"))},
    done={
        "fee": ((frozenset(("taken off", "waived")), frozenset(("fee", "charge"))),),
        "move": ((frozenset(("moved", "booked")), frozenset(("visit",))),),
    },
)
WHEN = ("Of course. On which day may we call you?", "When shall we ring?", "What time would you like?")


def goal(name: str, polarity: Polarity = "wanted") -> FoundGoal:
    return FoundGoal(name, 0.8, True, "", ROW[0], polarity, rivals=("delivery",))


def heard(*goals: FoundGoal) -> HeardGoal:
    return HeardGoal(goals, (), ROW)


def message(text: str) -> Message:
    return Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)


def types(goals: list[FoundGoal]) -> list[str]:
    return [one.task_type for one in goals]


@pytest.mark.parametrize("asked", WHEN)
@pytest.mark.parametrize("text", ["Thursday please, 9.30", "not on Wednesday, that's my choir", "the 5th"])
def test_that_the_time_we_asked_for_is_no_goal_of_its_own(asked: str, text: str) -> None:
    newest = heard(goal("delivery"))
    goals, left = without_the_time(
        [goal("delivery")], [heard(), newest], heard(goal("call")), asked, message(text), WORDS
    )
    assert types(goals) == []
    assert left.goals == ()


@pytest.mark.parametrize(
    ("asked", "text", "before"),
    [
        (WHEN[0], "Thursday, and please bring the parcel on Friday", ()),
        (WHEN[0], "Thursday. And can you deliver on Friday please?", ()),
        (WHEN[0], "That is hard to say: we are away, then my mother comes, then the painters come on Thursday", ()),
        (WHEN[0], "Thursday", ("delivery",)),
        ("Shall I call you?", "Thursday", ()),
    ],
)
def test_that_what_names_its_thing_or_was_wanted_before_stays(asked: str, text: str, before: tuple[str, ...]) -> None:
    spoken = [heard(*map(goal, before)), heard(goal("delivery"))]
    goals, left = without_the_time([goal("delivery")], spoken, heard(goal("call")), asked, message(text), WORDS)
    assert types(goals) == ["delivery"]
    assert len(left.goals) == 1


TOLD = "It takes about two hours. Which day would you like?"


def test_that_what_was_asked_before_we_went_on_is_answered() -> None:
    goals = [goal("move"), goal("question", "asked"), goal("where", "asked")]
    assert types(without_answered(goals, heard(), heard(goal("move")), TOLD, WORDS)) == ["move"]
    assert types(without_answered(goals, heard(goal("question")), heard(goal("move")), TOLD, WORDS)) == [
        "move",
        "question",
    ]
    assert types(without_answered(goals, heard(), heard(goal("where")), TOLD, WORDS)) == ["move", "where"]
    assert types(without_answered(goals[1:], heard(), heard(), TOLD, WORDS)) == ["question", "where"]


def test_that_a_mere_question_of_ours_has_answered_nothing() -> None:
    goals = [goal("move"), goal("question", "asked")]
    left = without_answered(goals, heard(), heard(goal("move")), "Which day suits you?", WORDS)
    assert types(left) == ["move", "question"]


def test_that_a_question_about_the_same_record_is_not_taken_for_answered() -> None:
    goals = [goal("delivery"), goal("where", "asked")]
    assert types(without_answered(goals, heard(), heard(goal("delivery")), TOLD, WORDS)) == ["delivery", "where"]


def test_that_what_we_named_is_that_whatever_the_answer_sounds_like() -> None:
    (call,) = without_answered([goal("call")], heard(), heard(goal("call")), TOLD, WORDS)
    assert call.rivals == ()


@pytest.mark.parametrize("text", ["Which day and time shall I put down?", "On what day?", "So when, and where to?"])
def test_that_ok_is_no_yes_to_which_or_when(text: str) -> None:
    assert takes_no_yes(text)
    assert not takes_no_yes(f"Shall I cancel it? {text}")
    assert not takes_no_yes("What about Friday?")
    assert not takes_no_yes("How does Friday the 27th sound?")
    assert not takes_no_yes("When you're ready, shall I cancel it?")
    assert not takes_no_yes("I can cancel it. What do you say?")
    assert not takes_no_yes("I have moved it.")


@pytest.mark.parametrize(
    "told",
    ["The late fee has been taken off.", "I've waived the £5.00 charge.", "The fee has now been waived, all done."],
)
def test_that_what_we_have_done_is_no_goal_any_more(told: str) -> None:
    goals, said = [goal("fee"), goal("contact")], f"{told} For the address: please tell us the new one."
    assert types(without_done(goals, heard(), said, WORDS)) == ["contact"]
    assert types(without_done(goals, heard(goal("fee")), said, WORDS)) == ["fee", "contact"]
    assert types(without_done(goals[:1], heard(), said, WORDS)) == ["fee"]


@pytest.mark.parametrize(
    "told",
    [
        "The fee is for paying late.",
        "We can take the fee off.",
        "Has the fee been taken off?",
        "The fee has not been taken off yet.",
        "Once the fee has been waived we write to you.",
        "The other fee has been taken off.",
        "Your visit has been moved.",
    ],
)
def test_that_what_we_only_speak_of_stays_a_goal(told: str) -> None:
    assert types(without_done([goal("fee"), goal("contact")], heard(), told, WORDS)) == ["fee", "contact"]
