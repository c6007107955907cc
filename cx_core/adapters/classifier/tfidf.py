"""Words, pairs of words and letter groups of a short text, weighed by rarity (TF-IDF)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LONGEST = 800
"""Characters of a text whose grams count."""

_LONGEST_WORD = 30

WEIGHT = 0.6
"""Length of the words' and of the letters' part beside a vector of length 1."""

_WORD = re.compile(r"\w+")


class TermEntry(NamedTuple):
    """One text's part in a sparse matrix: columns and values, words' part and letters' part of length WEIGHT."""

    columns: NDArray[np.int64]
    values: Floats


def grams(text: str) -> list[str]:
    """Words as "word", pairs as "word word", letter groups of 2 to 4 inside padded words as "~abc"."""
    words = _WORD.findall(text[:LONGEST].lower())
    return [
        *words,
        *(f"{first} {second}" for first, second in pairwise(words)),
        *chain.from_iterable(_letter_groups(word[:_LONGEST_WORD]) for word in words),
    ]


@lru_cache(maxsize=20_000)
def _letter_groups(word: str) -> tuple[str, ...]:
    """Most words of a text are in others as well: their groups are made once."""
    padded = f" {word} "
    return tuple(f"~{padded[at : at + n]}" for n in (2, 3, 4) for at in range(len(padded) - n + 1))


def learn(texts: Sequence[str], *, least: int = 1) -> tuple[NDArray[np.str_], Floats]:
    """Every gram that occurs in at least `least` texts, sorted, and its inverse document frequency."""
    seen = Counter(chain.from_iterable(set(grams(text)) for text in texts))
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
        found = Counter(map(self._place.get, grams(text)))
        found.pop(None, None)
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
