"""Actions that a clause asks for or rules out in words of its own: "shout when it's back" asks to be told when an
outage is over, "a fresh one would only crackle too" wants nothing sent again.

Ways of putting things right (`Remedy`) are told by a classifier that has learnt them from customers of many trades
(`examples/remedies/`). What else is asked for by sense is told from sentences that an action's own file gives: what
asks for it (`asked`) and what only sounds so (`not_asked`). Few need that: most are what their task type is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import ActionSpec
from cx_core.ports import Classifier, Encoder
from cx_core.records import ActionName
from cx_core.understand.speech_acts import FOLDER, lines
from cx_core.understand.stance.two_sides import TwoSides

Floats = NDArray[np.float32]

CLEARLY = 0.05
"""From which a clause asks for it, of -1 to 1: one too many is a message that nobody minds, one too few a question."""

LIKELY, PLAINLY = 0.5, 0.8
"""Probability from which a clause that wants something asks for a remedy, or another rules it out; and the same where a
wish rules one out. With one author's lines learnt, of another's nine in ten that ask are found, of those that rule out
eight, and nine in ten of what is found is right. What only tells asks for nothing ("they took it two times")."""

NEITHER = "neither"
RULED_OUT = "not_"
"""How the label of a remedy begins that is ruled out."""


def remedy_examples() -> dict[str, list[str]]:
    """What the classifier of remedies learns from: each that is asked for, that is ruled out, and neither."""
    return {path.stem: lines(path) for path in sorted((FOLDER / "remedies").glob("*.txt"))}


class SoughtActions:
    """Those of a pack; requests of any business stand against each."""

    def __init__(self, encoder: Encoder, actions: Mapping[ActionName, ActionSpec], remedies: Classifier) -> None:
        general = lines(FOLDER / "requests_in_general.txt")
        self._learnt = {
            name: TwoSides(encoder, spec.asked, [*spec.not_asked, *general])
            for name, spec in actions.items()
            if spec.asked
        }
        self._remedies = remedies
        self._ways = {
            label: tuple(name for name, spec in actions.items() if spec.remedy == label.removeprefix(RULED_OUT))
            for label in remedies.labels
        }

    @property
    def labels(self) -> Sequence[str]:
        """Of the columns of `remedies`."""
        return self._remedies.labels

    def remedies(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """For each text a row of probabilities, of every remedy asked for and ruled out; as `Classifier.classify`."""
        return self._remedies.classify(texts, vectors)

    def of(self, vector: Floats, remedies: Floats, does: str) -> tuple[tuple[ActionName, ...], tuple[ActionName, ...]]:
        """Which of them a clause with this vector and row of `remedies` asks for, and which it rules out; `does`: what
        its words do. What is only asked about is not asked for."""
        most, wants = int(remedies.argmax()), does == "wants"
        label, likely = self._remedies.labels[most], remedies[most]
        told = [] if does == "refuses" else [n for n, sides in self._learnt.items() if sides.score(vector) >= CLEARLY]
        if label.startswith(RULED_OUT):
            down = likely >= (PLAINLY if wants else LIKELY) and does != "asks"
            return tuple(told), self._ways[label] if down else ()
        ways = self._ways[label] if wants and likely >= LIKELY else ()
        return tuple(dict.fromkeys((*ways, *told))), ()
