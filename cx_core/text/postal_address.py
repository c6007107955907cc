"""The parts of a postal address that was written as one: street, town, postcode and, where one is named, region."""

from __future__ import annotations

import re
from typing import NamedTuple

POSTCODE = (
    r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"  # Britain
    r"|[A-Z]\d[A-Z]\s?\d[A-Z]\d"  # Canada
    r"|\d{4}\s?[A-Z]{2}"  # the Netherlands
    r"|\d{5}-\d{3,4}|\d{2}-\d{3}|\d{3}\s\d{2}|\d{4,6}"
)
STREET = (
    r"street|st|road|rd|lane|ln|avenue|ave|close|way|drive|dr|row|court|place|gardens?|house|flat|terrace|crescent|square"
    r"|grove|hill|park|mews|walk|cottage|view|green|boulevard|blvd"
)
"""Words by which a street is told; a town may be called by some of them."""

_POSTCODE = re.compile(rf"(?<![\w-])(?:{POSTCODE})(?![\w-])", re.I)
_SEGMENT = re.compile(r"[^,\n]+")
_STREET_END = re.compile(rf"\b(?:{STREET})\b\.?", re.I)
_STREET_BEHIND = re.compile(rf"(?:\s+[^\W\d]+){{0,2}}\s+(?:{STREET})\b", re.I)
_STATE = re.compile(r"[A-Z]{2,3}")
_TOWN = re.compile(r"[^\W\d][^\d,]*")


class AddressParts(NamedTuple):
    """Each as it stands in the address, lines of a street put together by commas.

    The `region` is the short name of a state beside the postcode, empty where there is none.
    """

    street: str
    town: str
    postcode: str
    region: str = ""


def address_parts(address: str) -> AddressParts | None:
    """None where it cannot be told for sure which is which."""
    code = _code(address)
    if code is None:
        return None
    segments = [(match.start(), match.end(), match[0].strip(" .-")) for match in _SEGMENT.finditer(address)]
    at = next(place for place, (start, end, _) in enumerate(segments) if start <= code.start() < end)
    before = [text for _, _, text in segments[:at] if text]
    after = [text for _, _, text in segments[at + 1 :] if text]
    start, end, _ = segments[at]
    left, right = address[start : code.start()].strip(" .-"), address[code.end() : end].strip(" .-")
    parts = _told(before, left, right, after)
    if parts is None or not _sound(*parts, figures=code[0].replace("-", "").isdecimal()):
        return None
    region = left if _STATE.fullmatch(left) and left not in parts else ""
    return AddressParts(*parts, code[0], region)


def _code(address: str) -> re.Match[str] | None:
    """The postcode: one with letters before one of figures, of which there may be no second."""
    found = [match for match in _POSTCODE.finditer(address) if match.start() > 0]
    lettered = [match for match in found if not match[0].replace("-", "").replace(" ", "").isdecimal()]
    figures = [match for match in found if not _STREET_BEHIND.match(address, match.end())]
    if lettered:
        return lettered[-1]
    return figures[0] if len(figures) == 1 else None


def _sound(street: str, town: str, *, figures: bool) -> bool:
    """Whether this reads as a street and a town; beside figures that may be anything a town begins with a capital."""
    a_street = any(letter.isdigit() for letter in street) or _STREET_END.search(street)
    return bool(a_street and _TOWN.fullmatch(town)) and (town[0].isupper() or not figures)


def _told(before: list[str], left: str, right: str, after: list[str]) -> tuple[str, str] | None:
    """Street and town, by where the postcode stands: `left` and `right` of it in its own segment."""
    if right:  # 10115 Berlin
        streets = [*before, left] if left else before
        return (", ".join(streets), right) if streets else None
    if left and before and not (_STATE.fullmatch(left) and len(before) > 1):  # Bristol BS1 4ST
        return ", ".join(before), left
    if len(before) > 1:  # Bristol, BS1 4ST, and Springfield, IL 62704
        return ", ".join(before[:-1]), before[-1]
    if left and not before:
        return _divided(left)
    return (before[0], after[0]) if before and after and not left else None


def _divided(words: str) -> tuple[str, str] | None:
    """Of "12 High Street Bristol" what stands up to the word for a street, and what follows."""
    ends = [match.end() for match in _STREET_END.finditer(words)]
    if len(ends) != 1:
        return None
    street, town = words[: ends[0]].strip(), words[ends[0] :].strip()
    return (street, town) if street and town else None
