"""What a customer named, by rules: typed, normalised, with its place in the message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from zoneinfo import ZoneInfo

import phonenumbers

from cx_core.records import Entity, EntityKind, Message
from cx_core.text.dates import dates
from cx_core.text.postal_address import STREET
from cx_core.text.record_numbers import RecordNumbers
from cx_core.text.segments import MOST_READ, own_words

MOST_ENTITIES = 60
"""Of one message; somebody who names more is pasting a table."""

EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![\w-])")
_CURRENCIES = {
    "£": "GBP",
    "gbp": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "pence": "GBP",
    "p": "GBP",
    "$": "USD",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
}
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?P<before>[£$€]|\b(?:GBP|EUR|USD)\s)\s?(?P<first>{_FIGURE})(?![\d])"
    rf"|(?<![\w.,£$€-])(?P<second>{_FIGURE})\s?(?P<after>pounds?|quid|gbp|euros?|eur|dollars?|usd|pence|p|[£$€])(?!\w)"
    r"|(?<![\w.,/:£$€-])(?P<bare>(?:\d{1,3}(?:,\d{3})+|\d{1,5})\.\d{2})(?![\w./:%]|\s?(?:am|pm|gb|mb|mbps)\b)",
    re.I,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.I)
_ADDRESS_LEAD = re.compile(
    r"\b(?:address\s(?:has\s(?:now\s)?changed\sto|is(?:\snow)?|to|should\sbe|will\sbe|from\s\S+\son(?:wards)?\sis)|address\s?:"
    r"|moved\s(?:house\s)?to|moving\sto|(?:now\s)?liv(?:e|ing)\s(?:at|in)|deliver(?:ed)?\s(?:it\s|them\s|everything\s)?to"
    r"|send\s(?:it|them|everything)\sto)\s?:?\s{0,2}",
    re.I,
)
_STREET_WORD = re.compile(rf"\b(?:{STREET})\b", re.I)
_ABROAD = re.compile(r"\b(?:\d{4,5}|\d{2}-\d{3}|\d{4}\s?[A-Z]{2})\s[^\W\d_]{3,}|\b[A-Z]{2}\s\d{5}\b")
"""A postcode with its town, or with its state."""
_ADDRESS_END = re.compile(r"\n[ \t]*\n|[!?;]|\.(?=\s|$)|\s(?:and|but|please|so|since|from|as|because|with)\b", re.I)
_HOUSE = re.compile(r"(?<![\w£$€.-])\d{1,4}[a-z]?,?\s(?=[A-Z])")
_BEFORE_HOUSE = re.compile(
    r"(?:(?!(?i:hi|hello|hey|dear|thanks?|yes|yeah|yep|no|nope|ok|okay|sure|sorry|please|morning|cheers)\b)"
    r"[A-Z][\w'’&-]*(?:\s(?:of|the|and|&|[A-Z\d][\w'’&-]*)){1,4},\s|\b(?i:flat|unit|suite|apartment|apt|room|plot)\s)$"
)
"""What belongs to an address before its house number: the name of a building or a business, or what is numbered."""
_PHONE_LIKE = re.compile(r"(?<![\w-])\+?\(?\d[\d\s().-]{7,18}\d(?!\w)")
_BUILDING = re.compile(r"\b[A-Z][\w'’]*\s(?:House|Cottage|Flat|Court|Farm|Lodge|Villa|Hall)\b")
_ADDRESS_LENGTH = 180


def entities(message: Message, *, country: str, zone: str, currency: str, numbers: RecordNumbers) -> tuple[Entity, ...]:
    """In order of place, none overlapping. Only the customer's own new words among the first 12,000 characters."""
    today = message.at.astimezone(ZoneInfo(zone)).date()
    text = message.text[:MOST_READ]
    own = own_words(text)
    found = sorted(
        _all(text, today, message, country, currency, numbers), key=lambda e: (_RANK[e.kind], e.start - e.end)
    )
    kept: list[Entity] = []
    for entity in found:
        inside = any(part.start <= entity.start and entity.end <= part.end for part in own)
        if inside and all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
    return tuple(sorted(kept, key=lambda e: e.start)[:MOST_ENTITIES])


