"""Where a text speaks of hours: "after four", "not before half past nine", "between 9 and 11", "16:00-20:00"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cx_core.records.time_wishes import WishKind
from cx_core.text.time_spelling import NUMBERS

MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
LONG_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
DAY = rf"{LONG_DAY}s?|mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun"
HOUR_WORDS = {word: number for number, word in enumerate(NUMBERS, start=1)}
_CLOCK = re.compile(
    r"\b(?P<how>after|from|not before|no earlier than|earlier than|before|by|until|till?|no later than"
    r"|later than|(?<!half )(?<!quarter )past)\s"
    r"(?:about\s|around\s)?(?:(?P<thirty>half\s(?:past\s)?)|quarter\spast\s)?"
    rf"(?:(?P<hour>[01]?\d|2[0-3]|{'|'.join(HOUR_WORDS)})(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>am|pm|a\.m\."
    rf"|p\.m\.|o['’]?clock)?"
    r"(?![\w/-]|\s(?:days?|weeks?|months?|hours?|minutes?|of\b|%|people|weekends?|the\b|jan|feb|mar|apr|may|jun"
    r"|jul|aug|sep|oct|nov|dec))"
    r"|(?P<noon>noon|midday|lunch(?:time)?)\b)(?:\s(?:in the|at)\s(?:morning|afternoon|evening|night))?",
    re.I,
)
_HOURS_FROM_TO = re.compile(
    r"(?<![\w/.-])(?P<first>[01]?\d|2[0-4])(?P<m1>[:.][0-5]\d)?\s?(?P<h1>am|pm)?\s?(?:-|–|to|till?|until|and)\s?"
    r"(?P<last>[01]?\d|2[0-4])(?P<m2>[:.][0-5]\d)?\s?(?P<h2>am|pm|o['’]?clock)?(?![\w/-]|[.:]\d)",
    re.I,
)
_SPOKEN_OF = re.compile(r"\b(?:between|from)\s(?:the\shours\sof\s)?$", re.I)
_A_DAY_BEFORE = re.compile(rf"\b(?:{DAY}|(?:{MONTHS})\w*)\b[^.!?\n]*$", re.I)
_LATE_PART = re.compile(r"\b(?:afternoons?|evenings?)\b[^.!?\n]{0,12}$", re.I)
"""Before bare hours of the later day: "an evening slot (4-8)"."""
_LATEST_EARLY = 5
"""Bare hours that begin by then and end in the morning are meant of the afternoon: nobody is called on at four."""
_FROM_HOUR = ("after", "from", "not before", "no earlier than", "past")
_CLOCK_ON = re.compile(
    rf"(?<![\w/.:-])(?P<hour>[01]?\d|2[0-3]|{'|'.join(HOUR_WORDS)})(?P<thirty>(?!))?(?:[:.](?P<minute>[0-5]\d))?\s?(?:ish)?\s?"
    r"(?P<half>am|pm|o['’]?clock)?\s?(?:ish\s)?(?:onwards?|(?:or|and) (?:later|after|thereafter|beyond))\b",
    re.I,
)
"""Of a length of time it is not: "4ish onwards"."""
NOBODY = re.compile(r"(?:\b(?:no|not|nobody|no one|no-one|never|nothing|cannot|useless)|n[’']t)\b[^.;!?]*$", re.I)
ENGAGED = re.compile(
    r"(?:\b(?:away|abroad|holiday|busy|out"
    r"|(?<!look )(?<!looked )(?<!looking )at (?:work|school|the(?! (?:latest|earliest|end)\b)|my|our|his|her)"
    r"|(?<!a )(?<!the )(?<!new )(?<!one )(?<!some )working|work|hospital|shift|tied up|"
    r"not (?:here|in|home|back|free|available))|n[’']t (?:be )?(?:here|in|home|back|free|available))\b[^,.;!?]*$",
    re.I,
)
SOMEWHERE = re.compile(
    r"\b(?:i|we|he|she|they|my \w+)(?:[’'](?:m|re|s|ll be)|(?<=\bi)m|(?<=they)re|\s(?:am|are|is|will be|stay))\b"
    r"(?![^.;!?]*\b(?:free|available|home|in(?=\s(?:till?|until|from|all|on|between|and|after|before|by|at|most)\b|\s*$)|here|flexible"
    r"|fine|ok|able|happy)\b)[^.;!?]*$",
    re.I,
)
"""Somebody is, up to a day, where or as they cannot see us: "I'm offshore till"."""
HAS_ON = re.compile(
    r"\b(?:i|we|(?:my|our|the|his|her)\s\w+)(?:[’']ve(?: got)?|\s(?:has|have|got|has got|have got))\s"
    r"(?!(?:to|been|had|asked|booked|moved|the|no|nothing|some|until|till?|only|you|your|every|all|not)\b)"
    r"(?!(?:\w+\s){0,4}(?:time|free|off|available|gap|room|space|open|visit|appointment|slot|window|engineer)\b)"
    r"(?:\w+\s){1,4}(?:on\s)?$",
    re.I,
)
"""What somebody has on a day that is named next: "my son has swimming on Mondays"."""
_ONE_OF_THEM = r"(?:is|are|was|[’']s|would be) (?:just |really )?the (?:\w+ )?(?:ones?|days?|dates?|time)"
THE_ONE_OUT = re.compile(
    rf"[\s,]*{_ONE_OF_THEM}(?: (?:that|which|when|where))? (?:i|we|he|she|they|nobody|no one)\b[^,.;!?]{{0,20}}?"
    r"(?:n[’']t|\bnot|\bcant|\bwont|\bcannot|\bnever)\b"
    rf"|[\s,]*{_ONE_OF_THEM} (?:that |which )?(?:does|do|will|would|is)(?:n[’']t| not)\b",
    re.I,
)
"""Behind a day: "Saturday's the one I can't do"."""


class Mention(NamedTuple):
    """Words about time and what they are of, before it is known whether that is wanted; `ranged`: several days."""

    start: int
    end: int
    kind: WishKind
    said: dict[str, object]
    ranged: bool = False


def clock(text: str) -> Iterator[Mention]:
    for match in _CLOCK_ON.finditer(text):
        if (hour := _hour(match)) is not None:
            yield Mention(*match.span(), "bound", {"begins": f"{hour:02d}:00"})
    for match in _CLOCK.finditer(text):
        hour = 12 if match["noon"] else _hour(match)
        if hour is None:
            continue
        minute = 30 if match["thirty"] and not match["noon"] else 0
        how = match["how"].lower()
        before = re.split(r"[.!?;\n]|\s[–-]\s", text[max(0, match.start() - 60) : match.start()])[-1]
        engaged = how in ("until", "till", "til") and (ENGAGED.search(before) or SOMEWHERE.search(before))
        earlier = how in ("before", "earlier than", "until", "till") and NOBODY.search(before)
        begins = how in ("from", "after", "past") and (ENGAGED.search(before) or HAS_ON.search(f"{before.rstrip()} "))
        if begins:  # "I have rehearsal from five"
            said: dict[str, object] = {"ends": f"{hour:02d}:{minute:02d}"}
        elif how in _FROM_HOUR or engaged or earlier:  # an evening slot begins an hour before most people are home
            said = {"begins": f"{hour - 1 if hour > 16 else hour:02d}:{minute:02d}"}
        else:
            said = {"ends": f"{hour:02d}:{minute:02d}"}
        yield Mention(*match.span(), "bound", said)


def hours_from_to(text: str) -> Iterator[Mention]:
    """Hours as "16:00-20:00", "8-12" or "between 9 and 11"; bare figures only behind a day or such a word."""
    for match in _HOURS_FROM_TO.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        named = match["m1"] or match["h1"] or match["h2"] or _SPOKEN_OF.search(before)
        if not named and not (_A_DAY_BEFORE.search(before) and match["last"] != match["first"]):
            continue
        first, last = int(match["first"]), int(match["last"])
        if (match["h2"] or "").lower() == "pm" and last < 12:
            last += 12
            first += 12 if first + 12 < last and (match["h1"] or "").lower() != "am" else 0
        elif (
            not (match["m1"] or match["h1"] or match["h2"]) and first < last and _in_the_afternoon(first, last, before)
        ):
            first, last = first + 12, last + 12
        elif last < first <= 12:
            last += 12
        if first < last <= 24:
            yield Mention(*match.span(), "part", {"begins": f"{first:02d}:00", "ends": f"{last:02d}:00"})


def _in_the_afternoon(first: int, last: int, before: str) -> bool:
    """Whether bare hours are both of the later half of a day."""
    early = 0 < first <= _LATEST_EARLY or _LATE_PART.search(before) is not None
    return first < last and (last <= 7 or (last < 12 and early))


def _hour(match: re.Match[str]) -> int | None:
    """Of the day; without "am" or "pm" 7 to 12 are in the morning, 1 to 6 in the afternoon."""
    said, half = match["hour"].lower(), (match["half"] or "").lower()
    hour = HOUR_WORDS.get(said) or int(said)
    if hour > 12 and not (half or match["minute"]):
        return None
    if half.startswith("p") or (not half.startswith("a") and hour < 7):
        hour += 12 if hour < 12 else 0
    return hour % 24
