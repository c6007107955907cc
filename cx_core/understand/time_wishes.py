"""When a customer wants something, read from their words: days, parts of the day, bounds, and what does not suit.

A mention of time is wanted unless its clause turns it down, before it ("anything but Friday", "not before") or after it
("mornings are out").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cx_core.records import Message, TimeWish
from cx_core.records.time_wishes import WishKind
from cx_core.text.respelling import Respelled
from cx_core.text.segments import MOST_READ, own_words
from cx_core.text.spans import Span
from cx_core.text.time_spelling import respelled
from cx_core.understand.time_mentions import apart, mentions
from cx_core.understand.times.hours import ENGAGED, HAS_ON, SOMEWHERE, THE_ONE_OUT, Mention
from cx_core.understand.times.joined_times import ABOUT, bare, merged
from cx_core.understand.times.named_days import NamedDays, as_named, resolved, with_references
from cx_core.understand.times.of_what import only_says_which
from cx_core.understand.times.supposed_cases import left_as_it_is, seeks_a_visit

MOST = 24
"""Of one message."""
_LISTED = re.compile(r"[\s,/&]*(?:and|or|nor|n)?\s?(?:on\s|in\s|the\s|either\s|neither\s|not\s|any\s)*", re.I)
_CLAUSE = re.compile(
    r"[.!?;\n():]|,|(?<!anything)(?<!nothing)(?<!any day)(?<!any time)(?<!anytime)\s(?:but|so|because|since i"
    r"|as i|though|although|"
    r"however|then)\s|\s[–-]\s",
    re.I,
)
_UP_TO = re.compile(
    r"\b(?:before|by|until|till?|up to(?: and including)?|no later than|at the latest|ahead of"
    r"|(?:sooner|earlier) than)\s(?:(?:late|early|some time)\s)?(?:on\s)?(?:the\s)?(?:end of\s)?$",
    re.I,
)
_EXCLUSIVE = re.compile(r"(?<!on or )\b(?:before|ahead of|(?:sooner|earlier) than)\s(?:the\s)?$", re.I)
_PUT_OFF = re.compile(
    r"\b(?:leave|hold|keep|put|push|delay|defer|postpone|save)\b(?![^,.;!?]*\bold\b)[^,.;!?]{0,20}"
    r"\s(?:until|till?)\s(?:the\s)?$",
    re.I,
)
"""What is not to happen before a day: "leave it until"."""
_BESIDE_A_DAY = re.compile(r"\b(?:the\s)?(?P<unit>day|week)\s(?P<how>before|after)\s(?:the\s)?$", re.I)
"""Before a date that something is counted from: "the day before 8 December"."""
_ON_FROM = re.compile(
    r"\b(?:after|from|starting|beginning|as of|(?:not|n[’']?t|no (?:earlier|sooner) than|never"
    r"|nothing)\s(?:\w+\s){0,4}?"
    r"(?:before|until|till?)|no (?:earlier|sooner) than|(?:earliest|soonest)(?:(?:\s\w+){0,4}?\s(?:is|would be))?"
    r"|once|past)\s(?:(?:late|early)\s)?(?:on\s)?(?:the\s)?$",
    re.I,
)
_HOME_AGAIN = re.compile(
    r"\b(?:(?:fly|come|get|be|are|am|back|return\w*|land\w*|home)(?: again| back| home)*)(?: only)?(?: late"
    r"| again)?(?: on| until)?\s(?:the\s)?$"
    r"(?<!\bbe on\s)(?<!\bcome on\s)(?<!\bbe\s)(?<!\bare\s)(?<!\bcome\s)(?<!\bget\s)"
    r"|\b(?:i|we)\b[^,.;!?]{0,12}\b(?:back|return|land|arrive|get in|fly in)\b[^,.;!?]{0,40}?"
    r"\b(?:on|only)\s(?:on\s)?(?:the\s)?$",
    re.I,
)
_LATE = re.compile(r"\b(?:late|evening|night)\b|\bat\s(?:1[7-9]|2[0-3])\b|\b(?:[5-9]|1[01])\s?pm\b", re.I)
_AFTER = re.compile(r"\b(?:after|past|once)\s(?:the\s)?$", re.I)
_IS_OVER = re.compile(r"\s(?:is|was|are) (?:out|over|up|through|done|finished)\b|\s(?:ends|is at an end)\b", re.I)
"""Of a month before the end of which it must be: "before February is out"."""
_RATHER_THAN = re.compile(
    r"\b(?:rather than|instead of|other than|except|but not|and not|not|never"
    r"|nothing)\s(?:in the\s|at\s|any\s?time\s)?$",
    re.I,
)
"""Directly before hours that are turned down."""
_TURNS_ITSELF = re.compile(r"(?:later|earlier) than|before|until|till?", re.I)
"""What is read together with the "not" before it: "not later than 5"."""
_ONWARDS = re.compile(
    r"\s?(?:onwards?|or (?:any ?(?:time|day) )?(?:after|later)(?: (?:it|that))?|at the earliest|and after)\b", re.I
)
_OR_BEFORE = re.compile(r"\s?(?:or (?:before|earlier|sooner)|at the latest)\b", re.I)
_TURNED_DOWN = re.compile(
    r"\b(?:no|not|nor|neither|never|(?:nobody|no one)(?:[’']s| is| will be)? (?:at )?(?:home|in|here|there)"
    r"|cannot|cant|wont|dont|unable|except|cept|excluding|bar|barring|avoid|without|unless"
    r"|instead of|rather than|"
    r"(?:anything|nothing|any ?day|any ?time) but|\bcept|other than|apart from|\w+n[’']t)\b",
    re.I,
)
_NOT_DOWN = re.compile(
    r"\b(?:(?:that|which) works|if not|why not|not only|can[’']?t (?:you|we)|couldn[’']t (?:you|we)|can[’']?t wait)\b",
    re.I,
)
_TAKEN = re.compile(
    r"[\s,]*(?:also |itself )?(?:(?:i|we)(?:[’']?(?:m|ve|re)\b| am| are| have| must| need to| got)|my\s\w+"
    r"|is gone|belongs?|no chance|no way)"
    r"(?![^.;!?]*\b(?:free|available|home|off|fine|ok(?:ay)?|perfect|happy)\b)",
    re.I,
)
"""What somebody has on a day that is named just before."""
_IS_OUT = re.compile(
    r"[\s,]*(?:(?:is|are|was|were|[’']s|would be|will be|looks?|seems?)\s(?:\w+\s){0,2}?(?:out\b|no good|no use"
    r"|bad\b|impossible|"
    r"difficult|hopeless|tricky|ruled out|excluded|taken|full\b|not\b|never|off the table|awkward|useless|too (?:early"
    r"|late|soon))"
    r"|(?:is|are|was|were|do|does|will|would|can)(?:n[’']?t|\snot)\b|(?:clashes|collides|conflicts)\b|won[’']?t\b|can[’']?t\b|cannot\b"
    r"|no longer (?:works?|suits?)|(?:would|could|might)(?: have|[’']ve) been (?:\w+ ){0,2}?(?:but|if|had)\b"
    r"|never works?|(?:no|nope|nah)\s*$"
    r"|(?:i|we)(?:[’']?m|[’']?re|[’']?ll be| am| are| will be| have| work)\s(?:away|out|busy"
    r"|working|at work|at the|"
    r"abroad|not|in hospital|on holiday|on shift))",
    re.I,
)
_THAT_IS_OUT = re.compile(
    r"\s*[:;,–-]\s*(?:and\s)?(?:that|this|which)(?:[’']s|\s(?:is|was|will be|would be))?\s(?:just\s|simply\s)?"
    r"(?:no good|no use|out\b|impossible|not (?:possible|convenient|going to work)|(?:won[’']?t|will not"
    r"|does not|doesn[’']?t"
    r"|cannot|can[’']?t|would not|wouldn[’']?t) (?:work|do|suit|be possible))\b",
    re.I,
)
"""A "that" behind a mention that turns it down: "Sunday evening: that's no good after all"."""
_ENGAGEMENT = re.compile(
    r"\s*(?:itself\s|at the weekend\s)?(?:(?:is|are|[’']s)\s(?:for\s)?(?:the|a|an|my|our|his|her|their|when)\s"
    r"(?!(?:day|night|evening|morning|afternoon|time|one|best|earliest|soonest|only|same|latest|first|last|better"
    r"|easiest|nearest|ideal|preferred)\b)"
    r"|(?:i|we)\s(?:do not|don[’']?t|can[’']?t|cannot|never|won[’']?t)\b"
    r"|(?:the|my|our|his|her|their)\s\w+(?:\s\w+)?\s(?:has|have|is|are|comes?|gets?|needs?|starts?|turns?)\b)"
    r"(?![^.;!?]*\b(?:free|available|off|fine|ok(?:ay)?|perfect|happy)\b)",
    re.I,
)
"""What else happens on a day that is named just before: "Thursday is the school thing"."""
_BUSY_ON = re.compile(
    r"\b(?:i|we|my \w+)\s(?:always\s|usually\s)?(?:leave|leaves|fly|flies|travel|travels|go to|depart|lunch|dine|teach"
    r"|train|sing|play|volunteer|babysit|work|works|move out|see the)\b(?![^,.;!?]*\bfrom\b)[^,.;!?]*$",
    re.I,
)
"""What they do on a day that is named next: "I leave for Lisbon that Thursday"."""
_STAYS = re.compile(r"[\s,]*(?:one |itself |then )?(?:stands|stays|remains|holds|is (?:to )?stay)\b", re.I)
"""Of the day that it is on now."""
_LEAVE = re.compile(r"\b(?:leave|skip|spare|miss out|forget about|keep)\s(?:out\s)?(?:the\s)?$", re.I)
_ALONE = re.compile(r"\s(?:well\s)?(?:alone|out|free|clear|as\b|where\b|be\b|untouched)", re.I)
_RIGHT_AFTER = re.compile(
    r"\s(?:right|just|straight|directly|immediately)\s(?:after|following)(?:wards)?\b|\s(?:after|following)(?=\s*[,.;!?]|\s*$)",
    re.I,
)
"""Behind a weekday: the first one that comes after a day named before, or after what is booked."""
_BEFORE_THAT = re.compile(r"\s(?:just |right )?before (?:that|it|then)\b", re.I)
"""Behind a weekday: the last one before a day named before."""
_OURS_DOWN = re.compile(
    r"\b(?:booked|scheduled|planned|currently|instead of|(?:moved|changed) from)\b[^.?!,]{0,25}$", re.I
)
_AT_ALL_IN = re.compile(r"\s(?:at all\s|ever\s)?(?:in|during)\s(?:the\s)?", re.I)
_SUPPOSED = re.compile(r"\b(?:if|should|unless|in case)\s(?:the\s|that\s|this\s)?$", re.I)
"""Directly before a day that may not be had: "if Wednesday's not on your list"."""
_FALLBACK = re.compile(
    r"\b(?:if not|if (?:that|it|this)(?:[’']?s| is| has)?(?: been)? (?:not|gone|taken|full|no good)[^,;.!?]{0,20}"
    r"|if (?:there(?:[’']?s| is)|you(?:[’']ve| have)) (?:got )?(?:nothing|none|no \w+)[^,;.!?]{0,25}"
    r"|failing (?:that|which)|otherwise|or else|second choice|alternatively|at a push|if need be|at worst)"
    r"[\s,:]*(?:is\s|on\s|then\s|the\s|maybe\s|perhaps\s)*$",
    re.I,
)


def time_wishes(messages: Sequence[Message], zone: str, taken: Collection[str] = ()) -> tuple[TimeWish, ...]:
    """Of the customer's messages, in the order they were said. `taken` are words of ours that they took up."""
    return tuple(
        wish
        for message in messages
        if message.sender == "customer"
        for wish in _of_message(message, zone, ours=message.id in taken)[:MOST]
    )


