"""The hours that a customer names, exactly as said: "at two", "after half past four", "between 10 and 12", "mornings".

`time_wishes` reads bounds to pick free slots by, which are wider than what was said; these are for what is arranged
for an hour, such as a call.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from cx_core.records import Message, SpokenHours
from cx_core.text.respelling import Respelled
from cx_core.text.segments import MOST_READ, own_words
from cx_core.text.spans import Span
from cx_core.text.time_spelling import respelled
from cx_core.understand.time_mentions import GREETED, PART
from cx_core.understand.time_wishes import turned_down_at
from cx_core.understand.times.hours import DAY, ENGAGED, HOUR_WORDS, MONTHS, NOBODY, SOMEWHERE, hours_from_to

MOST = 24
"""Of one message."""
_NUMBER = rf"(?:[01]?\d|2[0-3]|{'|'.join(HOUR_WORDS)})"


def _time(which: str = "") -> str:
    """A pattern for one time of day; its groups end with `which`."""
    return (
        rf"(?:(?P<before{which}>half(?:\spast)?|(?:a\s)?quarter\s(?:past|to))\s)?"
        rf"(?:(?P<noon{which}>noon|midday)|(?P<hour{which}>{_NUMBER})(?:[:.h](?P<minute{which}>[0-5]\d))?(?:\s?ish\b)?"
        rf"\s?(?P<half{which}>am\b|pm\b|a\.m\.|p\.m\.|o['’]?clock\b|h\b)?)(?![\w/%£-]|[.:]\d)"
    )


_ROUGHLY = r"(?:about\s|around\s|roughly\s)?"
_RANGE = re.compile(rf"\b(?:between|from)\s{_time('1')}\s?(?:and|to|till?|until|-|–)\s?{_time('2')}", re.I)
_BOUND = re.compile(
    r"\b(?P<how>after|from|not before|no earlier than|earlier than|before|by|until|till?|no later than|later than"
    rf"|(?<!half )(?<!quarter )past)\s{_ROUGHLY}{_time()}",
    re.I,
)
_AT = re.compile(rf"(?:\b(?:at|around|round)\s{_ROUGHLY}|(?<![\w/.:£$€-])){_time()}", re.I)
_PLAIN = re.compile(r"(?:at|around|round)\b", re.I)
_ONWARDS = re.compile(r"\s?(?:onwards?|(?:or|and) (?:later|after|thereafter|beyond))\b", re.I)
_LATEST_LENGTH = 6
"""A bare "h" behind a number up to this is a length of time: "4h" is, "15h" is an hour of the day."""
_NO_HOUR = re.compile(
    r"\b(?:in|within|for|waited|waiting|took|takes|lasted|another|last|next|first|than|every|was|were|delay|invoices?|bills?"
    r"|orders?|flat|room|house|number|no\.?|rang|called|phoned|tried|only|some|these|those|all|over|under|step|option)"
    r"\s(?:about\s|around\s|roughly\s|the\s|or\s|than\s)?$",
    re.I,
)
"""Before a number without "at" that is a length, a count or a name: "in 8h", "invoice 10 in the morning"."""
_OF_A_DAY = re.compile(rf"(?:\b(?:{DAY}|today|tomorrow|at|um)|[(,:])\s*$", re.I)
"""Before a bare "15h" that is an hour: it stands with its day."""
_DAY_OF_MONTH = re.compile(rf"\b(?:the|{DAY}|(?:{MONTHS})\w*)\s$", re.I)
"""Before a number that may be a day of the month: "10" in "Thursday 10 in the morning"."""
_GOES_ON = re.compile(
    r"\s*(?:$|[.,;:!?)\n–]|(?:on|or|in|at|if|and|when|once|while|tomorrow|today|tonight|please|pls|plz|because|as|since"
    r"|but|so|during|every|each|any|this|next|would|will|is|works?|suits?|to|until|till|with|thanks?|for|about|rather|maybe|perhaps|again|onwards?"
    rf"|sharp|i|we|my|your|the|though|not|then|instead|{DAY})\b)",
    re.I,
)
"""What may stand behind a bare number that is an hour, and not a count or the day of a month."""
_PART_BEHIND = re.compile(r",?\s(?:in the|at|on \w+|tomorrow|this)?\s?(morning|afternoon|evening|night)\b", re.I)
_PART_BEFORE = re.compile(r"\b(morning|afternoon|evening|tonight|night)s?,?\s$", re.I)
_FROM_HOUR = ("after", "from", "not before", "no earlier than", "later than", "past")
_NOT_AFTER = ("after", "later than", "past")
_UP_TO = ("before", "earlier than", "until", "till", "til")
_PARTS = {
    "morning": ("in the morning", "08:00", "12:00"),
    "afternoon": ("in the afternoon", "12:00", "17:00"),
    "evening": ("in the evening", "17:00", ""),
    "noon": ("around midday", "12:00", "14:00"),
}
_LATEST_GUESS = 7
"""A bare number up to this is of the afternoon or evening: few people want to be called at seven in the morning."""


def spoken_hours(messages: Sequence[Message], taken: Collection[str] = ()) -> tuple[SpokenHours, ...]:
    """Of the customer's own words, in the order they were said. `taken`: words of ours, which are left out."""
    return tuple(
        hours
        for message in messages
        if message.sender == "customer" and message.id not in taken
        for hours in _of_message(message)[:MOST]
    )


