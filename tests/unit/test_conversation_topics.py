"""Words about time within a conversation, and questions of ours that ask what a call is to be about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.offered_options import asks_topic
from cx_core.understand.stance.topic_reading import ConversationTopics

ROW = np.zeros((1, 2), dtype=np.float32)
CALLED = {"upgrade": "another plan", "overcharged": "a charge", "move": "moving a visit", "parcel": "another day"}


def shares(texts: Sequence[str]) -> list[Mapping[str, float]]:
    """Words about a day are nearest to a parcel, whatever stands before them."""
    return [{name: 0.6 if name == "parcel" else 0.1 for name in CALLED} for _ in texts]


def heard(name: str, quote: str, *, sure: bool) -> HeardGoal:
    return HeardGoal((FoundGoal(name, 0.7, sure, quote, ROW[0]),), (quote,), ROW)


@pytest.mark.parametrize("unsure", ["upgrade", "move"])
@pytest.mark.parametrize("words", ["make that the 1st", "the Tuesday then", "on the 8th please"])
def test_that_a_day_is_of_a_wish_for_which_one_can_be_set_though_it_was_not_sure(unsure: str, words: str) -> None:
    for names_time, meant in ((True, unsure), (False, "parcel")):
        topics = ConversationTopics(
            shares,
            CALLED,
            {"upgrade", "move", "parcel"},
            lambda _, says=names_time: says,  # type: ignore[misc]
        )
        topics.hears(heard("overcharged", "I hardly use any", sure=True), ours=False)
        topics.hears(heard(unsure, "put me on it", sure=False), ours=False)
        read = topics.reads(heard("parcel", words, sure=True), ours=False)
        assert [one.task_type for one in read.goals] == [meant]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("I can't do Tuesday, so Thursday", "move"),
        ("bring the parcel on Thursday", "parcel"),
        ("bring my parcels then", "parcel"),
    ],
)
def test_that_plain_words_that_only_say_when_are_of_the_talk_that_a_time_is_set_for(words: str, meant: str) -> None:
    def plainly(texts: Sequence[str]) -> list[Mapping[str, float]]:
        return [{name: 0.9 if name == "parcel" else 0.05 for name in CALLED} for _ in texts]

    done_to = {"parcel": frozenset({"parcel"}), "move": frozenset({"visit"})}
    topics = ConversationTopics(plainly, CALLED, {"move", "parcel"}, lambda _: True, done_to)
    topics.hears(heard("move", "about my visit", sure=True), ours=False)
    read = topics.reads(heard("parcel", words, sure=True), ours=False)
    assert [one.task_type for one in read.goals] == [meant]


@pytest.mark.parametrize(
    ("put", "asked"),
    [
        ("Absolutely! What would you like to talk about?", True),
        ("Sure. What's it about?", True),
        ("Happy to. And what is the call regarding?", True),
        ("What would you like to discuss?", True),
        ("May I ask what it is about?", True),
        ("What is the reason for your call?", True),
        ("What day suits you for the call?", False),
        ("Which order is the parcel you mean?", False),
        ("What time shall we call you?", False),
    ],
)
def test_that_a_question_for_the_topic_of_a_call_is_told_from_others(put: str, asked: bool) -> None:
    assert asks_topic(put) is asked
