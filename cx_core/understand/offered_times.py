"""The days and hours that a message of ours offers, and which of them an answer takes.

Whoever answers an offer most likely takes something of it: so of the times offered that is taken which goes against
least of what they say, and not only one that fits all of it. Words that count ("the second", "number 3") come first;
"the late one" tells apart what is left. Another day than those offered, or "neither", takes none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cx_core.records import OfferedTime, TimeWish
from cx_core.text.spans import Span
from cx_core.text.spelling import mistakes
from cx_core.text.time_spelling import respelled
from cx_core.understand.stance.taken_option import by_number, holds, takes_none
from cx_core.understand.time_mentions import PART, PART_HOURS, apart, mentions
from cx_core.understand.times.hours import DAY, HOUR_WORDS, Mention

_HOUR = rf"(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?|{'|'.join(HOUR_WORDS)}|noon|midday"
_FROM_TO = re.compile(
    rf"(?<![\w/.:£-])(?P<first>{_HOUR})\s?(?P<h1>am|pm|a\.m\.|p\.m\.)?\s?(?:-|–|to|till?|until|and)\s?"
    rf"(?P<last>{_HOUR})(?!\w|[.:]\d|-\d|\s?%)\s?(?P<h2>am|pm|a\.m\.|p\.m\.)?|"
    rf"(?<![\w/.:£-])(?P<first_>{_HOUR})\s?(?P<h1_>am|pm)?\s?(?:-|–|to|till?|until|and)\s?(?P<last_>{_HOUR})(?P<h2_>am|pm)\b",
    re.I,
)
_BEFORE_HOURS = re.compile(r"[\s,(]*(?:(?:in the|between|from|i\.e\.)\s)?[\s(]*", re.I)
"""Between a part of the day and its hours: "morning (8 to 12)"."""
_BEHIND_HOURS = re.compile(r"[\s,)]*(?:(?:in|on) )?(?:the )?", re.I)
_BOOKED = re.compile(
    r"\b(?:booked|scheduled|planned|moved? from|currently|now|due|instead of)\b[^.?!:]{0,30}$"
    r"|\b(?:before|than)\s(?:the\s)?$",
    re.I,
)
_TOGETHER = re.compile(r"\b(?:both|each|all)\b[^.?!;\n]{0,15}$", re.I)
_ENDS = re.compile(r"[.?!](?=\s|$)|\n")
_PARTED = re.compile(r"[.?!;\n\d]|\b(?:or|and)\b")
_SAME_WEEKDAY = re.compile(rf"\b(?:same|that)\s(?P<day>{DAY})\b", re.I)
_SHORT_DAY = re.compile(r"\b(?:mon|tues?|weds?|thurs?|thu|fri|sat|sun)\b", re.I)
_SAME_DAY = re.compile(r"\b(?:same|that) day\b", re.I)
_OF_MONTH = re.compile(r"(?<![\w£.,:-])(\d{1,2})(?:st|nd|rd|th)\b", re.I)
_EARLY = ("early", "earlier", "earliest", "sooner", "soonest")
_LATE = ("late", "later", "latest")
_OPENS = 7
"""Nobody comes before this hour: a bare 4 is in the afternoon."""
_APPOSITION = 25
"""So many characters may stand between a weekday and its date: "Monday morning the 7th"."""
_REFUSED, _OTHER_DAY, _OTHER_PART = 6, 2, 2
"""How much it counts against a time that its day was refused, and that another day or another part of the day was
wanted; 1 for whatever else was said."""


class TakenTimes(NamedTuple):
    """`taken` of the times offered, several where it is left open which; `turned_down`: all, where none is taken."""

    taken: tuple[OfferedTime, ...] = ()
    turned_down: tuple[OfferedTime, ...] = ()


def offered_times(text: str, today: date, named: Sequence[date] = ()) -> tuple[OfferedTime, ...]:
    """Each day with its hours that a text names, in its order, each once; not those that something is booked on.

    A weekday alone is the day of that weekday among those `named` before in the conversation, if there is one.
    """
    spelt = respelled(text).text
    days = list(_days(spelt, today, named))
    found: list[tuple[Mention, list[Mention]]] = [(day, []) for day in days]
    for one in _hours(spelt):
        before = [n for n, day in enumerate(days) if day.start < one.start]
        place = before[-1] if before else 0
        if not found or _ENDS.search(spelt[days[place].end : one.start]):
            continue
        found[place][1].append(one)
        if _TOGETHER.search(spelt[days[place].end : one.start]):
            for n in range(place):
                found[n][1].extend([one] if not found[n][1] else [])
    hours_alone = _hours(spelt) if not days and _SAME_DAY.search(spelt) else []
    if len(hours_alone) > 1:  # "the same day, either from noon till four or from four till eight"
        return tuple(OfferedTime(day=None, begins=str(h.said["begins"]), ends=str(h.said["ends"])) for h in hours_alone)
    made = [
        OfferedTime(day=_first(day), begins=begins, ends=ends)
        for day, hours in found
        if not _BOOKED.search(spelt[max(0, day.start - 40) : day.start])
        for begins, ends in [(str(one.said["begins"]), str(one.said["ends"])) for one in hours] or [("", "")]
    ]
    timed = {one.day for one in made if one.begins or one.ends}
    return tuple(dict.fromkeys(one for one in made if one.begins or one.ends or one.day not in timed))


def _first(day: Mention) -> date:
    first = day.said["first"]
    if not isinstance(first, date):
        raise TypeError(f"a day without a date: {day}")
    return first


def _days(text: str, today: date, named: Sequence[date]) -> Iterator[Mention]:
    """Days by their date or weekday, in order; a weekday and the date behind it are one."""
    known = list(named)
    last: Mention | None = None
    for one in _single(text, today):
        bare = not any(char.isdigit() for char in text[one.start : one.end])
        if last is not None and last.said["bare"] and not bare and _goes_on(text, last, one):
            last = Mention(last.start, one.end, "days", {**one.said, "bare": False})
            known.append(_first(one))
            continue
        if last is not None:
            yield last
        same = [day for day in known if day.weekday() == _first(one).weekday()] if bare else []
        last = Mention(one.start, one.end, "days", {"first": same[-1] if same else _first(one), "bare": bare})
        known.append(_first(last))
    if last is not None:
        yield last


def _single(text: str, today: date) -> Iterator[Mention]:
    """What names one day."""
    for one in apart(list(mentions(text, today))):
        first = one.said.get("first")
        if one.kind == "days" and isinstance(first, date) and first == one.said.get("last"):
            yield one
        elif one.said.get("beside") == "same" and (match := _SAME_WEEKDAY.search(text[one.start : one.end])):
            for day in _single(match["day"].capitalize(), today):
                yield Mention(one.start, one.end, "days", day.said)


def _goes_on(text: str, weekday: Mention, dated: Mention) -> bool:
    between = text[weekday.end : dated.start]
    same = _first(weekday).weekday() == _first(dated).weekday()
    return same and len(between) <= _APPOSITION and _PARTED.search(between) is None


def _hours(text: str) -> list[Mention]:
    """Hours from one to another; parts of the day where no such hours stand beside them. In order."""
    found = [one for match in _FROM_TO.finditer(text) if (one := _from_to(match)) is not None]
    parts = []
    for match in PART.finditer(text):
        begins, ends = PART_HOURS[next(name for name, words in match.groupdict().items() if words)]
        if not any(_beside(text, Span(*match.span()), one) for one in found):
            parts.append(Mention(*match.span(), "part", {"begins": begins, "ends": ends}))
    return sorted([*found, *parts], key=lambda one: one.start)


def _beside(text: str, part: Span, hours: Mention) -> bool:
    if hours.start >= part.end:
        return _BEFORE_HOURS.fullmatch(text[part.end : hours.start]) is not None
    if part.start >= hours.end:
        return _BEHIND_HOURS.fullmatch(text[hours.end : part.start]) is not None
    return True


def _from_to(match: re.Match[str]) -> Mention | None:
    given = {name.rstrip("_"): (value or "").lower() for name, value in match.groupdict().items() if value}
    first, last = _hour(given["first"]), _hour(given["last"])
    h1, h2 = given.get("h1", "").replace(".", ""), given.get("h2", "").replace(".", "")
    last += 12 if h2 == "pm" and last < 12 else 0
    first += 12 if first < 12 and (h1 == "pm" or (not h1 and first < _OPENS)) else 0
    first += 12 if h2 == "pm" and not h1 and first + 12 < last else 0
    last += 12 if last <= first and last < 12 else 0
    if not first < last <= 24:
        return None
    return Mention(*match.span(), "part", {"begins": f"{first:02d}:00", "ends": f"{last:02d}:00"})


def _hour(said: str) -> int:
    if said in ("noon", "midday"):
        return 12
    return HOUR_WORDS.get(said) or int(re.split("[:.]", said)[0])


def with_long_days(text: str, offered: Sequence[OfferedTime]) -> str:
    """With short words for weekdays that were offered written out: "sat" is a day in answer to Saturday."""
    days = {f"{one.day:%A}".lower() for one in offered if one.day is not None}
    short = {day[:3]: day for day in days} | {day[:4]: day for day in days}
    return _SHORT_DAY.sub(lambda found: short.get(found[0].lower(), found[0]), text)


def taken_times(offered: Sequence[OfferedTime], wishes: Sequence[TimeWish], answer: str) -> TakenTimes:
    """Of two offered times or more those that an answer takes; `wishes` are what it says of time."""
    if takes_none(answer):
        return TakenTimes(turned_down=tuple(offered))
    if (at := by_number(len(offered), answer)) is not None:
        return TakenTimes((offered[at],))
    of_month = {int(match[1]) for match in _OF_MONTH.finditer(answer)}
    meant = [one for one in offered if one.day is not None and one.day.day in of_month]
    said = [one for one in wishes if not one.fallback and not one.passing and not (meant and _numbered(one, of_month))]
    days = [one for one in said if one.wanted and one.kind == "days" and not one.beside]
    if not meant and days and not any(_held(one, time) for one in days for time in offered):
        return TakenTimes()
    hours = _hours_meant(answer, offered)
    against = [_against(time, said, days, hours) + _OTHER_DAY * (bool(meant) and time not in meant) for time in offered]
    left = [time for time, count in zip(offered, against, strict=True) if count == min(against)]
    if len(left) > 1 and (order := _order(answer)):
        left = [min(left, key=_when) if order == "early" else max(left, key=_when)]
    return TakenTimes(tuple(left) if len(left) < len(offered) else ())


def in_words(times: Sequence[OfferedTime]) -> str:
    """As a question: "Wednesday 30 December, 08:00-12:00, or 12:00-16:00?"."""
    said, last = list[str](), None
    for one in times:
        day = f"{one.day:%A} {one.day.day} {one.day:%B}" if one.day is not None and one.day != last else ""
        hours = "-".join(filter(None, (one.begins, one.ends)))
        said.append(", ".join(filter(None, (day, hours))))
        last = one.day
    return f"{', or '.join(said)}?"


def _against(
    time: OfferedTime, said: Sequence[TimeWish], days: Sequence[TimeWish], hours: Sequence[OfferedTime]
) -> int:
    """How much of what was said a time goes against; of several days that are wanted one is enough."""
    refused = sum(_held(one, time) for one in said if not one.wanted)
    other_day = bool(days) and not any(_held(one, time) for one in days)
    rest = {
        (one.first, one.last, one.beside, one.begins, one.ends): one for one in said if one.wanted and one not in days
    }
    against = sum(_far(one, time) for one in rest.values() if not _held(one, time))
    against += _OTHER_PART * (bool(hours) and time not in hours)
    return _REFUSED * refused + _OTHER_DAY * other_day + against


def _far(wish: TimeWish, time: OfferedTime) -> int:
    """How far off a time is that is not as was said: less where the hours only begin too early, or end too late."""
    early = bool(wish.begins) and bool(time.ends) and time.ends <= wish.begins
    late = bool(wish.ends) and bool(time.begins) and time.begins >= wish.ends
    return _OTHER_PART if wish.kind == "part" or early or late else 1


def _held(wish: TimeWish, time: OfferedTime) -> bool:
    if time.day is None:  # only hours tell these apart
        wish = wish.replace(first=None, last=None, weekdays=(), beside="")
    return holds(wish, time.day or date.min, (time.begins, time.ends))


def _numbered(wish: TimeWish, of_month: Collection[int]) -> bool:
    """Whether it is a day of a month by its number alone, which is that of the offer."""
    return wish.kind == "days" and wish.first is not None and wish.first.day in of_month


def _when(time: OfferedTime) -> tuple[date, str]:
    return time.day or date.min, time.begins


def _order(answer: str) -> str:
    """Whether they speak of the early or the late one; empty: neither."""
    for word in re.findall(r"[a-z]+", answer.lower()):
        for order, words in (("early", _EARLY), ("late", _LATE)):
            if word in words or (
                len(word) > 4 and any(word[0] == one[0] and mistakes(word, one) == 1 for one in words)
            ):
                return order
    return ""


def _hours_meant(answer: str, offered: Sequence[OfferedTime]) -> list[OfferedTime]:
    """Those whose hours an answer names by figures alone: "4 to 8"."""
    named = {(one.said["begins"], one.said["ends"]) for match in _FROM_TO.finditer(answer) if (one := _from_to(match))}
    return [one for one in offered if (one.begins, one.ends) in named]