def _of_message(message: Message) -> list[SpokenHours]:
    written = message.text[:MOST_READ]
    spelt = respelled(written)
    text = spelt.text
    own = [Span(spelt.now(part.start), spelt.now(part.end)) for part in own_words(written)]
    found = [
        hours
        for hours in (*_ranges(text), *_bounds(text), *_at(text), *_parts(text))
        if any(part.start <= hours.start and hours.end <= part.end for part in own)
    ]
    kept: list[SpokenHours] = []
    for hours in sorted(found, key=lambda each: (not each.clock, each.start - each.end)):
        if all(hours.end <= other.start or other.end <= hours.start for other in kept):
            kept.append(hours)
    return [_placed(hours, message, spelt) for hours in sorted(kept, key=lambda each: each.start)]


def _placed(hours: SpokenHours, message: Message, spelt: Respelled) -> SpokenHours:
    """With their place in what was written."""
    start, end = spelt.place(hours.start, hours.end)
    return hours.replace(message=message.id, start=start, end=end, text=message.text[start:end])


def _ranges(text: str) -> Iterator[SpokenHours]:
    for match in _RANGE.finditer(text):
        first, last = _clock(match, text, "1"), _clock(match, text, "2")
        if first is None or last is None or not _is_hour(match, text, "2"):
            continue
        if match["half2"] and not match["half1"] and first + 720 < last:
            first += 720
        if last <= first:
            last += 720
        if first < last <= 1440:
            yield _range(text, match.start(), match.end(), _written(first), _written(last))
    for mention in hours_from_to(text):
        yield _range(text, mention.start, mention.end, str(mention.said["begins"]), str(mention.said["ends"]))


def _range(text: str, start: int, end: int, begins: str, ends: str) -> SpokenHours:
    words = f"between {begins} and {ends}"
    wanted = not turned_down_at(text, start, end)
    return _spoken(text, start, end, words=words, begins=begins, ends=ends, wanted=wanted)


def _bounds(text: str) -> Iterator[SpokenHours]:
    for match in _BOUND.finditer(text):
        at = _clock(match, text)
        if at is None or not _is_hour(match, text):
            continue
        how = match["how"].lower()
        before = re.split(r"[.!?;\n]|\s[–-]\s", text[max(0, match.start() - 60) : match.start()])[-1]
        engaged = how in ("until", "till", "til") and (ENGAGED.search(before) or SOMEWHERE.search(before))
        from_then = how in _FROM_HOUR or engaged or (how in _UP_TO and NOBODY.search(before))
        if how in _NOT_AFTER and NOBODY.search(before):
            from_then = False
        yield _bound(text, match, at, from_then=bool(from_then))


