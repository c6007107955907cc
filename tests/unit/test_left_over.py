"""Sentences that a sure goal leaves are read by themselves; what they ask for in another case is no goal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.text.spans import Span
from cx_core.understand.goal_candidates.evidence import MessageReading, Seen, Sight, candidates
from cx_core.understand.goal_candidates.left_over import with_left_over

LABELS, ACTS = ("fee", "call", ""), ("asks", "refuses", "reports", "tells", "wants")
Floats = NDArray[np.float32]
NOTHING: Floats = np.zeros(1, np.float32)


def row(*values: float) -> Floats:
    return np.array(values, np.float32)


def reading(text: str, words: str, about: Floats, does: str = "wants") -> MessageReading:
    at = text.index(words)
    acts = np.array([0.96 if act == does else 0.01 for act in ACTS], np.float32)
    return MessageReading(Span(at, at + len(words)), about, NOTHING, acts, NOTHING, NOTHING)


def heard(second: str, does: str = "wants") -> tuple[list[str], list[str]]:
    """The goals of "Take the fee off." and this second sentence, and what was read once more."""
    first = "Take the fee off."
    text = f"{first} {second}"
    sentences = (
        Seen(reading(text, first, row(0.97, 0.01, 0.02)), ()),
        Seen(reading(text, second, row(0.02, 0.5, 0.48), does), ()),
    )
    whole = reading(text, text, row(0.9, 0.01, 0.09))
    again: list[str] = []

    def read(texts: Sequence[str]) -> list[tuple[Floats, Floats, Floats, Floats, Floats]]:
        again.extend(texts)
        return [(row(0.1, 0.5, 0.4), NOTHING, row(0, 0, 0, 0, 1), NOTHING, NOTHING) for _ in texts]

    found = with_left_over(text, Sight(sentences, whole), partial(candidates, labels=LABELS, acts=ACTS), read)
    return [LABELS[one.label] for one in found], again


def test_that_a_second_wish_is_a_goal_though_the_whole_is_about_the_first() -> None:
    found, again = heard("I'd like somebody to ring me.")
    assert found == ["fee", "call"]
    assert again == []  # of one sentence, that is all there is to read


@pytest.mark.parametrize("case", ["If you can't,", "Otherwise", "but should that fail", "Unless you can"])
def test_that_a_wish_for_another_case_is_none(case: str) -> None:
    assert heard(f"{case} I'd like somebody to ring me.")[0] == ["fee"]


@pytest.mark.parametrize("case", ["if you can't", "unless it goes", "worst case", "when that is not possible"])
def test_that_the_case_may_stand_behind_the_wish(case: str) -> None:
    assert heard(f"I'd like somebody to ring me, {case}.")[0] == ["fee"]


def test_that_what_only_tells_is_no_second_wish() -> None:
    assert heard("Somebody rang me about it.", "tells")[0] == ["fee"]


@pytest.mark.parametrize("begins", ["2)", "Also,", "Secondly", "And another thing:", "(b)", "While I'm at it,"])
def test_that_what_comes_to_another_matter_counts_though_it_only_tells(begins: str) -> None:
    assert matters(begins) == ["fee", "call"]


@pytest.mark.parametrize("begins", ["By the way", "She said", "If not, then also"])
def test_that_what_goes_on_with_the_matter_is_no_other(begins: str) -> None:
    assert matters(begins) == ["fee"]


def matters(begins: str) -> list[str]:
    """The goals of a fee, of words about nothing, and of a sentence that begins so and tells of a call."""
    texts = ["Take the fee off.", "The weather has been poor.", f"{begins} nobody rang me."]
    text = " ".join(texts)
    rows = [row(0.97, 0.01, 0.02), row(0.01, 0.02, 0.97), row(0.02, 0.75, 0.23)]
    does = ["wants", "tells", "tells"]
    sentences = tuple(Seen(reading(text, *one), ()) for one in zip(texts, rows, does, strict=True))

    def read(texts: Sequence[str]) -> list[tuple[Floats, Floats, Floats, Floats, Floats]]:
        return [(row(0.02, 0.3, 0.68), NOTHING, row(0, 0, 0, 1, 0), NOTHING, NOTHING) for _ in texts]

    whole = reading(text, text, row(0.9, 0.01, 0.09))
    found = with_left_over(text, Sight(sentences, whole), partial(candidates, labels=LABELS, acts=ACTS), read)
    return [LABELS[one.label] for one in found]
