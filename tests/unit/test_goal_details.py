"""What was said beyond the goals: gathered from statements, remedies, things and times, and put into lines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Evidence,
    Goal,
    GoalDetail,
    Lookup,
    Message,
    Polarity,
    SpeechAct,
    TaskTypeName,
    Triage,
)
from cx_core.settings import ROOT
from cx_core.understand.open_question import answered
from cx_core.understand.time_wishes import time_wishes
from cx_core.views.goal_details import detail_lines
from cx_core.workflows.goal_details import goal_details
from cx_core.workflows.proposal_inputs import Understood
from tests.unit.clauses import spoken

KNOWLEDGE = load(ROOT / "knowledge")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONE = "Europe/London"
MINE = CustomerId("C-1")
MOVE, DAMAGED, RETURN = (TaskTypeName(name) for name in ("reschedule_installation", "damaged_item", "return_item"))
VISIT = BusinessRecord(
    kind="appointment", id="A-2", customer=MINE, fields={"date": "2026-11-26", "window": "08:00-12:00"}
)
SLOTS = tuple(
    BusinessRecord(kind="slot", id=day, fields={"date": day, "window": "08:00-12:00"})
    for day in ("2026-11-27", "2026-12-03", "2026-12-10")
)
OF_MOVE = (
    Lookup(goal=0, name="appointments", records=(VISIT,)),
    Lookup(goal=0, name="slots", records=SLOTS[:1], others=SLOTS[1:]),
)
Clause = tuple[str, SpeechAct]


def message(id: str, text: str, sender: str = "customer") -> Message:
    return Message.model_validate({"id": id, "ticket": "t", "sender": sender, "text": text, "at": NOW})


def details(
    *clauses: Clause,
    goals: tuple[TaskTypeName, ...] = (MOVE,),
    polarity: Polarity = "wanted",
    lookups: tuple[Lookup, ...] = OF_MOVE,
    sure: tuple[bool, ...] = (True, True),
) -> tuple[GoalDetail, ...]:
    """Of one message in which each clause does so, about the first of the goals."""
    text, said = spoken((words, does, goals[0]) for words, does in clauses)
    mail = message("m", text)
    triage = Triage(
        goals=tuple(
            Goal(task_type=name, probability=0.9, polarity=polarity, sure=known)
            for name, known in zip(goals, sure, strict=False)
        ),
        said=said,
        times=time_wishes([mail], ZONE),
    )
    return goal_details(understood((mail,), triage, lookups), KNOWLEDGE, NOW.date())


def understood(mails: tuple[Message, ...], triage: Triage, lookups: tuple[Lookup, ...] = ()) -> Understood:
    talk = answered(mails, ZONE)
    return Understood(talk, talk.said, talk.new, talk.said, "", triage, Evidence(lookups=lookups), ())


def lines(found: tuple[GoalDetail, ...], goal: int | None = 0) -> list[str]:
    return [line.text for line in detail_lines(found, goal)]


def test_that_nothing_is_said_where_nothing_was_beyond_the_goal() -> None:
    assert details(("Please move the visit", "wants")) == ()


def test_that_times_are_told_with_the_clauses_that_say_so() -> None:
    found = details(("Please move it", "wants"), ("mornings after 3 December", "wants"), ("not on Tuesdays", "refuses"))
    assert lines(found) == ["When: from Fri 4 December · mornings · not Tuesday"]
    assert [one.quote for one in found] == [
        "mornings after 3 December",
        "mornings after 3 December",
        "not on Tuesdays",
    ]


def test_that_a_day_that_only_names_the_visit_is_no_wish() -> None:
    found = details(("please move 26 November", "wants"), ("3 December would suit me", "wants"))
    assert lines(found) == ["When: Thu 3 December"]


def test_that_what_is_told_in_passing_is_left_out_where_nothing_free_fits_it() -> None:
    found = details(("we swim in the evening", "tells"), ("3 December please", "wants"))
    assert lines(found) == ["When: Thu 3 December"]


def test_that_a_time_is_no_wish_where_there_is_nothing_to_choose_by_it() -> None:
    assert details(("The lamp broke on Tuesday", "reports"), goals=(DAMAGED,), lookups=()) == ()


@pytest.mark.parametrize(
    ("polarity", "told"),
    [("asked", ["Only asks: what would it cost"]), ("kept", ["Leave as it is"])],
)
def test_that_a_question_and_what_is_to_stay_are_told(polarity: Polarity, told: list[str]) -> None:
    found = details(("what would it cost", "asks"), ("leave it for now", "refuses"), polarity=polarity)
    assert lines(found) == told
    assert found[0].quote == ("leave it for now" if polarity == "kept" else "")


def test_that_a_remedy_is_asked_for_and_another_ruled_out() -> None:
    found = details(("no replacement please", "refuses"), ("I want my money back", "wants"), goals=(DAMAGED,))
    assert lines(found) == ["Wants: to return it for their money", "Does not want: a replacement"]
    assert {one.quote for one in found} == {"no replacement please", "I want my money back"}


def test_that_a_remedy_is_told_only_where_the_task_type_may_do_it() -> None:
    assert details(("no replacement please", "refuses")) == ()


def test_that_which_of_several_is_meant_is_told_where_others_are_left_out() -> None:
    lamp, pod = (
        BusinessRecord(kind="order_item", id=name, customer=MINE, fields={"name": name, "items": (name,)})
        for name in ("Desk lamp", "Mesh pod")
    )
    clause: Clause = ("the lamp is bent", "reports")
    chosen = Lookup(goal=0, name="goods", records=(lamp,), others=(pod,), named=True)
    found = details(clause, goals=(DAMAGED,), lookups=(chosen,))
    assert lines(found) == ["About: Desk lamp"]
    assert found[0].quote == "the lamp is bent"
    assert details(clause, goals=(DAMAGED,), lookups=(chosen.replace(others=()),)) == ()


def test_that_what_is_only_perhaps_meant_says_nothing_beside_what_is_sure() -> None:
    clause: Clause = ("I want my money back", "wants")
    both = (DAMAGED, RETURN)
    assert lines(details(clause, goals=both, lookups=(), sure=(False, True))) == []
    assert lines(details(clause, goals=both, lookups=(), sure=(False, False))) == [
        "Wants: to return it for their money"
    ]


@pytest.mark.parametrize(
    ("put", "answer", "told"),
    [
        ("Shall I book it for you?", "Yes, please.", "Answers our question: yes"),
        ("Shall I book it for you?", "No, leave it as it is.", "Answers our question: no"),
        (
            "Would Friday 4 December or Monday 7 December suit you?",
            "the second one",
            "Answers our question: Monday 7 December",
        ),
    ],
)
def test_that_an_answer_to_our_question_is_told(put: str, answer: str, told: str) -> None:
    mails = (message("m1", "Please move it."), message("m2", put, "advisor"), message("m3", answer))
    found = goal_details(understood(mails, Triage()), KNOWLEDGE, date(2026, 11, 23))
    assert lines(found, None) == [told]
    assert found[0].quote == answer


def test_that_what_a_person_took_out_is_told_as_theirs() -> None:
    mail = message("m", "Mornings, not Tuesday.")
    mornings, tuesday = time_wishes([mail], ZONE)
    triage = Triage(
        goals=(Goal(task_type=MOVE, probability=1, told_by="Sam Lead"),),
        times=(mornings,),
        set_aside=(tuesday,),
        set_aside_by="Sam Lead",
    )
    found = goal_details(understood((mail,), triage, OF_MOVE), KNOWLEDGE, NOW.date())
    assert lines(found) == ["When: mornings", "Ignored: not Tuesday (Sam Lead)"]
    assert found[1].times == (tuesday.place,)


def test_that_the_words_beside_a_detail_are_clean_and_short() -> None:
    found = details((f"mornings,\n\n  {'please ' * 60}", "wants"))
    assert found[0].text == "mornings"
    assert found[0].quote.startswith("mornings, please please")
    assert found[0].quote.endswith("please…")
    assert len(found[0].quote) <= 160