def _bound(text: str, match: re.Match[str], at: int, *, from_then: bool) -> SpokenHours:
    hour = _written(at)
    if from_then:
        return _spoken(text, *match.span(), words=f"after {hour}", begins=hour)
    return _spoken(text, *match.span(), words=f"before {hour}", ends=hour)


def _at(text: str) -> Iterator[SpokenHours]:
    for match in _AT.finditer(text):
        at = _clock(match, text)
        named = _PLAIN.match(match[0]) or _is_plainly_hour(match, text)
        if at is None or not named or not _is_hour(match, text):
            continue
        if _ONWARDS.match(text[match.end() : match.end() + 20]):
            yield _bound(text, match, at, from_then=True)
            continue
        hour, wanted = _written(at), not turned_down_at(text, *match.span())
        yield _spoken(text, *match.span(), words=f"at about {hour}", begins=hour, ends=hour, wanted=wanted)


def _parts(text: str) -> Iterator[SpokenHours]:
    for match in PART.finditer(text):
        if GREETED.search(text[: match.start()]):
            continue
        words, begins, ends = _PARTS[next(name for name in _PARTS if match[name])]
        wanted = not turned_down_at(text, *match.span())
        yield _spoken(text, *match.span(), words=words, begins=begins, ends=ends, wanted=wanted, clock=False)


def _spoken(text: str, start: int, end: int, **said: object) -> SpokenHours:
    return SpokenHours.model_validate({"message": "", "start": start, "end": end, "text": text[start:end], **said})


def _is_plainly_hour(match: re.Match[str], text: str) -> bool:
    """Whether it is an hour without "at" before it: "half past nine", "ten in the morning", but not "10 hours"."""
    half, before = (match["half"] or "").lower(), text[: match.start()]
    if half == "h" and not match["minute"]:
        return _OF_A_DAY.search(before) is not None
    if half or match["noon"] or match["before"] or re.search(r"\d[:h]\d", match[0]):
        return True
    if _NO_HOUR.search(before):
        return False
    if match["hour"].isdigit() and _DAY_OF_MONTH.search(text[: match.start()]):
        return False
    return _PART_BEHIND.match(text[match.end() :]) is not None


def _is_hour(match: re.Match[str], text: str, which: str = "") -> bool:
    """Whether a number is an hour of the day, by how it is written or by what comes next."""
    plain = match[f"half{which}"] or match[f"noon{which}"] or (match[f"minute{which}"] and ":" in match[0])
    behind = text[match.end() :]
    return bool(plain or _GOES_ON.match(behind) or _PART_BEHIND.match(behind) or _ONWARDS.match(behind))


def _clock(match: re.Match[str], text: str, which: str = "") -> int | None:
    """Minutes from midnight; None for a bare number above 12. Without "am" or "pm" the part of the day beside it
    decides, and else 1 to 7 are after noon."""
    if match[f"noon{which}"]:
        return 720
    said, half = match[f"hour{which}"].lower(), (match[f"half{which}"] or "").lower()
    hour, minute = HOUR_WORDS.get(said) or int(said), int(match[f"minute{which}"] or 0)
    if hour > 12 and not (half or match[f"minute{which}"]):
        return None
    if half == "h" and hour <= _LATEST_LENGTH and not (minute or which or _PLAIN.match(match[0])):
        return None
    part = _PART_BEHIND.match(text[match.end() :]) or _PART_BEFORE.search(text[: match.start()])
    if half.startswith("a") or (part and part[1].lower() == "morning"):
        hour %= 12
    elif half.startswith("p") or part or (hour <= _LATEST_GUESS and not said.startswith("0")):
        hour += 12 if hour < 12 else 0
    before = (match[f"before{which}"] or "").lower()
    minute = 30 if before.startswith("half") else 15 if before.endswith("past") else minute
    return hour * 60 + (-15 if before.endswith("to") else minute)


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
