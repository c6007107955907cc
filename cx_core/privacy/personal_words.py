"""The words that names are told by, and a text's capitalised words. The lists are in `words/`, one entry a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

WORDS = Path(__file__).resolve().parent / "words"

UPPER = "A-ZÀ-ÖØ-ÞĀ-Ɏ"
_WORD = re.compile(rf"(?<![\w@/\\])[{UPPER}][^\W\d_]*(?:['’-][^\W\d_]+)*(?![\w@])")
_CAPITALS_INSIDE = re.compile(r"^(?:Mc|Mac|O['’]|D['’]|De|Di|Da|La|Le|Van|Fitz)(?=[A-Z])|[-'’].")


class Lexicon(NamedTuple):
    """Words in small letters. Entries with an asterisk in `words/` are in `plain`, of titles in `telling`."""

    given: frozenset[str]
    surnames: frozenset[str]
    places: frozenset[str]
    plain: frozenset[str]
    """Names that are ordinary words as well, and words that begin sentences."""
    common: frozenset[str]
    """Words that no name goes across: those that begin sentences, days, months."""
    titles: frozenset[str]
    telling: frozenset[str]
    """Titles that say something of the person by themselves, such as their sex."""
    greetings: frozenset[str]
    companies: frozenset[str]
    streets: frozenset[str]


class Token(NamedTuple):
    """A capitalised word, as it stands and in small letters."""

    start: int
    end: int
    word: str
    low: str


@cache
def lexicon() -> Lexicon:
    """Read at its first use: some twenty milliseconds."""
    given, surnames, places = _read("given"), _read("surnames"), _read("places") | _read("towns")
    common, titles = _bare(_read("common")), _read("titles")
    plain = {entry[:-1] for entry in given | surnames | places if entry.endswith("*")}
    whole = _bare(places)
    parts = {part for place in whole for part in place.split() if len(part) > 3}
    return Lexicon(
        given=_bare(given),
        surnames=_bare(surnames),
        places=whole | parts,
        plain=frozenset(plain | common),
        common=common,
        titles=_bare(titles),
        telling=frozenset(entry[:-1] for entry in titles if entry.endswith("*")),
        greetings=_bare(_read("greetings")),
        companies=_bare(_read("companies")),
        streets=_bare(_read("streets")),
    )


def _read(name: str) -> frozenset[str]:
    lines = (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _bare(entries: frozenset[str]) -> frozenset[str]:
    return frozenset(entry.rstrip("*") for entry in entries)


def tokens(text: str) -> Iterator[Token]:
    """Capitalised words without possessive endings; words of programs, such as CamelCase, are none."""
    for match in _WORD.finditer(text):
        word = match[0]
        if word[-2:] in ("'s", "’s"):
            word = word[:-2]
        if word.istitle() or word.isupper() or _is_prose(word):
            yield Token(match.start(), match.start() + len(word), word, word.casefold())


def _is_prose(word: str) -> bool:
    """McDonald, Anne-marie and O'Brien, not MessageId."""
    inner = _CAPITALS_INSIDE.sub("", word)
    return word[0].isupper() and (inner[1:].islower() or len(inner) < 2)
