"""What was made of articles and texts before, so that of what stayed the same nothing is made again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article

AT_ONCE = 96
"""Texts encoded in one go, some tenths of a second: a ticket that comes meanwhile waits for no more than these."""

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """What `make` makes of an article, for as long as the article stays the same."""

    def __init__(self, make: Callable[[Article], Made]) -> None:
        self._make = make
        self._held: dict[str, tuple[Article, Made]] = {}

    def __call__(self, article: Article) -> Made:
        held = self._held.get(article.id)
        if held is None or held[0] != article:
            held = self._held[article.id] = (article, self._make(article))
        return held[1]

    def only(self, ids: Collection[str]) -> None:
        """What was made of any other article is dropped."""
        for id in self._held.keys() - set(ids):
            del self._held[id]


class KeptVectors:
    """Vectors of the texts of this round and the last one; of the texts themselves only digests are held."""

    def __init__(self, encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        self._encode = encode
        self._last: dict[bytes, NDArray[np.float32]] = {}
        self._now: dict[bytes, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `ports.Encoder.encode`; what was asked for before is not encoded again."""
        keys = [hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest() for text in texts]
        new: dict[bytes, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key in self._last:
                self._now[key] = self._last[key]
            elif key not in self._now:
                new[key] = text
        waiting = list(new)
        for at in range(0, len(waiting), AT_ONCE):
            some = waiting[at : at + AT_ONCE]
            self._now.update(zip(some, self._encode([new[key] for key in some]), strict=True))
        return np.stack([self._now[key] for key in keys]) if keys else self._encode([])

    def end(self) -> None:
        """The round is over: what nobody asked for in it is dropped."""
        self._last, self._now = self._now, {}
