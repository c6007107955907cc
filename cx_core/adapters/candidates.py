"""One search: what is near by meaning or shares words is gathered, looked at closely, and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.searched import Asked, Searched
from cx_core.adapters.vectors import Shelf, Vectors
from cx_core.records import Retrieved
from cx_core.understand import ranking
from cx_core.understand.ranking import Candidate

DEPTH = 40
"""Chunks by meaning, and sections by words, that are looked at closely."""

Floats = NDArray[np.float32]


class Look:
    """Gathers for one question. `wanted`: its terms."""

    def __init__(self, searched: Searched, asked: Asked, wanted: Sequence[str]) -> None:
        self._searched, self._asked = searched, asked
        self._may_see = searched.may_see(asked)
        may_see = self._may_see[searched.article_of]
        self._words = searched.section_words.scores(wanted) * may_see
        self._article_words = searched.article_words.scores(wanted) * self._may_see
        most = np.argsort(-self._words, kind="stable")[:DEPTH]
        self._sections = {int(n) for n in most if self._words[n] > 0}
        self._cosines: dict[int, float] | None = None

    def by_meaning(self, vectors: Vectors, vector: Floats) -> None:
        """The nearest chunks of what may be seen, and how near those are that share words. Raises SystemTrouble."""
        near: dict[str, float] = {}
        for shelf in self._asked.among(self._searched.by_shelf):
            near |= self._nearest(vectors, shelf, vector)
        found = self._best(near)
        nearest = sorted(found, key=lambda n: -found[n])[:DEPTH]
        rest = self._unread(near, self._sections - set(nearest))
        for shelf, ids in rest.items():
            read = vectors.read(shelf, ids)
            near |= {id: float(row @ vector) for id, row in read.items()}
        found = self._best(near)
        self._sections |= set(nearest)
        self._cosines = {n: found[n] for n in self._sections if n in found}

    def found(self, most: int, trouble: str) -> Retrieved:
        numbers = sorted(self._sections)
        cosines = self._cosines
        words, articles = float(self._words.max(initial=0)), float(self._article_words.max(initial=0))
        candidates = [
            Candidate(
                cosines.get(n, 0.0) if cosines is not None else None,
                float(self._words[n]) / words if words else 0.0,
                float(self._article_words[self._searched.article_of[n]]) / articles if articles else 0.0,
            )
            for n in numbers
        ]
        scores = ranking.scores(candidates)
        order = sorted(range(len(numbers)), key=lambda k: -scores[k])[:most]
        passages = (self._searched.passage(numbers[k], candidates[k].cosine or 0.0) for k in order)
        return Retrieved(passages=tuple(passages), answered=ranking.answered(candidates), trouble=trouble)

    def _nearest(self, vectors: Vectors, shelf: Shelf, vector: Floats) -> dict[str, float]:
        """Asks for more where much of what is near may not be seen today."""
        size = len(self._searched.by_shelf[shelf])
        most = min(DEPTH, size)
        while True:
            near = vectors.nearest(shelf, vector, most)
            seen = {id: cosine for id, cosine in near.items() if self._seen(id)}
            if len(seen) >= min(DEPTH, size) or most >= size:
                return seen
            most = min(4 * most, size)

    def _seen(self, id: str) -> bool:
        return any(self._allowed(n) for n in self._searched.chunks_of.get(id, ()))

    def _allowed(self, chunk: int) -> bool:
        return bool(self._may_see[self._searched.article_of[self._searched.section_of[chunk]]])

    def _best(self, near: dict[str, float]) -> dict[int, float]:
        """The nearest chunk's cosine, by section."""
        found: dict[int, float] = {}
        for id, cosine in near.items():
            for chunk in self._searched.chunks_of.get(id, ()):
                section = int(self._searched.section_of[chunk])
                if self._allowed(chunk):
                    found[section] = max(cosine, found.get(section, -1.0))
        return found

    def _unread(self, near: Iterable[str], sections: Iterable[int]) -> dict[Shelf, list[str]]:
        """Texts of these sections whose vectors were not among the nearest."""
        known = set(near)
        rest: dict[Shelf, list[str]] = {}
        for section in sections:
            shelf, ids = self._searched.texts_of(section)
            rest.setdefault(shelf, []).extend(id for id in ids if id not in known)
        return rest