def _of_message(message: Message, zone: str, *, ours: bool) -> list[TimeWish]:
    today = message.at.astimezone(ZoneInfo(zone)).date()
    written = message.text[:MOST_READ]
    spelt = respelled(written)
    text = spelt.text
    own = [Span(spelt.now(part.start), spelt.now(part.end)) for part in own_words(written)]
    found = [one for one in mentions(text, today) if any(p.start <= one.start and one.end <= p.end for p in own)]
    left = tuple(left_as_it_is(text))
    found = [one for one in found if not any(part.start <= one.start < part.end for part in left)]
    wishes: list[TimeWish] = []
    named: list[NamedDays] = []
    for mention in sorted(with_references(merged(apart(found), text), text, own), key=lambda each: each.start):
        one = resolved(mention, wishes, named, text)
        if one is None:
            continue
        before, after = _clause(text, one.start, one.end)
        if only_says_which(text, one.start, one.end, before, weekday=bare(one, text)):
            continue
        kind, said = _bounded(one, before, after)
        down = (
            _OURS_DOWN.search(before) is not None
            if ours
            else _turned_down(kind, said, before, after, text[one.start : one.end])
            or _THAT_IS_OUT.match(text, one.end) is not None
        )
        last = wishes[-1] if wishes else None
        if last is not None and "bound" not in (kind, last.kind) and _goes_on(last, one, text):
            down = down or not last.wanted
        named += as_named(kind, said, len(wishes))
        if kind == "days" and bare(one, text) and isinstance(day := said.get("first"), date):
            said = _bare_day(day, [one for one in named if one.at < len(wishes)], wishes)
            if _BEFORE_THAT.match(text[one.end : one.end + 24]) and len(named) > 1:
                back = (named[-2].first.weekday() - day.weekday() - 1) % 7 + 1
                said = {"first": named[-2].first - timedelta(days=back), "last": named[-2].first - timedelta(days=back)}
            elif _RIGHT_AFTER.match(text[one.end : one.end + 24]):
                said |= {"first": named[-2].last + timedelta(days=1)} if len(named) > 1 else {"beside": "after"}
        wishes.append(
            TimeWish(
                message=message.id,
                start=one.start,
                end=one.end,
                text=text[one.start : one.end],
                kind=kind,
                wanted=not down,
                fallback=kind == "days" and _FALLBACK.search(text[max(0, one.start - 60) : one.start]) is not None,
                **said,  # type: ignore[arg-type]
            )
        )
    kept = [_in_the_week_named(wish, wishes, text) for wish in wishes if not _says_which(wish, wishes, text)]
    return [_as_written(wish, spelt, written) for wish in kept]


