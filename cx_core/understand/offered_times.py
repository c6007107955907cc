"""The days and hours that a message of ours offers, and which of them an answer takes.

Whoever answers an offer most likely takes something of it: so of the times offered that is taken which goes against
least of what they say, where that is little. Words that count ("the second", "number 3") come first; "the late one"
tells apart what is left. Another day or part of the day than those offered takes none, nor does "neither".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cx_core.records import MessageId, OfferedTime, TimeWish
from cx_core.text.spans import Span
from cx_core.text.spelling import mistakes
from cx_core.text.third_person import tells_of_another
from cx_core.text.time_spelling import respelled
from cx_core.understand.stance.taken_option import by_number, holds, takes_left, takes_none
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
_BOUND = re.compile(r"\b(?:from|after|since|as of)\s(?:the\s)?$", re.I)
"""In front of a day that bounds an offer, where other days have hours."""
_TOGETHER = re.compile(r"\b(?:both|each|all)\b[^.?!;\n]{0,15}$", re.I)
_ENDS = re.compile(r"[.?!](?=\s|$)|\n")
_PARTED = re.compile(r"[.?!;\n\d]|\b(?:or|and)\b")
_SAME_WEEKDAY = re.compile(rf"\b(?:same|that)\s(?P<day>{DAY})\b", re.I)
_SHORT_DAY = re.compile(
    r"(?<!i )(?<!we )(?<!he )(?<!she )(?<!they )(?<!the )\b(?:mon|tues?|weds?|thurs?|thu|fri|sat|sun)\b", re.I
)
_SAME_DAY = re.compile(r"\b(?:same|that) day\b", re.I)
_OF_MONTH = re.compile(r"(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)\b", re.I)
_ENDS_THERE = re.compile(
    r"\s*(?:[.,!;\n]|$|(?:please|pls|then|is (?:fine|good|great|ok)|works|suits|would|it is)\b)", re.I
)
_NOT_FREE = re.compile(r"\b(?:not|nothing|no longer|none|n[’']t)\b[^.?!,;]{0,30}$", re.I)
_LENGTH = re.compile(r"\s?(?:hours?|minutes?|days?|weeks?|working)\b", re.I)
"""Behind what is a length of time: "it takes 1 to 2 hours"."""
_EARLY = ("early", "earlier", "earliest", "sooner", "soonest")
_LATE = ("late", "later", "latest")
_THE_ONE = re.compile(
    r"(?:^|[,.;!?]\s*|\b(?:the|that|an?)\s)(?P<word>[a-z]+)"
    r"(?=\s*(?:$|[,.;!?\n]|\b(?:ones?|slot|time|visit|date|option|of|if|then|please|pls|is|would|works|suits)\b))"
)
_SHORTEST = 4
_OPENS = 7
"""Nobody comes before this hour: a bare 4 is in the afternoon."""
_APPOSITION = 25
"""So many characters may stand between a weekday and its date: "Monday morning the 7th"."""
_NEAR, _OTHER_PART = 1, 2
"""How much it counts against a time that its hours begin or end a little beside what was said, and that they are
others. Only what is near may be taken."""


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
    if any(hours for _, hours in found):  # "from the 21st on I could offer you ..."
        found = [(day, hours) for day, hours in found if hours or not _BOUND.search(spelt[: day.start])]
    made = [
        OfferedTime(day=_first(day), begins=begins, ends=ends)
        for day, hours in found
        if not any(one.search(spelt[max(0, day.start - 40) : day.start]) for one in (_BOOKED, _NOT_FREE))
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
    ranges = (match for match in _FROM_TO.finditer(text) if not _LENGTH.match(text, match.end()))
    found = [one for match in ranges if (one := _from_to(match)) is not None]
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
    """With short words for weekdays that were offered written out where they can be one: "sat then", not "I sat"."""
    days = {f"{one.day:%A}".lower() for one in offered if one.day is not None}
    short = {day[:3]: day for day in days} | {day[:4]: day for day in days}
    return _SHORT_DAY.sub(lambda found: short.get(found[0].lower(), found[0]), text)


def taken_times(
    offered: Sequence[OfferedTime], wishes: Sequence[TimeWish], answer: str, *, put_now: bool = True
) -> TakenTimes:
    """Of two offered times or more those that an answer takes; `wishes` are what it says of time.

    `put_now`: the answer is to the offer itself, so that a number or a place in its order is one of the offer's.
    """
    if takes_none(answer):
        return TakenTimes(turned_down=tuple(offered))
    if put_now and (at := by_number(len(offered), answer)) is not None:
        return TakenTimes((offered[at],))
    said = [_of_the_offer(one, offered) for one in wishes if not one.fallback and not one.passing]
    said += _bare_number(answer, offered) if not any(one.kind == "days" for one in said) else []
    if takes_left(answer):
        named = [one for one in said if one.kind == "days"]
        rest = [time for time in offered if not any(_held(one, time) for one in named)]
        return TakenTimes(tuple(rest) if named and len(rest) < len(offered) else ())
    left = [time for time in offered if not any(_held(one, time) for one in said if not one.wanted)]
    if not left:
        return TakenTimes(turned_down=tuple(offered))
    days = [one for one in said if one.wanted and one.kind == "days" and not one.beside]
    left = [time for time in left if not days or any(_held(one, time) for one in days)]
    hours = _hours_meant(answer, offered)
    said = [one for one in said if not hours or not (one.begins or one.ends) or one.kind == "days"]
    against = [_against(time, said, days, hours) for time in left]
    if not left or min(against) > _NEAR:
        return TakenTimes()
    best = [time for time, count in zip(left, against, strict=True) if count == min(against)]
    if put_now and len(left) > 1 and (order := _order(answer)):
        first = min if order == "early" else max
        meant = first(left, key=_when)
        others = tells_of_another(answer)  # "the early one, he drives home after lunch"
        if len(best) == 1 and meant not in best and not others:  # "the early one, after lunch"
            return TakenTimes((meant, *best) if len(left) < len(offered) else ())
        best = [meant if others else first(best, key=_when)]
    return TakenTimes(tuple(best) if len(best) < len(offered) else ())


def _of_the_offer(wish: TimeWish, offered: Sequence[OfferedTime]) -> TimeWish:
    """A day of a month by its number alone as the day that we offered: "the 30th", on the 30th, of the next one."""
    number = _OF_MONTH.fullmatch(wish.text) if wish.kind == "days" else None
    same = [one.day for one in offered if number and one.day is not None and one.day.day == int(number[1])]
    return wish.replace(first=same[0], last=same[0]) if same else wish


def _bare_number(answer: str, offered: Sequence[OfferedTime]) -> list[TimeWish]:
    """The day that an answer begins with as a mere number: "11th. I'm away till then"."""
    number = _OF_MONTH.match(answer.lstrip())
    if number is None or not _ENDS_THERE.match(answer.lstrip()[number.end() :]):
        return []
    days = [one.day for one in offered if one.day is not None and one.day.day == int(number[1])]
    return [
        TimeWish(message=MessageId(""), start=0, end=number.end(), text=number[0], kind="days", first=day, last=day)
        for day in days[:1]
    ]


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
    """How much of what is wanted besides the day a time goes against."""
    rest = {
        (one.first, one.last, one.beside, one.begins, one.ends): one for one in said if one.wanted and one not in days
    }
    against = sum(_far(one, time) for one in rest.values() if not _held(one, time))
    return against + _OTHER_PART * (bool(hours) and time not in hours)


def _far(wish: TimeWish, time: OfferedTime) -> int:
    """How far off a time is that is not as was said: less where the hours only begin too early, or end too late."""
    early = bool(wish.begins) and bool(time.ends) and time.ends <= wish.begins
    late = bool(wish.ends) and bool(time.begins) and time.begins >= wish.ends
    return _NEAR if wish.kind == "bound" and not (early or late) and (wish.begins or wish.ends) else _OTHER_PART


def _held(wish: TimeWish, time: OfferedTime) -> bool:
    if time.day is None:  # only hours tell these apart
        wish = wish.replace(first=None, last=None, weekdays=(), beside="")
    return holds(wish, time.day or date.min, (time.begins, time.ends))


def _when(time: OfferedTime) -> tuple[date, str]:
    return time.day or date.min, time.begins


def _order(answer: str) -> str:
    """Whether they speak of the early or the late one; empty: neither."""
    for match in _THE_ONE.finditer(answer.lower()):
        word = match["word"]
        for order, all_forms in (("early", _EARLY), ("late", _LATE)):
            if word in all_forms:
                return order
            if len(word) > _SHORTEST and any(word[0] == one[0] and mistakes(word, one) == 1 for one in all_forms):
                return order
    return ""


def _hours_meant(answer: str, offered: Sequence[OfferedTime]) -> list[OfferedTime]:
    """Those whose hours an answer names by figures alone: "4 to 8"."""
    named = {(one.said["begins"], one.said["ends"]) for match in _FROM_TO.finditer(answer) if (one := _from_to(match))}
    return [one for one in offered if (one.begins, one.ends) in named]
