"""Which task types a customer's words ask for, and with which words.

Every clause and every sentence is read in one pass of the encoder. A sentence is one goal unless its clauses,
read alone, are surely about different things; where nothing is sure, wider cuts are read in a second pass:
runs of clauses, two sentences together, and last the whole ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Classifier, Encoder
from cx_core.understand.segments import Sentence, Span, own_words, sentences

Floats = NDArray[np.float32]

OTHER = ""
"""The classifier's label for words that ask for nothing of ours."""

_MOST_RUNS = 6
"""Clauses of a sentence up to which runs of them are read too."""

_ECHO = 0.15
"""Probability of a sure goal in a sentence of its own from which on that sentence only says more about it."""

_LEANS = 0.2
"""Probability of a neighbour's goal from which on a clause that is nobody's belongs to its words."""

_LIKELY = 0.5
"""Two clauses of one sentence must be at least so likely to stand as two doubtful goals."""

_SHORT = 9
_PRONOUN = re.compile(r"\b(?:it|this|that|them|these|those|one)\b", re.I)

_BETTER = 0.05
"""What two sentences together must gain over each alone."""


class Reading(NamedTuple):
    """A stretch of a message and what the classifier says to it."""

    span: Span
    task_type: str
    probability: float
    row: Floats
    vector: Floats

    def sure(self, bounds: tuple[float, float]) -> bool:
        return bool(self.task_type) and self.probability >= bounds[1]

    def says(self, bounds: tuple[float, float]) -> bool:
        return bool(self.task_type) and self.probability >= bounds[0]


class Found(NamedTuple):
    """A goal of one text. `quote` is "" where only the whole ticket together says it."""

    task_type: str
    probability: float
    sure: bool
    quote: str
    vector: Floats


class Heard(NamedTuple):
    """One text, read. `vectors` has one row per sentence of `parts`."""

    goals: tuple[Found, ...]
    parts: tuple[str, ...]
    vectors: Floats


