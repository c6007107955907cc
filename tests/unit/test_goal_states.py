"""No goal and no wish is dropped in silence: over all task types, a line for each and one sentence for the customer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.goal_states import WITH_A_COLLEAGUE, accounted, leaves_something
from cx_core.decide.planning import NO_CASE, Plan, plan
from cx_core.records import (
    Evidence,
    Goal,
    Message,
    MessageId,
    Part,
    Statement,
    TaskTypeName,
    TicketId,
    TimeWish,
    Triage,
)
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVIDENCE = Evidence(read_at=NOW)
TYPES = list(KNOWLEDGE.task_types)
CARPET = "and who pays for my carpet?"


def message(text: str) -> Message:
    return Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)


def unplanned(text: str, words: str) -> Statement:
    start = text.index(words)
    return Statement(
        message=MessageId("m"), start=start, end=start + len(words), does="asks", probability=0.9, unplanned=True
    )


def accounted_for(triage: Triage, *messages: Message) -> Plan:
    made = plan(triage, EVIDENCE, KNOWLEDGE, date(2026, 11, 23), said=messages)
    return accounted(made, triage, messages, KNOWLEDGE)


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("name", TYPES)
def test_that_every_goal_has_a_line(name: TaskTypeName, *, sure: bool) -> None:
    other = TaskTypeName("order_status" if name != "order_status" else "late_fee")
    goals = (Goal(task_type=other, probability=0.9), Goal(task_type=name, probability=0.7, sure=sure))
    made = accounted_for(Triage(goals=goals))
    assert [line.goal for line in made.lines] == [0, 1]
    assert made.lines[1].about == KNOWLEDGE.task_types[name].title
    if not sure:
        people = KNOWLEDGE.task_types[name].people_only
        assert made.lines[1].state == ("with_a_person" if people else "not_planned")


def test_that_words_near_to_nothing_we_do_are_named_to_both_sides() -> None:
    text = f"Where is my order, {CARPET}"
    triage = Triage(goals=(Goal(task_type=TYPES[0], probability=0.9),), said=(unplanned(text, CARPET),))
    made = accounted_for(triage, message(text))
    assert made.lines[-1].about == "“and who pays for my carpet”"
    assert leaves_something(made.lines)
    [told] = [part for part in made.parts if part.case == WITH_A_COLLEAGUE]
    assert "“and who pays for my carpet”" in told.text
    assert "?" not in told.text, "a question quoted in our answer would be one of ours"
    assert told.hands_on


@pytest.mark.parametrize("scrap", ["are you having a laugh", "which at the moment is still the ironing board"])
def test_that_words_that_ask_nothing_of_us_are_for_whoever_looks_at_it_alone(scrap: str) -> None:
    text = f"Where is my order, {scrap}"
    triage = Triage(goals=(Goal(task_type=TYPES[0], probability=0.9),), said=(unplanned(text, scrap),))
    made = accounted_for(triage, message(text))
    assert made.lines[-1].about == f"“{scrap}”"
    assert leaves_something(made.lines)
    assert WITH_A_COLLEAGUE not in {part.case for part in made.parts}


def test_that_nothing_long_is_put_back_to_the_customer() -> None:
    long = "who pays for the carpet, the curtains, the two chairs, the lamp and the week that I had to stay elsewhere"
    triage = Triage(goals=(Goal(task_type=TYPES[0], probability=0.9),), said=(unplanned(long, long),))
    [told] = [part for part in accounted_for(triage, message(long)).parts if part.case == WITH_A_COLLEAGUE]
    assert told.text == KNOWLEDGE.company.with_colleague_unnamed


def test_that_words_which_were_answered_before_are_not_named_again() -> None:
    triage = Triage(goals=(Goal(task_type=TYPES[0], probability=0.9),), said=(unplanned(CARPET, CARPET),))
    made = accounted_for(triage, message(CARPET).replace(id=MessageId("later")))
    assert not leaves_something(made.lines)


def test_that_a_likely_goal_without_a_plan_is_passed_on_only_where_it_is_said_plainly() -> None:
    goals = (
        Goal(task_type=TYPES[0], probability=0.9),
        Goal(task_type=TaskTypeName("late_fee"), probability=0.6, sure=False),
    )
    quiet = accounted_for(Triage(goals=goals))
    assert WITH_A_COLLEAGUE not in {part.case for part in quiet.parts}
    said = Statement(message=MessageId("m"), start=0, end=4, does="wants", probability=0.9, about="late_fee")
    [told] = [part for part in accounted_for(Triage(goals=goals, said=(said,))).parts if part.case == WITH_A_COLLEAGUE]
    assert "a late payment fee" in told.text


def test_that_a_goal_which_no_case_is_for_goes_to_a_person() -> None:
    triage = Triage(goals=(Goal(task_type=TaskTypeName("late_fee"), probability=0.9),))
    made = Plan(parts=(Part(goal=0, case=NO_CASE, text="", hands_on=True),), wanted=(0,))
    made = accounted(made, triage, (), KNOWLEDGE)
    assert [line.state for line in made.lines] == ["with_a_person"]
    assert [part.case for part in made.parts] == [WITH_A_COLLEAGUE]


@pytest.mark.parametrize(
    ("words", "at", "named"),
    [
        ("book Wednesday", "Wednesday", False),
        ("the day after, please", "the day after", False),
        ("if he rings twice I hear him", "", False),
        ("should the Saturday be free", "the Saturday", False),
        ("could someone look at my carpet on Friday", "on Friday", True),
        ("and who pays for the carpet and the curtains", "", True),
        ("should I throw the carpet away", "", True),
    ],
)
def test_that_a_time_or_a_condition_alone_is_no_wish_that_was_left(words: str, at: str, *, named: bool) -> None:
    start = words.index(at)
    wish = TimeWish(message=MessageId("m"), start=start, end=start + len(at), text=at, kind="days", first=NOW.date())
    triage = Triage(
        goals=(Goal(task_type=TYPES[0], probability=0.9),),
        said=(unplanned(words, words),),
        times=(wish,) if at else (),
    )
    assert leaves_something(accounted_for(triage, message(words)).lines) is named
