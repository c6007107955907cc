"""The published articles, found by meaning (`chroma_vectors.py`) and by their words (`bm25_index.py`) together.

What is searched is one frozen state. A change makes the next one beside it, puts its vectors in place, and only then
takes over, so that a search sees the articles before or after, never between. A change of encoder works the same way,
in the background: meanwhile the earlier encoder's vectors serve where it can still be loaded, else words alone.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.search.bm25_index import terms
from cx_core.adapters.search.candidates import FoundSection, Look
from cx_core.adapters.search.chroma_vectors import Chroma, Vectors, VectorShelf, open_chroma
from cx_core.adapters.search.index_snapshot import IndexQuery, Searched, cut
from cx_core.catalogue import Article
from cx_core.errors import SystemTrouble, SystemUnreachable
from cx_core.ports import Encoder
from cx_core.ports.language import Searcher
from cx_core.records import Retrieved
from cx_core.search import ranking

_BATCH = 256
"""Chunks encoded at once in the background: tickets are read in between."""

RETRY_SECONDS = 15.0
"""How long Chroma is left alone after it was in trouble."""

LEFT_SECONDS = 3600.0
"""How long a vector stays that no article needs: another process may just have put it there, which knows more than
this one, or a trial."""

_LOG = logging.getLogger(__name__)

ENGLISH = "en"
"""How a question is taken apart where its language is not said."""

BUILDING = "The index is being built for another encoder."

Vector = NDArray[np.float32]
Earlier = Callable[[str], Encoder | None]
"""The version of an encoder to that encoder, if it can still be loaded."""


class _Meaning(NamedTuple):
    """Vectors to be searched. `encoder`: an earlier one, whose own vector of a question they want."""

    vectors: Vectors
    encoder: Encoder | None = None


class _Served(NamedTuple):
    """What a search sees."""

    searched: Searched
    meaning: _Meaning | None

    @property
    def complete(self) -> bool:
        """Whether it has the vectors of the encoder in use."""
        return self.meaning is not None and self.meaning.encoder is None


class ArticleIndex:
    """ports.Index. Any number of threads may search while one changes what is held."""

    def __init__(
        self,
        chroma: Chroma,
        encoder: Encoder,
        earlier: Earlier = lambda _version: None,
        tick: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._chroma, self._encoder, self._earlier, self._tick, self._clock = chroma, encoder, earlier, tick, clock
        self._served = _Served(Searched(()), None)
        self._changing = threading.Lock()
        self._builder: threading.Thread | None = None
        self._left_alone_until = 0.0
        self._trouble = ""

    # --- what is held -----------------------------------------------------------------------

    def hold(self, articles: Iterable[Article]) -> None:
        """Only what is new is cut and encoded. While Chroma is in trouble words alone are searched.

        Raises SystemTrouble when the encoder fails: then what was held is held still.
        """
        with self._changing:
            known = {one.article: one for one in self._served.searched.cuts}
            after = Searched([known.get(article) or cut(article) for article in articles])
            if self._builder is not None:
                self._served = _Served(after, self._served.meaning)
                return
            try:
                self._served = self._ready(after)
                if self._builder is None:
                    self._sweep(self._chroma.of(self._encoder.version), after)
                    self._chroma.forget(keep=self._encoder.version)
            except SystemUnreachable as trouble:
                self._leave_alone(trouble)
                self._served = _Served(after, None)

    def beside(self, articles: Iterable[Article]) -> Searcher:
        """New chunks are encoded and lie with the others, unseen, until they are swept out."""
        with self._changing:
            known = {one.article: one for one in self._served.searched.cuts}
            after = Searched([known.get(article) or cut(article) for article in articles])
            meaning = self._served.meaning
            if meaning is not None and meaning.encoder is None:
                try:
                    if self._builder is None:
                        self._sweep(meaning.vectors, self._served.searched)
                    for shelf, texts in after.by_shelf.items():
                        self._fill(meaning.vectors, shelf, self._missing(meaning.vectors, shelf, texts))
                except SystemUnreachable as trouble:
                    self._leave_alone(trouble)
                    meaning = None
        return _Beside(self, _Served(after, meaning))

    def wait(self, seconds: float | None = None) -> bool:
        """Until nothing is built in the background; False if that takes longer."""
        builder = self._builder
        if builder is not None:
            builder.join(seconds)
        return self._builder is None

    def _ready(self, after: Searched) -> _Served:
        """Vectors put in place, or, where an earlier encoder's are there to serve, begun in the background."""
        ours = self._chroma.of(self._encoder.version)
        missing = {shelf: self._missing(ours, shelf, texts) for shelf, texts in after.by_shelf.items()}
        others = [version for version in self._chroma.encoders() if version != self._encoder.version]
        if others and any(missing.values()):
            self._begin()
            return _Served(after, self._served.meaning or self._of_earlier(others))
        for shelf, texts in missing.items():
            self._fill(ours, shelf, texts)
        return _Served(after, _Meaning(ours))

    def _of_earlier(self, versions: Sequence[str]) -> _Meaning | None:
        for version in versions:
            encoder = self._earlier(version)
            if encoder is not None:
                return _Meaning(self._chroma.of(version), encoder)
        return None

    def _missing(self, vectors: Vectors, shelf: VectorShelf, texts: Mapping[str, str]) -> dict[str, str]:
        there = vectors.ids(shelf)
        return {id: text for id, text in texts.items() if id not in there}

    def _fill(self, vectors: Vectors, shelf: VectorShelf, texts: Mapping[str, str]) -> None:
        if texts:
            found = self._encoder.encode(list(texts.values()))
            vectors.put(shelf, dict(zip(texts, found, strict=True)), self._clock())

    def _sweep(self, vectors: Vectors, held: Searched) -> None:
        """What is held no more is dropped, unless it was put there just now."""
        before = self._clock() - LEFT_SECONDS
        for shelf in vectors.shelves():
            left = vectors.ids(shelf) - held.by_shelf.get(shelf, {}).keys()
            vectors.drop(shelf, vectors.put_before(shelf, left, before))

    # --- in the background ------------------------------------------------------------------

    def _begin(self) -> None:
        self._builder = threading.Thread(target=self._build, name="rung-index", daemon=True)
        self._builder.start()

    def _build(self) -> None:
        """Everything that is missing, batch by batch, until nothing is; then it takes over."""
        try:
            while not self._built():
                pass
        except SystemTrouble as trouble:
            self._leave_alone(trouble)
        finally:
            with self._changing:
                if self._builder is threading.current_thread():
                    self._builder = None

    def _built(self) -> bool:
        held, ours = self._served.searched, self._chroma.of(self._encoder.version)
        for shelf, texts in held.by_shelf.items():
            for batch in _batches(self._missing(ours, shelf, texts)):
                self._fill(ours, shelf, batch)
        with self._changing:
            if self._served.searched is not held:
                return False
            self._served = _Served(held, _Meaning(ours))
            self._builder = None
            self._sweep(ours, held)
            self._chroma.forget(keep=self._encoder.version)
        return True

    def _leave_alone(self, trouble: SystemTrouble) -> None:
        _LOG.warning("Articles are found by their words alone: %s", trouble)
        self._trouble = str(trouble)
        self._left_alone_until = self._tick() + RETRY_SECONDS

    # --- search -----------------------------------------------------------------------------

    @property
    def state(self) -> str:
        served = self._serving()
        return served.searched.version if served.complete else ""

    def search(
        self, words: str, vector: Vector, *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        """Best first, by meaning and words together: each article's best section, and others that are as near."""
        return self.found(self._serving(), IndexQuery(internal, language, today), words, vector, most)

    def found(self, served: _Served, asked: IndexQuery, words: str, vector: Vector, most: int) -> Retrieved:
        """In this state of what is held, or beside it."""
        if not served.searched.cuts:
            return Retrieved()
        look, trouble = self._look(served, words, vector, asked)
        try:
            passages = look.passages(most)
        except SystemUnreachable as error:
            self._lost(served, error)
            return self.found(_Served(served.searched, None), asked, words, vector, most)
        likely = 0.0 if trouble else ranking.answered([one.candidate for one in look.articles])
        return Retrieved(passages=passages, answered=round(likely, 4), trouble=trouble)

    def closely(self, words: str, vector: Vector, asked: IndexQuery) -> list[FoundSection]:
        """What speaks for each article that may answer, for a bench."""
        return self._look(self._serving(), words, vector, asked)[0].articles

    def _lost(self, served: _Served, trouble: SystemUnreachable) -> None:
        """A collection may be gone with all that is in it: trying again opens, and if need be fills, them anew."""
        self._leave_alone(trouble)
        if not self._changing.acquire(blocking=False):
            return  # a change is under way, which opens them anew itself
        try:
            if self._served is served:
                self._served = _Served(served.searched, None)
        finally:
            self._changing.release()

    def _look(self, served: _Served, words: str, vector: Vector, asked: IndexQuery) -> tuple[Look, str]:
        """What was found, and why not by meaning."""
        look = Look(served.searched, asked, terms(words, asked.language or ENGLISH))
        if served.meaning is None:
            return look, self._trouble or BUILDING
        try:
            vectors, encoder = served.meaning
            look.by_meaning(vectors, encoder.encode([words])[0] if encoder else vector)
        except SystemUnreachable as error:
            self._lost(served, error)
            return look, str(error)
        except SystemTrouble as error:
            self._leave_alone(error)
            return look, str(error)
        return look, ""

    def _serving(self) -> _Served:
        """As it is; what failed is tried again now and then."""
        served = self._served
        if self._tick() < self._left_alone_until:
            return _Served(served.searched, None)
        if not served.complete and self._builder is None and served.searched.digests:
            self._try_again()
        return served

    def _try_again(self) -> None:
        """Unless a change is under way, which does the same; nobody who searches waits for that."""
        if not self._changing.acquire(blocking=False):
            return
        try:
            if self._builder is None and not self._served.complete:
                self._begin()
        finally:
            self._changing.release()


class _Beside(NamedTuple):
    """ports.language.Searcher over articles that are not held."""

    of: ArticleIndex
    served: _Served

    def search(
        self, words: str, vector: Vector, *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        return self.of.found(self.served, IndexQuery(internal, language, today), words, vector, most)


def open_index(
    folder: Path, articles: Iterable[Article], encoder: Encoder, *, url: str = "", earlier: Earlier = lambda _: None
) -> ArticleIndex:
    """The index of these articles, in the folder or on the server at `url`. Loads the encoder only to build."""
    index = ArticleIndex(open_chroma(folder, url), encoder, earlier)
    index.hold(articles)
    return index


def _batches(texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    some = iter(texts.items())
    while batch := dict(islice(some, _BATCH)):
        yield batch
