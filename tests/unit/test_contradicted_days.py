"""A day that is asked for counts over clauses that were read to rule it out and refuse nothing."""

from __future__ import annotations

from itertools import product

import pytest

from cx_core.records import Message, MessageId, Statement, TicketId, TimeWish
from cx_core.records.statements import SpeechAct
from cx_core.understand.time_wishes import time_wishes
from cx_core.understand.times.contradicted_days import as_asked
from tests.unit.test_time_wishes import NOW

ASKS = ("Please bring it on Wednesday 9 December.", "Could you come on Wednesday 9 December instead?")
HABIT = "I work from home Wednesdays so somebody opens."


def left(*clauses: tuple[str, SpeechAct], out: str) -> list[str]:
    """The times of a message that are left, where those with these words were read as ruled out."""
    text = " ".join(words for words, _ in clauses)
    mail = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    said = [
        Statement(message=mail.id, start=at, end=at + len(words), does=does, probability=0.9)
        for words, does in clauses
        for at in [text.index(words)]
    ]
    wishes: list[TimeWish] = [
        one.replace(wanted=one.text != out) for one in time_wishes([mail], "Europe/London") if one.kind == "days"
    ]
    return [one.text for one in as_asked(wishes, said, {mail.id: text})]


@pytest.mark.parametrize(("asks", "first"), list(product(ASKS, (True, False))))
def test_that_a_habit_does_not_rule_out_the_day_that_is_asked_for(asks: str, first: bool) -> None:
    clauses: list[tuple[str, SpeechAct]] = [(asks, "wants"), (HABIT, "tells")]
    assert left(*clauses if first else reversed(clauses), out="Wednesdays") == ["Wednesday 9 December"]


@pytest.mark.parametrize(
    ("words", "does"),
    [
        ("No, Wednesdays are impossible.", "tells"),
        ("I can't do Wednesdays.", "tells"),
        ("Ah, I see I am away Wednesdays.", "tells"),
        ("I am in hospital Wednesdays.", "tells"),
        ("Wednesdays are out.", "refuses"),
    ],
)
def test_that_what_is_refused_stays_refused(words: str, does: SpeechAct) -> None:
    assert "Wednesdays" in left((ASKS[0], "wants"), (words, does), out="Wednesdays")


def test_that_another_day_that_is_asked_for_leaves_all_as_it_was_read() -> None:
    found = left((ASKS[0], "wants"), (HABIT, "tells"), ("Or Friday 11 December.", "wants"), out="Wednesdays")
    assert "Wednesdays" in found
