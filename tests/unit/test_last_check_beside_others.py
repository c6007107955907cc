"""The last check of one step of several: what another step is bound to, and what is said of another thing."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.decide.last_check.check import objection
from cx_core.decide.last_check.stance import may_refuse
from cx_core.records import Step
from tests.unit.test_last_check import ASKED, DAYS, EVIDENCE, KNOWLEDGE, TODAY, WINDOWS, message, move, step_of


def against(text: str, one: Step, *others: Step) -> str:
    found = objection(one, [message(text)], EVIDENCE, KNOWLEDGE, TODAY, (), others)
    return found.text if found else ""


def visit(day: date) -> Step:
    return step_of("reschedule_appointment", move(day, WINDOWS[0]))


@pytest.mark.parametrize("day", DAYS[1:3])
@pytest.mark.parametrize(
    "text", ["Move my visit to {visit}. Call me on {call}.", "Call me on {call}, and move my visit to {visit}."]
)
def test_that_a_day_another_step_is_for_is_no_other_day_for_this_one(text: str, day: date) -> None:
    call = date(2026, 12, 9)
    said = text.format(visit=f"{day:%A %-d %B}", call=f"{call:%-d %B}")
    callback = step_of("schedule_callback", {"customer": "C-1", "at": call.isoformat(), "topic": "it"}, 2)
    assert not against(said, visit(day), callback)
    assert against(said.replace(f"{day:%A %-d %B}", "the 17th of December"), visit(day), callback)


@pytest.mark.parametrize("day", DAYS[1:3])
@pytest.mark.parametrize("past", ["yesterday", "last Thursday", "on the 16th of November"])
def test_that_a_day_that_is_over_is_no_wish_for_one_to_come(past: str, day: date) -> None:
    assert not against(f"I booked the visit {past}. Please move it to {day:%A %-d %B}.", visit(day))
    assert against(f"I booked the visit {past}. Please move it to the 17th of December.", visit(day))


@pytest.mark.parametrize("question", ["What was the fee on it", "Why was it so much", "How much did it come to"])
def test_that_a_question_about_another_record_says_nothing_of_the_step(question: str) -> None:
    action, values = "refund_payment", ASKED["refund_payment"][1]
    assert not against(f"Please refund payment P-7. {question}, the one of 19 October?", step_of(action, values))
    assert against("Please refund the payment of 19 October.", step_of(action, values))


@pytest.mark.parametrize(
    "words", ["leave that one as it is", "keep that one", "that one stays", "don't touch that one"]
)
def test_that_one_is_the_thing_named_last(words: str) -> None:
    returned = step_of("start_return", ASKED["start_return"][1])
    assert not against(f"Please take the mesh pod back. The tablet came as well: {words}.", returned)
    assert against(f"Please take the mesh pod back. Or rather, {words}.", returned)


@pytest.mark.parametrize("action", ["change_contact", "reschedule_appointment", "cancel_order"])
def test_that_not_going_anywhere_refuses_nothing(action: str) -> None:
    wish, values = ASKED[action]
    assert not against(f"Please {wish}. Everything else as before, we're not going anywhere.", step_of(action, values))
    assert against(f"Please {wish}. No, we're not going ahead.", step_of(action, values))


@pytest.mark.parametrize(
    "clause", ["don't", "leave it", "forget it", "hang on", "let me sleep on it", "it's been sorted"]
)
def test_that_a_word_can_refuse(clause: str) -> None:
    assert may_refuse(clause)


@pytest.mark.parametrize("clause", ["both things", "the blue one", "to the same address", "this morning"])
def test_that_what_only_names_refuses_nothing(clause: str) -> None:
    assert not may_refuse(clause)


@pytest.mark.parametrize(
    "words", ["The money I do not want back", "but the refund we don't need", "any refund I don't want"]
)
def test_that_what_stands_in_front_is_what_is_not_wanted(words: str) -> None:
    refund = step_of("refund_payment", ASKED["refund_payment"][1])
    replacement = step_of("send_replacement", ASKED["send_replacement"][1])
    assert not against(f"Please send the mesh pod again. {words}.", replacement)
    assert against(f"I was charged by payment P-7 for it. {words}.", refund)
