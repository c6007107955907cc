"""Finding customers and their records by whatever an advisor has at hand: a name, a mail, a number, a postcode.

What is typed is only ever compared: it reaches the database as a bound value, with its wildcards escaped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import SequenceMatcher

import sqlalchemy as sa

from cx_core.adapters.fernline import crm
from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.calls import ReadCall, Records
from cx_core.adapters.fernline.tables import LETTERS, to_id
from cx_core.records import BusinessRecord

LONGEST = 100
"""Characters of a text that are looked at."""

ALIKE = 0.75
"""How alike (0..1, difflib's ratio) a mistyped word must be to a word of a name."""

CANDIDATES = 300
"""Customers whose names share most pairs of letters with a mistyped one; others are not compared."""

NUMBERED = ("order", "invoice", "payment", "customer", "appointment", "contract")
"""Kinds that a bare number is tried as, in this order."""

_ID = re.compile(r"([A-Za-z]{1,3})[-\s]?([0-9]{1,9})")
_NUMBER = re.compile(r"[0-9]{1,9}")
_TRACKING = re.compile(r"[A-Za-z]{2}\d{4,}[A-Za-z]{0,2}")
_POSTCODE = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]?(\s?\d[A-Za-z]{0,2})?")
_MAIL_NAME = re.compile(r"\w+[.+-][\w.+-]+")
_PHONE = re.compile(r"\+?[\d ()./-]{5,30}")


class Finder:
    """One search. `reads`: the business's reads by name; one that has its kind's name reads a record by its id."""

    def __init__(self, connection: sa.Connection, reads: Mapping[str, ReadCall], today: date, most: int) -> None:
        self._connection = connection
        self._reads = reads
        self._today = today
        self._most = most

    def search(self, text: str) -> Records:
        """What fits best first. Nothing for an empty text or a single letter."""
        wanted = " ".join(text.split())[:LONGEST]
        if len(wanted) < 2 and not wanted.isdigit():
            return ()
        found: dict[str, BusinessRecord] = {}
        for records in self._ways(wanted):
            for record in records:
                found.setdefault(record.ref, record)
            if len(found) >= self._most:
                break
        return tuple(found.values())[: self._most]

    def _ways(self, wanted: str) -> Iterator[Records]:
        """By number first, for nothing is surer; by a name that is only alike if no other way led anywhere."""
        led = False
        ways = (self._by_number(wanted), self._by_tracking(wanted))
        for records in (*ways, *(crm.customers(self._connection, where, self._most) for where in _conditions(wanted))):
            led = led or bool(records)
            yield records
        if not led:
            yield self._by_likeness(wanted)

    def _read(self, kind: str, number: int) -> Records:
        read = self._reads.get(kind)
        return read.run(self._connection, {kind: to_id(kind, number)}, self._today) if read else ()

    def _by_number(self, wanted: str) -> Records:
        """O-15, o15 and "O 15" are an order; 15 alone may be one of several kinds."""
        kinds: tuple[str, ...] = ()
        if match := _ID.fullmatch(wanted):
            kinds = tuple(kind for kind, letters in LETTERS.items() if letters == match[1].upper())
            wanted = match[2]
        elif _NUMBER.fullmatch(wanted):
            kinds = NUMBERED
        return tuple(record for kind in kinds for record in self._read(kind, int(wanted)))

    def _by_tracking(self, wanted: str) -> Records:
        if not _TRACKING.fullmatch(wanted):
            return ()
        begins = t.order.c.tracking.istartswith(wanted, autoescape=True)
        numbers = self._connection.execute(sa.select(t.order.c.number).where(begins).limit(self._most)).scalars()
        return tuple(record for number in numbers.all() for record in self._read("order", number))

    def _by_likeness(self, wanted: str) -> Records:
        """Customers with a name much like this one: Okaofr for Okafor, Muller for Müller."""
        words = [_plain(word) for word in wanted.split() if len(word) >= 3 and word.isalpha()]
        if not words:
            return ()
        name = sa.func.lower(t.customer.c.name)
        pieces = sorted({word[at : at + 2] for word in words for at in range(len(word) - 1)})
        shared = sum((sa.case((name.contains(piece, autoescape=True), 1), else_=0) for piece in pieces), sa.literal(0))
        nearest = sa.select(t.customer.c.number, t.customer.c.name).order_by(shared.desc(), t.customer.c.number)
        likely = [
            (-likeness, number)
            for number, name in self._connection.execute(nearest.limit(CANDIDATES)).all()
            if (likeness := _likeness(words, name)) >= ALIKE
        ]
        return tuple(record for _, number in sorted(likely)[: self._most] for record in self._read("customer", number))


def _conditions(wanted: str) -> Iterator[sa.ColumnElement[bool]]:
    """Which customers are meant, one condition for each way of reading the text."""
    column = t.customer.c
    if "@" in wanted or _MAIL_NAME.fullmatch(wanted):
        yield sa.func.lower(column.email).contains(wanted.lower(), autoescape=True)
    if "@" in wanted:
        return
    digits = re.sub(r"\D", "", wanted)
    if _PHONE.fullmatch(wanted) and len(digits) >= 5:
        yield _squeezed(column.phone, " +-()./").contains(_national(wanted, digits), autoescape=True)
        return
    if _POSTCODE.fullmatch(wanted):
        yield _squeezed(sa.func.lower(column.address), " ").contains(wanted.replace(" ", "").lower(), autoescape=True)
    words = wanted.lower().split()
    yield sa.and_(*(sa.func.lower(column.name).contains(word, autoescape=True) for word in words))
    yield sa.func.lower(column.address).contains(wanted.lower(), autoescape=True)


def _national(wanted: str, digits: str) -> str:
    """Digits that a number has however it is written: without +44, 0044 or the 0 in front."""
    if wanted.startswith("+") or digits.startswith("00"):
        return digits.removeprefix("00").removeprefix("44")
    return digits.removeprefix("0")


def _squeezed(text: sa.ColumnElement[str], marks: str) -> sa.ColumnElement[str]:
    """The text without these marks, in the database."""
    for mark in marks:
        text = sa.func.replace(text, mark, "")
    return text


def _likeness(words: list[str], name: str) -> float:
    """Of the word that fits worst: each word that was typed is compared with each of the name."""
    parts = [_plain(part) for part in name.split()]
    return min(max(SequenceMatcher(None, word, part).ratio() for part in parts) for word in words) if parts else 0.0


def _plain(word: str) -> str:
    """Small letters without accents."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(mark))
