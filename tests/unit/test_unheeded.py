"""Refusals that nothing heeds: over task types, wishes, and what stands before and behind them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.holding.unheeded import unheeded
from cx_core.records import Evidence, Goal, Message, MessageId, SpeechAct, Statement, TaskTypeName, TicketId, Triage
from cx_core.settings import ROOT
from cx_core.understand.time_wishes import time_wishes
from tests.unit.clauses import spoken

KNOWLEDGE = load(ROOT / "knowledge")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVIDENCE = Evidence(read_at=NOW)
TYPES = [name for name, one in KNOWLEDGE.task_types.items() if any(case.steps for case in one.cases)]
TAKEN_BACK = ("Consider it unwritten", "please leave everything as it stands", "forget what I wrote", "but don't do it")
ELSEWHERE = TaskTypeName("privacy_request")

Clause = tuple[str, SpeechAct, str]


def found(
    task_type: TaskTypeName,
    *clauses: Clause,
    told_by: str = "",
    judged: tuple[str, ...] = (),
    also: tuple[TaskTypeName, ...] = (),
) -> str:
    text, said = spoken(clauses)
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    triage = Triage(
        goals=(
            Goal(task_type=task_type, probability=0.9, quote=text, told_by=told_by),
            *(Goal(task_type=other, probability=0.9, quote=text, sure=True, polarity="asked") for other in also),
        ),
        judged=tuple(map(MessageId, judged)),
        said=said,
        times=time_wishes([message], "Europe/London"),
    )
    return unheeded(task_type, triage, EVIDENCE, {message.id: text}, KNOWLEDGE.actions)


@pytest.mark.parametrize("task_type", TYPES)
@pytest.mark.parametrize("words", TAKEN_BACK)
def test_a_wish_that_is_taken_back_is_not_carried_out(task_type: TaskTypeName, words: str) -> None:
    assert found(task_type, ("I wrote to you about this", "wants", task_type), (words, "refuses", "")) == words


@pytest.mark.parametrize("task_type", TYPES)
@pytest.mark.parametrize("words", TAKEN_BACK)
def test_what_is_refused_before_the_wish_does_not_stand_against_it(task_type: TaskTypeName, words: str) -> None:
    assert found(task_type, (words, "refuses", ""), ("now please do this", "wants", task_type)) == ""


@pytest.mark.parametrize("task_type", TYPES)
def test_what_is_wanted_again_behind_it_is_wanted(task_type: TaskTypeName) -> None:
    clauses: list[Clause] = [
        ("this please", "wants", task_type),
        ("no need to hurry", "refuses", ""),
        ("go on", "wants", ""),
    ]
    assert found(task_type, *clauses) == ""


@pytest.mark.parametrize("task_type", TYPES)
@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("I don't want a replacement", ""),
        ("not on Friday", ""),
        ("don't send my data to anybody", ELSEWHERE),
        ("if it has left then leave it", ""),
    ],
)
def test_a_refusal_of_something_else_stands_against_nothing(task_type: TaskTypeName, words: str, about: str) -> None:
    assert found(task_type, ("please do this", "wants", task_type), (words, "refuses", about)) == ""


OF_ONESELF = (
    "I don't want it fought over",
    "not disputing, just asking",
    "im not complaining",
    "we didn't mean it badly",
)


@pytest.mark.parametrize("task_type", TYPES)
def test_a_refusal_behind_a_question_about_something_else_is_of_that(task_type: TaskTypeName) -> None:
    wish: Clause = ("please do this", "wants", task_type)
    question: Clause = ("and what was the other one", "asks", ELSEWHERE)
    for words in OF_ONESELF:
        assert found(task_type, wish, question, (words, "refuses", ""), also=(ELSEWHERE,)) == "", words
    for words in OF_ONESELF[:1]:
        assert found(task_type, wish, (words, "refuses", ""), also=(ELSEWHERE,)) == words
    for words in TAKEN_BACK:
        assert found(task_type, wish, question, (words, "refuses", ""), also=(ELSEWHERE,)) == words


@pytest.mark.parametrize("words", TAKEN_BACK)
def test_what_a_person_has_judged_stands_against_nothing_and_what_came_after_does(words: str) -> None:
    task_type = TYPES[0]
    clauses: list[Clause] = [("please do this", "wants", task_type), (words, "refuses", "")]
    assert found(task_type, *clauses, told_by="Sam", judged=("m",)) == ""
    assert found(task_type, *clauses, told_by="Sam", judged=("earlier",)) == words
    assert found(task_type, *clauses, judged=("m",)) == words


@pytest.mark.parametrize("task_type", TYPES)
@pytest.mark.parametrize(
    "words",
    [
        "I did not drop it",
        "I did not let it fall",
        "I'll leave the gate open",
    ],
)
def test_what_tells_of_the_customer_refuses_nothing(task_type: TaskTypeName, words: str) -> None:
    wish: Clause = ("please do this", "wants", task_type)
    assert found(task_type, wish, (words, "refuses", "")) == ""


@pytest.mark.parametrize(
    "words",
    [
        "I'd rather you left it",
        "we've changed our minds",
        "I no longer need it",
        "I'll keep it",
        "I do not agree to this",
        "I refuse",
        "we don't consent",
        "I'm not going ahead",
        "please not now",
        "I'm not doing this",
        "I'm having second thoughts",
        "I'm not sure about this any more",
        "I did not approve that",
        "I never asked for that",
        "I'm staying",
        "please, not before I have spoken to my wife",
        "not until I've spoken to my wife",
        "not any more",
        "not going ahead",
        "I did not damage it and do not want it",
        "I did not open this request",
        "I'll leave the door open to staying",
    ],
)
def test_what_the_customer_no_longer_wants_is_asked_about(words: str) -> None:
    assert found(TYPES[0], ("please do this", "wants", TYPES[0]), (words, "refuses", "")) == words


def test_that_what_tells_of_the_customer_hides_no_refusal_before_it() -> None:
    wish: Clause = ("please do this", "wants", TYPES[0])
    taken: Clause = ("forget what I wrote", "refuses", "")
    assert found(TYPES[0], wish, taken, ("I did not drop it", "refuses", "")) == taken[0]


def test_a_time_that_a_person_took_out_is_no_refusal_of_the_whole() -> None:
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text="we refuse Friday", at=NOW)
    said = Statement(message=message.id, start=0, end=16, does="refuses", probability=0.9)
    triage = Triage(said=(said,), set_aside=time_wishes([message], "Europe/London"))
    assert unheeded(TYPES[0], triage, EVIDENCE, {message.id: message.text}, KNOWLEDGE.actions) == ""
    assert unheeded(TYPES[0], triage.replace(set_aside=()), EVIDENCE, {message.id: message.text}, KNOWLEDGE.actions)


@pytest.mark.parametrize("task_type", TYPES)
def test_that_few_words_at_the_end_of_a_sentence_hold_nothing(task_type: TaskTypeName) -> None:
    wish, old, deaf = "please tell the man to knock", "I am old", "hear not so well"
    text = f"{wish}. {old} and {deaf}."
    message = Message(id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=NOW)
    clauses: list[Clause] = [(wish, "wants", task_type), (old, "tells", ""), (deaf, "refuses", "")]
    said = [
        Statement(message=message.id, start=at, end=at + len(words), does=does, probability=0.9, about=about)
        for words, does, about in clauses
        for at in [text.index(words)]
    ]
    triage = Triage(goals=(Goal(task_type=task_type, probability=0.9, quote=text),), said=tuple(said))
    assert unheeded(task_type, triage, EVIDENCE, {message.id: text}, KNOWLEDGE.actions) == ""


@pytest.mark.parametrize("words", ["forget it", "no, please don't do it", "I take that back", "never mind"])
@pytest.mark.parametrize("behind", [": I've changed my mind", ":)", ": my wife objects"])
def test_that_a_colon_behind_a_refusal_takes_nothing_from_it(words: str, behind: str) -> None:
    text = f"please do this. {words}{behind}"
    message, begins = MessageId("m"), len("please do this. ")
    said = (
        Statement(message=message, start=0, end=begins - 1, does="wants", probability=0.9, about=TYPES[0]),
        Statement(message=message, start=begins, end=begins + len(words), does="refuses", probability=0.95),
    )
    goal = Goal(task_type=TYPES[0], probability=0.9, quote=text)
    assert unheeded(TYPES[0], Triage(goals=(goal,), said=said), EVIDENCE, {message: text}, KNOWLEDGE.actions) == words


def test_that_a_question_for_later_refuses_only_what_it_asks() -> None:
    wish, down = "please do this. ", "please don't do anything about it yet"
    text = f"{wish}Then a question for the future, {down}: what would it cost?"
    message, begins = MessageId("m"), text.index(down)
    said = (
        Statement(message=message, start=0, end=len(wish), does="wants", probability=0.9, about=TYPES[0]),
        Statement(message=message, start=begins, end=begins + len(down), does="refuses", probability=0.95),
    )
    goal = Goal(task_type=TYPES[0], probability=0.9, quote=wish)
    assert unheeded(TYPES[0], Triage(goals=(goal,), said=said), EVIDENCE, {message: text}, KNOWLEDGE.actions) == ""
