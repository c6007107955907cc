"""Numbers of records: found in a text, and compared however they are written (O-12, o 12, #0012, GL/2026-0043)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cx_core.records import NUMBERED, BusinessRecord, EntityKind

_NAMES: dict[str, EntityKind] = {
    "order": "order",
    "parcel": "order",
    "delivery": "order",
    "package": "order",
    "invoice": "invoice",
    "bill": "invoice",
    "inv": "invoice",
    "payment": "payment",
    "transaction": "payment",
    "appointment": "appointment",
    "visit": "appointment",
    "booking": "appointment",
    "contract": "contract",
    "agreement": "contract",
}
_NAMED = (
    rf"\b(?P<name>{'|'.join(_NAMES)})(?P<mark>(?:\s?(?:no|nr|num|number|id|ref|reference)\b\.?:?|\s?[#№:])*)\s{{0,2}}"
)
_COUNTING = re.compile(
    r"\s+(?:of|x|am|pm|times?|more|days?|weeks?|months?|years?|hours?|minutes?|pounds?|quid|euros?|percent"
    r"|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\b",
    re.I | re.A,
)
_GOODS = re.compile(
    r"\s+(?!was\b|has\b|is\b|does\b|this\b|arrives\b|shows\b|says\b|needs\b|keeps\b|pl[sz]+\b|thanks\b|cheers\b"
    r"|as\b|its\b|comes\b|stays\b|goes\b|looks\b|yes\b|plus\b|perhaps\b|always\b|unless\b)[a-z]+s\b",
    re.I | re.A,
)
"""After "order" and a number: how many of what, as in "order 2 tablets"."""

_WORDS = frozenset("AI")
"""Letters that are words as well: "A 2" is nobody's number without a sign between."""

_CODE = r"[A-Za-z]{0,8}[-_/]?\d[A-Za-z\d]{0,30}(?:[-_/][A-Za-z\d]{1,30}){0,4}"
_NAMED_CODE = re.compile(_NAMED + rf"(?P<code>{_CODE})(?![\w/:-]|[.,]\d)", re.I | re.A)
_BARE_CODE = re.compile(
    r"(?<![\w£$€#@./,:+&=-])(?P<code>#\s?\d{1,12}|[A-Z]{1,8}[-_/]\d[A-Z\d]{0,12}(?:[-_/][A-Z\d]{1,12}){0,4}|[A-Z]{2,8}\d{3,12}|\d{4,12})"
    r"(?![\w/:%@-]|[.,]\d|\s?(?:am|pm|gb|mb|mbps|kg|km|cm|mm|ml)\b)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MEASURE = re.compile(
    r"\d+(?:am|pm|h|hrs?|min|st|nd|rd|th|x|kg|g|km|m|cm|mm|l|ml|gb|mb)(?:[-/]\d+\w*)?|\d{1,2}[-/]\d{1,2}", re.I | re.A
)
_OF_ELSE = re.compile(
    r"\b(?:ending|ends|digits|pin|passcode|password|code|zip|postcode|card|account|iban|room|page|model|version|call|phone"
    r"|number is now)(?:\s+(?:in|is|are|no\.?|number|with|on))*\s*[:#]?\s*$",
    re.I | re.A,
)
"""In front of a number that is of something else than a record."""
_COUNTED_THINGS = re.compile(
    r"\s+(?:points?|euros?|pounds?|dollars?|percent|people|miles|metres?|pieces|times|words|hours?|days?|a\.?m|p\.?m)\b",
    re.I | re.A,
)
_PART = re.compile(r"[^\W\d_]+|\d+")


def same_number(written: str, held: str) -> bool:
    """Whether a customer who writes the one may mean the other.

    Case, separators and leading zeros do not count, and letters before the number may be left out: "12" is O-12.
    """
    ours, theirs = _parts(held), _parts(written)
    if not ours or not theirs:
        return False
    return theirs == ours or (theirs == ours[1:] and ours[0].isalpha())


def _told(text: str, match: re.Match[str]) -> bool:
    """Whether what looks like a number of a record is one, and no time, size, card, postcode or count."""
    code, before, behind = match["code"], text[max(0, match.start() - 24) : match.start()], text[match.end() :]
    if _YEAR.fullmatch(code) and "#" not in match[0]:
        return False
    return not (_MEASURE.fullmatch(code) or _OF_ELSE.search(before) or _COUNTED_THINGS.match(behind))


