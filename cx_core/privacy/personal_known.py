"""What the records say of a customer, found again in their words, however they write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from cx_core.privacy.personal_spans import PersonalSpan
from cx_core.privacy.personal_words import lexicon
from cx_core.records import BusinessRecord

Known = Mapping[str, str] | BusinessRecord | None
"""Personal data by field: name, email, phone, address, born; other fields are not personal."""

FIELDS = {
    "name": "name",
    "customer_name": "name",
    "full_name": "name",
    "email": "email",
    "phone": "phone",
    "address": "address",
    "postcode": "postcode",
    "born": "born",
}
"""Fields of records that hold personal data, and the kind of it."""
_NAMES = frozenset(field for field, kind in FIELDS.items() if kind == "name")


class Wanted:
    """A customer's data, ready to be looked for in many texts."""

    def __init__(self, known: Known) -> None:
        self._patterns = tuple(_patterns(known))

    def find(self, text: str) -> Iterator[PersonalSpan]:
        """Every place where a known datum or a telling part of it stands."""
        for kind, pattern in self._patterns:
            for match in pattern.finditer(text):
                yield PersonalSpan(*match.span(), kind)


def personal_fields(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Fields of a structure that hold a personal datum, with its kind.

    A name is a person's only beside something that reaches or describes a person: arguments have names too.
    """
    person = any(isinstance(values.get(field), str) for field in FIELDS if field not in _NAMES)
    for field in FIELDS.keys() & values.keys():
        if isinstance(values[field], str) and values[field] and (person or field != "name"):
            yield field, FIELDS[field]


def _patterns(known: Known) -> Iterator[tuple[str, re.Pattern[str]]]:
    """What to look for, by kind."""
    fields = known.fields if isinstance(known, BusinessRecord) else known or {}
    for field, value in fields.items():
        kind = FIELDS.get(field)
        if kind and isinstance(value, str) and value.strip():
            exact, loose = _ways(kind, " ".join(value.split()))
            for ways, flags in ((exact, 0), (loose, re.IGNORECASE)):
                if ways:
                    ordered = sorted(set(ways), key=len, reverse=True)
                    yield kind, re.compile(rf"(?<!\w)(?:{'|'.join(ordered)})(?!\w)", flags)


def _ways(kind: str, value: str) -> tuple[list[str], list[str]]:
    """Expressions for one datum: those to be met in exactly these capitals, and those in any."""
    if kind == "name":
        parts = [part for part in re.split(r"[\s,]+", value) if len(part.strip(".")) > 1]
        # A name that is an ordinary word ("Will Young") counts only as written; "will" is no name.
        rare = [part for part in parts if part.casefold() not in lexicon().plain and len(part) > 2]
        exact = [part for part in parts if part not in rare]
        return [_loose(p) for p in exact] + [re.escape(p.upper()) for p in exact], [_loose(p) for p in (value, *rare)]
    if kind == "phone":
        digits = [digit for digit in value if digit.isdigit()][-9:]
        return [], [r"\+?[\d ().-]{0,8}" + r"[ ().-]{0,2}".join(digits)] if len(digits) > 5 else [re.escape(value)]
    if kind == "address":
        return [], [_loose(value), *(_loose(part) for part in _parts(value))]
    if kind == "born":
        return [], _dates(value)
    return [], [_loose(value)]


def _loose(words: str) -> str:
    """The words with any white space or comma between them."""
    return r"[\s,]+".join(re.escape(word) for word in re.split(r"[\s,]+", words) if word)


def _parts(address: str) -> Iterator[str]:
    """The street, the town and the postal code, each of which says where somebody lives."""
    for part in address.split(","):
        words = part.split()
        if len(part.strip()) > 3 and not part.strip().isdigit():
            yield part.strip()
        if len(words) > 2 and re.fullmatch(r"[A-Za-z]{1,2}\d[\dA-Za-z]? \d[A-Za-z]{2}", " ".join(words[-2:])):
            yield from (" ".join(words[:-2]), " ".join(words[-2:]), "".join(words[-2:]))


def _dates(value: str) -> list[str]:
    """The ways people write the day, from ISO text."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return [_loose(value)]
    month, ending = rf"{day:%b}(?:{f'{day:%B}'[3:]})?", r"(?:st|nd|rd|th)?"
    year = rf"(?:{day:%Y}|{day:%y})"
    return [
        re.escape(value),
        rf"0?{day.day}[/.-]0?{day.month}[/.-]{year}",
        rf"0?{day.month}[/.-]0?{day.day}[/.-]{year}",
        rf"0?{day.day}{ending}(?:\sof)?\s{month},?\s{year}",
        rf"{month}\s0?{day.day}{ending},?\s{year}",
    ]
