"""Acts that we put: which of several was chosen, what that does to what was said before, and what only asks."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from cx_core.records import Polarity
from cx_core.text.agreeing import proposes
from cx_core.text.spelling import slip_of
from cx_core.understand.answered_goals import as_answered, as_chosen, as_kept, without_answered
from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.message_purpose import Purpose
from cx_core.understand.open_question import answered, repeats
from cx_core.understand.stance.mere_questions import only_asks
from tests.unit.test_times_put_again import talk_of

NOTHING = np.zeros((0, 0), dtype=np.float32)
ACTS = ("keep", "move", "cancel")


def goal(name: str, probability: float = 0.9, *, sure: bool = True, polarity: Polarity = "wanted") -> FoundGoal:
    return FoundGoal(name, probability, sure, "", np.zeros(0, dtype=np.float32), polarity)


def heard(*goals: FoundGoal, question: float = 0.0) -> HeardGoal:
    return HeardGoal(goals, (), NOTHING, purpose=Purpose(question=question))


@pytest.mark.parametrize("acts", list(permutations(ACTS)))
@pytest.mark.parametrize("opening", ["Do you want to", "Would you like to", "Ok, would you like us to", "Shall we"])
@pytest.mark.parametrize("place", range(3))
def test_that_each_of_several_acts_can_be_chosen_by_its_word(acts: tuple[str, ...], opening: str, place: int) -> None:
    put = f"It is on the 7th. {opening} {acts[0]}, {acts[1]} or {acts[2]} it?"
    for answer in (f"{acts[place]}.", f"{acts[place]} please, all works again", f"{acts[place]} it"):
        talk = talk_of("my engineer visit", put, answer)
        assert talk.sides[0].split()[0] == acts[place], answer
        assert talk.keeps is (acts[place] == "keep"), answer


@pytest.mark.parametrize("wait", ["wait until Thursday", "leave it as it is", "keep the old one"])
@pytest.mark.parametrize("act", ["send it all again today", "book another visit"])
def test_that_waiting_is_no_act(wait: str, act: str) -> None:
    put = f"Would you like to {wait}, or shall we {act}?"
    assert talk_of("where is it", put, f"I'll {wait}, thanks").keeps
    assert not talk_of("where is it", put, f"{act} please").keeps


@pytest.mark.parametrize(("before", "put"), list(permutations(("a", "b"), 2)))
@pytest.mark.parametrize("agreed", [True, False])
def test_that_what_we_put_counts_for_more_than_what_was_read_before(before: str, put: str, agreed: bool) -> None:
    """Whoever asked had read it; a question to it leaves it open."""
    newest = heard(question=0.0 if agreed else 1.0)
    ours = heard(goal(put))
    found = as_answered([goal(before)], newest, ours, ours if agreed else heard(), [], (), goal(put))
    assert [(one.task_type, one.polarity) for one in found] == [(put, "wanted" if agreed else "asked")]


def test_that_another_wish_beside_a_yes_stays() -> None:
    newest = heard(goal("copy"))
    found = as_answered([goal("copy")], newest, heard(goal("refund")), heard(goal("refund")), [], (), goal("refund"))
    assert [one.task_type for one in found] == ["refund", "copy"]
    assert [one.task_type for one in as_chosen("cancel", None, [goal("move"), goal("copy")], newest)] == [
        "cancel",
        "copy",
    ]
    kept = as_kept([goal("late"), goal("copy")], newest, heard(goal("again")))
    assert [(one.task_type, one.polarity) for one in kept] == [("copy", "wanted"), ("late", "kept")]


def test_that_what_was_asked_and_answered_is_over_where_something_is_wanted() -> None:
    asked, wanted = goal("why", polarity="asked"), goal("off")
    assert [one.task_type for one in without_answered([asked, wanted], heard(wanted))] == ["off"]
    assert [one.task_type for one in without_answered([asked, wanted], heard(asked, wanted))] == ["why", "off"]
    assert [one.task_type for one in without_answered([asked], heard())] == ["why"]


@pytest.mark.parametrize(
    ("put", "acts"),
    [
        ("Shall I take it off?", True),
        ("I can take the £5.00 off. Would that help, shall I?", True),
        ("Is there anything the engineer should know?", True),
        ("Which order is it about?", False),
        ("Is it the lamp or the phone?", False),
    ],
)
def test_that_a_question_which_thing_proposes_nothing(put: str, acts: bool) -> None:
    assert proposes(put) is acts


@pytest.mark.parametrize("thing", ["headphones", "router", "keyboard", "extension"])
@pytest.mark.parametrize("slip", ["left out", "doubled", "swapped"])
def test_that_a_slip_of_a_thing_is_that_thing(thing: str, slip: str) -> None:
    at = len(thing) // 2
    made = {
        "left out": thing[:at] + thing[at + 1 :],
        "doubled": thing[:at] + thing[at] + thing[at:],
        "swapped": thing[:at] + thing[at + 1] + thing[at] + thing[at + 2 :],
    }[slip]
    assert slip_of(made, thing)
    assert not any(slip_of(made, other) for other in ("lamp", "tablet", "sleeve"))
    put = f"Is it the {thing} or the sleeve?"
    talk = talk_of("something to return", put, f"the {made}")
    assert any(one.id in talk.taken and "sleeve" not in one.text for one in talk.said)


ONLY = (
    "I only want to know why it is there",
    "I'd just like someone to explain it",
    "just asking how it is worked out",
)
NO = ("I don't want the money back", "please don't change anything", "not after a refund")
WISHES = ("please take it off", "I want it refunded")


@pytest.mark.parametrize(("only", "no"), list(product(ONLY, NO)))
def test_that_who_only_wants_to_know_asks_for_nothing(only: str, no: str) -> None:
    assert only_asks(f"There is a fee on my bill. {no}. {only}.")
    assert only_asks(f"{only}. {no}.")
    assert not only_asks(f"There is a fee on my bill. {only}.")


@pytest.mark.parametrize(("wish", "no"), list(product(WISHES, NO)))
def test_that_a_wish_with_a_refusal_is_no_mere_question(wish: str, no: str) -> None:
    assert not only_asks(f"{wish}, {no}.")


@pytest.mark.parametrize(("answer", "same"), [("plan mobile", True), ("the order", True), ("cancel my plan", False)])
def test_that_an_answer_in_our_own_words_wishes_for_nothing_more(answer: str, same: bool) -> None:
    assert repeats(answer, "Do you mean your mobile plan or an order?") is same


def test_that_nothing_is_answered_where_nothing_was_asked() -> None:
    assert answered([], "Europe/London").sides == ()
