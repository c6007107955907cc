"""Words, pairs of words and letter groups of a short text, weighed by rarity (TF-IDF)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LONGEST = 400
"""Characters of a text whose grams count."""

WEIGHT = 0.6
"""Length of the words' and of the letters' part beside a vector of length 1."""

_WORD = re.compile(r"\w+")


class TermEntry(NamedTuple):
    """One text's part in a sparse matrix: columns and values, words' part and letters' part of length WEIGHT."""

    columns: NDArray[np.int64]
    values: Floats


def grams(text: str) -> Iterator[str]:
    """Words as "word", pairs as "word word", letter groups of 2 to 4 inside padded words as "~abc"."""
    words = _WORD.findall(text[:LONGEST].lower())
    yield from words
    yield from (f"{first} {second}" for first, second in pairwise(words))
    for word in words:
        padded = f" {word[:30]} "
        for length in (2, 3, 4):
            yield from (f"~{padded[at : at + length]}" for at in range(len(padded) - length + 1))


def learn(texts: Sequence[str], *, least: int = 1) -> tuple[NDArray[np.str_], Floats]:
    """Every gram that occurs in at least `least` texts, sorted, and its inverse document frequency."""
    seen = Counter(gram for text in texts for gram in set(grams(text)))
    kept = sorted(gram for gram, count in seen.items() if count >= least)
    counts = np.array([seen[gram] for gram in kept], dtype=np.float64)
    return np.array(kept, dtype=np.str_), (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)


class Grams:
    """A learnt vocabulary."""

    def __init__(self, names: NDArray[np.str_], rarity: Floats) -> None:
        self._place: Mapping[str, int] = {str(name): at for at, name in enumerate(names)}
        self._rarity = rarity
        self._letters = np.array([str(name).startswith("~") for name in names], dtype=bool)

    def entry(self, text: str) -> TermEntry:
        """Damped counts (1 + log) times rarity; each part scaled to WEIGHT."""
        found = Counter(at for gram in grams(text) if (at := self._place.get(gram)) is not None)
        columns = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
        counts = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        values = (1 + np.log(counts)) * self._rarity[columns]
        letters = self._letters[columns]
        for part in (letters, ~letters):
            length = float(np.linalg.norm(values[part]))
            if length:
                values[part] *= WEIGHT / length
        return TermEntry(columns, values.astype(np.float32))

    def product(self, texts: Sequence[str], matrix: Floats) -> Floats:
        """Rows of the texts' sparse matrix times `matrix` (grams x labels)."""
        found = np.zeros((len(texts), matrix.shape[1]), dtype=np.float32)
        for row, text in enumerate(texts):
            columns, values = self.entry(text)
            found[row] = values @ matrix[columns]
        return found
