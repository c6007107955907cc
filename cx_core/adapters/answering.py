"""What finds published words that answer a message: encoder, index, stems and the articles served, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cx_core.adapters.lexical import terms
from cx_core.articles import HealthFinding
from cx_core.catalogue import Article, Knowledge
from cx_core.ports import Clock, Encoder, Index, Store
from cx_core.records import ArticleId
from cx_core.understand.answering import Answerer, Answering, Doubt, Sought

ENGLISH = "en"
PASSAGES = 8
LIKELY = 0.6
"""Of the index's own number that something here answers: below it nothing leaves by itself."""


def open_answering(
    knowledge: Knowledge,
    encoder: Encoder,
    index: Index,
    articles: Callable[[], Mapping[ArticleId, Article]],
    store: Store,
    clock: Clock,
) -> Answering:
    """`articles` gives those that are published, as of now."""

    def seek(words: str, language: str) -> Sought:
        vector = encoder.encode([words])[0]
        found = index.search(words, vector, most=PASSAGES, internal=False, language=language, today=clock().date())
        return Sought(() if found.trouble else found.passages, found.answered)

    def doubts() -> Sequence[Doubt]:
        with store.look() as unit:
            return doubted(unit.health_findings())

    answerer = Answerer(encoder.encode, stems, knowledge.same_words, LIKELY)
    return Answering(answerer, seek, articles, doubts)


def stems(text: str) -> list[str]:
    """Of the words of an English text; a letter left over from an apostrophe is none."""
    return [stem for stem in terms(text, ENGLISH) if len(stem) > 1 or stem.isdigit()]


def doubted(findings: Sequence[HealthFinding]) -> tuple[Doubt, ...]:
    """Places in articles that an open finding says are stale, or contradict another place or a record."""
    open_ = [one for one in findings if one.state == "open" and one.kind in ("stale", "disagrees", "contradiction")]
    places = [Doubt(quote.article, quote.span) for one in open_ for quote in one.quotes]
    whole = [Doubt(article, None) for one in open_ if not one.quotes for article in one.articles]
    return (*places, *whole)
