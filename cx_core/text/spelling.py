"""Misspelt words put right before a text is read by the encoder, which knows no "invocie" and little of an "enginer".

A word is corrected only if nobody knows it, and only to a word of the business's own examples and articles: that
is where corrections help, and a name or a rare word is seldom that near to one. Deletions of letters index the
words (Garbe's SymSpell), so a look-up does not grow with the vocabulary.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

SHORTEST = 4
"""Letters below which a word has too many neighbours to guess."""

_FAR, _FAR_FROM = 2, 7
"""Mistakes allowed in a word of so many letters or more; one in shorter ones."""

_LONG = 8
"""Letters above which two mistakes in the name of a thing are allowed."""

_SEEN = 2
"""Texts a word must occur in to count as spelt right: examples hold slips on purpose."""

_WORD = re.compile(r"(?<![\w@.'’-])[^\W\d_]+(?![\w@'’-]|\.\w)")
"""A word by itself: no part of an address, a name with a hyphen, or a reference."""

_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly")


class Speller:
    """Holds its words only; threads may share one."""

    def __init__(self, texts: Iterable[str], known: Collection[str]) -> None:
        """`texts` are the business's; `known` are further words that are right but nothing to correct to."""
        counts = Counter(word for text in texts for word in {found.lower() for found in _WORD.findall(text)})
        self._counts = {word: count for word, count in counts.items() if word in known or count >= _SEEN}
        self._known = frozenset({*known, *self._counts})
        self._near: dict[str, list[str]] = {}
        for word in self._counts:
            if len(word) >= SHORTEST:
                for shorter in _without(word, _allowed(word)):
                    self._near.setdefault(shorter, []).append(word)
        self._corrected = lru_cache(maxsize=8192)(self._nearest)

    def text(self, text: str) -> str:
        """The text with its misspelt words replaced in lower case; everything else stays as it was."""
        return _WORD.sub(lambda found: self.word(found.group()), text)

    def knows(self, word: str) -> bool:
        """Whether a word in small letters is known, or a known one with an ending. True of any where none is known."""
        return not self._known or word in self._known or self._inflected(word)

    def word(self, word: str) -> str:
        low = word.lower()
        if not SHORTEST <= len(low) <= 24 or self.knows(low):
            return word
        return self._corrected(low) or word

    def _inflected(self, word: str) -> bool:
        """A known word with an ordinary ending: "laptops" is no slip for "laptop"."""
        stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
        return any(len(stem) >= SHORTEST and (stem in self._known or f"{stem}e" in self._known) for stem in stems)

    def _nearest(self, word: str) -> str:
        """The word with fewest mistakes between; then with the same first letter; then the most frequent."""
        most = _allowed(word)
        candidates = {other for shorter in _without(word, most) for other in self._near.get(shorter, ())}
        ranked = [
            (far, other[0] != word[0], -self._counts[other], other)
            for other in candidates
            if (far := mistakes(word, other)) <= min(most, _allowed(other))
        ]
        far, moved, _, best = min(ranked, default=(0, True, 0, ""))
        return "" if far > 1 and moved else best


def meant_word(word: str, words: Collection[str]) -> str:
    """The one of some words that a misspelt one stands for, itself where it stands for none: "hedphones"."""
    if word in words or len(word) < SHORTEST + 1 or word.endswith(("ed", "ing")):  # "charged" is no charger
        return word
    near = [
        (far, other)
        for other in words
        if other[:1] == word[:1] and not _another_word(word, other)
        if 0 < (far := mistakes(word, other)) <= (_FAR if min(len(word), len(other)) > _LONG else 1)
    ]
    return min(near, default=(0, word))[1]


def _another_word(word: str, other: str) -> bool:
    """Whether they differ only at their end: "charge" and "charger", "model" and "modem"."""
    return word[:-1] == other[:-1] or word.startswith(other) or other.startswith(word)


def mistakes(one: str, two: str) -> int:
    """Letters left out, put in, changed or swapped with their neighbour (optimal string alignment)."""
    above: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, start=1):
        below = [i]
        for j, other in enumerate(two, start=1):
            cost = min(row[j] + 1, below[-1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, above[j - 2] + 1)
            below.append(cost)
        above, row = row, below
    return row[-1]


def _allowed(word: str) -> int:
    return _FAR if len(word) >= _FAR_FROM else 1


def _without(word: str, letters: int) -> set[str]:
    """The word, and what is left of it without up to so many of its letters."""
    found, last = {word}, {word}
    for _ in range(letters):
        last = {text[:at] + text[at + 1 :] for text in last for at in range(len(text))}
        found |= last
    return found
