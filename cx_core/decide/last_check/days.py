"""Days and parts of the day in a customer's own words, and what they are of: wanted, ruled out, or a bound.

A reading of its own beside triage's: the last check would otherwise share its mistakes. Only what is plain is taken; a
day that is neither is told of nobody's wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import zip_longest
from typing import Literal, NamedTuple

from cx_core.decide.last_check.clauses import plain
from cx_core.ports import TimeReader, TimeSense
from cx_core.text.dates import dates
from cx_core.text.third_person import tells_of_another
from cx_core.text.time_spelling import NUMBERS, respelled

Sense = Literal["on", "out", "after", "from", "before", "by", "past"]

_WEEK = re.compile(r"\b(?:(?P<how>this|next) week\b(?! ?end)|(?:the )?week after next\b)", re.I)
_EACH = re.compile(
    r"\b(?:(?P<any>any|every|each|all|a) (?P<day>mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?P<days>mon|tues|wednes|thurs|fri|satur|sun)days|(?P<ends>(?:any |at )?week-?ends?)|(?P<work>week-?days?"
    r"|working days?))\b",
    re.I,
)
_BEGINS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK_OF = re.compile(
    r"(?<!this )(?<!next )(?<!a )\bweek (?:of|commencing|beginning|starting|that (?:starts|begins))"
    r"(?: on)?(?: the)?(?: monday)?,?(?: the)? $",
    re.I,
)
"""In front of a day that stands for its week."""
_OF_THAT_WEEK = re.compile(r"\b(?:same|that|the following) week\b|\bthe week (?:after|before)\b", re.I)
"""With which a weekday is that of a week named elsewhere."""
_JOINED = re.compile(r"[\s,]{0,2}(?:the\s)?", re.I)
_RANGE = re.compile(r"\s?(?:-|–|to|until|till|and|through)\s(?:the\s)?", re.I)
_LEAD = r"(?:\s(?:the|my|this|coming|next|around|about|on|for|of|mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b)*,?\s*$"
_IN_FRONT: tuple[tuple[Sense, str], ...] = (
    ("by", r"\b(?:no|not) later than|\bnot (?:\w+ )?after"),
    (
        "from",
        r"\b(?:no|not) (?:earlier|sooner) than|\bnot (?:\w+ )?(?:before|until)|\bfrom|\bas of|\bstarting"
        r"|\b(?:am|are|is|be|get) (?:back|home)(?: again)? on",
    ),
    ("after", r"\bafter(?!,)|\blater than|\bpast"),
    ("before", r"\bbefore(?!,)|\bearlier than|\bahead of|\bsooner than"),
    ("by", r"\bby|\buntil|\btill|\bup to|\bin time for|\blatest"),
    (
        "out",
        r"\bnot|\bexcept(?: for)?|\b(?:any|every|all|anything|any ?time|days?|whatever)\b[^.;]{0,25}\bbut"
        r"|\bother than"
        r"|\bapart from|\binstead of|\brather than|\bis not|\bare not|\bno|\bwithout|\bbar|\bto (?:skip|avoid)",
    ),
)
_SENSES = tuple((sense, re.compile(rf"(?:{pattern}){_LEAD}", re.I)) for sense, pattern in _IN_FRONT)
_AWAY = re.compile(
    r"\b(?:can ?not|not can|can never|could not|will not|not able|unable|am not|are not|away|abroad|holidays?|working"
    r"|at work"
    r"|in work|busy"
    r"|no good|not good|not suit|not suitable|not work|not fit|not convenient|inconvenient|not be|not home"
    r"|not here|not in"
    r"|nobody|no one|no-one|stuck|impossible|closed|hospital|funeral|dentist|exam|shift|out"
    r"|(?<!was )(?<!were )(?<!been )taken|clash\w*"
    r"|dislike|hate)\b"
)
_ENGAGED = re.compile(
    r"\W*(?:(?:morning|lunch-?time|afternoon|tea-?time|evening|night) )?(?:is|was|s) (?:my|our|his|her|their) "
    r"(?!(?:\w+ )?(?:day|one|preference|choice|pick|favou?rite|best|slot|turn)\b|(?:day off|preferred|ideal|best)\b)"
)
"""What else happens on a day that is named just before: "Thursday is my choir"."""
_OF_ANOTHER = re.compile(r"\b(?:he|she|they)\b(?!.*\b(?:i|we|you)\b)")
"""In front of a day that is told of somebody else."""
_UNTIL = re.compile(rf"\b(?:until|till){_LEAD}", re.I)
"""In front of a day up to which something goes on: what they wait for, or what was so."""
_AVAILABLE = re.compile(r"\b(?:only (?:time|day)|can only|only (?:be|on)|am (?:in|home|free|back)|until|till|so)\b")
_PAST = re.compile(
    r"\b(?:since|ordered|bought|arrived|came|delivered|paid|charged|billed|was (?:due|booked|supposed|meant)"
    r"|booked for|due"
    r"|scheduled for|arranged for|agreed for|set for|planned for|currently|presently|at the moment|of the order"
    r"|received"
    r"|order of|bill of|invoice of|wrote|rang|called|spoke)\b[^,;]{0,20}$"
)
_PARTS = re.compile(
    r"\b(?P<morning>mornings?|forenoons?|before (?:noon|midday|lunch)|first thing)"
    r"|\b(?P<afternoon>afternoons?|after (?:lunch|noon|midday)|lunch-?time)"
    r"|\b(?P<evening>evenings?|tonight|after (?:work|school|tea|dinner|dark))"
    r"|\b(?P<how>after|from|before|by|until|till|not before) (?P<hour>\d{1,2})(?:[:.]\d\d)? ?(?P<half>am|pm|o'clock)"
    r"|\b(?P<begin>\d{1,2})(?:[:.]00)? ?(?:-|–|to|and) ?(?P<end>\d{1,2})(?:[:.]00| ?am| ?pm| o'clock)",
)
_NOT_THEN = re.compile(
    r"(?:\b(?:not|no|except|instead of|rather than)\s(?:(?:want|need|like|fancy) (?:an? |any )?)?"
    r"|\b(?:any\w*|every\w*|all|whenever|whatever)\b[^.;]{0,30}\bbut\s)(?:in the |the |on )?$"
)
_LONGEST = 3
"""Hours from the first in which a visit that begins then is still going on."""
_STARTS = {"morning": (0, 12), "afternoon": (12, 16), "evening": (16, 24)}
_CORRECTS = re.compile(r"\b(?:actually|sorry|i mean|i meant|make it|correction|or rather)\b")
_DIGIT = re.compile(r"\d")
_WEEKDAY = re.compile(r"(?:the )?(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?", re.I)
_BARE_ORDINAL = re.compile(r"(?:the )?\d{1,2}(?:st|nd|rd|th)", re.I)
"""A day without its month."""
_OF_WHAT_CAME = re.compile(
    r"\b(?:parcel|order|delivery|package|box|shipment|visit|booking|appointment|bill|invoice|payment|came|arrived|delivered"
    r"|received|bought|ordered) (?:of|from|on|dated) (?:the )?$"
)
"""In front of the day from which something is that they have."""
_SPELLED_HOUR = re.compile(
    r"(?:\b(?P<how>after|from|not before|before|by|until|till) )?"
    rf"\b(?P<hour>{'|'.join(NUMBERS)}) (?:o'clock )?in the $"
)
"""In front of the part of the day that an hour is of, which counts instead of it."""
_GREETED = re.compile(r"\b(?:good|this)\s$")
_GREETING = re.compile(r"\W*(?:morning|afternoon|evening) (?:all|there|team|folks|everyone|both)\W*")
"""A clause that is a greeting and no time."""


PLAIN, LIKELY, SURE, SURER = 0.4, 0.5, 0.6, 0.75
"""Probability from which the sense of a clause counts where no word beside a day says anything; the same where "until"
may be what somebody waits for, or was so; where it makes the day one of no wish, which blinds the check, or rules out
several; and where it makes it a bound."""

_LEARNT: Mapping[str, Sense] = {
    "wanted": "on",
    "fallback": "on",
    "unwanted": "out",
    "from": "from",
    "by": "by",
    "booked": "past",
    "told": "past",
}


class SaidDays(NamedTuple):
    """Words for a day, or days, and what they are of. `weekdays`: only such days of the span."""

    words: str
    first: date
    last: date
    sense: Sense
    weekdays: tuple[int, ...] = ()
    corrects: bool = False

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last and (not self.weekdays or day.weekday() in self.weekdays)

    def may_be(self, day: date) -> bool:
        """Whether it is a weekday without its figure, and the day such a one: "the Tuesday after"."""
        bare = _WEEKDAY.fullmatch(self.words) is not None
        return bare and self.first == self.last and self.first.weekday() == day.weekday()

    def forbids(self, day: date) -> bool:
        """Whether a step on this day goes against a bound, or is on a day that is ruled out."""
        match self.sense:
            case "out":
                return self.holds(day)
            case "after":
                return day <= self.last
            case "from":
                return day < self.first
            case "before":
                return day >= self.first
            case "by":
                return day > self.last
        return False


class SaidHours(NamedTuple):
    """Words for a part of the day: the hours at which a visit may begin; `out`: at which it may not; `numbered`: they
    name the hours at which it begins and ends."""

    words: str
    begins: int
    ends: int
    out: bool
    numbered: bool = False

    def holds(self, hour: int) -> bool:
        return self.begins <= hour < self.ends


class _Mention(NamedTuple):
    start: int
    end: int
    first: date
    last: date
    weekdays: tuple[int, ...] = ()


def said_days(
    sentence: str, today: date, present: frozenset[date] = frozenset(), reader: TimeReader | None = None
) -> Iterator[SaidDays]:
    """In order of place; those in the past are left out, those that nobody wants for a step are "past".

    `present`: days of what the step is about; "from" one of them is where it moves from and begins no span. `reader`
    tells what each is in its sense, where no word beside it says anything.
    """
    written, spelt = sentence, respelled(sentence)
    sentence = spelt.text
    found = list(_spans(list(_apart(sentence, today)), sentence, present))
    ruled_out: set[str] = set()
    bare = len(found) == 1 and not re.search(r"\w", sentence[: found[0].start] + sentence[found[0].end :])
    read = reader if found and not bare else None  # a sentence that is nothing but the day has no sense of its own
    senses = read.senses(sentence, [(one.start, one.end) for one in found]) if read else ()
    for one, learnt in zip_longest(found, senses):
        left = _left(sentence, one.start)
        right = plain(re.split(r"[,;.!?]|\bso\b", sentence[one.end :])[0])
        ranged = bool(_RANGE.search(sentence[one.start : one.end])) and one.first != one.last
        corrects = bool(_CORRECTS.search(left))
        words = written[slice(*spelt.place(one.start, one.end))].strip()
        worded = _sense(left, right, ranged=ranged)
        if learnt is not None and _OF_ANOTHER.search(left) and _other_bound(worded, learnt):
            worded = "past"
        elif learnt is not None and _UNTIL.search(left) and learnt.probability >= LIKELY:
            worded = _LEARNT[learnt.sense] if learnt.sense in ("from", "told") else worded
        of_what_came = bool(_BARE_ORDINAL.fullmatch(words) and _OF_WHAT_CAME.search(left))
        first, last = _as_booked(words, one, present, of_what_came=of_what_came)
        if last < today and worded not in ("on", "past") and not of_what_came:
            first, last = one.first, one.last  # "by Friday", of what was ordered on a Friday
        sense = _meant(worded, learnt, one_day=first == last)
        if sense == "on" and words.casefold() in ruled_out and not (corrects or _PARTS.search(right[:20])):
            sense = "past"  # "not Tuesday, on Tuesday I drive to the airport"
        if sense == "out":
            ruled_out.add(words.casefold())
        yield SaidDays(words, first, last, sense, one.weekdays, corrects)


def _meant(worded: Sense, learnt: TimeSense | None, *, one_day: bool) -> Sense:
    """What it is by the words next to it; where they say nothing, by the sense of its clause, if that is plain."""
    if learnt is None or worded != "on":
        return worded
    meant = _LEARNT[learnt.sense]
    if meant in ("from", "by"):
        return meant if one_day and learnt.probability >= SURER else worded
    blinds = meant == "past" or (meant == "out" and not one_day)
    return meant if learnt.probability >= (SURE if blinds else PLAIN) else worded


def _other_bound(worded: Sense, learnt: TimeSense) -> bool:
    """Whether words for a bound are none by the sense of their clause, or the opposite: "she stays until Friday"."""
    opposite = {"from": "by", "by": "from"}.get(worded)
    return opposite is not None and learnt.sense in ("told", opposite) and learnt.probability >= SURER


def _is_bare_weekday(words: str) -> bool:
    return words.casefold()[:3] in _BEGINS and not _DIGIT.search(words)


def _as_booked(words: str, one: _Mention, present: frozenset[date], *, of_what_came: bool) -> tuple[date, date]:
    """The days; of "Tuesday's engineer" the Tuesday on which what the step is about is booked, and of "the parcel of
    the 12th" the 12th on which it came."""
    same: list[date] = []
    if one.first == one.last and _is_bare_weekday(words):
        same = sorted(day for day in present if day.weekday() == one.first.weekday())
    elif one.first == one.last and of_what_came:
        same = sorted(day for day in present if day.day == one.first.day)
    return (same[0], same[0]) if same else (one.first, one.last)


