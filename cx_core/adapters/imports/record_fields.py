"""Fields of an export's record as values: texts, times, statuses. What cannot be used is a `RowError` in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cx_core.adapters.mail.mail_html import html_words
from cx_core.errors import BadInput
from cx_core.records import Channel, Priority, Status
from cx_core.records.imports import LONGEST_BODY
from cx_core.understand.intake import legible

Fields = Mapping[str, object]

MOST_HTML = 2_000_000
FIRST_YEAR = 1990
_TAG = re.compile(r"<(?:p|div|br|span|a|table|ul|ol|b|i|strong|em|blockquote)\b", re.I)
_ADDRESS = re.compile(r"(?<![^\s<>,;\"':])[^\s<>,;\"'@]+@[^\s<>,;\"'@]+(?![^\s<>,;\"'])")

ZENDESK_STATUS: Mapping[str, Status] = {
    "new": "new",
    "0": "new",
    "open": "open",
    "1": "open",
    "pending": "pending",
    "2": "pending",
    "hold": "pending",
    "on-hold": "pending",
    "6": "pending",
    "solved": "solved",
    "3": "solved",
    "closed": "closed",
    "4": "closed",
}
FRESHDESK_STATUS: Mapping[str, Status] = {
    "2": "open",
    "open": "open",
    "3": "pending",
    "pending": "pending",
    "4": "solved",
    "resolved": "solved",
    "5": "closed",
    "closed": "closed",
    "6": "pending",
    "waiting on customer": "pending",
    "7": "pending",
    "waiting on third party": "pending",
}
PRIORITY: Mapping[str, Priority] = {
    "1": "low",
    "low": "low",
    "2": "normal",
    "normal": "normal",
    "medium": "normal",
    "3": "high",
    "high": "high",
    "4": "urgent",
    "urgent": "urgent",
}
"""Both desks number their priorities alike."""


class RowError(Exception):
    """The record cannot be used, or a part of it; says why without a word of it."""


def text(fields: Fields, *names: str) -> str:
    """The first of these fields that has words, in one line's stead or more."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, bool) or value is None or isinstance(value, Mapping | list | tuple):
            continue
        if said := legible(str(value)).strip():
            return said
    return ""


def line(fields: Fields, *names: str, most: int = 120) -> str:
    return " ".join(text(fields, *names).split())[:most]


def flag(fields: Fields, name: str) -> bool | None:
    said = fields.get(name)
    return {"true": True, "1": True, "false": False, "0": False}.get(str(said).strip().lower())


def part(fields: Fields, *names: str) -> Fields:
    """The first of these that is a record of its own."""
    return next((found for name in names if isinstance(found := fields.get(name), Mapping)), {})


def parts(fields: Fields, *names: str) -> Iterator[Fields]:
    """The records of the first of these lists, without the wrapper that Rails puts around each."""
    found = next((fields[name] for name in names if fields.get(name)), None)
    yield from records(found)


def records(value: object) -> Iterator[Fields]:
    """Of a list, or of XML where a list is an element with elements in it."""
    if isinstance(value, Mapping):
        inside = [one for one in value.values() if isinstance(one, list | Mapping)]
        wraps = len(value) == 1 and len(inside) == 1
        yield from records(inside[0]) if wraps else [value]
    elif isinstance(value, list | tuple):
        for one in value:
            yield from records(one) if isinstance(one, list) else [unwrapped(one)] if isinstance(one, Mapping) else []


def unwrapped(value: Fields) -> Fields:
    """{"note": {...}} as {...}."""
    inner = next(iter(value.values()), None)
    return inner if len(value) == 1 and isinstance(inner, Mapping) else value


def moment(fields: Fields, *names: str, zone: str = "") -> datetime | None:
    """The first of these that is given. `zone`: in which times without one are. Raises RowError."""
    said = text(fields, *names)
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said.replace(" UTC", "+00:00").replace("Z", "+00:00"))
    except ValueError as error:
        raise RowError("a time in it is none that exports are written with") from error
    if at.tzinfo is None:
        if not zone:
            raise RowError("a time in it has no zone, so nobody knows when it was")
        at = at.replace(tzinfo=ZoneInfo(zone))
    try:
        at = at.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise RowError("a time in it is no time that there was") from error
    if at.year < FIRST_YEAR:
        raise RowError("a time in it is before there was such a desk")
    return at


def needed(at: datetime | None) -> datetime:
    if at is None:
        raise RowError("it does not say when it was opened")
    return at


def words(fields: Fields, plain: Sequence[str], html: Sequence[str]) -> str:
    """What somebody wrote, from the plain field, else from the HTML one. Raises RowError."""
    said = text(fields, *plain)
    if not said or (_TAG.search(said) and not html):
        said = of_html(said or text(fields, *html))
    if len(said) > LONGEST_BODY:
        raise RowError(f"a message has more than {LONGEST_BODY:,} characters")
    return said


def of_html(html: str) -> str:
    if len(html) > MOST_HTML:
        raise RowError("its HTML is too long to be read")
    if not _TAG.search(html):
        return html
    try:
        return html_words(html).text
    except (BadInput, RecursionError) as error:
        raise RowError("its HTML cannot be read") from error


def address(said: str) -> str:
    """One bare address, or an empty string."""
    found = _ADDRESS.findall(said)
    return found[0][:320] if len(found) == 1 else ""


def file_names(files: Iterable[Fields]) -> tuple[str, ...]:
    named = (line(one, "file_name", "content_file_name", "content-file-name", "name", most=200) for one in files)
    return tuple(name for name in named if name)[:50]


def channel_of(said: str) -> Channel:
    said = said.lower()
    if any(word in said for word in ("chat", "messaging", "whatsapp")):
        return "chat"
    return "web" if any(word in said for word in ("web", "portal", "widget", "form", "help_center")) else "email"


def status(said: str, known: Mapping[str, Status], left: list[str]) -> Status:
    """Raises RowError for what was deleted over there."""
    if said.lower() in ("deleted", "5") and known is ZENDESK_STATUS:
        raise RowError("it was deleted over there")
    found = known.get(said.lower())
    if found is None:
        left.append("its status is one of your own over there: it counts as open")
    return found or "open"
