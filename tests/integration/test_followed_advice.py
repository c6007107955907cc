"""What customers say they have done already, in words that no list has, and what only sounds so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.settings import ROOT
from cx_core.understand.stance.followed_advice import FollowedAdvice

RESTART = (
    "{who} had the {thing} out of the socket and in again",
    "{who} gave the {thing} the old off and on",
    "{who} cut the power to the {thing} for five minutes",
    "{who} rebooted the {thing} four times today",
)
CABLE = (
    "{who} hooked the {thing} up by ethernet, same story",
    "{who} ran the {thing} off a network cable and it was no better",
)
NEITHER = (
    "{who} want the {thing} collected",
    "{who} ordered a longer cable for the {thing}",
    "the {thing} shows a red light",
    "{who} think the {thing} is too slow",
    "the {thing} loses the connection in the evening",
)
WHO = ("I", "we", "my wife and I")


@pytest.fixture(scope="module")
def followed(encoder: MiniLM) -> Callable[[str], set[str]]:
    advice = FollowedAdvice(encoder, load(ROOT / "knowledge").task_types.values())
    return lambda text: set(advice.of(encoder.layers([text])[0][0], "tells"))


def _share(followed: Callable[[str], set[str]], said: Sequence[str], things: Sequence[str], name: str) -> float:
    texts = [one.format(who=who, thing=thing) for one, who, thing in product(said, WHO, things)]
    return sum(name in followed(text) for text in texts) / len(texts)


def test_that_most_of_what_was_done_is_heard_and_hardly_anything_else(followed: Callable[[str], set[str]]) -> None:
    """None of these ways of saying it is among the sentences that it is learnt from."""
    things, computers = ("router", "hub", "box"), ("laptop", "computer", "PC")
    assert _share(followed, RESTART, things, "fault:restart") >= 0.8
    assert _share(followed, CABLE, computers, "fault:cable") >= 0.9
    for name, others in (("fault:restart", CABLE), ("fault:cable", RESTART)):
        assert _share(followed, NEITHER, things, name) <= 0.05
        assert _share(followed, others, things, name) <= 0.1


def test_that_a_question_is_no_deed(encoder: MiniLM) -> None:
    advice = FollowedAdvice(encoder, load(ROOT / "knowledge").task_types.values())
    assert advice.of(encoder.layers(["I restarted the router twice"])[0][0], "asks") == ()