def _spans(found: list[_Mention], sentence: str, present: frozenset[date]) -> Iterator[_Mention]:
    """With two that are the ends of a span made one; "and" joins them only behind "between"."""
    while found:
        one = found.pop(0)
        joint = sentence[one.end : found[0].start] if found else ""
        between = sentence[: one.start].casefold().rstrip().endswith("between")
        spans = bool(_RANGE.fullmatch(joint)) and (between or "and" not in joint.casefold())
        if spans and one.first not in present and one.first <= found[0].last:
            yield one._replace(end=found[0].end, last=found.pop(0).last)
        else:
            yield one


def _left(sentence: str, start: int) -> str:
    return plain(re.split(r"[;.!?]|,(?! the\b)|\b(?:so|because)\b", sentence[:start])[-1]) + " "


def _sense(left: str, right: str, *, ranged: bool) -> Sense:
    away = _AWAY.search(left) or (_AWAY.search(right[:40]) and not re.match(r"\W*(?:please|if|or)\b", right))
    away = away or _ENGAGED.match(right)
    for sense, pattern in _SENSES:
        if pattern.search(left.rstrip() + " "):
            if ranged:
                return "out" if away else "on"
            if sense == "by" and away and re.search(r"\b(?:until|till)\b", left):
                return "from"
            if sense in ("from", "before") and re.search(r"\bfrom" + _LEAD, left) and re.search(r"\bto\b", right[:8]):
                return "past"
            return sense
    if _PAST.search(left.rstrip()):
        return "past"
    if away and not (_AVAILABLE.search(left) or _AVAILABLE.search(right)):
        return "out"
    return (
        "by"
        if re.match(r"\W*(?:at the latest|or (?:before|earlier|sooner))\b", right)
        else ("from" if re.match(r"\W*(?:or (?:later|after)|at the earliest|onwards?)\b", right) else "on")
    )


