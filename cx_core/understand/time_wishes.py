"""When a customer wants something, read from their words: days, parts of the day, bounds, and what does not suit.

A mention of time is wanted unless its clause turns it down, before it ("anything but Friday", "not before") or after it
("mornings are out").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cx_core.records import Message, TimeWish
from cx_core.records.time_wishes import WishKind
from cx_core.text.segments import MOST_READ, own_words
from cx_core.text.spans import Span
from cx_core.understand.time_mentions import apart, mentions
from cx_core.understand.times.hours import DAY, ENGAGED, SOMEWHERE, Mention

MOST = 24
"""Of one message."""
_BARE = re.compile(rf"(?:on\s)?(?:the\s)?(?:{DAY})", re.I)
_SPAN = re.compile(r"\s?(?:-|–|to|until|till|through)\s?(?:the\s|and including\s)?", re.I)
_AND = re.compile(r"\s?and\s(?:the\s)?", re.I)
_LISTED = re.compile(r"[\s,/&]*(?:and|or|nor)?\s?(?:on\s|in\s|the\s|either\s|neither\s|not\s|any\s)*", re.I)
_BESIDE = re.compile(r"\s(?:in the\s|on\s|the\s)?", re.I)
_CLAUSE = re.compile(
    r"[.!?;\n():]|,|(?<!anything)(?<!nothing)(?<!any day)(?<!any time)(?<!anytime)\s(?:but|so|because|since i"
    r"|as i|though|although|"
    r"however|then)\s|\s[–-]\s",
    re.I,
)
_UP_TO = re.compile(
    r"\b(?:before|by|until|till?|up to(?: and including)?|no later than|at the latest|ahead of)\s(?:the\s)?"
    r"(?:end of\s)?$",
    re.I,
)
_EXCLUSIVE = re.compile(r"\b(?:before|ahead of)\s(?:the\s)?$", re.I)
_ON_FROM = re.compile(
    r"\b(?:after|from|starting|beginning|as of|(?:not|n[’']?t|no (?:earlier|sooner) than|never"
    r"|nothing)\s(?:\w+\s){0,4}?"
    r"(?:before|until|till?)|no (?:earlier|sooner) than|earliest(?: is| would be)?|once|past)\s(?:the\s)?$",
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
_ONWARDS = re.compile(r"\s?(?:onwards?|or (?:any ?time )?(?:after|later)|at the earliest|and after)\b", re.I)
_OR_BEFORE = re.compile(r"\s?(?:or (?:before|earlier|sooner)|at the latest)\b", re.I)
_TURNED_DOWN = re.compile(
    r"\b(?:no|not|never|cannot|cant|wont|dont|unable|except|cept|excluding|bar|barring|avoid|without|unless"
    r"|instead of|rather than|"
    r"(?:anything|nothing|any ?day|any ?time) but|\bcept|other than|apart from|\w+n[’']t)\b",
    re.I,
)
_NOT_DOWN = re.compile(
    r"\b(?:if not|why not|not only|can[’']?t (?:you|we)|couldn[’']t (?:you|we)|can[’']?t wait)\b", re.I
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
    r"|(?:is|are|was|were|do|does|will|would|can)(?:n[’']?t|\snot)\b|won[’']?t\b|can[’']?t\b|cannot\b"
    r"|no longer (?:works?|suits?)"
    r"|never works?|(?:i|we)(?:[’']?m|[’']?re|[’']?ll be| am| are| will be| have| work)\s(?:away|out|busy"
    r"|working|at work|at the|"
    r"abroad|not|in hospital|on holiday|on shift))",
    re.I,
)
_ENGAGEMENT = re.compile(
    r"\s*(?:itself\s|at the weekend\s)?(?:(?:is|are|[’']s)\s(?:for\s)?(?:the|a|an|my|our|his|her|their|when)\s"
    r"(?!(?:day|one|best|earliest|soonest|only|same|latest|first|last|better|easiest|nearest|ideal|preferred)\b)"
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
_AFTER_THAT = re.compile(
    r"\b(?:after|following|beyond)\s(?:that|it|this|then|which)\b(?!\s(?:week|day|date|one|month|time)?\w*day\b)"
    r"(?!\s(?:week|month|date|day|one|time|evening|morning|afternoon|call|visit|appointment|delivery)\b)"
    r"|\bstraight afterwards\b",
    re.I,
)
"""Behind a day that was named: from the next one on."""
_BUT_THAT = re.compile(
    r"\b(?:any(?:thing)?|every)\s?(?:other\s)?(?:day|time|date)?\s?(?:but|except|bar)\s(?:that|this)(?:\s(?:one|day|date))?\b"
    r"|\bnot (?:that|this) (?:day|one|date)\b|\b(?:other than|apart from) (?:that|this)(?: (?:day|one|date))?\b",
    re.I,
)
_RIGHT_AFTER = re.compile(
    r"\s(?:right|just|straight|directly|immediately)\s(?:after|following)(?:wards)?\b|\s(?:after|following)(?=\s*[,.;!?]|\s*$)",
    re.I,
)
"""Behind a weekday: the first one that comes after a day named before, or after what is booked."""
_ABOUT = re.compile(
    r"\b(?:(?:down|in|set|arranged|pencilled in|in the diary|in the calendar) for"
    r"|booked(?: in)?(?: for| on)?|scheduled(?: for| on)?|due(?: on)?|planned(?: for| on)?|(?:engineer|man"
    r"|technician|fitter)"
    r"(?: is)? coming(?: on)?|(?:appointment|visit|slot|booking)(?: is)?(?: on| of| for)?|mov(?:e|ed"
    r"|ing) (?:\w+ ){0,3}?from|"
    r"chang(?:e|ed|ing) (?:\w+ ){0,3}?from|supposed to (?:be|come)(?: on)?|was for)\s(?:the\s|on\s|this\s)?$",
    re.I,
)
_OURS_DOWN = re.compile(
    r"\b(?:booked|scheduled|planned|currently|instead of|(?:moved|changed) from)\b[^.?!,]{0,25}$", re.I
)
_AT_ALL_IN = re.compile(r"\s(?:at all\s|ever\s)?(?:in|during)\s(?:the\s)?", re.I)
_FALLBACK = re.compile(
    r"\b(?:if not|failing (?:that|which)|otherwise|or else|second choice|alternatively|at a push|if need be|at worst)"
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
    text = message.text[:MOST_READ]
    own = own_words(text)
    found = [one for one in mentions(text, today) if any(p.start <= one.start and one.end <= p.end for p in own)]
    wishes: list[TimeWish] = []
    named: list[_Named] = []
    for mention in sorted([*_merged(apart(found), text), *_references(text, own)], key=lambda each: each.start):
        one = _resolved(mention, wishes, named, text)
        if one is None:
            continue
        before, after = _clause(text, one)
        kind, said = _bounded(one, before, after)
        down = _OURS_DOWN.search(before) is not None if ours else kind != "bound" and _down(before, after)
        last = wishes[-1] if wishes else None
        if last is not None and "bound" not in (kind, last.kind) and _goes_on(last, one, text):
            down = down or not last.wanted
        named += _as_named(kind, said, len(wishes))
        if kind == "days" and _bare(one, text) and isinstance(day := said.get("first"), date):
            said = _bare_day(day, [one for one in named if one.at < len(wishes)], wishes)
            if _RIGHT_AFTER.match(text[one.end : one.end + 24]):
                said |= {"first": named[-2].last + timedelta(days=1)} if len(named) > 1 else {"beside": "after"}
        wishes.append(
            TimeWish(
                message=message.id,
                start=one.start,
                end=one.end,
                text=text[one.start : one.end],
                kind=kind,
                wanted=not down,
                fallback=kind == "days" and _FALLBACK.search(text[max(0, one.start - 40) : one.start]) is not None,
                **said,  # type: ignore[arg-type]
            )
        )
    return [_in_the_week_named(wish, wishes, text) for wish in wishes if not _says_which(wish, wishes, text)]


def _bare_day(day: date, named: Sequence[_Named], wishes: Sequence[TimeWish]) -> dict[str, object]:
    """What a weekday alone means: the date of that weekday that was named before, else the soonest, or the one in the
    week that is named."""
    for one in reversed(named):
        dated = wishes[one.at].kind == "days" and wishes[one.at].first is not None
        if dated and one.first == one.last and one.first.weekday() == day.weekday():
            return {"first": one.first, "last": one.last}
    return {"weekdays": (day.weekday(),)}


class _Named(NamedTuple):
    """Days that were named, for what is said of them further on: "after that"; `at`: which wish they are."""

    first: date
    last: date
    at: int


def _references(text: str, own: Sequence[Span]) -> list[Mention]:
    """Words that point back at a day, and mean something by it only then."""
    found = [(match, "bound") for match in _AFTER_THAT.finditer(text)]
    found += [(match, "days") for match in _BUT_THAT.finditer(text)]
    inside = [(match, kind) for match, kind in found if any(p.start <= match.start() < p.end for p in own)]
    return [Mention(*match.span(), kind, {"refers": True}) for match, kind in inside]  # type: ignore[arg-type]


def _resolved(one: Mention, wishes: list[TimeWish], named: Sequence[_Named], text: str) -> Mention | None:
    """A mention with the days that it counts from; None where it says nothing but of the day before it."""
    if one.said.get("refers"):
        return _meant(one, wishes, named, after_it=_AFTER_THAT.fullmatch(text[one.start : one.end]) is not None)
    beside = _beside_named(one, named[-1]) if named else None
    return one if beside is None else one._replace(said=beside)


def _meant(one: Mention, wishes: list[TimeWish], named: Sequence[_Named], *, after_it: bool) -> Mention | None:
    """What points back at a day that was named, as the days that are meant; the day itself is then no wish of its own.

    None where no day was named, or where only that one is turned down by it.
    """
    if not named:
        return one._replace(said={"beside": "after"}) if after_it and not wishes else None
    which = named[-1]
    wish = wishes[which.at]
    if not after_it:
        wishes[which.at] = wish.replace(wanted=False)
        return None
    from_then = wish.kind == "bound" and wish.first is not None
    first = which.first if from_then else which.last + timedelta(days=1)
    if wish.wanted:  # it was said to say after when
        wishes[which.at] = wish.replace(
            kind="bound", first=first, last=None, weekdays=(), begins="", ends="", beside=""
        )
        return None
    return one._replace(said={"first": first})


def _beside_named(one: Mention, last: _Named) -> dict[str, object] | None:
    """The day, or week, after or before one that was just named; None: it is not counted from one."""
    after = one.said.get("days_after")
    if not isinstance(after, int) or not after or one.kind == "bound":
        return None
    if one.said.get("beside") == "same" and abs(after) == 1:
        day = (last.last if after > 0 else last.first) + timedelta(days=after)
        return {"first": day, "last": day}
    if one.said.get("beside") == "week":
        monday = last.first - timedelta(days=last.first.weekday()) + timedelta(days=after)
        return {"first": monday, "last": monday + timedelta(days=6)}
    return None


def _as_named(kind: WishKind, said: Mapping[str, object], at: int) -> list[_Named]:
    """Of days and spans both ends, of a bound the one it has; none of what has no date."""
    ends = [day for name in ("first", "last") if isinstance(day := said.get(name), date)]
    return [_Named(ends[0], ends[-1], at)] if ends and (kind != "part") else []


def _says_which(wish: TimeWish, wishes: Sequence[TimeWish], text: str) -> bool:
    """Whether a span only says of which days it is that they are turned down: "no weekends at all in January"."""
    if wish.kind != "span" or wish.wanted:
        return False
    before = [one for one in wishes if one.end <= wish.start and one.kind == "days" and not one.wanted]
    return bool(before) and _AT_ALL_IN.fullmatch(text[before[-1].end : wish.start]) is not None


def _in_the_week_named(wish: TimeWish, wishes: Sequence[TimeWish], text: str) -> TimeWish:
    """A bound that is a weekday alone, "from Thursday", is of the week that stands beside it, "next week"."""
    span = next((one for one in wishes if one.kind == "span" and one.wanted and one.first is not None), None)
    if span is None or span.first is None or wish.kind != "bound" or not _bare(wish, text):
        return wish
    days = {name: day for name in ("first", "last") if (day := getattr(wish, name)) is not None}
    if any(day > span.first for day in days.values()):
        return wish
    weeks = -(-(span.first - min(days.values())).days // 7) if days else 0
    return wish.replace(**{name: day + timedelta(weeks=weeks) for name, day in days.items()})


def _merged(found: Sequence[Mention], text: str) -> list[Mention]:
    """What is said in one breath is one: a weekday and its date, a day and its morning, "from" one day "to" another."""
    made: list[Mention] = []
    for one in found:
        last = made[-1] if made else None
        joined = _together(last, one, text) if last is not None else None
        if joined is not None:
            made[-1] = joined
        else:
            made.append(one)
    return made


def _together(last: Mention, one: Mention, text: str) -> Mention | None:
    between = text[last.end : one.start]
    both = last.start, one.end
    hours = {"begins", "ends"} >= one.said.keys()
    if {last.kind, one.kind} == {"days", "part"} and _BESIDE.fullmatch(between):
        return Mention(*both, "days", {**last.said, **one.said})
    if last.kind == "days" and one.kind == "bound" and hours and between == " ":  # "Monday the 7th after lunch"
        return Mention(*both, "days", {**last.said, **one.said})
    days = last.said.get("first"), one.said.get("first"), one.said.get("last")
    if last.kind != "days" or one.kind != "days":
        return None
    before = text[max(0, last.start - 40) : last.start]
    between_them = _AND.fullmatch(between) and re.search(r"\bbetween\s(?:the\s)?$", before, re.I)
    ranged = (_SPAN.fullmatch(between) and not _ABOUT.search(before)) or between_them
    if ranged and _bare(last, text) and _bare(one, text) and isinstance(days[0], date) and isinstance(days[1], date):
        weekdays = tuple(range(days[0].weekday(), days[1].weekday() + 1))
        return Mention(*both, "days", {"weekdays": weekdays}, ranged=True) if weekdays else None
    if any(day is None for day in days):
        return None
    if re.fullmatch(r",?\s(?:the\s)?", between) and _bare(last, text) and not _bare(one, text):
        return Mention(*both, "days", one.said)
    if ranged:
        return Mention(*both, "span", {"first": days[0], "last": days[2]}, ranged=True)
    return None


def _bare(one: Mention | TimeWish, text: str) -> bool:
    """Whether it is a weekday and nothing else."""
    return _BARE.fullmatch(text[one.start : one.end]) is not None


def _goes_on(last: TimeWish, one: Mention, text: str) -> bool:
    """Whether a mention is the next of a list: "not Monday, Tuesday or Wednesday", and not "not Monday, afternoons"."""
    between = text[last.end : one.start]
    if _LISTED.fullmatch(between) is None:
        return False
    return (_bare(last, text) and _bare(one, text)) or re.search(r"\b(?:and|or|nor)\b", between) is not None


def _clause(text: str, one: Mention) -> tuple[str, str]:
    """The words of its clause before and after a mention."""
    before = _CLAUSE.split(text[max(0, one.start - 90) : one.start])[-1]
    return before, _CLAUSE.split(text[one.end : one.end + 70])[0]


def _bounded(one: Mention, before: str, after: str) -> tuple[WishKind, dict[str, object]]:
    """As a bound where the words around a day make it one."""
    first, last = one.said.get("first"), one.said.get("last")
    if one.kind != "days" or one.ranged or not isinstance(first, date) or not isinstance(last, date):
        return one.kind, one.said
    if _ABOUT.search(before):
        return one.kind, one.said
    if _HOME_AGAIN.search(before) and not _TURNED_DOWN.search(before):
        late = one.said.get("begins") or _LATE.search(before + " " + after[:20])
        return "bound", {"first": last + timedelta(days=1 if late else 0)}
    if _ON_FROM.search(before) or _ONWARDS.match(after):
        over = _AFTER.search(before) and not re.search(r"\bnot\b|n[’']t|\bno\b", before, re.I)
        return "bound", {"first": last + timedelta(days=1) if over else first}
    if _UP_TO.search(before) or _OR_BEFORE.match(after):
        if ENGAGED.search(before) or SOMEWHERE.search(before):
            return "bound", {"first": last + timedelta(days=1)}
        return "bound", {"last": first - timedelta(days=1) if _EXCLUSIVE.search(before) else last}
    return one.kind, one.said


def _down(before: str, after: str) -> bool:
    """Whether its clause turns a mention down, or only says what is booked."""
    if any(pattern.match(after) for pattern in (_IS_OUT, _TAKEN, _ENGAGEMENT, _STAYS)):
        return True
    if _ABOUT.search(before) or _BUSY_ON.search(before):
        return True
    if _LEAVE.search(before) and _ALONE.match(after):
        return True
    said = _NOT_DOWN.sub(" ", before)
    return bool(_TURNED_DOWN.search(said) or ENGAGED.search(said))
