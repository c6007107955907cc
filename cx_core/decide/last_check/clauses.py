"""A customer's own words as sentences and clauses, in small letters and without short forms."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from cx_core.text.agreeing import lines
from cx_core.text.segments import own_words
from cx_core.text.shorthand import written_out
from cx_core.text.spans import Span
from cx_core.text.spelling import meant_word

_LETTERS = re.compile(r"[a-z]+")
_SENTENCE = re.compile(r"(?<![.!?…])[.!?…]+[\"'’”)]*(?=\s|$)|\n+|(?<=\w)\s+(?=\(?[1-9]\)\s)")
"""The end of one; a number such as "2)" begins another."""
_CLAUSE = re.compile(
    r"[,;:()]+\s*|\s[–—-]+\s|\s(?=(?:but|and|so(?= (?:i|we|you|please|the|that|it|can|could|do|kindly|my|no)\b)"
    r"|because|although|though|otherwise|whereas)\s)",
    re.I,
)
_SHORT_FORMS = tuple(
    (re.compile(pattern), becomes)
    for pattern, becomes in (
        (r"[’`]", "'"),
        (r"\bwon'?t\b", "will not"),
        (r"\b(?:can'?t|cannot)\b", "can not"),
        (r"\bshan'?t\b", "shall not"),
        (r"\b(do|does|did|is|are|was|were|have|has|had|would|could|should|need|must)n'?t\b", r"\1 not"),
        (r"'ve\b", " have"),
        (r"'ll\b", " will"),
        (r"'re\b", " are"),
        (r"\b(i)'?m\b", r"\1 am"),
        (r"\b(i|you|he|she|we|they|that|there|it)'d\b", r"\1 would"),
        (r"\b(it|that|there|what|who|how|here|he|she|where|when)'s\b", r"\1 is"),
        (r"\blet's\b", "let us"),
        (r"\be-mail", "email"),
        (r"\s+", " "),
    )
)
NOT_MEANT = re.compile(
    r"\b(?:not(?: (?:for|on|to|in|with|a|from|at|of|about))*|except(?: for)?|other than|apart from|instead of"
    r"|rather than"
    r"|leave out|aside from|keep|keeping)\s(?:(?:the|my|our|this|that|order|invoice|number|no|payment"
    r"|visit) ?)*$"
    r"|\b(?:any|every|all|anything|everything)\b[^.;]{0,20}\bbut (?:the |my )?$"
    r"|\bso (?:is|are|was|were) (?:the |my )?$"
)
"""In front of what is not meant."""
_ANY = re.compile(r"\b(?:any\w*|every\w*|all|whenever|whatever)\b", re.I)


class Clause(NamedTuple):
    """A piece of what they wrote; `plain`: in small letters, without short forms."""

    text: str
    plain: str
    sentence: str
    """The plain words of its whole sentence."""
    asked: bool
    """Whether the sentence is a question."""


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """In small letters, with short forms written out."""
    text = written_out(text).text.casefold()
    for pattern, becomes in _SHORT_FORMS:
        text = pattern.sub(becomes, text)
    return text.strip()


def sentences(text: str) -> Iterator[str]:
    """Of the customer's own words, with the mark at their end."""
    for span in own_words(text):
        part, start = span.of(text), 0
        for end in [*(match.end() for match in _SENTENCE.finditer(part)), len(part)]:
            if any(character.isalnum() for character in part[start:end]):
                yield part[start:end].strip()
            start = end


def clauses(sentence: str) -> tuple[Clause, ...]:
    whole, asked = plain(sentence), sentence.rstrip("\"'’”) ").endswith("?")
    written = written_out(sentence)
    pieces, start = list[Clause](), 0
    for end, following in [*(joint.span() for joint in _CLAUSE.finditer(written.text)), (len(written.text),) * 2]:
        if (piece := written.text[start:end]).strip():
            own = Span(*written.place(start, end)).of(sentence).strip()
            pieces.append(Clause(own, plain(piece.strip()), whole, asked))
        start = following
    return tuple(pieces)


def with_exceptions(found: Sequence[Clause]) -> list[str]:
    """The clauses, an exception with what it is from: "any time but mornings"."""
    pieces: list[str] = []
    for one in found:
        if pieces and one.plain.startswith("but ") and _ANY.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {one.text}"
        else:
            pieces.append(one.text)
    return pieces


@cache
def phrase(name: str) -> re.Pattern[str]:
    """Any of the phrases in a list of `text/english`."""
    longest_first = sorted(lines(name), key=len, reverse=True)
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, longest_first))})(?!\w| not\b)")


def spelt_as(text: str, names: Collection[str]) -> str:
    """A plain text with misspelt words put as they are among these: "hedphones" as "headphones"."""
    return _LETTERS.sub(lambda found: meant_word(found[0], names), text)