def _apart(sentence: str, today: date) -> Iterator[_Mention]:
    """Mentions by place; of two that share words the longer; "Friday the 4th" is one, and its figure counts."""
    kept: list[_Mention] = []
    for mention in sorted(_mentions(sentence, today), key=lambda each: (each.start - each.end, each.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    kept.sort()
    begins = -1
    for one, after in zip_longest(kept, kept[1:]):
        start, begins = (begins if begins >= 0 else one.start), -1
        if after is not None and _one_day(sentence, one, after):
            begins = start
        elif one.last >= today:
            yield one._replace(start=start)


def _one_day(sentence: str, one: _Mention, after: _Mention) -> bool:
    """Whether a weekday is followed by its figure."""
    figured = _DIGIT.search(sentence, after.start, after.end) and not _DIGIT.search(sentence, one.start, one.end)
    return bool(figured and _JOINED.fullmatch(sentence[one.end : after.start]))


def _mentions(sentence: str, today: date) -> Iterator[_Mention]:
    monday = today - timedelta(days=today.weekday())
    for match in _WEEK.finditer(sentence):
        weeks = {"this": 0, "next": 1}.get((match["how"] or "").casefold(), 2)
        first = monday + timedelta(weeks=weeks)
        yield _Mention(*match.span(), first, first + timedelta(days=6))
    for match in _EACH.finditer(sentence):
        name = (match["day"] or match["days"] or "").casefold()[:3]
        days = (_BEGINS.index(name),) if name else (5, 6) if match["ends"] else (0, 1, 2, 3, 4)
        yield _Mention(*match.span(), today, today + timedelta(days=365), days)
    for one in dates(sentence, today):
        if len(one.value) == len("2026-11"):
            first = date.fromisoformat(one.value + "-01")
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        else:
            first = date.fromisoformat(one.value)
            words = sentence[one.start : one.end]
            if _OF_THAT_WEEK.search(sentence) and _is_bare_weekday(words):
                yield _Mention(one.start, one.end, today, today + timedelta(days=365), (first.weekday(),))
                continue
            weekend = words.casefold().endswith("weekend")
            last = first + timedelta(days=1 if weekend else 0)
            if _WEEK_OF.search(sentence[: one.start]) and _DIGIT.search(words):
                first -= timedelta(days=first.weekday())
                last = first + timedelta(days=6)
        yield _Mention(one.start, one.end, first, last)


def said_hours(clause: str) -> Iterator[SaidHours]:
    words = plain(respelled(clause).text)
    out = bool(_AWAY.search(words)) and not _AVAILABLE.search(words)
    if _GREETING.fullmatch(words) or tells_of_another(words):
        return
    for match in _PARTS.finditer(words):
        before = words[: match.start()]
        if _GREETED.search(before):
            continue
        name = next((one for one in _STARTS if match[one]), "")
        if name and (spelled := _SPELLED_HOUR.search(before)):  # "from four in the afternoon"
            hour = NUMBERS.index(spelled["hour"]) + 1
            hour += 12 if name != "morning" and hour < 12 else 0
            begins, ends = _around(hour, spelled["how"] or "")
        elif name:
            begins, ends = _STARTS[name]
        elif match["how"]:
            hour = int(match["hour"]) + (12 if match["half"] == "pm" and int(match["hour"]) < 12 else 0)
            begins, ends = _around(hour, match["how"])
        else:
            begins, ends = int(match["begin"]), int(match["end"])
            if ends <= begins or (ends < 12 and match[0].endswith("pm")):
                ends += 12
            begins += 12 if match[0].endswith("pm") and begins + 12 < ends else 0
        not_it = _NOT_THEN.search(before)
        yield SaidHours(match[0], begins, ends, out or bool(not_it), bool(match["begin"]))


def _around(hour: int, how: str) -> tuple[int, int]:
    """The hours at which a visit may begin that is meant for an hour, or from or up to it."""
    if how in ("after", "from", "not before"):
        return hour - _LONGEST, 24
    return (0, hour) if how else (hour - _LONGEST, hour + 1)


def as_written(window: str) -> re.Pattern[str]:
    """How people write the hours of a slot: "12 to 4", "12-16", "4:00 - 8:00"."""
    begin, end = (int(hour) for hour in re.findall(r"(\d{1,2}):\d\d", window)[:2])
    hours = (rf"(?:{hour:02}|{hour}|{(hour - 1) % 12 + 1})(?:[:.]00)?" for hour in (begin, end))
    return re.compile(r"(?<![\d:.])" + r" ?(?:-|–|to|till|until|and) ?".join(hours) + r"(?![\d:.]\d)\b")
