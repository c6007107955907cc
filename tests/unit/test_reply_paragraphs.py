"""What a reply is put together from: said once, for an upset customer first what they complain of, and its frame."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.act.reply.repeated_words import apologises, without_repeats
from cx_core.act.reply.reply_slots import compose, frame_after
from cx_core.act.reply.tone import remarks
from cx_core.act.reply.upset_customer import answered_as_upset
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import Frame, Goal, Message, MessageId, Part, Sender, Statement, TaskTypeName, TicketId, Triage
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
COMPANY = KNOWLEDGE.company
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATE, ORDER = TaskTypeName("late_fee"), TaskTypeName("order_status")
PARTS = (Part(goal=0, case="shipped", text="It is on its way."), Part(goal=1, case="first_one", text="The fee is off."))
GOALS = (Goal(task_type=ORDER, probability=0.9), Goal(task_type=LATE, probability=0.9))
REPORTS = Statement(message=MessageId("m"), start=0, end=4, does="reports", probability=0.9, about=LATE)


def sent(text: str, sender: Sender = "advisor") -> Message:
    return Message(id=MessageId("ours"), ticket=TicketId("t"), sender=sender, text=text, at=NOW)


def test_that_a_sentence_is_said_once() -> None:
    asked = "I can't find that order. Could you send me its number?"
    assert without_repeats([asked, f"{asked} Then I can stop it."]) == [asked, "Then I can stop it."]
    assert without_repeats([asked, asked]) == [asked]
    assert without_repeats(["A.\n\n- one\n- two", "B."]) == ["A.\n\n- one\n- two", "B."]


@pytest.mark.parametrize("second", ["I'm sorry it broke. A new one is coming.", "I am so sorry. A new one is coming."])
def test_that_there_is_one_apology(second: str) -> None:
    assert without_repeats(["I'm sorry it is late. It comes today.", second])[1] == "A new one is coming."
    assert without_repeats(["It comes today.", second])[1] == second


def test_that_an_apology_which_tells_what_was_done_stays() -> None:
    told = "I'm sorry, {s1.amount} is on its way. You should see it soon."
    assert without_repeats(["I'm sorry it is late.", told])[1] == told


@pytest.mark.parametrize(
    "text", [case.reply for one in KNOWLEDGE.task_types.values() for case in one.cases if apologises(case.reply)]
)
def test_that_a_shipped_paragraph_still_says_something_behind_another_apology(text: str) -> None:
    second = without_repeats(["I'm sorry about that.", text.replace("{goods.names}", "lamp")])[1]
    assert not apologises(second)
    assert len(second.split()) >= 8


def test_that_what_an_upset_customer_complains_of_comes_first() -> None:
    triage = Triage(goals=GOALS, sentiment="negative", said=(REPORTS,))
    first, second = answered_as_upset(PARTS, triage, (), KNOWLEDGE)
    assert first.text == f"{KNOWLEDGE.task_types[LATE].upset} The fee is off."
    assert second == PARTS[0]


def test_that_an_apology_is_for_the_trouble_they_report() -> None:
    angry = Triage(goals=GOALS, sentiment="negative")
    assert answered_as_upset(PARTS, angry, (), KNOWLEDGE) == PARTS  # they report none
    other = REPORTS.replace(about=TaskTypeName("outage"))
    first, _ = answered_as_upset(PARTS, angry.replace(said=(other,)), (), KNOWLEDGE)
    assert first.text == f"{COMPANY.upset} {PARTS[0].text}"
    doubtful = REPORTS.replace(probability=0.3)
    first, _ = answered_as_upset(PARTS, angry.replace(said=(doubtful,)), (), KNOWLEDGE)
    assert not apologises(first.text)


@pytest.mark.parametrize(
    "text", [case.reply for one in KNOWLEDGE.task_types.values() for case in one.cases if not apologises(case.reply)]
)
def test_that_no_cheerful_opening_stands_behind_an_apology(text: str) -> None:
    triage = Triage(goals=GOALS[1:], sentiment="negative", said=(REPORTS,))
    made = answered_as_upset((Part(goal=0, case="any", text=text),), triage, (), KNOWLEDGE)[0].text
    apology, _, rest = made.partition(". ")
    assert apologises(apology)
    assert not rest.startswith(("No ", "Of course.", "Happy to help."))
    assert rest
    assert text.endswith(rest)


def test_that_others_are_answered_in_the_order_of_their_words() -> None:
    assert answered_as_upset(PARTS, Triage(goals=GOALS, said=(REPORTS,)), (), KNOWLEDGE) == PARTS


def test_that_no_second_apology_is_put_before_one_nor_said_in_a_later_reply() -> None:
    triage = Triage(goals=GOALS, sentiment="negative")
    sorry = PARTS[0].replace(text="I'm sorry it is late.")
    assert answered_as_upset((sorry, PARTS[1]), triage, (), KNOWLEDGE)[0] == sorry
    before = (sent(f"Hello, {KNOWLEDGE.task_types[ORDER].upset} More."),)
    assert answered_as_upset(PARTS, triage, before, KNOWLEDGE) == PARTS


def test_that_closing_and_disclosure_are_said_once_on_a_ticket() -> None:
    first = compose(PARTS, COMPANY, None)
    assert first is not None
    assert COMPANY.closing in first.text
    assert first.text.endswith(COMPANY.disclosure)
    after = frame_after([sent(first.text)], COMPANY, alone=False)
    assert after == Frame(closing=False, disclosure=False)
    second = compose(PARTS, COMPANY, None, after)
    assert second is not None
    assert second.text.endswith(COMPANY.signature)
    assert COMPANY.closing not in second.text


def test_that_whatever_leaves_automatically_says_that_an_ai_helped() -> None:
    assert frame_after([sent(COMPANY.disclosure)], COMPANY, alone=True).disclosure


def test_that_a_first_answer_by_hand_told_nothing_yet() -> None:
    assert frame_after([sent("Hello, it is done. Ada")], COMPANY, alone=False) == Frame()
    assert frame_after([sent(COMPANY.disclosure, "customer")], COMPANY, alone=False).disclosure


def test_that_a_chat_is_no_exchange_of_letters() -> None:
    begun = frame_after([], COMPANY, alone=False, letter=False)
    first = compose([PARTS[0]], COMPANY, None, begun)
    assert first is not None
    assert first.text == f"{COMPANY.greet(None)}\n\n{PARTS[0].text}\n\n{COMPANY.disclosure}"
    going_on = frame_after([sent(first.text)], COMPANY, alone=False, letter=False)
    then = compose([PARTS[0]], COMPANY, None, going_on)
    assert then is not None
    assert then.text == PARTS[0].text
    assert remarks(then.text, COMPANY, letter=False) == ()
