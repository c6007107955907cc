"""Which of several records the customer tells apart by when it came or by its rank: "the one that came this morning",
"what I bought a couple of weeks ago", "the older of the two", "the dear one".

Only of records that lie behind us, and only words that say so plainly; several that fit equally stay several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cx_core.records import BusinessRecord, MessageId, Money, Statement, TimeWish
from cx_core.text.ages import day_of_value

Records = tuple[BusinessRecord, ...]

_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "a couple of": 2,
    "couple of": 2,
    "two": 2,
    "three": 3,
    "a few": 3,
    "four": 4,
    "five": 5,
    "six": 6,
}
_UNITS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}
_AGO = re.compile(
    rf"\b(?:(?P<ago>(?P<n1>\d{{1,2}}|{'|'.join(_COUNTS)}) (?P<u1>day|week|fortnight|month)s? (?:ago|back))"
    rf"|(?:i(?:['’]?ve| have) had|had it|for|since) (?:it |them )?(?:for )?(?:about )?"
    rf"(?P<n2>\d{{1,2}}|{'|'.join(_COUNTS)}) (?P<u2>day|week|fortnight|month)s?)\b",
    re.I,
)
_TODAY = re.compile(r"\b(?:today|(?:earlier )?this (?:morning|afternoon|evening)|just now|an hour ago)\b", re.I)
_LAST_NIGHT = re.compile(r"\blast (?:night|evening)\b", re.I)
_LAST = re.compile(r"\blast (?P<unit>week|month)\b", re.I)
_BEFORE = re.compile(r"\bbefore\s+(?:the\s+)?$", re.I)
_CAME = re.compile(
    r"\b(?:came|come|arrived?|brought|delivered|got|received?|bought|ordered|sent|had|turned up|dropped off|order"
    r"|parcel|box|delivery|package|from|purchase[sd]?)\b",
    re.I,
)
"""A clause about something that came or was bought; the day in another is of something else."""
_FINE = re.compile(r"\b(?:fine|perfect|ok(?:ay)?|great|good|love\w*|works?|keep(?:ing)?|stays?)\b", re.I)
_NOT = re.compile(r"\b(?:not|\w+n[’']?t|never|no longer|stopped)\b", re.I)
NOT_THAT = re.compile(r"\W*(?:but |and )?not\b", re.I)
"""How a clause begins that says which one is not meant."""
_ONE = r"(?:\b(?:the|that|this) |^\W*)(?:{})(?: (?:one|ones|of (?:the )?(?:two|three|them|those|these)))\b"
_RANKS = tuple(
    (re.compile(_ONE.format(words), re.I), by_worth, last)
    for words, by_worth, last in (
        (
            r"dear(?:er|est)?|expensive|more expensive|most expensive|pric(?:e)?y|pricier|priciest"
            r"|big(?:ger|gest)?|large(?:r|st)?",
            True,
            True,
        ),
        (r"cheap(?:er|est)?|less expensive|least expensive|small(?:er|est)?|little", True, False),
        (r"newer|newest|latest|later|younger|youngest|most recent|more recent|recent", False, True),
        (r"older|oldest|elder|eldest|earlier|earliest", False, False),
    )
)


class _Span(NamedTuple):
    first: date
    last: date
    wanted: bool


def came(
    kept: Records,
    said: Sequence[Statement],
    times: Sequence[TimeWish],
    texts: Mapping[MessageId, str],
    today: date,
) -> Records:
    """Those that came, or else were ordered, when the customer says; all where nothing they say tells."""
    days = [_days(record) for record in kept]
    if len(kept) < 2 or not all(own and min(own) <= today for own in days):
        return kept
    spans = list(_spans(said, times, texts, today))
    out = {n for n, own in enumerate(days) for one in spans if not one.wanted and _in(own[:1], one)}
    for one in (one for one in spans if one.wanted):
        for place in (0, 1):
            found = {n for n, own in enumerate(days) if _in(own[place : place + 1], one)} - out
            if found:
                return tuple(record for n, record in enumerate(kept) if n in found)
    return tuple(record for n, record in enumerate(kept) if n not in out) or kept


def ranked(kept: Records, said: Sequence[Statement], texts: Mapping[MessageId, str]) -> Records:
    """The one that is the dearest, cheapest, newest or oldest of them, where the customer says so last of all."""
    if any(record.customer is None for record in kept):
        return kept
    for statement in reversed(said):
        clause = texts.get(statement.message, "")[statement.start : statement.end]
        if len(kept) < 2 or statement.does == "refuses" or NOT_THAT.match(clause):
            continue
        for words, by_worth, last in _RANKS:
            held = [_worth(record) if by_worth else _made(record) for record in kept]
            if words.search(clause) and all(one is not None for one in held):
                best = (max if last else min)(str(one) for one in held)
                return tuple(record for record, one in zip(kept, held, strict=True) if str(one) == best)
    return kept


def _spans(
    said: Sequence[Statement], times: Sequence[TimeWish], texts: Mapping[MessageId, str], today: date
) -> Iterator[_Span]:
    for statement in said:
        clause = texts.get(statement.message, "")[statement.start : statement.end]
        if not _CAME.search(clause):
            continue
        fine = bool(_FINE.search(clause)) and not _NOT.search(clause)
        wanted = statement.does != "refuses" and not fine and not NOT_THAT.match(clause)
        for first, last in _told(clause, today):
            yield _Span(first, last, wanted)
        for one in times:
            if not statement.holds(one) or one.first is None or one.last is None:
                continue
            first, last = (_behind(day, one.first > today) for day in (one.first, one.last))
            if _BEFORE.search(clause[: one.start - statement.start]):
                first, last = first - timedelta(days=31), first - timedelta(days=1)
            yield _Span(first, last, wanted)


def _told(clause: str, today: date) -> Iterator[tuple[date, date]]:
    """The days that are meant by words for a while that is over, as loosely as people mean them."""
    if _TODAY.search(clause):
        yield today, today
    if _LAST_NIGHT.search(clause):
        yield today - timedelta(days=1), today - timedelta(days=1)
    for match in _LAST.finditer(clause):
        if match["unit"].lower() == "week":
            monday = today - timedelta(days=today.weekday() + 7)
            yield monday, monday + timedelta(days=6)
        else:
            end = today.replace(day=1) - timedelta(days=1)
            yield end.replace(day=1), end
    for match in _AGO.finditer(clause):
        said = (match["n1"] or match["n2"]).lower()
        unit = _UNITS[(match["u1"] or match["u2"]).lower()]
        count = int(said) if said.isdigit() else _COUNTS[said]
        loose = 0 if unit == 1 and count == 1 else max(1, unit * count // 3)
        middle = today - timedelta(days=unit * count)
        yield middle - timedelta(days=loose), middle + timedelta(days=loose)


def _behind(day: date, ahead: bool) -> date:
    """A day of last year where the words were read as ahead: "what came round Christmas"."""
    return day - timedelta(days=365) if ahead else day


def _in(days: Sequence[date], span: _Span) -> bool:
    return any(span.first <= day <= span.last for day in days)


def _days(record: BusinessRecord) -> tuple[date, ...]:
    """When it came, and when it was ordered or made; what has not come yet has only the latter."""
    found = (day_of_value(record.fields.get(name)) for name in ("delivered", "date", "since"))
    return tuple(day for day in found if day is not None)


def _worth(record: BusinessRecord) -> str | None:
    held = record.fields.get("amount") or record.fields.get("price")
    return f"{held.minor:012d}" if isinstance(held, Money) else None


def _made(record: BusinessRecord) -> str | None:
    held = next(
        (day for name in ("date", "delivered", "at", "since") if (day := day_of_value(record.fields.get(name)))), None
    )
    return held.isoformat() if held else None
