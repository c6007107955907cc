"""When a customer wants something, read from their words: days, parts of the day, bounds, and what does not suit.

A mention of time is wanted unless its clause turns it down, before it ("anything but Friday", "not before") or after it
("mornings are out").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cx_core.records import Message, TimeWish
from cx_core.records.time_wishes import WishKind
from cx_core.text.segments import MOST_READ, own_words
from cx_core.understand.time_mentions import DAY, ENGAGED, Mention, apart, mentions

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
    r"(?<!\bbe on\s)(?<!\bcome on\s)(?<!\bbe\s)(?<!\bare\s)(?<!\bcome\s)(?<!\bget\s)",
    re.I,
)
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
    for one in _merged(apart(found), text):
        before, after = _clause(text, one)
        kind, said = _bounded(one, before, after)
        down = _OURS_DOWN.search(before) is not None if ours else kind != "bound" and _down(before, after)
        last = wishes[-1] if wishes else None
        if last is not None and "bound" not in (kind, last.kind) and _goes_on(last, one, text):
            down = down or not last.wanted
        if kind == "days" and _bare(one, text) and isinstance(day := said.get("first"), date):
            said = {"weekdays": (day.weekday(),)}  # the soonest is taken, or the one in the week that is named
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
    if {last.kind, one.kind} == {"days", "part"} and _BESIDE.fullmatch(between):
        return Mention(*both, "days", {**last.said, **one.said})
    days = last.said.get("first"), one.said.get("first"), one.said.get("last")
    if last.kind != "days" or one.kind != "days":
        return None
    before = text[max(0, last.start - 40) : last.start]
    ranged = _SPAN.fullmatch(between) and not _ABOUT.search(before)
    if ranged and _bare(last, text) and _bare(one, text) and isinstance(days[0], date) and isinstance(days[1], date):
        weekdays = tuple(range(days[0].weekday(), days[1].weekday() + 1))
        return Mention(*both, "days", {"weekdays": weekdays}, ranged=True) if weekdays else None
    if any(day is None for day in days):
        return None
    if re.fullmatch(r",?\s(?:the\s)?", between) and _bare(last, text) and not _bare(one, text):
        return Mention(*both, "days", one.said)
    if ranged or (_AND.fullmatch(between) and re.search(r"\bbetween\s(?:the\s)?$", before, re.I)):
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
    if _HOME_AGAIN.search(before):
        late = re.search(r"\b(?:late|evening|night)\b", before + " " + after[:20], re.I)
        return "bound", {"first": last + timedelta(days=1 if late else 0)}
    if _ON_FROM.search(before) or _ONWARDS.match(after):
        over = _AFTER.search(before) and not re.search(r"\bnot\b|n[’']t|\bno\b", before, re.I)
        return "bound", {"first": last + timedelta(days=1) if over else first}
    if _UP_TO.search(before) or _OR_BEFORE.match(after):
        if ENGAGED.search(before):
            return "bound", {"first": last + timedelta(days=1)}
        return "bound", {"last": first - timedelta(days=1) if _EXCLUSIVE.search(before) else last}
    return one.kind, one.said


def _down(before: str, after: str) -> bool:
    """Whether its clause turns a mention down, or only says what is booked."""
    if _IS_OUT.match(after) or _TAKEN.match(after) or _ABOUT.search(before):
        return True
    said = _NOT_DOWN.sub(" ", before)
    return bool(_TURNED_DOWN.search(said) or ENGAGED.search(said))