def names(kind: EntityKind, value: str, record: BusinessRecord) -> bool:
    """Whether a number of this kind is the record's own: its id, or what people call it by."""
    if kind not in ("number", record.kind, _NAMES.get(record.kind)):
        return False
    return same_number(value, record.id) or same_number(value, record.number)


def numbers(kind: EntityKind, value: str, record: BusinessRecord) -> bool:
    """Whether it is the record's own number, or that of what it belongs to: of an order's payment the order's."""
    belongs = record.fields.get(kind) if kind in NUMBERED else None
    return names(kind, value, record) or (isinstance(belongs, str) and same_number(value, belongs))


def _parts(number: str) -> list[str]:
    return [part.casefold().lstrip("0") or "0" for part in _PART.findall(number)]


class Numbered(NamedTuple):
    """A number with its place in the text, in characters."""

    kind: EntityKind
    start: int
    end: int
    value: str


class RecordNumbers:
    """Finds the numbers of records. `forms`: what stands before the number, by kind of record ("O-" for order O-12).

    Kinds that have a form are read in that form alone. Of the others a number is taken as it stands behind the word for
    its kind, and as a number of some record where it stands by itself.
    """

    def __init__(self, forms: Mapping[EntityKind, str]) -> None:
        self._forms = forms
        self._kinds = {form.rstrip("-").upper(): kind for kind, form in forms.items()}
        letters = "|".join(sorted(map(re.escape, self._kinds), key=len, reverse=True))
        tight = "|".join(sorted(map(re.escape, self._kinds.keys() - _WORDS), key=len, reverse=True)) or r"(?!)"
        self._id = re.compile(rf"(?<![\w-])(?P<letter>{letters})\s?[-–#]\s?(?P<number>\d{{1,9}})(?![\w-])", re.I | re.A)
        self._tight = re.compile(
            rf"(?<![\w-])(?P<letter>{tight})\s?(?P<number>\d{{1,9}})(?![\w%-]|[.,:]\d|\s?(?:am|pm)\b)", re.I | re.A
        )
        self._named = re.compile(
            _NAMED + rf"(?:(?P<letter>{letters})\s?[-–#]?\s?)?(?P<number>\d{{1,9}})(?![\w/:-]|[.,]\d)", re.I | re.A
        )

    def find(self, text: str) -> Iterator[Numbered]:
        """In no order; some may overlap."""
        if self._forms:
            yield from self._of_form(text)
        if not self._forms.keys() >= set(NUMBERED):
            yield from self._as_written(text)

    def _of_form(self, text: str) -> Iterator[Numbered]:
        for match in self._id.finditer(text):
            yield self._numbered(match["letter"], match["number"], match.span())
        for match in self._tight.finditer(text):
            if match["letter"].isupper() or match.group()[len(match["letter"])].isdigit():
                yield self._numbered(match["letter"], match["number"], match.span())
        for match in self._named.finditer(text):
            if match["letter"]:
                yield self._numbered(match["letter"], match["number"], (match.start("letter"), match.end()))
            elif (kind := _NAMES[match["name"].lower()]) in self._forms and not _counted(text, match):
                yield Numbered(kind, *match.span(), f"{self._forms[kind]}{int(match['number'])}")

    def _numbered(self, letter: str, number: str, span: tuple[int, int]) -> Numbered:
        kind = self._kinds[letter.upper()]
        return Numbered(kind, *span, f"{self._forms[kind]}{int(number)}")

    def _as_written(self, text: str) -> Iterator[Numbered]:
        named = [m for m in _NAMED_CODE.finditer(text) if not _counted(text, m) and not _MEASURE.fullmatch(m["code"])]
        for match in named:
            if (kind := _NAMES[match["name"].lower()]) not in self._forms:
                yield Numbered(kind, *match.span(), match["code"].upper())
        for match in _BARE_CODE.finditer(text):
            if _told(text, match):
                yield Numbered("number", *match.span(), match["code"].lstrip("# ").upper())


def _counted(text: str, match: re.Match[str]) -> bool:
    """Whether the number behind a word counts something, and nothing says that it is a number: "order 2 tablets"."""
    if match["mark"].strip():
        return False
    goods = match["name"].lower() == "order" and _GOODS.match(text, match.end())
    return bool(goods or _COUNTING.match(text, match.end()))
