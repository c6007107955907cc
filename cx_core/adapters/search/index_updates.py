"""The index of what is published now: whoever searches first after a change has it taken over.

A change of a few articles is there before that search is answered. What takes longer goes on in the background, and
the articles as they were are found meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article
from cx_core.ports import Index
from cx_core.ports.articles import Shelf
from cx_core.ports.language import Searcher
from cx_core.records import ArticleId, Retrieved

PATIENCE = 2.0
"""Seconds that a search waits for a change to be taken over."""

AGAIN = 10.0
"""Seconds until it is tried again after trouble."""

log = logging.getLogger("rung")


class FollowingIndex:
    """ports.Index."""

    def __init__(
        self,
        index: Index,
        shelf: Shelf,
        held: Mapping[ArticleId, Article],
        *,
        patience: float = PATIENCE,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        """`held`: the articles that `index` holds already."""
        self._index = index
        self._shelf = shelf
        self._held = held
        self._patience = patience
        self._tick = tick
        self._not_before = 0.0
        self._began = 0.0
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None

    def hold(self, articles: Iterable[Article]) -> None:
        self._index.hold(articles)

    def beside(self, articles: Iterable[Article]) -> Searcher:
        return self._index.beside(articles)

    @property
    def state(self) -> str:
        self.follow()
        return self._index.state

    def search(
        self, words: str, vector: NDArray[np.float32], *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        self.follow()
        return self._index.search(words, vector, most=most, internal=internal, language=language, today=today)

    def follow(self) -> None:
        """Take over what is published now, if it changed; waits at most `patience` for that."""
        if self._shelf.articles() is self._held:
            return
        with self._lock:
            if self._worker is None and self._tick() >= self._not_before:
                self._worker = threading.Thread(target=self._take_over, name="index-follows", daemon=True)
                self._began = self._tick()
                self._worker.start()
            worker, left = self._worker, self._began + self._patience - self._tick()
        if worker is not None and left > 0:  # what takes long holds up those who came with the change, not all
            worker.join(left)

    def _take_over(self) -> None:
        try:
            while (articles := self._shelf.articles()) is not self._held:
                self._index.hold(articles.values())
                self._held = articles
        except Exception as trouble:  # noqa: BLE001 - whatever it was, not every search is to begin it again
            self._not_before = self._tick() + AGAIN
            log.error("published articles are not taken over into the index yet: %r", trouble)
        finally:
            with self._lock:
                self._worker = None
