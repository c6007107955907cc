"""One search: articles that are near in meaning or share words, and their sections, looked at closely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.search.chroma_vectors import Vectors, VectorShelf
from cx_core.adapters.search.index_snapshot import IndexQuery, Searched
from cx_core.records import Passage
from cx_core.search.ranking import RankedCandidate, farther, scores, standing

NEAREST = 50
"""Pieces by meaning that are looked at closely."""

EXACTLY = 1000
"""Pieces that are looked at one by one where the nearest are mostly such as may not be seen. Of several hundred that
are nearly alike a search in Chroma may never reach one that is not."""

_AMPLE = 1.2
"""Times as many as would do if what may not be seen were spread evenly: asking again costs more."""

MOST_WORDS = 20
"""Articles that share most words, the same."""

Floats = NDArray[np.float32]


class FoundSection(NamedTuple):
    """An article that may answer: its number, and what speaks for it."""

    article: int
    candidate: RankedCandidate


class Look:
    """What is gathered for one question. `wanted`: its terms."""

    def __init__(self, searched: Searched, asked: IndexQuery, wanted: Sequence[str]) -> None:
        self._searched, self._asked, self._wanted = searched, asked, wanted
        self._seen = searched.may_see(asked)
        given = searched.article_words.scores(wanted)
        self._any = given > 0
        self._words = standing(given, self._seen)
        self._near: dict[int, float] = {}
        """Cosine of sections: of their nearest piece, where it is known."""
        self._farthest: float | None = None
        self._read: Callable[[VectorShelf, Sequence[str]], dict[str, float]] = lambda _shelf, _ids: {}

    def by_meaning(self, vectors: Vectors, vector: Floats) -> None:
        """Asks for the nearest pieces of what may be seen. Raises SystemUnreachable."""
        near: dict[str, float] = {}
        for shelf in self._asked.among(self._searched.by_shelf):
            near |= self._nearest(vectors, shelf, vector)
        nearest = sorted(near, key=lambda id: -near[id])[:NEAREST]
        self._farthest = near[nearest[-1]] if nearest else 0.0
        self._known({id: near[id] for id in nearest})
        self._read = lambda shelf, ids: {id: float(row @ vector) for id, row in vectors.read(shelf, ids).items()}

    @cached_property
    def articles(self) -> list[FoundSection]:
        """By number. What is not among the nearest counts as just behind them."""
        some = np.flatnonzero(self._any & self._seen)
        numbers = set(some[np.argsort(-self._words[some], kind="stable")[:MOST_WORDS]].tolist())
        cosines: dict[int, float] = {}
        for section, cosine in self._near.items():
            article = int(self._searched.article_of[section])
            cosines[article] = max(cosine, cosines.get(article, -1.0))
        return [
            FoundSection(n, RankedCandidate(float(self._words[n]), cosines.get(n, self._farthest)))
            for n in sorted(numbers | cosines.keys())
        ]

    def passages(self, most: int) -> tuple[Passage, ...]:
        """Best first. An article's best section stands where the article does, others as far behind as they are far.

        Raises SystemUnreachable.
        """
        found = self.articles
        scored = zip(found, scores([one.candidate for one in found]), strict=True)
        places: list[tuple[float, int]] = []
        for one, score in sorted(scored, key=lambda pair: -pair[1])[:most]:
            first, *others = self._sections(one.article)
            nearest = self._near.get(first, 0.0)
            places.append((score, first))
            places += [(score - farther(nearest - self._near[n]), n) for n in others if n in self._near]
        chosen = [n for _, n in sorted(places, key=lambda place: -place[0])[:most]]
        self._exactly([n for n in chosen if n not in self._near])
        return tuple(self._searched.passage(n, self._near.get(n, 0.0)) for n in chosen)

    def _sections(self, article: int) -> list[int]:
        """Best first: by meaning where it is known, else by words."""
        numbers = self._searched.sections_of(article)
        return sorted(numbers, key=lambda n: (-self._near.get(n, -1.0), -float(self._section_words[n]), n))

    @cached_property
    def _section_words(self) -> Floats:
        return self._searched.section_words.scores(self._wanted)

    def _exactly(self, sections: Sequence[int]) -> None:
        """How near these are, which were found by their words."""
        unknown: dict[VectorShelf, list[str]] = {}
        for section in sections:
            shelf, ids = self._searched.pieces_of(section)
            unknown.setdefault(shelf, []).extend(ids)
        for shelf, ids in unknown.items():
            self._known(self._read(shelf, ids))

    def _known(self, near: dict[str, float]) -> None:
        for id, cosine in near.items():
            for chunk in self._searched.chunks_of.get(id, ()):
                section = int(self._searched.section_of[chunk])
                if self._seen[self._searched.article_of[section]]:
                    self._near[section] = max(cosine, self._near.get(section, -1.0))

    def _nearest(self, vectors: Vectors, shelf: VectorShelf, vector: Floats) -> dict[str, float]:
        """Of those that may be seen today. Asks for more where what may not be, or is held no more, was in the way."""
        there, size = self._searched.seen_on(self._asked, shelf), len(self._searched.by_shelf[shelf])
        enough = min(NEAREST, len(there))
        most = min(size, ceil(enough * _AMPLE * size / max(1, len(there))))
        while enough:
            near = vectors.nearest(shelf, vector, most)
            seen = {id: cosine for id, cosine in near.items() if id in there}
            if len(seen) >= enough:
                return seen
            if len(there) <= EXACTLY:
                return {id: float(row @ vector) for id, row in vectors.read(shelf, there).items()}
            if len(near) < most:
                return seen
            most *= 4
        return {}
