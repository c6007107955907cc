"""What a conversation is about once the customer has answered us: our question and their words together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from cx_core.records import Message, MessageId, Polarity, TicketId
from cx_core.understand.answered_goals import in_answer, our_texts
from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.message_purpose import Purpose
from cx_core.understand.open_question import answered

ROW = np.zeros((1, 2), dtype=np.float32)
ACTS = {
    "broken": frozenset(("replace", "take_back", "refund")),
    "return": frozenset(("take_back",)),
    "move": frozenset(("move",)),
    "cancel": frozenset(("cancel",)),
    "upgrade": frozenset(("upgrade",)),
    "overcharged": frozenset(("waive",)),
    "question": frozenset[str](),
    "unpaid": frozenset(("send_payment_link",)),
    "copy": frozenset(("resend_invoice",)),
}
KINDS = {
    name: frozenset((kind,))
    for kind, about in {"visit": ("move", "cancel"), "order": ("broken", "return"), "bill": ("unpaid", "copy")}.items()
    for name in about
}
SHARES = (0.45, 0.7, 0.99)


def goal(
    name: str, share: float = 0.9, polarity: Polarity = "wanted", quote: str = "", *, sure: bool = True
) -> FoundGoal:
    return FoundGoal(name, share, sure, quote, ROW[0], polarity)


def heard(*goals: FoundGoal, purpose: Purpose | None = None) -> HeardGoal:
    return HeardGoal(goals, (), ROW, purpose=purpose or Purpose())


def told(
    before: Sequence[FoundGoal], put: str, ours: Mapping[str, Sequence[FoundGoal]], answer: str, newest: HeardGoal
) -> list[FoundGoal]:
    """The goals once `answer` came to `put`; `ours` has the goals of what of ours begins with these words."""
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    turns = ("Hello, it is about something of mine.", put, answer)
    messages = [
        Message(
            id=MessageId(f"m-{n}"),
            ticket=TicketId("t-1"),
            sender="advisor" if n == 1 else "customer",
            text=text,
            at=start + timedelta(minutes=n),
        )
        for n, text in enumerate(turns)
    ]
    talk = answered(messages, "Europe/London")

    def of(text: str) -> HeardGoal:
        return heard(*next((goals for begin, goals in ours.items() if text.lstrip().startswith(begin)), ()))

    read = {text: of(text) for text in our_texts(talk)}
    return in_answer(before, newest, read, read, talk, answer, ACTS, corrects=False, kinds=KINDS)


def names(goals: Sequence[FoundGoal]) -> list[tuple[str, str]]:
    return [(one.task_type, one.polarity) for one in goals if one.sure]


@pytest.mark.parametrize("share", SHARES)
def test_that_a_way_of_putting_it_right_is_no_goal_of_its_own(share: float) -> None:
    """Whatever our question is likest to: what they reported may be put right that way."""
    put = "I'm sorry. Would you like a new lamp, or would you rather send it back?"
    ours = {"I'm sorry": [goal("return", share)], "Would you": [goal("return", share)]}
    for answer in ("swap", "yes please", "whatever is quicker"):
        assert names(told([goal("broken", 0.6)], put, ours, answer, heard())) == [("broken", "wanted")]


@pytest.mark.parametrize("earlier", SHARES)
def test_that_a_yes_is_to_what_was_offered_and_not_to_what_was_asked_before(earlier: float) -> None:
    put = "You don't need the visit, then. Should I cancel the visit on the 11th?"
    ours = {"You don't": [goal("move", 0.97)], "Should I": [goal("cancel", 0.9)]}
    found = told([goal("move", earlier, "asked")], put, ours, "yes do, thanks", heard())
    assert names(found) == [("cancel", "wanted")]


def test_that_a_question_that_points_back_is_read_with_what_it_points_at() -> None:
    put = "There are two debits for one bill. Shall I send one of them back to you?"
    ours = {"There are": [goal("overcharged", 0.99)], "Shall I": [goal("return", 0.97)]}
    assert names(told([goal("overcharged")], put, ours, "yes please", heard())) == [("overcharged", "wanted")]


def test_that_what_we_told_is_answered_once_they_take_up_what_we_offer() -> None:
    put = "The charge is for 12 GB over your allowance. Would you like to go to the bigger plan?"
    ours = {"The charge": [goal("overcharged", 0.98), goal("upgrade", 0.9)], "Would you": [goal("upgrade", 0.95)]}
    found = told([goal("overcharged", 0.99)], put, ours, "go on then", heard())
    assert names(found) == [("upgrade", "wanted")]


def test_that_a_question_which_only_identifies_adds_nothing() -> None:
    put = "Which payment do you mean, the one of the 5th or the one of the 18th?"
    ours = {"Which payment": [goal("overcharged", 0.95)]}
    assert names(told([goal("move", 0.6, "asked")], put, ours, "the 5th", heard())) == [("move", "asked")]


def test_that_a_yes_is_sure_of_the_only_thing_it_can_be_about() -> None:
    found = told([goal("overcharged", 0.5, sure=False)], "I can do that for you. Shall I?", {}, "yes please", heard())
    assert names(found) == [("overcharged", "wanted")]


@pytest.mark.parametrize("wish", ["can the parcel come later", "could I get a copy", "is it possible to have it moved"])
def test_that_a_wish_put_as_a_question_is_one_once_they_answer_what_we_ask_of_it(wish: str) -> None:
    before = [goal("move", 0.8, "asked", wish)]
    assert names(told(before, "Of course. Which day suits you?", {}, "Monday", heard())) == [("move", "wanted")]


def test_that_a_question_about_something_stays_one() -> None:
    before = [goal("upgrade", 0.8, "asked", "what would the bigger plan cost")]
    found = told(before, "Which address is it for?", {}, "5 Mill Road", heard())
    assert names(found) == [("upgrade", "asked")]


def test_that_they_ask_before_they_answer() -> None:
    """Nothing is done for the offer, nor for what they had said before it."""
    put = "Lovely. Should I cancel the visit then?"
    ours = {"Lovely": [goal("cancel", 0.99)], "Should I": [goal("cancel", 0.99)]}
    newest = heard(goal("question", 0.95, "asked"), purpose=Purpose(request=0.0, question=1.0))
    before = [goal("move", 0.96), goal("question", 0.95, "asked")]
    found = told(before, put, ours, "do I have to pay for that?", newest)
    assert names(found) == [("cancel", "asked"), ("question", "asked")]


@pytest.mark.parametrize(
    ("way", "answer"), [("have the visit taken off", "Taken off."), ("call it a day", "call it a day")]
)
def test_that_the_act_they_chose_of_ours_is_meant_where_its_words_are_plain(way: str, answer: str) -> None:
    """Whatever our message as a whole, and theirs, was nearest to; not where its words point back."""
    put = f"Thanks. Should I look for another date, or would you like to {way}?"
    ours = {"Thanks": [goal("move", 0.9)], "Should I": [goal("move", 0.9)], "would you": [goal("cancel", 0.93)]}
    for newest in (heard(), heard(goal("move", 0.8))):
        found = told([goal("move", 0.92)], put, ours, answer, newest)
        assert names(found) == [("move" if " it " in way else "cancel", "wanted")]


@pytest.mark.parametrize("meant", ["return", "upgrade"])
def test_that_a_goal_that_may_be_met_in_several_ways_stays_whichever_way_they_choose(meant: str) -> None:
    put = "I'm sorry. Would you rather have a new lamp, or the money for the old one?"
    ours = {"I'm sorry": [goal("broken", 0.9)], "Would you": [goal("broken", 0.9)], "the money": [goal(meant, 0.95)]}
    assert names(told([goal("broken", 0.7)], put, ours, "the money", heard())) == [("broken", "wanted")]


@pytest.mark.parametrize("answer", ["link", "the link please", "payment link"])
@pytest.mark.parametrize("sure", [True, False])
def test_that_an_act_called_by_its_name_in_our_offer_is_what_they_choose(answer: str, sure: bool) -> None:
    put = "That bill is open. Shall I send over a payment link, or will you do a bank transfer?"
    ours = {"That bill": [goal("copy", 0.9)], "Shall I": [goal("copy", 0.8)]}
    assert names(told([goal("copy", 0.88, sure=sure)], put, ours, answer, heard())) == [("unpaid", "wanted")]


@pytest.mark.parametrize("answer", ["so Sunday the 29th?", "Friday? I'm in all day", "the week after then?"])
def test_that_a_question_mark_behind_a_day_is_only_doubt(answer: str) -> None:
    before, newest = [goal("move", 0.8, "asked", "can it come later")], heard(purpose=Purpose(question=0.9))
    assert names(told(before, "We can move it. Which day would you like?", {}, answer, newest)) == [("move", "wanted")]


@pytest.mark.parametrize("answer", ["what would that cost?", "Friday, or is that too soon?", "can't it be today?"])
def test_that_a_question_in_answer_to_ours_is_one(answer: str) -> None:
    before, newest = [goal("move", 0.8, "asked", "can it come later")], heard(purpose=Purpose(question=0.9))
    assert names(told(before, "We can move it. Which day would you like?", {}, answer, newest)) == [("move", "asked")]


@pytest.mark.parametrize("share", SHARES)
def test_that_which_record_is_meant_chooses_no_other_act(share: float) -> None:
    """What of ours is left with one of two dates sounds like whatever it does."""
    put = (
        "There are two bills, the one dated 1 September and the one dated 1 November. For which shall we send the link?"
    )
    ours = {"There are": [goal("copy", share)], "For which": [goal("unpaid", 0.8)]}
    assert names(told([goal("unpaid", 0.95)], put, ours, "November only", heard())) == [("unpaid", "wanted")]


def test_that_a_yes_takes_the_goal_of_two_that_can_do_the_same() -> None:
    acts = {**ACTS, "late": ACTS["overcharged"]}
    assert acts["late"] == acts["overcharged"]
    put = "As it is the first we can take it off. Shall I ask for that?"
    ours = {"As it is": [goal("overcharged", 0.6)]}
    found = told([goal("copy", 0.9)], put, ours, "yes please", heard())
    assert names(found)[0] == ("overcharged", "wanted")


@pytest.mark.parametrize(
    "answer", ["And the price?", "any charge for Friday?", "Sunday? what does that cost", "you do Sundays?"]
)
def test_that_what_is_asked_besides_is_no_answer_in_doubt(answer: str) -> None:
    before, newest = [goal("move", 0.8, "asked", "can it come later")], heard(purpose=Purpose(question=0.9))
    assert names(told(before, "We can move it. Which day would you like?", {}, answer, newest)) == [("move", "asked")]
