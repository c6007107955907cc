"""Whether a reply is nothing but published words: read from the articles as they are served now.

At level 1 only such a reply may leave without a person. It is the same for whoever asks, and tells nothing about
anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cx_core.catalogue import Article, Company
from cx_core.records import ArticleId, Citation, Part, PublicAnswer

PUBLISHED = "published"
"""The case of a reply that is nothing but published words."""


def public_text(answers: Sequence[PublicAnswer], company: Company) -> str:
    """The paragraphs of an answer: the words as published, each with where they are from."""
    return "\n\n".join(f"{one.text}\n\n{company.cited(one.title)}" for one in answers)


def is_public(
    text: str,
    answers: Sequence[PublicAnswer],
    articles: Mapping[ArticleId, Article],
    company: Company,
    today: date,
) -> bool:
    """Whether every word of the text is the company's own frame or stands in an article that is published for
    customers, in this very version, and holds today; with the frame, that it left by itself is said too. It greets
    nobody by name."""
    if not answers or not all(_stands(one, articles.get(one.article), today) for one in answers):
        return False
    body = public_text(answers, company)
    before, found, after = text.partition(body)
    frame = {_plain(part) for part in (company.greet(None), company.closing, company.signature)}
    frame |= {_plain(company.told_alone), ""}
    marked = not (before + after).strip() or _plain(company.told_alone) in map(_plain, _parts(after))
    return bool(found) and marked and all(_plain(part) in frame for part in (*_parts(before), *_parts(after)))


def _stands(answer: PublicAnswer, article: Article | None, today: date) -> bool:
    if article is None or article.audience != "customer" or not article.valid(today):
        return False
    start, end = answer.span
    same = (article.version, article.number, article.title) == (answer.version, answer.number, answer.title)
    return same and 0 <= start < end and _plain(article.text[start:end]) == _plain(answer.text)


def _parts(text: str) -> list[str]:
    return text.split("\n\n")


def _plain(text: str) -> str:
    return " ".join(text.split())


def part_of(answers: Sequence[PublicAnswer], company: Company) -> Part:
    """What a reply of published words says, with where each is from."""
    cited = {
        one.article: Citation(ref=f"article/{one.article}", title=one.title, quote=one.text[:300]) for one in answers
    }
    titles = " and ".join(dict.fromkeys(f"“{one.title}”" for one in answers))
    return Part(
        goal=0,
        case=PUBLISHED,
        text=public_text(answers, company),
        note=f"Answered by {titles}.",
        citations=tuple(cited[id] for id in sorted(cited)),
    )
