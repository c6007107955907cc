"""Steps held by a clause that two readings take for their refusal: over actions, wordings and what else it does."""

from __future__ import annotations

import pytest

from cx_core.decide.holding.refused_steps import refused
from cx_core.records import (
    Goal,
    Message,
    MessageId,
    SpeechAct,
    TaskTypeName,
    TicketId,
    Triage,
)
from tests.unit.clauses import spoken
from tests.unit.test_last_check import ASKED, EVIDENCE, KNOWLEDGE, NOW, TODAY, step_of

REFUSALS = (
    "leave it as it is",
    "on second thoughts forget it",
    "please do nothing at all",
    "everything stays as it was",
)


def held(
    action: str,
    words: str,
    does: SpeechAct = "refuses",
    *,
    spares: bool = False,
    told_by: str = "",
    behind: str = "",
    about: str = "any",
) -> str:
    wish, values = ASKED[action]
    after: list[tuple[str, SpeechAct, str]] = [(behind, "wants", about)] if behind else []
    text, said = spoken([(f"please {wish}", "wants", ""), (words, does, ""), *after])
    step = step_of(action, values)
    goal = Goal(task_type=TaskTypeName("any"), probability=0.9, quote=text, told_by=told_by)
    judged = (MessageId("m"),) if told_by else ()
    triage = Triage(goals=(goal,), said=(said[0], said[1].replace(spares=spares), *said[2:]), judged=judged)
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    return refused([step], triage, EVIDENCE, [message], KNOWLEDGE, TODAY)


@pytest.mark.parametrize("action", ASKED)
@pytest.mark.parametrize("words", REFUSALS)
def test_that_a_refusal_holds_the_step_where_both_readings_take_it_for_one(action: str, words: str) -> None:
    assert held(action, words) == words
    assert held(action, words, told_by="Sam") == ""


@pytest.mark.parametrize("action", ASKED)
@pytest.mark.parametrize("words", REFUSALS)
def test_that_one_reading_alone_holds_nothing(action: str, words: str) -> None:
    assert held(action, words, "tells") == ""
    assert held(action, words, spares=True) == ""
    assert held(action, "there was no parking in front of the house") == ""


@pytest.mark.parametrize("action", ASKED)
@pytest.mark.parametrize("words", REFUSALS)
@pytest.mark.parametrize("case", ["if it costs anything", "should that be too late", "unless it can be done this week"])
def test_that_what_is_refused_only_in_a_case_holds_nothing(action: str, words: str, case: str) -> None:
    assert held(action, f"{case}, {words}") == ""


@pytest.mark.parametrize("words", ["keep my visit on Thursday please", "the visit has to stay on the 26th"])
def test_that_keeping_the_day_that_the_step_would_leave_spares_nothing_else(words: str) -> None:
    assert held("reschedule_appointment", words, spares=True) == words
    assert held("change_contact", words, spares=True) == ""


@pytest.mark.parametrize("words", ["no money back please", "no refund"])
def test_that_the_refusal_of_another_remedy_holds_nothing(words: str) -> None:
    assert held("send_replacement", words) == ""


@pytest.mark.parametrize("action", ASKED)
@pytest.mark.parametrize("words", REFUSALS)
def test_that_what_wants_the_goal_behind_it_overrules_a_refusal(action: str, words: str) -> None:
    assert held(action, words, behind="so much for the garden") == ""
    assert held(action, words, behind="so much for the garden", about="another") == words
