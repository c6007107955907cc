"""Which task types a customer's words ask for, how surely, and with which words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Classifier, Encoder
from cx_core.text.segments import Span, own_words
from cx_core.understand.denials import Denial, denials, without
from cx_core.understand.evidence import (
    LONGEST,
    GoalCandidate,
    Judge,
    MessageReading,
    Seen,
    Sight,
    candidates,
    overlap,
    sights,
)

Floats = NDArray[np.float32]


class FoundGoal(NamedTuple):
    """A goal of one text. `quote` is "" where only the whole ticket together says it."""

    task_type: str
    probability: float
    sure: bool
    quote: str
    vector: Floats


class HeardGoal(NamedTuple):
    """One text, read. `vectors` has one row per sentence of `parts`."""

    goals: tuple[FoundGoal, ...]
    parts: tuple[str, ...]
    vectors: Floats


class GoalReader:
    """Reads texts; keeps nothing. `spell` puts words right before they are read."""

    def __init__(
        self, encoder: Encoder, classifier: Classifier, judge: Judge, spell: Callable[[str], str] = str
    ) -> None:
        self._encoder, self._classifier, self._judge, self._spell = encoder, classifier, judge, spell

    def read(self, texts: Sequence[str]) -> tuple[HeardGoal, ...]:
        """Each text by itself, all in one pass. What a customer denies is left out where the rest says enough."""
        denied = [denials(text) for text in texts]
        rests = [without(text, found) for text, found in zip(texts, denied, strict=True) if found]
        seen = sights([*texts, *rests], self._readings)
        heard = [self._heard(text, sight) for text, sight in zip(texts, seen[: len(texts)], strict=True)]
        left = iter(zip(rests, seen[len(texts) :], strict=True))
        for n, found in enumerate(denied):
            if found:
                rest = self._heard(*next(left))
                heard[n] = _agreed(heard[n], rest, self._unwanted(seen[n], found))
        return tuple(heard)

    def _unwanted(self, sight: Sight, denied: Sequence[Denial]) -> set[str]:
        """The task types that are denied in plain words."""
        plain = {one.span for one in denied if one.plain}
        readings = [reading for seen in sight.sentences for reading in seen.all if reading.span in plain]
        return {self._classifier.labels[reading.top] for reading in readings}

    def together(self, texts: Sequence[str]) -> FoundGoal | None:
        """All texts as one, for a ticket whose parts alone say nothing."""
        whole = "\n".join(part.of(text) for text in texts for part in own_words(text)).strip()[:LONGEST]
        if not whole:
            return None
        row, vector = self._readings([whole])[0]
        reading = MessageReading(Span(0, len(whole)), row, vector)
        sight = Sight((Seen(reading, ()),), reading)
        found = [self._found(one, "") for one in candidates(sight, self._classifier.labels)]
        return found[0] if found and found[0].probability >= self._judge.bounds[0] else None

    def _readings(self, words: Sequence[str]) -> list[tuple[Floats, Floats]]:
        spelt = [self._spell(text) for text in words]
        sense, wording = self._encoder.layers(spelt)
        return list(zip(self._classifier.classify(spelt, np.hstack((sense, wording))), sense, strict=True))

    def _heard(self, text: str, sight: Sight) -> HeardGoal:
        kept = self._kept(candidates(sight, self._classifier.labels))
        goals = [self._found(one, _quote(text, one, kept, sight)) for one in kept]
        parts = tuple(seen.whole.span.of(text) for seen in sight.sentences)
        vectors = [seen.whole.vector for seen in sight.sentences]
        return HeardGoal(tuple(goals), parts, np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32))

    def _kept(self, found: Sequence[GoalCandidate]) -> list[GoalCandidate]:
        """In order of their words. A doubtful one whose best words a likelier one shares is an echo of that."""
        lower, upper = self._judge.bounds
        kept: list[GoalCandidate] = []
        for one in sorted(found, key=self._judge.probability, reverse=True):
            probability = self._judge.probability(one)
            shared = any(overlap(one.best.span, other.best.span) for other in kept)
            if probability >= lower and not (shared and probability < upper):
                kept.append(one)
        return sorted(kept, key=lambda one: one.best.span.start)

    def _found(self, one: GoalCandidate, quote: str) -> FoundGoal:
        probability = self._judge.probability(one)
        name = self._classifier.labels[one.label]
        return FoundGoal(name, probability, probability >= self._judge.bounds[1], quote, one.best.vector)


def _agreed(heard: HeardGoal, rest: HeardGoal, unwanted: Collection[str]) -> HeardGoal:
    """The goals of the rest if one is sure; else all, but of what is not wanted none is sure."""
    if any(goal.sure for goal in rest.goals):
        return heard._replace(goals=rest.goals)
    doubted = [goal._replace(sure=goal.sure and goal.task_type not in unwanted) for goal in heard.goals]
    return heard._replace(goals=tuple(doubted))


def _quote(text: str, one: GoalCandidate, kept: Sequence[GoalCandidate], sight: Sight) -> str:
    """The best words, with the rest of their sentence and those beside it as far as they say the same and
    are no other goal's."""
    others = [other.best.span for other in kept if other is not one]

    def free(at: int) -> bool:
        whole = sight.sentences[at].whole
        return whole.top == one.label and not any(overlap(whole.span, span) for span in others)

    first = last = one.sentence
    if not free(first):
        return one.best.span.of(text)
    while first > 0 and free(first - 1):
        first -= 1
    while last < len(sight.sentences) - 1 and free(last + 1):
        last += 1
    return text[sight.sentences[first].whole.span.start : sight.sentences[last].whole.span.end]
