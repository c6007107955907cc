"""Findings about articles, as records: their ids, and the places they quote."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import FindingKind, HealthFinding, Quote
from cx_core.records import ArticleId, PersonId, TicketId


def finding(
    kind: FindingKind,
    about: Iterable[str],
    says: str,
    now: datetime,
    *,
    articles: Iterable[str] = (),
    quotes: Iterable[Quote] = (),
    tickets: Iterable[TicketId] = (),
    weight: float = 1.0,
    owner: PersonId | None = None,
    terms: Iterable[str] = (),
) -> HealthFinding:
    """`about`: what it is about, in whatever order; the same gives the same id, so what was answered stays so."""
    exact = "\n".join([kind, *sorted(" ".join(one.split()) for one in about)])
    return HealthFinding(
        id=hashlib.sha256(exact.encode()).hexdigest()[:20],
        kind=kind,
        says=says,
        found_at=now,
        owner=owner,
        articles=tuple(dict.fromkeys(ArticleId(id) for id in articles)),
        quotes=tuple(quotes),
        tickets=tuple(tickets),
        weight=weight,
        terms=tuple(terms),
    )


def quote(article: Article, start: int, end: int, heading: str = "", marks: Iterable[tuple[int, int]] = ()) -> Quote:
    """A stretch of an article. `marks`: places in the article's text that stand out in it."""
    return Quote(
        article=ArticleId(article.id),
        title=article.title,
        number=article.number,
        heading=heading,
        text=article.text[start:end],
        span=(start, end),
        marks=tuple((a - start, b - start) for a, b in marks),
    )
