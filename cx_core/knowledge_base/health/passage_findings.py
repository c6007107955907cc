"""Contradictions and disagreements with records as findings, from readings of the articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding, Quote
from cx_core.knowledge_base.health.claims import ArticleClaim, ArticleReading
from cx_core.knowledge_base.health.contradictions import SURE, Looking, SentenceVectors, clashes
from cx_core.knowledge_base.health.corpus_statistics import Surroundings
from cx_core.knowledge_base.health.finding_records import finding, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray


def contradictions(
    articles: Mapping[str, Article],
    readings: Sequence[ArticleReading],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    now: datetime,
    changed: Collection[str] | None = None,
    *,
    around: Surroundings | None = None,
    sure: float = SURE,
) -> tuple[HealthFinding, ...]:
    """Surest first, between these readings. `changed`: only those with one of these articles in them; `around`: what
    all articles tell, where these are not all."""
    claims = [claim for reading in readings for claim in reading.claims]
    if not claims:
        return ()
    found = []
    for clash in clashes(readings, _vectors(claims, encode), changed=changed, sure=sure, around=around):
        one, other = claims[clash.one], claims[clash.other]
        said = [_said(articles[claim.article], claim) for claim in (one, other)]
        found.append(
            finding(
                "contradiction",
                [f"{claim.article}: {_sentence(articles[claim.article], claim)}" for claim in (one, other)],
                f"“{said[0]}” stands against “{said[1]}”.",
                now,
                articles=(one.article, other.article),
                quotes=(_quote(articles[one.article], one), _quote(articles[other.article], other)),
                weight=round(clash.sureness, 2),
            )
        )
    return tuple(found)


def contested(
    article: str,
    span: tuple[int, int],
    readings: Sequence[ArticleReading],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    around: Surroundings,
    sure: float,
) -> bool:
    """Whether anything that these readings state seems to stand against what the article states within the span: no
    `contradictions` are there otherwise. Little is encoded for it."""

    def here(claim: ArticleClaim) -> bool:
        return claim.article == article and claim.start < span[1] and span[0] < claim.end

    kinds = {claim.quantity.kind for reading in readings for claim in reading.claims if here(claim)}
    some = [
        reading._replace(claims=tuple(claim for claim in reading.claims if claim.quantity.kind in kinds))
        for reading in readings
    ]
    claims = [claim for reading in some for claim in reading.claims]
    if not claims:
        return False
    return any(True for _ in Looking(some, _vectors(claims, encode), around).pairs(here, sure))


def _vectors(claims: Sequence[ArticleClaim], encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> SentenceVectors:
    return SentenceVectors(encode([claim.said for claim in claims]), encode([claim.about for claim in claims]))


def _quote(article: Article, claim: ArticleClaim) -> Quote:
    return quote(article, claim.start, claim.end, claim.heading, [(claim.quantity.start, claim.quantity.end)])


def _said(article: Article, claim: ArticleClaim) -> str:
    return " ".join(article.text[claim.quantity.start : claim.quantity.end].split())


def _sentence(article: Article, claim: ArticleClaim) -> str:
    return " ".join(article.text[claim.start : claim.end].split())
