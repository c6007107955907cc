"""What a clause says of a time in its sense goes before single words beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from cx_core.ports.language import Sense, TimeSense
from cx_core.records import Message, MessageId, TicketId, TimeWish
from cx_core.understand.time_wishes import time_wishes
from cx_core.understand.times.sensed_wishes import as_meant
from tests.unit.test_time_wishes import NOW

M = MessageId("m")


class Knows:
    """A reader that knows some times of a text, and is unsure of all others."""

    def __init__(self, known: Mapping[str, tuple[Sense, float]]) -> None:
        self._known = known

    def senses(self, text: str, places: Sequence[tuple[int, int]]) -> list[TimeSense]:
        return [TimeSense(*self._known.get(text[start:end], ("wanted", 0.1))) for start, end in places]


def meant(text: str, known: Mapping[str, tuple[Sense, float]] | None = None, *, taken: bool = False) -> list[TimeWish]:
    mail = Message(id=M, ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    wishes = time_wishes([mail], "Europe/London")
    return list(as_meant(wishes, {M: text}, Knows(known or {}), [M] if taken else []))


UNLUCKY = "Thursday would be rather unlucky for us."


def test_that_a_time_is_turned_down_without_a_word_for_it() -> None:
    assert [one.wanted for one in meant(UNLUCKY)] == [True]
    assert [one.wanted for one in meant(UNLUCKY, {"Thursday": ("unwanted", 0.7)})] == [False]


def test_that_a_faint_sense_changes_nothing() -> None:
    assert meant(UNLUCKY, {"Thursday": ("unwanted", 0.3)}) == meant(UNLUCKY)


@pytest.mark.parametrize(("sense", "first", "last"), [("from", True, False), ("by", False, True)])
def test_that_a_date_becomes_a_bound(sense: Sense, first: bool, last: bool) -> None:
    (wish,) = meant("The keys come on 8 December.", {"8 December": (sense, 0.8)})
    assert (wish.kind, wish.wanted) == ("bound", True)
    assert (wish.first is not None, wish.last is not None) == (first, last)


def test_that_what_is_only_told_is_left_out_where_that_is_sure_and_counts_least_where_it_is_likely() -> None:
    text = "The village fair of 8 December comes to mind."
    assert [one.passing for one in meant(text)] == [False]
    assert [one.passing for one in meant(text, {"8 December": ("told", 0.5)})] == [True]
    assert meant(text, {"8 December": ("told", 0.9)}) == []


def test_that_words_of_ours_that_they_took_up_stay_as_they_were_read() -> None:
    assert meant(UNLUCKY, {"Thursday": ("unwanted", 0.9)}, taken=True) == meant(UNLUCKY)


def test_that_a_part_of_the_day_that_is_wanted_is_turned_down_nowhere() -> None:
    text = "In the morning the yard fills up. It has to be in the morning, though."

    class InTurn:
        def senses(self, _text: str, places: Sequence[tuple[int, int]]) -> list[TimeSense]:
            return [TimeSense("unwanted", 0.9), *(TimeSense("wanted", 0.9) for _ in places[1:])]

    mail = Message(id=M, ticket=TicketId("T-1"), sender="customer", text=text, at=NOW)
    found = as_meant(time_wishes([mail], "Europe/London"), {M: text}, InTurn())
    assert [(one.kind, one.wanted) for one in found] == [("part", True)]


def test_that_nothing_changes_without_a_reader() -> None:
    mail = Message(id=M, ticket=TicketId("T-1"), sender="customer", text=UNLUCKY, at=NOW)
    wishes = time_wishes([mail], "Europe/London")
    assert as_meant(wishes, {M: UNLUCKY}, None) == wishes


@pytest.mark.parametrize("sense", ["wanted", "from", "by", "told", "booked", "unwanted"])
@pytest.mark.parametrize(
    "words", ["Not before 8 December please.", "By 8 December please.", "Please not on 8 December."]
)
def test_that_a_likely_sense_overturns_no_plain_word(words: str, sense: Sense) -> None:
    assert meant(words, {"8 December": (sense, 0.59)}) == meant(words)


def test_that_a_sentence_that_is_nothing_but_a_time_has_no_sense_of_its_own() -> None:
    (wish,) = meant("Thursday. I am on earlies.", {"Thursday": ("unwanted", 0.9)})
    assert wish.wanted