_RANK: dict[EntityKind, int] = {
    "email": 0,
    "order": 1,
    "invoice": 1,
    "payment": 1,
    "appointment": 1,
    "contract": 1,
    "address": 2,
    "phone": 3,
    "date": 4,
    "amount": 5,
    "product": 6,
    "number": 7,
}
"""Where two readings share characters, the lower stays."""


def _all(
    text: str, today: date, message: Message, country: str, currency: str, numbers: RecordNumbers
) -> Iterator[Entity]:
    def one(kind: EntityKind, start: int, end: int, value: str) -> Entity:
        return Entity(kind=kind, text=text[start:end], value=value, message=message.id, start=start, end=end)

    yield from (one(*found) for found in islice(numbers.find(text), MOST_ENTITIES * 2))
    yield from (
        one("email", m.start(), m.end(), m.group().lower()) for m in islice(EMAIL.finditer(text), MOST_ENTITIES)
    )
    yield from (one("date", *found) for found in islice(dates(text, today), MOST_ENTITIES * 2))
    yield from (one("amount", *found) for found in islice(_amounts(text, currency), MOST_ENTITIES))
    yield from (one("phone", *found) for found in islice(phones(text, country), MOST_ENTITIES))
    yield from (one("address", *found) for found in islice(_addresses(text), MOST_ENTITIES))


def _amounts(text: str, currency: str) -> Iterator[tuple[int, int, str]]:
    for match in _AMOUNT.finditer(text):
        sign = (match["before"] or match["after"] or "").strip().lower()
        figure = (match["first"] or match["second"] or match["bare"]).replace(",", "")
        whole, _, part = figure.partition(".")
        minor = int(whole) * 100 + int(part.ljust(2, "0") or 0)
        if sign in {"p", "pence"}:
            minor = int(whole)
        yield match.start(), match.end(), f"{minor} {_CURRENCIES.get(sign, currency)}"


def phones(text: str, country: str) -> Iterator[tuple[int, int, str]]:
    """Candidates by a plain rule first: phonenumbers alone takes a second for a page of digits."""
    for match in _PHONE_LIKE.finditer(text):
        for named in dict.fromkeys((match.group(), match.group().rpartition(" (")[0])):  # ... (4.99 a minute)
            if value := _phone(named, country):
                yield match.start(), match.start() + len(named), value
                break


def _phone(text: str, country: str) -> str:
    """In the international form; "" if it is no telephone number."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    if text.lstrip("(")[0] not in "+0" or not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """After words that announce one, up to the postcode or the end of the sentence; or house number to postcode."""
    starts: Iterable[tuple[int, bool]] = [
        *((match.end(), True) for match in _ADDRESS_LEAD.finditer(text)),
        *((match.start(), False) for match in _HOUSE.finditer(text)),
    ]
    for place, announced in starts:
        start, window = place, text[place : place + _ADDRESS_LENGTH].partition("\n\n")[0]
        postcode = _POSTCODE.search(window)
        if postcode and "?" not in window[: postcode.end()] and window[: postcode.start()].count(".") <= 2:
            words = window[: postcode.end()]
            own = words[words.rfind(":") + 1 :].lstrip()  # "to my work, nobody is at home: Unit 3, ..."
            start, end = place + len(words) - len(own), len(own)
        elif announced:
            stop = _ADDRESS_END.search(window)
            end = stop.start() if stop else len(window)
            said = window[:end]
            street = _STREET_WORD.search(said) and (re.search(r"\d", said) or _BUILDING.search(window))
            if not (street or _ABROAD.search(said)):
                continue
        else:
            continue
        named = _BEFORE_HOUSE.search(text[max(0, start - _ADDRESS_LENGTH) : start])
        before = len(named[0]) if named else 0
        words = text[start - before : start + end].rstrip(" ,\n")
        if len(words) >= 6:
            yield (
                start - before,
                start - before + len(words),
                ", ".join(part.strip(" ,") for part in words.split("\n") if part.strip(" ,")),
            )
