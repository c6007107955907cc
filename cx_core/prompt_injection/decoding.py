"""What a text says that does not read as language: letters shifted, turned round, spaced out, or coded in pieces.

No list of words or orders: a measure of how much a text reads as language tells which reading of it is one. Whether
that asks for anything is for whoever reads it next.
"""

from __future__ import annotations

import base64
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.prompt_injection.weighing import sentences_of

PLAIN, CLEAR = -3.9, -3.5
"""Mean log2 probability of a letter after the two before it: from the first on a text reads as language well enough,
and a decoding must reach the second. Of English sentences it is -2.5 to -3.3, of the same with shifted letters -7."""
SURER = 0.6
"""How much better a decoding must read than what stands there."""
SHORTEST = 16
"""Letters below which a text is too short to tell."""
_SMOOTH = 0.02
_LETTERS = 27
_OTHER = re.compile(r"[^a-z]+")
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:[ \t\n.*|/·•,-]{1,3}[^\W\d_]){9,}(?!\w)")
_GAP = re.compile(r"[^\w]+")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:0x|\\x|%|&#x|\\u00)?[0-9A-Fa-f]{2}[\s,:;-]{0,3}){16,}")
_PAIR = re.compile(r"(?:0x|\\x|%|&#x|\\u00)?([0-9A-Fa-f]{2})")
_TOKEN = re.compile(r"[A-Za-z0-9+/_-]{3,}={0,2}")
_CODED = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|\d[A-Za-z]|[A-Za-z]\d|[+/=]")
_PRINTED = re.compile(rb"[\x20-\x7e\n]{20,}")
_WORD = re.compile(r"[a-z]+")
_LONGEST_WORD = 20


class Decoded(NamedTuple):
    """`passage` as it stands in the text, and what it says."""

    passage: str
    says: str


class Reader:
    """Learns from texts how letters follow one another. Holds nothing of what it reads; threads may share one."""

    def __init__(self, texts: Iterable[str]) -> None:
        seen = np.full((_LETTERS, _LETTERS, _LETTERS), _SMOOTH)
        words: Counter[str] = Counter()
        for text in texts:
            read = _indices(text)
            np.add.at(seen, (read[:-2], read[1:-1], read[2:]), 1.0)
            words.update(_WORD.findall(text.lower()))
        self._chance = np.log2(seen / seen.sum(axis=2, keepdims=True))
        share = seen.sum(axis=(0, 1))[1:]
        self._letters = np.log2(share / share.sum())
        total = sum(words.values())
        self._words = {word: math.log2(count / total) for word, count in words.items() if count > 1 or len(word) > 3}

    def sense(self, text: str) -> float:
        """How much it reads as language; a text that is too short to tell does not."""
        read = _indices(text)
        if np.count_nonzero(read) < SHORTEST:
            return -math.inf
        return float(self._chance[read[:-2], read[1:-1], read[2:]].mean())

    def decoded(self, text: str) -> Iterator[Decoded]:
        """Every passage that reads as language only once it is decoded."""
        for unit in sentences_of(text):
            sense = self.sense(unit)
            if -math.inf < sense < PLAIN:
                better = [one for one in self._turned(unit) if self.sense(one) >= max(CLEAR, sense + SURER)]
                yield from (Decoded(unit, one) for one in better)
        for passage, says in (*self._spaced(text), *_hexed(text), *_pieced(text)):
            if self.sense(says) >= CLEAR:
                yield Decoded(passage, says)

    def _turned(self, text: str) -> Iterator[str]:
        """Letters turned round, in all of it or in each word, and shifted in the alphabet, as most likely it is."""
        yield text[::-1]
        yield " ".join(word[::-1] for word in text.split())
        read = _indices(text)
        counts = np.bincount(read[read > 0] - 1, minlength=26)
        fits = [float(np.roll(counts, shift) @ self._letters) for shift in range(1, 26)]
        for shift in np.argsort(fits)[::-1][:2] + 1:
            moved = _shifted(text, int(shift))
            yield moved
            yield moved[::-1]

    def _spaced(self, text: str) -> Iterator[Decoded]:
        for match in _SPACED.finditer(text):
            gaps = [len(gap) for gap in _GAP.findall(match[0])]
            apart = max(gaps) > min(gaps)
            pieces = re.split(rf"[^\w]{{{max(gaps)},}}", match[0]) if apart else [match[0]]
            joined = [_GAP.sub("", piece) for piece in pieces]
            yield Decoded(match[0], " ".join(joined) if apart else self._parted(joined[0].lower()))

    def _parted(self, letters: str) -> str:
        """Words put apart, as they are likeliest (Viterbi)."""
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(letters) + 1):
            starts = range(max(0, end - _LONGEST_WORD), end)
            best.append(max((best[at][0] + self._word(letters[at:end]), at) for at in starts))
        found: list[str] = []
        end = len(letters)
        while end:
            found.append(letters[best[end][1] : end])
            end = best[end][1]
        return " ".join(reversed(found))

    def _word(self, word: str) -> float:
        return self._words.get(word, -12.0 - 3.0 * len(word))


def _indices(text: str) -> NDArray[np.intp]:
    """0 for what is between words, 1 to 26 for letters; begins and ends between words."""
    plain = f" {_OTHER.sub(' ', text.lower()).strip()} ".encode()
    read = np.frombuffer(plain, np.uint8).astype(np.intp) - 96
    return np.where(read < 0, 0, read)


def _shifted(text: str, shift: int) -> str:
    small = "abcdefghijklmnopqrstuvwxyz"
    moved = small[shift:] + small[:shift]
    return text.translate(str.maketrans(small + small.upper(), moved + moved.upper()))


def _hexed(text: str) -> Iterator[Decoded]:
    """Bytes written as figures, however they are set apart."""
    for match in _HEX.finditer(text):
        for said in _PRINTED.finditer(bytes.fromhex("".join(_PAIR.findall(match[0])))):
            yield Decoded(match[0], said[0].decode("ascii"))


def _pieced(text: str) -> Iterator[Decoded]:
    """Base64 in pieces, with or without words between them: whatever comes out in printable signs."""
    tokens = list(_TOKEN.finditer(text))
    for chosen in (tokens, [token for token in tokens if _CODED.search(token[0])]):
        places = [at for token in chosen for at in range(*token.span()) if text[at] != "="]
        letters = "".join(text[at] for at in places).replace("-", "+").replace("_", "/")
        for skipped in range(4):
            whole = letters[skipped : skipped + (len(letters) - skipped) // 4 * 4]
            for match in _PRINTED.finditer(base64.b64decode(whole)):
                begins, ends = skipped + match.start() * 4 // 3, skipped + (match.end() * 4 - 1) // 3
                passage = text[places[begins] : places[min(ends, len(places) - 1)] + 1]
                yield Decoded(passage, match[0].decode("ascii"))