class GoalReader:
    """Reads texts; keeps nothing."""

    def __init__(self, encoder: Encoder, classifier: Classifier) -> None:
        self._encoder = encoder
        self._classifier = classifier
        self._bounds = classifier.bounds

    def read(self, texts: Sequence[str]) -> tuple[Heard, ...]:
        """Each text by itself, all in one pass; texts that need wider cuts take a second."""
        cut = [sentences(text) for text in texts]
        wanted = [
            (n, span)
            for n, found in enumerate(cut)
            for sentence in found
            for span in dict.fromkeys((*sentence, _whole(sentence)))
        ]
        known = self._readings(texts, wanted)
        return tuple(self._heard(n, texts, found, known) for n, found in enumerate(cut))

    def together(self, texts: Sequence[str]) -> Found | None:
        """All texts as one, for a ticket whose parts alone say nothing."""
        own = [part.of(text) for text in texts for part in own_words(text)]
        whole = "\n".join(own).strip()[:2000]
        if not whole:
            return None
        reading = self._readings([whole], [(0, Span(0, len(whole)))])[0, Span(0, len(whole))]
        return self._found(reading, "") if reading.says(self._bounds) else None

    def _readings(self, texts: Sequence[str], wanted: Sequence[tuple[int, Span]]) -> dict[tuple[int, Span], Reading]:
        words = [span.of(texts[n]) for n, span in wanted]
        if not words:
            return {}
        vectors = self._encoder.encode(words)
        rows = self._classifier.classify(words, vectors)
        labels = self._classifier.labels
        return {
            (n, span): Reading(span, labels[int(row.argmax())], float(row.max()), row, vector)
            for (n, span), row, vector in zip(wanted, rows, vectors, strict=True)
        }

    def _heard(
        self, n: int, texts: Sequence[str], cut: Sequence[Sentence], known: dict[tuple[int, Span], Reading]
    ) -> Heard:
        each = [self._of_sentence(n, sentence, known) for sentence in cut]
        pairs = [at for at in range(len(cut) - 1) if self._may_join(each[at], each[at + 1])]
        joint = [(n, Span(_whole(cut[at]).start, _whole(cut[at + 1]).end)) for at in pairs]
        wide = self._runs(n, cut, known)
        if joint or wide:
            known |= self._readings(texts, [*joint, *wide])
            each = [self._of_sentence(n, sentence, known) for sentence in cut]
            for at, key in zip(pairs, joint, strict=True):
                if self._may_join(each[at], each[at + 1]):
                    self._join(each, at, known[key])
        vectors = [known[n, _whole(sentence)].vector for sentence in cut]
        parts = tuple(_whole(sentence).of(texts[n]) for sentence in cut)
        goals = self._goals(texts[n], each, [known[n, _whole(sentence)] for sentence in cut])
        return Heard(goals, parts, np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32))

    def _runs(self, n: int, cut: Sequence[Sentence], known: dict[tuple[int, Span], Reading]) -> list[tuple[int, Span]]:
        """Beginnings and ends of sentences with three clauses or more, of which no two are sure alone."""
        wide = []
        for sentence in cut:
            kinds = {known[n, span].task_type for span in sentence if known[n, span].sure(self._bounds)}
            if 3 <= len(sentence) <= _MOST_RUNS and len(kinds) < 2:
                wide += [Span(sentence[0].start, span.end) for span in sentence[1:-1]]
                wide += [Span(span.start, sentence[-1].end) for span in sentence[1:-1]]
        return [(n, span) for span in dict.fromkeys(wide) if (n, span) not in known]

    def _of_sentence(self, n: int, sentence: Sentence, known: dict[tuple[int, Span], Reading]) -> list[Reading]:
        """The goals of one sentence: several where its parts surely differ, or where nothing is sure but they may."""
        whole = known[n, _whole(sentence)]
        alone = [known[n, span] for span in sentence]
        split = self._best_split(n, sentence, known)
        if split:
            return [self._widened(reading, sentence, alone, split) for reading in split]
        best = max([whole, *alone], key=lambda reading: reading.probability if reading.task_type else 0.0)
        if not best.says(self._bounds):
            return []
        if not best.sure(self._bounds):
            likely = _distinct(reading for reading in alone if reading.task_type and reading.probability >= _LIKELY)
            if len(likely) > 1:
                return likely
        same = whole.task_type == best.task_type
        return [whole._replace(probability=best.probability) if same else best]

    def _widened(
        self, reading: Reading, sentence: Sentence, alone: Sequence[Reading], split: Sequence[Reading]
    ) -> Reading:
        """With the clauses beside it that are nobody's and lean its way, so that its quote says all of it."""
        column = self._classifier.labels.index(reading.task_type)
        taken = [(other.span.start, other.span.end) for other in split]
        first = next(at for at, span in enumerate(sentence) if span.start == reading.span.start)
        last = next(at for at, span in enumerate(sentence) if span.end == reading.span.end)

        def free(at: int) -> bool:
            span = sentence[at]
            outside = all(span.end <= start or end <= span.start for start, end in taken)
            return outside and float(alone[at].row[column]) >= _LEANS

        while first > 0 and free(first - 1):
            first -= 1
        while last < len(sentence) - 1 and free(last + 1):
            last += 1
        return reading._replace(span=Span(sentence[first].start, sentence[last].end))

    def _best_split(self, n: int, sentence: Sentence, known: dict[tuple[int, Span], Reading]) -> list[Reading]:
        """Sure readings of different task types that share no words: clauses, or a beginning and an end."""
        sure = [known[n, span] for span in sentence if known[n, span].sure(self._bounds)]
        choices = [_distinct(sure)]
        for before, after in pairwise(sentence):
            first = known.get((n, Span(sentence[0].start, before.end)))
            second = known.get((n, Span(after.start, sentence[-1].end)))
            if first and second and first.sure(self._bounds) and second.sure(self._bounds):
                choices.append(_distinct([first, second]))
        best = max(choices, key=lambda choice: (len(choice), sum(reading.probability for reading in choice)))
        return best if len(best) > 1 else []

    def _may_join(self, one: Sequence[Reading], two: Sequence[Reading]) -> bool:
        """Two sentences may be one goal if neither is sure and not both say nothing at all."""
        unsure = not any(reading.sure(self._bounds) for reading in (*one, *two))
        return unsure and bool(one or two)

    def _join(self, each: list[list[Reading]], at: int, both: Reading) -> None:
        best = max((reading.probability for reading in (*each[at], *each[at + 1])), default=0.0)
        if both.says(self._bounds) and both.probability >= best + _BETTER:
            each[at], each[at + 1] = [both], []

    def _goals(self, text: str, each: Sequence[Sequence[Reading]], whole: Sequence[Reading]) -> tuple[Found, ...]:
        """One per task type, in order of their words; a doubtful one beside a sure one must be no mere echo of it."""
        sure = {reading.task_type for found in each for reading in found if reading.sure(self._bounds)}
        labels = self._classifier.labels
        kept: dict[str, Found] = {}
        before_sure = False
        for found, sentence in zip(each, whole, strict=True):
            echo = max((float(sentence.row[labels.index(name)]) for name in sure), default=0.0)
            more = echo >= _ECHO or (before_sure and _points_back(sentence.span.of(text)))
            before_sure = any(reading.sure(self._bounds) for reading in found)
            for reading in found:
                if more and not reading.sure(self._bounds) and reading.task_type not in sure:
                    continue
                goal = self._found(reading, reading.span.of(text))
                kept[goal.task_type] = merge(kept.get(goal.task_type), goal, text)
        return tuple(kept.values())

    def _found(self, reading: Reading, quote: str) -> Found:
        return Found(reading.task_type, reading.probability, reading.sure(self._bounds), quote, reading.vector)


def merge(earlier: Found | None, later: Found, text: str) -> Found:
    """The likelier of two findings of one task type; with both their words if those stand side by side."""
    if earlier is None:
        return later
    best = max(earlier, later, key=lambda found: found.probability)
    start = text.find(earlier.quote) if earlier.quote else -1
    end = text.find(later.quote, start + len(earlier.quote)) if start >= 0 and later.quote else -1
    between = text[start + len(earlier.quote) : end] if end >= 0 else "x"
    if len(between.strip(" \n\t,;.!?–—-")) <= len(" and also "):
        return best._replace(quote=text[start : end + len(later.quote)])
    return best


def _points_back(sentence: str) -> bool:
    """Short, with a pronoun for what was said just before: "Could I have it once more?"."""
    return len(sentence.split()) <= _SHORT and bool(_PRONOUN.search(sentence))


def _whole(sentence: Sentence) -> Span:
    return Span(sentence[0].start, sentence[-1].end)


def _distinct(readings: Iterable[Reading]) -> list[Reading]:
    """The likeliest of each task type, in order of place."""
    best: dict[str, Reading] = {}
    for reading in readings:
        if reading.task_type not in best or reading.probability > best[reading.task_type].probability:
            best[reading.task_type] = reading
    return sorted(best.values(), key=lambda reading: reading.span.start)
