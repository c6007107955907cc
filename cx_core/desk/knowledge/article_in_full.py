"""An article as Search shows it: section by section, with the passage that was found marked where it stands today.

A passage is named by the version it was found in and its characters there. In a later version its words are looked for;
where they were changed, the section of the same heading takes their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from cx_core.catalogue import Article
from cx_core.records import ArticleId
from cx_core.views import Hit, LookedUp, Stretch

Span = tuple[int, int]
"""Characters of an article's text, from and up to."""

Texts = Callable[[ArticleId, int], str | None]
"""The text of an article's version; none where there is no such version."""

NOT_TODAY = "does not hold today"
_HEADING = re.compile(r"(?m)^## +(.+)$")
_PLACE = re.compile(r"(\d{1,9}):(\d{1,9})-(\d{1,9})")


class PassagePlace(NamedTuple):
    """Where a passage was found: in which version, and its characters there."""

    number: int
    span: Span


class Standing(NamedTuple):
    """Where it stands now, if anywhere, and whether word for word."""

    span: Span | None
    changed: bool


def place_of(ref: str) -> tuple[ArticleId, PassagePlace | None]:
    """What a `Passage.ref` names, without its kind. What is no place is none."""
    id, _, place = ref.partition("#")
    found = _PLACE.fullmatch(place)
    return ArticleId(id), PassagePlace(int(found[1]), (int(found[2]), int(found[3]))) if found else None


def standing(place: PassagePlace | None, article: Article, texts: Texts) -> Standing:
    """Where a passage stands in this version of its article."""
    if place is None:
        return Standing(None, changed=False)
    then = article.text if place.number == article.number else texts(ArticleId(article.id), place.number)
    if then is None or not then[slice(*place.span)].strip():
        return Standing(None, changed=False)
    if then == article.text:
        return Standing(_trimmed(then, place.span), changed=False)
    start, end = _trimmed(then, place.span)
    words = then[start:end]
    same = [found.start() for found in re.finditer(re.escape(words), article.text)]
    if same:
        nearest = min(same, key=lambda at: abs(at - start))
        return Standing((nearest, nearest + len(words)), changed=False)
    headed = {heading: span for heading, span in reversed(_sections(article.text))}
    heading = next((heading for heading, span in _sections(then) if span[0] <= start < span[1]), "")
    return Standing(headed.get(heading) if heading else None, changed=True)


def in_full(article: Article, *, holds: bool, stands: Standing) -> LookedUp:
    """One that does not hold today may be read, since drafts of other days rest on it; nobody is told it."""
    about = " · ".join(part for part in (audience(article), "" if holds else NOT_TODAY) if part)
    return LookedUp(
        hit=Hit(ref=f"article/{article.id}", title=article.title, about=about),
        texts=tuple(
            Stretch(heading=heading, text=article.text[slice(*span)], found=_within(stands.span, span))
            for heading, span in _sections(article.text)
            if span[0] < span[1]
        ),
        quotable=holds and article.audience == "customer",
        changed=stands.changed,
    )


def audience(article: Article) -> str:
    """For the line below a title; what is for everybody needs no word."""
    return "internal" if article.audience == "internal" else ""


def _sections(text: str) -> list[tuple[str, Span]]:
    """Each heading with the words below it; those before the first have none."""
    heads = list(_HEADING.finditer(text))
    starts = [("", 0), *((head[1].strip(), head.end()) for head in heads)]
    ends = [*(head.start() for head in heads), len(text)]
    return [(heading, _trimmed(text, (start, end))) for (heading, start), end in zip(starts, ends, strict=True)]


def _within(found: Span | None, section: Span) -> Span | None:
    """What of `found` lies in the section, counted from its beginning."""
    if found is None:
        return None
    start, end = max(found[0], section[0]), min(found[1], section[1])
    return (start - section[0], end - section[0]) if start < end else None


def _trimmed(text: str, span: Span) -> Span:
    """Without the white space at its ends."""
    words = text[slice(*span)]
    start = span[0] + len(words) - len(words.lstrip())
    return start, start + len(words.strip())
