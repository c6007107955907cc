"""A wish that nothing here does is told from words that only say more of what was found, by the examples' words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.settings import ROOT
from cx_core.text.spans import Span
from cx_core.understand.goal_candidates.evidence import MessageReading
from cx_core.understand.unplanned import UnplannedWishes

KNOWLEDGE = load(ROOT / "knowledge")
LABELS = tuple(sorted(KNOWLEDGE.task_types))
EXAMPLES = {str(name): task_type.examples for name, task_type in KNOWLEDGE.task_types.items()}
OURS = range(len(LABELS))


class Far:
    """An encoder whose vectors of general requests are far from everything that is read here."""

    version = "far"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([1, 0], np.float32), (len(texts), 1))

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self.encode(texts), self.encode(texts)


WISHES = UnplannedWishes(Far(), LABELS, EXAMPLES)


def left(words: str, *goals: str, act: str = "wants", wishes: UnplannedWishes = WISHES) -> bool:
    rows, acts = np.full(len(LABELS), 0.001, np.float32), np.array([0.95, 0.05], np.float32)
    reading = MessageReading(Span(0, len(words)), rows, np.array([0, 1], np.float32), acts, acts)
    return wishes.has(reading, words, act, OURS, [LABELS.index(goal) for goal in goals])


MORE = {
    "late_fee": ("would you see your way to waive what you charged", "kindly take the fee off my bill"),
    "damaged_item": ("just the lamp once more please", "a fresh lamp would be wanted here"),
    "missing_item": ("please send the part which was missing", "send the cable that was missing from the parcel"),
    "duplicate_charge": ("back to my bank please", "refund the second payment please"),
}
STRANGE = ("who mows the lawn round your offices", "please adopt my goldfish", "and lend me a ladder, would you")
FRAMES = ("{}", "Could you please: {}", "{}, if you would be so kind")


@pytest.mark.parametrize(("goal", "frame"), list(product(MORE, FRAMES)))
def test_that_words_of_the_examples_only_say_more_of_what_was_found(goal: str, frame: str) -> None:
    assert not [words for words in MORE[goal] if left(frame.format(words), goal)]


@pytest.mark.parametrize(("goal", "frame"), list(product(MORE, FRAMES)))
def test_that_what_no_example_speaks_of_is_left(goal: str, frame: str) -> None:
    assert not [words for words in STRANGE if not left(frame.format(words), goal)]


@pytest.mark.parametrize("act", ["tells", "reports", "refuses"])
def test_that_only_a_wish_or_a_question_is_one(act: str) -> None:
    assert not any(left(words, "late_fee", act=act) for words in STRANGE)


def test_that_without_examples_every_word_counts() -> None:
    assert left("kindly take the fee off my bill", "late_fee", wishes=UnplannedWishes(Far(), LABELS))


@pytest.mark.parametrize("times", [2, 4])
def test_that_a_word_in_one_of_very_many_examples_is_nobodys(times: int) -> None:
    """Background of every kind stands in some example, once there are enough."""
    many = {
        label: [*(f"{text} {n}" for n in range(times) for text in texts), "who pays for my carpet"]
        for label, texts in EXAMPLES.items()
    }
    wishes = UnplannedWishes(Far(), LABELS, many)
    assert left("who compensates the ruined carpet", "reschedule_installation", act="asks", wishes=wishes)
