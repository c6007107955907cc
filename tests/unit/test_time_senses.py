"""A time is read by the clause around it: which day it is makes no difference, and what is plain about it counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cx_core.decide.last_check.days import said_days
from cx_core.ports.language import Sense, TimeSense
from cx_core.understand.times.sensed_wishes import PLAIN
from cx_core.understand.times.time_senses import TimeSenses, clause_of, time_examples
from tests.unit.test_time_wishes import NOW

LABELS = get_args(Sense)
DAYS = st.sampled_from(
    ("Monday", "the 14th", "14 March", "next week", "mornings", "after 5", "the day after", "Christmas")
)


class Seeing:
    """A classifier that remembers what it was shown, and an encoder of nothing."""

    version, bounds, labels = "", (0.0, 1.0), LABELS

    def __init__(self, sense: Sense = LABELS[0]) -> None:
        self.shown: list[str] = []
        self._sense = LABELS.index(sense)

    def classify(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        self.shown += texts
        rows = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
        rows[:, self._sense] = 1
        return rows

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return np.zeros((len(texts), 2), np.float32), np.zeros((len(texts), 2), np.float32)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.layers(texts)[0]


class Says:
    """A reader that is of one opinion."""

    def __init__(self, sense: Sense, probability: float) -> None:
        self._sense = TimeSense(sense, probability)

    def senses(self, text: str, places: Sequence[tuple[int, int]]) -> tuple[TimeSense, ...]:
        return (self._sense,) * len(places)


def shown(text: str, *words: str) -> list[str]:
    seeing = Seeing()
    places = [(text.index(one), text.index(one) + len(one)) for one in words]
    TimeSenses(seeing, seeing, str).senses(text, places)
    return [clause_of(one) for one in seeing.shown]


@given(DAYS, DAYS)
def test_that_which_day_it_is_is_out_of_sight(one: str, other: str) -> None:
    text = "We're away until {}, so bring it then."
    assert shown(text.format(one), one) == shown(text.format(other), other)


@given(DAYS, DAYS)
def test_that_the_words_around_a_time_are_shown_by_their_places(one: str, other: str) -> None:
    def around(day: str) -> str:
        seeing, text = Seeing(), f"any week but {day}, please"
        TimeSenses(seeing, seeing, str).senses(text, [(text.index(day), text.index(day) + len(day))])
        return seeing.shown[0]

    assert around(one) == around(other)
    assert {"l0but", "l1week", "r0comma", "r1please"} <= set(around(one).split())


def test_that_a_time_is_read_in_its_clause_and_knows_the_others_there() -> None:
    text = "The parcel came on Tuesday. Make it Friday rather than Monday, I'm out in the mornings."
    assert shown(text, "Tuesday", "Friday", "Monday", "mornings") == [
        "The parcel came on that day.",
        "Make it that day rather than then,",
        "Make it then rather than that day,",
        "I'm out in the that day.",
    ]


def test_that_nothing_is_read_where_there_is_no_time() -> None:
    assert shown("Please ring me.") == []


def test_that_the_examples_are_of_every_sense_and_hold_no_marks() -> None:
    examples = time_examples()
    assert set(examples) == set(LABELS)
    assert all(len(texts) > 300 for texts in examples.values())
    assert not any(mark in text for texts in examples.values() for text in texts for mark in ("[[", "]]", "\x00"))


@pytest.mark.parametrize(("sense", "meant"), [("unwanted", "out"), ("from", "from"), ("by", "by"), ("wanted", "on")])
def test_that_the_last_check_goes_by_the_sense_where_no_word_says_anything(sense: Sense, meant: str) -> None:
    def senses(probability: float) -> list[str]:
        said = said_days("Thursday would be rather unlucky for us.", NOW.date(), frozenset(), Says(sense, probability))
        return [one.sense for one in said]

    assert senses(0.8) == [meant]
    assert senses(0.5) == ["on" if sense in ("from", "by") else meant]  # a bound rules out many days


@pytest.mark.parametrize("sense", ["booked", "told"])
def test_that_a_day_is_of_no_wish_only_where_that_is_sure(sense: Sense) -> None:
    found = [list(said_days("Thursday please.", NOW.date(), frozenset(), Says(sense, n))) for n in (0.55, 0.7)]
    assert [one.sense for days in found for one in days] == ["on", "past"]


@pytest.mark.parametrize("sense", LABELS)
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Not Thursday please.", "out"),
        ("Not before Thursday please.", "from"),
        ("By Thursday please.", "by"),
    ],
)
def test_that_no_sense_overturns_what_words_say_plainly(sense: Sense, words: str, meant: str) -> None:
    assert [one.sense for one in said_days(words, NOW.date(), frozenset(), Says(sense, 0.99))] == [meant]


def test_that_hundreds_of_times_in_one_text_are_read_in_bounds() -> None:
    text = "Monday or Tuesday " * 600
    places = [(n * 18, n * 18 + 6) for n in range(600)]
    seeing = Seeing()
    assert len(TimeSenses(seeing, seeing, str).senses(text, places)) == len(places)
    assert len(seeing.shown) <= 24
    assert max(map(len, map(clause_of, seeing.shown))) < 500


def test_that_lines_are_read_by_themselves() -> None:
    assert shown("On Thursday I can't\nFriday is fine", "Thursday", "Friday") == [
        "On that day I can't",
        "that day is fine",
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("I can't do Wednesday, so Thursday", "wanted"),
        ("we're away all week, so please on Thursday", "wanted"),
        ("I can't do Wednesday or Thursday", "unwanted"),
        ("so far Thursday", "unwanted"),
        ("there is a strike so Thursday is a write-off", "unwanted"),
        ("it is my shift so Thursday I have to be in Leeds", "unwanted"),
    ],
)
def test_that_what_follows_from_what_was_turned_down_is_read_by_its_words(text: str, meant: Sense) -> None:
    seeing = Seeing("unwanted")
    at = text.index("Thursday")
    (sense,) = TimeSenses(seeing, seeing, str).senses(text, [(at, at + len("Thursday"))])
    assert (sense.probability < PLAIN) == (meant == "wanted")
