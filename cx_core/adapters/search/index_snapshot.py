"""What is searched: the articles of one moment, cut, with tables of their words and of who may see what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.search.bm25_index import Bm25, terms
from cx_core.adapters.search.chroma_vectors import VectorShelf, digest
from cx_core.catalogue import Article
from cx_core.records import ArticleId, Passage
from cx_core.search.sections import Chunk, Section, chunks, sections


@dataclass(frozen=True)
class Cut:
    """An article, cut, with its terms. Made once for each version."""

    article: Article
    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]
    digests: tuple[str, ...] = field(repr=False)
    title_terms: tuple[str, ...] = field(repr=False)
    section_terms: tuple[tuple[str, ...], ...] = field(repr=False)

    @property
    def shelf(self) -> VectorShelf:
        return VectorShelf(self.article.audience, self.article.language)


def cut(article: Article) -> Cut:
    found = sections(article)
    pieces = chunks(article, found)
    language = article.language
    named = (f"{one.heading}\n{article.text[slice(*one.span)]}" for one in found)
    return Cut(
        article,
        found,
        pieces,
        tuple(digest(piece.text) for piece in pieces),
        tuple(terms(" ".join((article.title, *article.tags)), language)),
        tuple(tuple(terms(text, language)) for text in named),
    )


class IndexQuery(NamedTuple):
    """Whom a search is for."""

    internal: bool
    language: str | None
    today: date

    def may_see(self, article: Article) -> bool:
        audience = self.internal or article.audience == "customer"
        return audience and self.language in (None, article.language) and article.valid(self.today)

    def among(self, shelves: Iterable[VectorShelf]) -> tuple[VectorShelf, ...]:
        """Where what they may see can be."""
        return tuple(
            one
            for one in shelves
            if (self.internal or one.audience == "customer") and self.language in (None, one.language)
        )


class Searched:
    """Frozen. Articles, sections and chunks are numbered through."""

    def __init__(self, cuts: Sequence[Cut]) -> None:
        self.cuts = tuple(cuts)
        self.articles = [one.article for one in cuts]
        self.article_of = np.repeat(np.arange(len(cuts)), [len(one.sections) for one in cuts])
        self._first = np.concatenate([[0], np.cumsum([len(one.sections) for one in cuts])]).astype(int)
        self.digests: list[str] = list(chain.from_iterable(one.digests for one in cuts))
        self.section_of = np.array(
            [self._first[n] + piece.section for n, one in enumerate(cuts) for piece in one.chunks], dtype=int
        )
        self.section_words = Bm25([terms for one in cuts for terms in (one.title_terms + t for t in one.section_terms)])
        self.article_words = Bm25([(*one.title_terms, *chain.from_iterable(one.section_terms)) for one in cuts])
        self.chunks_of: dict[str, list[int]] = {}
        for number, id in enumerate(self.digests):
            self.chunks_of.setdefault(id, []).append(number)
        self.may_see = lru_cache(maxsize=32)(self._may_see)
        self.seen_on = lru_cache(maxsize=32)(self._seen_on)

    @cached_property
    def by_shelf(self) -> Mapping[VectorShelf, Mapping[str, str]]:
        """The texts to encode, by collection and digest."""
        found: dict[VectorShelf, dict[str, str]] = {}
        for one in self.cuts:
            kept = found.setdefault(one.shelf, {})
            kept |= {id: piece.text for id, piece in zip(one.digests, one.chunks, strict=True)}
        return found

    def _may_see(self, asked: IndexQuery) -> NDArray[np.bool_]:
        """By article."""
        return np.array([asked.may_see(article) for article in self.articles], dtype=bool)

    def _seen_on(self, asked: IndexQuery, shelf: VectorShelf) -> frozenset[str]:
        """The pieces in a collection that may be seen."""
        seen = self.may_see(asked)
        visible = (one.digests for one, may in zip(self.cuts, seen, strict=True) if may and one.shelf == shelf)
        return frozenset(chain.from_iterable(visible))

    @cached_property
    def version(self) -> str:
        """A digest of all that is searched."""
        exact = "\n".join(sorted(f"{one.id} {one.version}" for one in self.articles))
        return hashlib.sha256(exact.encode()).hexdigest()[:12]

    def sections_of(self, article: int) -> range:
        return range(int(self._first[article]), int(self._first[article + 1]))

    def pieces_of(self, section: int) -> tuple[VectorShelf, list[str]]:
        """Where its vectors are kept, and under which ids."""
        number = int(self.article_of[section])
        one, place = self.cuts[number], section - int(self._first[number])
        ids = [id for id, piece in zip(one.digests, one.chunks, strict=True) if piece.section == place]
        return one.shelf, ids

    def passage(self, section: int, score: float) -> Passage:
        number = int(self.article_of[section])
        article = self.articles[number]
        heading, span = self.cuts[number].sections[section - int(self._first[number])]
        return Passage(
            article=ArticleId(article.id),
            title=article.title,
            heading=heading,
            text=article.text[slice(*span)],
            audience=article.audience,
            task_types=article.task_types,
            version=article.version,
            number=article.number,
            span=span,
            score=round(score, 4),
        )
