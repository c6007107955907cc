"""What finds published words that answer a message: encoder, index, stems and the articles served, put together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from cx_core.adapters.search.bm25_index import terms
from cx_core.adapters.search.contradiction_check import Opposed
from cx_core.catalogue import Article, Knowledge
from cx_core.ports import Clock, Encoder, Index, Store
from cx_core.records import ArticleId, PublicAnswer, Retrieved
from cx_core.search.published_answer_match import Answerer, Answering, Sought

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
    opposed: Opposed,
) -> Answering:
    """`articles` gives those that are published, as of now."""

    def look(words: str, language: str, *, internal: bool) -> Retrieved:
        vector, today = encoder.encode([words])[0], knowledge.company.today(clock())
        return index.search(words, vector, most=PASSAGES, internal=internal, language=language, today=today)

    def seek(words: str, language: str) -> Sought:
        found = look(words, language, internal=False)
        return Sought(() if found.trouble else found.passages, found.answered)

    def against(answer: PublicAnswer, near: Collection[ArticleId]) -> str:
        with store.look() as unit:
            known = unit.health.health_findings()
        if any(one.doubts(answer.article, answer.span) for one in known):
            return "a person has yet to look at what the article says there"
        served, fine = articles(), {one.id for one in known if one.state == "waived"}
        beside = look(answer.text, ENGLISH, internal=True)  # what colleagues alone read may be what counts
        if beside.trouble:
            return "what colleagues read about it could not be read"
        near = {*near, *(one.article for one in beside.passages)}
        found = next((one for one in opposed.to(answer, served, near) if one.id not in fine), None)
        if found is None:
            return ""
        titles = tuple(dict.fromkeys(f"“{served[id].title}”" for id in found.articles))
        where = "" if len(titles) > 1 else " in two places"
        return f"{' and '.join(titles)} may say different things{where}"

    answerer = Answerer(encoder.encode, stems, knowledge.same_words, LIKELY)
    return Answering(answerer, seek, articles, against)


def stems(text: str) -> list[str]:
    """Of the words of an English text; a letter left over from an apostrophe is none."""
    return [stem for stem in terms(text, ENGLISH) if len(stem) > 1 or stem.isdigit()]
