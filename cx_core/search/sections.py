"""An article cut along its structure: into sections, which are quoted whole, and chunks, by which they are found.

Every place is a span of characters in the article's text, so that what is cited can be shown where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cx_core.catalogue import Article

LONGEST_SECTION = 400
"""Words. A longer one would be too much to quote: it is divided at smaller headings, then between paragraphs."""

CHUNK, LONGEST_CHUNK = 60, 75
"""Words that the encoder sees at once, besides title and heading; the longest is one that leaves nothing over. Of 60,
120 and 160 the first told articles apart best; that chunks share words with their neighbours made no difference."""

_HEADING = re.compile(r"^## +(.+)$", re.M)
_SMALLER = re.compile(r"^#{3,6} +.+$", re.M)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)")
_WORD = re.compile(r"\S+")
_SENTENCE = re.compile(r"[.!?:;][\"')\]]?$")

Span = tuple[int, int]


class Section(NamedTuple):
    """A piece that is quoted whole. The text before the first heading has none."""

    heading: str
    span: Span


class Chunk(NamedTuple):
    """What the encoder sees of a section: `text` is all of it with title and heading."""

    section: int
    span: Span
    text: str


def sections(article: Article) -> tuple[Section, ...]:
    """In order; none is empty, but the one of an article that has no words but headings."""
    text, found = article.text, []
    heads = list(_HEADING.finditer(text))
    starts = [("", 0), *((head[1].strip(), head.end()) for head in heads)]
    ends = [*(head.start() for head in heads), len(text)]
    for (heading, start), end in zip(starts, ends, strict=True):
        found += [Section(heading, span) for span in _bearable(text, (start, end)) if span[0] < span[1]]
    return tuple(found) or (Section("", _trimmed(text, (0, len(text)))),)


def chunks(article: Article, found: Sequence[Section]) -> tuple[Chunk, ...]:
    """In order. A short section is one chunk; a long one is several that end with a sentence where one does.

    Where a title is the first line of the text as well, that is no harm: it is what the article is about.
    """
    return tuple(
        Chunk(number, span, ". ".join(filter(None, (article.title, section.heading, article.text[slice(*span)]))))
        for number, section in enumerate(found)
        for span in _windows(article.text, section.span)
    )


def _bearable(text: str, span: Span) -> Iterator[Span]:
    """The span, or parts of it that are short enough to be quoted."""
    span = _trimmed(text, span)
    if len(_WORD.findall(text, *span)) <= LONGEST_SECTION:
        yield span
        return
    borders = [m.start() for m in _SMALLER.finditer(text, *span)] or [m.end() for m in _PARAGRAPH.finditer(text, *span)]
    start, last = span[0], span[0]
    for border in [*borders, span[1]]:
        if last > start and len(_WORD.findall(text, start, border)) > LONGEST_SECTION:
            yield _trimmed(text, (start, last))
            start = last
        last = border
    yield _trimmed(text, (start, span[1]))


def _windows(text: str, span: Span) -> Iterator[Span]:
    words = [m.span() for m in _WORD.finditer(text, *span)]
    first = 0
    while len(words) - first > LONGEST_CHUNK:
        ends = range(first + CHUNK, first + CHUNK // 2, -1)
        last = next((n for n in ends if _SENTENCE.search(text[slice(*words[n - 1])])), first + CHUNK)
        yield words[first][0], words[last - 1][1]
        first = last
    if words:
        yield words[first][0], words[-1][1]


def _trimmed(text: str, span: Span) -> Span:
    piece = text[slice(*span)]
    start = span[0] + len(piece) - len(piece.lstrip())
    return start, max(start, span[0] + len(piece.rstrip()))
