"""What a customer says they have tried already is not advised again."""

from __future__ import annotations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.own_words.tried_advice import tried
from cx_core.records import MessageId, SpeechAct, Statement, TaskTypeName
from cx_core.settings import ROOT

FAULT = load(ROOT / "knowledge").task_types[TaskTypeName("fault")]


@pytest.mark.parametrize(
    ("text", "does", "done"),
    [
        ("I have restarted the router twice", "reports", True),
        ("already rebooted it", "tells", True),
        ("turned it off and on again, nothing", "reports", True),
        ("I unplugged everything and want it mended", "wants", True),
        ("I haven't restarted it yet", "reports", False),
        ("shall I have it rebooted?", "asks", False),
        ("if I restarted it, would that help", "tells", False),
        ("I will not have it unplugged again", "refuses", False),
        ("it has been dropping off and on all day", "reports", False),
        ("the internet is dead", "reports", False),
    ],
)
def test_that_what_was_done_is_known_from_what_is_asked_or_refused(text: str, does: SpeechAct, done: bool) -> None:
    message = MessageId("m")
    said = Statement(message=message, start=0, end=len(text), does=does, about="", probability=0.9)
    assert tried(FAULT, [said], {message: text}) == (frozenset({"restart"}) if done else frozenset())


@pytest.mark.parametrize(
    ("followed", "done"), [("fault:restart", {"restart"}), ("fault:cable", {"cable"}), ("outage:restart", set())]
)
def test_that_what_a_clause_says_by_its_sense_counts_for_its_own_task_type(followed: str, done: set[str]) -> None:
    message, text = MessageId("m"), "three times out and in"
    said = Statement(message=message, start=0, end=len(text), does="tells", probability=0.9, followed=(followed,))
    assert tried(FAULT, [said], {message: text}) == done


@pytest.mark.parametrize(
    "text",
    [
        "I haven't restarted it yet",
        "nobody has restarted it",
        "I'll try a restart tomorrow",
        "I have no ethernet cable",
    ],
)
def test_that_what_was_not_done_is_not_told_by_its_sense(text: str) -> None:
    said = Statement(
        message=MessageId("m"),
        start=0,
        end=len(text),
        does="tells",
        probability=0.9,
        followed=("fault:restart", "fault:cable"),
    )
    assert tried(FAULT, [said], {MessageId("m"): text}) == frozenset()
