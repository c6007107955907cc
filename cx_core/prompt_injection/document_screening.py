"""Orders to the copilot in documents that editors hand in, found before anything rests on them.

Documents tell customers and advisors what to do in every other sentence, so that how a sentence sounds is not enough:
in texts of other businesses a third of all articles have one that sounds so. A planted one is also foreign to the
document it stands in. Both are weighed together; what is hidden or disguised needs less. What does not read as
language is decoded (`decoding.py`), and what it says then needs least.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Classifier, Encoder
from cx_core.prompt_injection.decoding import Reader
from cx_core.prompt_injection.disguise import disguised, weighable
from cx_core.prompt_injection.weighing import BESIDE, PLANTED, Scale, examples, marked, sentences_of

HIDDEN = 0.75
"""Probability from which words that nobody sees are an order, however well they fit. Pages hide much in good faith:
"Skip to main content", notes of whoever made them, answers that open with a click."""
ALONE = 0.9
"""The same for a text that is too short to tell what it is about."""
FOREIGN, BOUND = 12.0, -1.2
"""What a sentence's nearness to the rest weighs against its log odds, and what must be left to be set apart. Chosen on
the house's articles, each read by a classifier that had learnt the other half of them: of those none is set apart, and
four in five planted orders are found. With the log odds alone half of them are."""
BESIDE_IT, NEAREST = 1, 3
"""The nearest sentence is left out, since an order seldom comes alone; then the cosine's mean with the next three."""
LEAST = 4
"""Sentences from which a text says what it is about."""
SHORTEST = 4
"""Words of an order; titles of tables, lines of logs and what buttons say have fewer."""
MOST_BESIDE = 1_500
"""Sentences of a long document that stand for the rest, evenly taken."""
TOGETHER = 256
MOST_FOUND = 20
MOST_DECODED = 500
"""Sentences of what was decoded that are weighed; a document with more is set apart. Of 1,200 help articles not one had
any."""

_PLAIN = Path(__file__).resolve().parent / "documents" / "plain.txt"


def document_examples() -> list[str]:
    """How documents tell their readers what to do, and what nobody should take for an order to a copilot."""
    return [line for line in _PLAIN.read_text(encoding="utf-8").splitlines() if line.strip()]


def language_reader() -> Reader:
    """What tells language from what only becomes language once it is decoded, learnt from all examples."""
    return Reader([*(line for lines in examples().values() for line in lines), *document_examples()])


class DocumentScreen:
    """Holds no state of a document; several threads may share one."""

    def __init__(self, encoder: Encoder, classifier: Classifier) -> None:
        self._encoder, self._classifier = encoder, classifier
        self._planted = classifier.labels.index(PLANTED)
        self.scale, self.reader = Scale(encoder, classifier), language_reader()

    def found(self, shown: Sequence[str], hidden: Sequence[str] = ()) -> tuple[str, ...]:
        """Passages that give orders, of what readers see and of what nobody sees. Raises SystemTrouble."""
        units = list(dict.fromkeys(unit for text in shown for unit in sentences_of(text)))
        unseen = list(dict.fromkeys(unit for text in hidden for unit in sentences_of(text)))
        told = [*self._foreign(units), *self._hidden(unseen), *self._coded([*shown, *hidden])]
        return tuple(dict.fromkeys(" ".join(unit.split()) for unit in told))[:MOST_FOUND]

    def _foreign(self, units: Sequence[str]) -> Iterator[str]:
        scores, sense = self._read(units)
        near = _nearness(sense)
        for place, unit in enumerate(units):
            score = scores[place]
            apart = math.log(max(score, 1e-6) / max(1 - score, 1e-6)) - FOREIGN * near[place] > BOUND
            alone = score >= ALONE if len(units) < LEAST else apart
            if disguised(unit) or (marked(unit) and score >= BESIDE) or (alone and len(unit.split()) >= SHORTEST):
                yield unit

    def _hidden(self, units: Sequence[str]) -> Iterator[str]:
        scores, _ = self._read(units)
        for unit, score in zip(units, scores, strict=True):
            if disguised(unit) or (score >= HIDDEN and len(unit.split()) >= SHORTEST and not self._is_coded(unit)):
                yield unit

    def _is_coded(self, unit: str) -> bool:
        """Whether it is weighed by what it says once it is decoded, and not as it stands."""
        return any(True for _ in self.reader.decoded(unit))

    def _coded(self, texts: Sequence[str]) -> Iterator[str]:
        """Passages as they stand; what they say once decoded may well be an order: nobody writes so in good faith."""
        decoded = (one for text in texts for one in self.reader.decoded(text))
        said = ((unit, one.passage) for one in decoded for unit in sentences_of(one.says))
        weighed = dict(islice(said, MOST_DECODED))
        if (more := next(said, None)) is not None:  # who writes so much of it is to be looked at all the same
            yield more[1]
        scores, _ = self._read(list(weighed))
        for (unit, passage), score in zip(weighed.items(), scores, strict=True):
            if score >= BESIDE and len(unit.split()) >= SHORTEST:
                yield passage

    def _read(self, units: Sequence[str]) -> tuple[list[float], NDArray[np.float32]]:
        """Probability that each is an order, and its vector, of length 1."""
        scores: list[float] = []
        vectors: list[NDArray[np.float32]] = []
        for start in range(0, len(units), TOGETHER):
            texts = [weighable(unit) for unit in units[start : start + TOGETHER]]
            sense, wording = self._encoder.layers(texts)
            scores += [
                float(row[self._planted]) for row in self._classifier.classify(texts, np.hstack([sense, wording]))
            ]
            vectors.append(sense / np.maximum(np.linalg.norm(sense, axis=1, keepdims=True), 1e-9))
        return scores, np.vstack(vectors) if vectors else np.zeros((0, 1), np.float32)


def _nearness(sense: NDArray[np.float32]) -> list[float]:
    """How near each sentence is to those of the others that are nearest to it."""
    count = len(sense)
    if count < 2:
        return [0.0] * count
    places = np.unique(np.linspace(0, count - 1, min(count, MOST_BESIDE)).astype(int))
    near: list[float] = []
    for place in range(count):
        cosines = sense[places[places != place]] @ sense[place]
        nearest = np.sort(cosines)[::-1]
        near.append(float(nearest[BESIDE_IT : BESIDE_IT + NEAREST].mean() if len(nearest) > BESIDE_IT else nearest[0]))
    return near
