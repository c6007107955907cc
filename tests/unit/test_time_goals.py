"""What informs gives way to what sets the time, where a time is wished for: over task types and words about time."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import Message, MessageId, Polarity, SpeechAct, Statement, TicketId
from cx_core.settings import ROOT
from cx_core.understand.goals import FoundGoal
from cx_core.understand.stance.time_goals import by_time, says_when_to_talk
from cx_core.understand.time_wishes import time_wishes

KNOWLEDGE = load(ROOT / "knowledge")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WISHES = ("have it come on Friday", "let them bring it after the 3rd of December", "not before Saturday 5 December")
NO_WISHES = ("where on earth is it", "I've waited for three whole weeks", "what a lovely firm you are")


def goal(name: str, *, sure: bool, polarity: Polarity = "wanted") -> FoundGoal:
    return FoundGoal(name, 0.8 if sure else 0.5, sure, "", np.zeros(3, np.float32), polarity)


def found(text: str, *goals: FoundGoal, does: SpeechAct = "wants") -> list[tuple[str, bool]]:
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    said = [Statement(message=message.id, start=0, end=len(text), does=does, probability=0.9)]
    times = time_wishes([message], "Europe/London")
    return [(one.task_type, one.sure) for one in by_time(goals, said, times, NOW.date(), KNOWLEDGE)]


INFORMS, SETS = goal("order_status", sure=True), goal("change_delivery_date", sure=False)


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_for_a_time_makes_the_goal_that_sets_it_sure(text: str) -> None:
    assert found(text, INFORMS, SETS) == [("change_delivery_date", True), ("order_status", False)]


@pytest.mark.parametrize("text", NO_WISHES)
def test_without_a_time_to_come_all_stays(text: str) -> None:
    assert found(text, INFORMS, SETS) == [("order_status", True), ("change_delivery_date", False)]


@pytest.mark.parametrize("text", WISHES)
@pytest.mark.parametrize("does", ["asks", "tells", "reports"])
def test_a_time_that_nobody_wishes_for_changes_nothing(text: str, does: SpeechAct) -> None:
    assert found(text, INFORMS, SETS, does=does) == [("order_status", True), ("change_delivery_date", False)]


@pytest.mark.parametrize("text", WISHES)
@pytest.mark.parametrize("other", ["reschedule_installation", "plan_change", "callback"])
def test_what_is_of_another_record_stays_unsure(text: str, other: str) -> None:
    assert found(text, INFORMS, goal(other, sure=False)) == [("order_status", True), (other, False)]


@pytest.mark.parametrize("text", WISHES)
@pytest.mark.parametrize("other", ["return_item", "cancel_order", "damaged_item"])
def test_what_does_something_itself_does_not_give_way(text: str, other: str) -> None:
    assert found(text, goal(other, sure=True), SETS) == [(other, True), ("change_delivery_date", False)]


SETTING = ("change_delivery_date", "reschedule_installation", "plan_change", "damaged_item")


@pytest.mark.parametrize("sure", [(True, True), (True, False), (False, False)])
@pytest.mark.parametrize("said", SETTING)
@pytest.mark.parametrize("meant", SETTING)
def test_words_that_say_little_but_when_are_of_what_all_of_the_text_is_about(
    said: str, meant: str, sure: tuple[bool, bool]
) -> None:
    if said == meant:
        return
    vague = goal(said, sure=sure[0])._replace(rivals=(meant,))
    assert found("on Friday", vague, goal(meant, sure=sure[1])) == [(meant, any(sure))]
    assert found("on Friday", vague) == [(meant, sure[0])], "though nothing else was found for it"


@pytest.mark.parametrize("said", SETTING)
@pytest.mark.parametrize("other", ["order_status", "duplicate_charge", "complaint"])
def test_what_sets_no_time_takes_no_words_about_one(said: str, other: str) -> None:
    vague = goal(said, sure=True)._replace(rivals=(other,))
    assert found("on Friday", vague) == [(said, True)]


@pytest.mark.parametrize("other", ["order_status", "duplicate_charge", "complaint"])
def test_only_what_sets_a_time_is_read_as_another(other: str) -> None:
    vague = goal(other, sure=True)._replace(rivals=SETTING)
    assert found("on Friday", vague) == [(other, True)]


@pytest.mark.parametrize(
    ("name", "text", "when"),
    [
        ("callback", "I'd like a person to ring me on Friday at six.", True),
        ("callback", "Could a human being ring me on 30 November?", True),
        ("callback", "I'd like a person to ring me.", False),
        ("callback", "Get me a real person, now. My wife is home on Friday.", False),
        ("callback", "No bots: a person is to ring me on Friday.", False),
        ("reschedule_installation", "Please move it to Friday, and I want to speak to a person.", False),
        ("complaint", "I want to speak to a person on Friday.", False),
    ],
)
def test_that_a_call_at_a_time_is_no_wish_for_a_person_before_all_else(name: str, text: str, when: bool) -> None:
    mail = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    times = time_wishes([mail], "Europe/London")
    assert says_when_to_talk([goal(name, sure=True)], times, [mail], KNOWLEDGE) == when
    assert not says_when_to_talk([goal(name, sure=False)], times, [mail], KNOWLEDGE)
    later = mail.replace(id=MessageId("n"), text="Well?")
    assert not says_when_to_talk([goal(name, sure=True)], times, [mail, later], KNOWLEDGE)