def _as_written(wish: TimeWish, spelt: Respelled, written: str) -> TimeWish:
    start, end = spelt.place(wish.start, wish.end)
    return wish.replace(start=start, end=end, text=written[start:end])


def _bare_day(day: date, named: Sequence[NamedDays], wishes: Sequence[TimeWish]) -> dict[str, object]:
    """What a weekday alone means: the date of that weekday that was named before, else the soonest, or the one in the
    week that is named."""
    for one in reversed(named):
        dated = wishes[one.at].kind == "days" and wishes[one.at].first is not None
        if dated and one.first == one.last and one.first.weekday() == day.weekday():
            return {"first": one.first, "last": one.last}
    return {"weekdays": (day.weekday(),)}


def _says_which(wish: TimeWish, wishes: Sequence[TimeWish], text: str) -> bool:
    """Whether a span only says of which days it is that they are turned down: "no weekends at all in January"."""
    if wish.kind != "span" or wish.wanted:
        return False
    before = [one for one in wishes if one.end <= wish.start and one.kind == "days" and not one.wanted]
    return bool(before) and _AT_ALL_IN.fullmatch(text[before[-1].end : wish.start]) is not None


def _in_the_week_named(wish: TimeWish, wishes: Sequence[TimeWish], text: str) -> TimeWish:
    """A bound that is a weekday alone, "from Thursday", is of the week that stands beside it, "next week"."""
    if wish.kind == "bound" and bare(wish, text) and any(one.beside == "week" and one.wanted for one in wishes):
        if wish.first is not None:
            return wish.replace(first=None, weekdays=tuple(range(wish.first.weekday(), 7)))
        if wish.last is not None:
            return wish.replace(last=None, weekdays=tuple(range(wish.last.weekday() + 1)))
    span = next((one for one in wishes if one.kind == "span" and one.wanted and one.first is not None), None)
    if span is None or span.first is None or wish.kind != "bound" or not bare(wish, text):
        return wish
    days = {name: day for name in ("first", "last") if (day := getattr(wish, name)) is not None}
    if any(day > span.first for day in days.values()):
        return wish
    weeks = -(-(span.first - min(days.values())).days // 7) if days else 0
    return wish.replace(**{name: day + timedelta(weeks=weeks) for name, day in days.items()})


def _goes_on(last: TimeWish, one: Mention, text: str) -> bool:
    """Whether a mention is the next of a list: "not Monday, Tuesday or Wednesday", and not "not Monday, afternoons"."""
    between = text[last.end : one.start]
    if _LISTED.fullmatch(between) is None:
        return False
    return (bare(last, text) and bare(one, text)) or re.search(r"\b(?:and|or|nor|n)\b", between) is not None


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of its clause before and after a mention."""
    before = _CLAUSE.split(text[max(0, start - 90) : start])[-1]
    return before, _CLAUSE.split(text[end : end + 70])[0]


def _bounded(one: Mention, before: str, after: str) -> tuple[WishKind, dict[str, object]]:
    """As a bound where the words around a day make it one."""
    first, last = one.said.get("first"), one.said.get("last")
    if one.kind == "span" and isinstance(last, date) and _UP_TO.search(before) and _IS_OVER.match(after):
        return "bound", {"last": last}
    if one.kind != "days" or one.ranged or not isinstance(first, date) or not isinstance(last, date):
        return one.kind, one.said
    if (ABOUT.search(before) and not seeks_a_visit(before)) or _BEFORE_THAT.match(after):
        return one.kind, one.said
    if (counted := _BESIDE_A_DAY.search(before)) is not None:
        return _counted_from(first, last, counted)
    if _PUT_OFF.search(before):
        return "bound", {"first": first}
    if _HOME_AGAIN.search(before) and not _TURNED_DOWN.search(before):
        late = one.said.get("begins") or _LATE.search(before + " " + after[:20])
        return "bound", {"first": last + timedelta(days=1 if late else 0)}
    if _ON_FROM.search(before) or _ONWARDS.match(after):
        evening = str(one.said.get("begins", "")) >= "16:00"  # "not back till Saturday night"
        late = (evening and ENGAGED.search(before)) or re.search(r"\blate\s(?:on\s)?(?:the\s)?$", before, re.I)
        over = late or (_AFTER.search(before) and not re.search(r"\bnot\b|n[’']t|\bno\b", before, re.I))
        return "bound", {"first": last + timedelta(days=1) if over else first}
    if _UP_TO.search(before) or _OR_BEFORE.match(after):
        if ENGAGED.search(before) or SOMEWHERE.search(before):
            return "bound", {"first": last + timedelta(days=1)}
        return "bound", {"last": first - timedelta(days=1) if _EXCLUSIVE.search(before) else last}
    return one.kind, one.said


def _counted_from(first: date, last: date, counted: re.Match[str]) -> tuple[WishKind, dict[str, object]]:
    """The day, or the week, before or after these days."""
    sign = -1 if counted["how"].lower() == "before" else 1
    if counted["unit"].lower() == "week":
        monday = first - timedelta(days=first.weekday()) + timedelta(weeks=sign)
        return "span", {"first": monday, "last": monday + timedelta(days=6)}
    day = (first if sign < 0 else last) + timedelta(days=sign)
    return "days", {"first": day, "last": day}


def _turned_down(kind: WishKind, said: Mapping[str, object], before: str, after: str, words: str) -> bool:
    """Whether a mention is not wanted; a bound of hours only where that stands directly before it."""
    if kind == "bound":
        of_hours = not {"first", "last", "beside"} & said.keys() and not _TURNS_ITSELF.match(words)
        return of_hours and _RATHER_THAN.search(before) is not None
    return _down(before, after)


def turned_down_at(text: str, start: int, end: int) -> bool:
    """Whether the clause around these words turns them down."""
    return _down(*_clause(text, start, end))


def _down(before: str, after: str) -> bool:
    """Whether its clause turns a mention down, or only says what is booked; not where it supposes that it is out."""
    if _SUPPOSED.search(before):
        return False
    if any(pattern.match(after) for pattern in (_IS_OUT, THE_ONE_OUT, _TAKEN, _ENGAGEMENT, _STAYS)):
        return True
    if (ABOUT.search(before) and not seeks_a_visit(before)) or _BUSY_ON.search(before) or HAS_ON.search(before):
        return True
    if _LEAVE.search(before) and _ALONE.match(after):
        return True
    said = _NOT_DOWN.sub(" ", before)
    return bool(_TURNED_DOWN.search(said) or ENGAGED.search(said))
