"""What one of our messages offers to choose between: numbered points, times, records, prices, the sides of an "or".

A message may put several questions, each with its own choice: which item, and a new one or the money.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from cx_core.text.dates import dates
from cx_core.text.spans import Span
from cx_core.understand.time_mentions import apart, mentions
from cx_core.understand.times.hours import Mention

_NUMBERED = re.compile(r"(?:(?<=\s)|^|(?<=\())(?:option\s)?\(?(?P<number>[1-9])[.):]\)?\s{0,3}(?=\S)", re.I)
_ID = re.compile(r"\b[A-Z]{1,3}-\d+\b")
_END = re.compile(r"[?!\n]|\.(?=\s|$)")
_PART_OF_LIST = re.compile(r"[:;?!\n]|\.\s|,\s|\s(?:and|or)\s")
_QUESTION = re.compile(r"(?:[^.!?\n]|\.(?=\d))*\?")
_ONE = re.compile(r"(?<!which )(?<!that )(?<!this )\bone (?=(?:of|from|in|for|with|on|at)\b|\w+ed\b)", re.I)
_OR = re.compile(r",?\s+or\s+", re.I)
_BOOKED = re.compile(r"\b(?:booked|scheduled|planned|moved?|currently|now)\b[^.?!]{0,30}$", re.I)
PRICE = re.compile(r"[£$€]\s?(\d[\d,]*(?:\.\d\d)?)")
_PRICED_END = re.compile(r"[?!\n]|\.(?=\s|$)|\s(?:and|or)\s|;|,\s")
_TOGETHER = re.compile(r"\b(?:both|each|all|either)\b[^.?!;\n]{0,15}$", re.I)
"""Before hours: they are those of each day that was named."""
_NEXT_QUESTION = re.compile(
    r",?\sand\s(?=(?:would|do|does|did|shall|should|is|are|was|were|can|could|will|may|which|what|when|how)\b)", re.I
)
_ALL_OF_IT = re.compile(r"\s*(?:both|all(?: of (?:them|it))?|either)(?: of them)?\W*", re.I)
_NO_OTHER = re.compile(
    r"\s*(?:not|no|leave|anything|something|do|does|is there|are there|would you|shall (?:i|we)|if)\b(?! is it\b)", re.I
)
"""How a second side begins that only leaves open what else there may be: "or not", "or is there anything else"."""
_COMMA = re.compile(r",\s+")
_SENTENCE_END = re.compile(r"[.?!]\s+|\n+")
_ONLY_WHICH = re.compile(
    r"(?P<before>[.!\n])[ \t]{0,3}(?:so[,:]?\s|and\s)?(?:which|what)\b(?:(?!\sor\s)[^.?!\n]){0,60}\?", re.I
)
"""A question that only asks which of what was said before it: "Which would you prefer?"."""
_WHICH_ONE = re.compile(r"\bwhich (?:ones?|of)\b", re.I)
_TOPIC = re.compile(
    r"\b(?:what|which)\b[^?.!]{0,60}\b(?:(?:talk|speak|chat|call|ring|phone|conversation)\w*\b[^?.!]{0,40}"
    r"\b(?:about|regarding|concerning|over)\b|discuss"
    r"|(?:it|this|that)(?:[’']?s| is| be)? (?:all )?(?:about|regarding|concerning))"
    r"|\bwhat(?:[’']?s| is) (?:it|this|that|the (?:call|matter)) (?:all )?(?:about|regarding|concerning)"
    r"|\b(?:reason|subject|topic)\b[^?.!]{0,20}\b(?:call|talk|conversation)\b",
    re.I,
)
_FEWEST_WORDS = 2
"""Of a member of a list of acts: "push the delivery back"."""


class Offered(NamedTuple):
    """One thing that may be chosen: its places in the message, when it is (day and hour, or ""), and its hours."""

    spans: tuple[Span, ...]
    key: str = ""
    window: tuple[str, str] = ("", "")

    def of(self, text: str) -> str:
        return " ".join(span.of(text) for span in self.spans)


def choices(text: str, today: date) -> tuple[tuple[Offered, ...], ...]:
    """Each choice that a message of ours leaves, in its order, with two options at least."""
    listed = _numbered(text, today)
    for other in (_times, _records, _ones, _priced):
        listed = listed if len(listed) > 1 else other(text, today)
    found = [listed] if len(listed) > 1 else []
    taken = [span for one in listed for span in one.spans] if found else []
    for one in _alternatives(text):
        if not any(
            span.start < place.end and place.start < span.end for at in one for span in at.spans for place in taken
        ):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one[0].spans[0]))


def _numbered(text: str, today: date) -> tuple[Offered, ...]:
    marks = list(_NUMBERED.finditer(text))
    if [int(mark["number"]) for mark in marks] != list(range(1, len(marks) + 1)):
        return ()
    ends = [mark.start() for mark in marks[1:]]
    if marks:
        end = _END.search(text, marks[-1].end())
        ends.append(end.start() if end else len(text))
    return tuple(_option(Span(mark.end(), end), text, today) for mark, end in zip(marks, ends, strict=True))


def _option(span: Span, text: str, today: date) -> Offered:
    said = span.of(text)
    hours = next((one.said for one in apart(list(mentions(said, today))) if one.said.get("begins")), {})
    return Offered((span,), _when(text, span, today), (str(hours.get("begins") or ""), str(hours.get("ends") or "")))


def _records(text: str, today: date) -> tuple[Offered, ...]:
    """Each record named, with what is said of it: the words from the end of the last one."""
    ids = list({match.group(): match for match in reversed(list(_ID.finditer(text)))}.values())[::-1]
    found = []
    for n, match in enumerate(ids):
        start = _list_part(text, ids[n - 1].end() if n else 0, match.start())
        following = ids[n + 1].start() if n + 1 < len(ids) else len(text)
        end = _END.search(text, match.end(), following)
        stop = end.start() if end else _list_part(text, match.end(), following) if n + 1 < len(ids) else following
        found.append(_option(Span(start, max(stop, match.end())), text, today))
    return tuple(found)


def _ones(text: str, today: date) -> tuple[Offered, ...]:
    """One ..., and one ...: each to where the next begins, the last to the end of its sentence."""
    starts = [match.start() for match in _ONE.finditer(text)]
    found = []
    for n, start in enumerate(starts):
        end = _END.search(text, start)
        stop = min(end.start() if end else len(text), starts[n + 1] if n + 1 < len(starts) else len(text))
        found.append(_option(Span(start, stop), text, today))
    return tuple(found)


def _list_part(text: str, start: int, end: int) -> int:
    """Where "one", "another" or the nearest member of a list before a place begins."""
    ones = [match.start() for match in re.finditer(r"\b(?:one|another|the other|the)\b", text[start:end])]
    if ones:
        return start + ones[-1]
    parts = [match.end() for match in _PART_OF_LIST.finditer(text, start, end)]
    return parts[-1] if parts else start


def _times(text: str, today: date) -> tuple[Offered, ...]:
    """Each day, with its hours; several hours of one day are several options."""
    found: list[tuple[Mention | None, Mention | None]] = []
    for one in apart(list(mentions(text, today))):
        if one.kind not in ("days", "part") or _BOOKED.search(text[max(0, one.start - 40) : one.start]):
            continue
        day, hours = found[-1] if found else (None, None)
        if one.said.get("beside"):
            continue
        if one.kind == "part" and len(found) > 1 and _TOGETHER.search(text[day.end if day else 0 : one.start]):
            found = [(of, one) for of, _ in found]
        elif one.kind == "days" and found and day and hours is None and _beside(text, day, one):
            found[-1] = (Mention(day.start, one.end, "days", one.said), None)
        elif one.kind == "days":
            found.append((one, None))
        elif found and hours is None:
            found[-1] = (day, one)
        else:
            found.append((day, one))
    dated = [one for one in found if one[0] is not None]
    return tuple(_timed(day, hours) for day, hours in (dated or found))


def _beside(text: str, day: Mention, one: Mention) -> bool:
    """Whether a date goes on with the day before it: "Friday, 8 January", not "Friday 8 January, Monday 11"."""
    if re.fullmatch(r",?\s(?:the\s)?", text[day.end : one.start]) is None:
        return False
    same = day.said.get("first") is not None and day.said.get("first") == one.said.get("first")
    return same or not any(char.isdigit() for char in text[day.start : day.end])


def _timed(day: Mention | None, hours: Mention | None) -> Offered:
    spans = tuple(Span(one.start, one.end) for one in (day, hours) if one)
    first = day.said.get("first") if day else None
    begins, ends = (str(hours.said.get(end) or "") if hours else "" for end in ("begins", "ends"))
    return Offered(spans, f"{first or ''} {begins}".strip(), (begins, ends))


def _priced(text: str, today: date) -> tuple[Offered, ...]:
    """Each thing with a price, from the end of the one before; of one sentence."""
    found: list[Offered] = []
    start = 0
    for end in [*_PRICED_END.finditer(text), None]:
        stop = end.start() if end else len(text)
        if PRICE.search(text, start, stop):
            found.append(Offered((Span(start, stop),)))
        elif len(found) > 1:
            break
        start = end.end() if end else stop
        if end and end.group().strip() not in ("and", "or", ",") and len(found) < 2:
            found.clear()
    return tuple(found)


def _alternatives(text: str) -> list[tuple[Offered, ...]]:
    """The sides of the "or" of each question; of "A, B, or both?" the last is all of it.

    A question that only asks which is about the "or" of the sentence before it.
    """
    found = []
    for which in _ONLY_WHICH.finditer(text):
        start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, which.start("before"))), default=0)
        if len(parts := list(_OR.finditer(text, start, which.start("before")))) == 1:
            sides = [*_list_before(text, start, parts[0].start()), Span(parts[0].end(), which.start("before"))]
            found.append(tuple(Offered((side,)) for side in sides))
    for question in _QUESTION.finditer(text):
        starts = [question.start(), *(match.end() for match in _NEXT_QUESTION.finditer(text, *question.span()))]
        ends = [*(match.start() for match in _NEXT_QUESTION.finditer(text, *question.span())), question.end()]
        for start, end in zip(starts, ends, strict=True):
            parts = list(_OR.finditer(text, start, end))
            if len(parts) != 1:
                continue
            before, after = Span(start, parts[0].start()), Span(parts[0].end(), end)
            sides = [*_listed(text, before), after]
            if len(sides) == 2 and _ALL_OF_IT.fullmatch(after.of(text)):
                continue
            if len(sides) > 1:
                found.append(tuple(Offered((side,)) for side in sides))
    return found


def either_or(text: str) -> str:
    """The last question of a message, where it asks which of several it is, so that a yes tells nothing; else ""."""
    last = last_question(text)
    sides = _alternatives(last)
    if len(sides) != 1 or _NO_OTHER.match(sides[0][-1].of(last)) or is_all(sides[0][-1], last):
        return ""
    return last


def asks_which(text: str) -> bool:
    """Whether the last question of a message asks which of several it is."""
    return _WHICH_ONE.search(last_question(text)) is not None


def asks_topic(text: str) -> bool:
    """Whether the last question of a message asks what a talk is to be about."""
    return _TOPIC.search(last_question(text)) is not None


_NO_YES = re.compile(
    r"\W*(?:(?:and|so|but|then|now|please)\b\W*)*(?:(?:on|at|from|to|by|for|until|in|with|under)\s)?"
    r"(?:which|when|where|who|what(?! about| if)|how(?! about))\b",
    re.I,
)
"""A question that asks which, when or how, to which yes says nothing."""
_YES_AFTER_ALL = re.compile(
    r"\bhow (?:does|would|will|is)\b.*\b(?:sound|suit|be|look|work|do)\b"
    r"|\b(?:what|how) (?:do|would) you (?:think|say|feel)\b"
    r"|\bin (?:which|that) case\b|,\s*(?:shall|may|can|could|should|would|do|is)\b",
    re.I,
)
"""What begins so and is an offer all the same: "how does Thursday sound?"."""


def questions(text: str) -> str:
    """What of a message asks, without what it only tells."""
    return " ".join(_each_question(text))


def without_questions(text: str) -> str:
    """What of a message tells, without what it asks."""
    return _QUESTION.sub("", text)


def takes_no_yes(text: str) -> bool:
    """Whether all that a message asks is which, when or how, so that "ok" in the answer is no yes to it."""
    asked = _each_question(text)
    return bool(asked) and all(_NO_YES.match(one) and not _YES_AFTER_ALL.search(one) for one in asked)


_OF_FACTS = re.compile(
    r"\W*(?:(?:and|also|or|so|thank you|thanks|sorry)\W+)*(?:was|were|did|has|had|have you|which \w+ (?:was|were)"
    r"|nothing (?:in|on|under|behind|else in|inside|there)|(?:do|can) you (?:still )?(?:see|hear))\b",
    re.I,
)
"""How a question begins about what is or was, or what they have done: "and nothing under the tray?"."""
_OFFERS_ACT = re.compile(
    r"\b(?:shall|should|can|could|may) (?:i|we|a colleague)\b|\b(?:would|do|did) you (?:like|want|need"
    r"|prefer|mean|wish)\b"
    r"|\b(?:want(?:ed)?|hop(?:e|ing)|rather|consider(?:ed)?|thought of|if you like)\b",
    re.I,
)
"""With such words a question may offer something all the same."""


def asks_for_facts(text: str) -> bool:
    """Whether all that it asks is what was, or what they have done: a no to that turns nothing down."""
    asked = _each_question(text)
    return bool(asked) and all(map(_OF_FACTS.match, asked)) and _OFFERS_ACT.search(text) is None


def last_question(text: str) -> str:
    """The last sentence of a message that asks, or ""."""
    return next(reversed(_each_question(text)), "")


def _each_question(text: str) -> list[str]:
    return [match[0].strip() for match in _QUESTION.finditer(text)]


def _list_before(text: str, start: int, end: int) -> list[Span]:
    """The members of a list before its last "or", divided by commas."""
    spans, at = list[Span](), start
    for comma in [*_COMMA.finditer(text, start, end), None]:
        stop = comma.start() if comma else end
        if len(text[at:stop].split()) >= _FEWEST_WORDS:
            spans.append(Span(at, stop))
        at = comma.end() if comma else end
    return spans


def _listed(text: str, before: Span) -> list[Span]:
    """What stands before an "or" as a list; a comma behind an opening word makes none: "Fine, shall I ..."."""
    commas = [match for match in _COMMA.finditer(text, before.start, before.end)]
    if len(commas) != 1 or len(text[before.start : commas[0].start()].split()) < 3:
        return [before]
    if len(text[commas[0].end() : before.end].split()) > 4:
        return [before]
    return [Span(before.start, commas[0].start()), Span(commas[0].end(), before.end)]


def is_all(offered: Offered, text: str) -> bool:
    """Whether an option is to have all that was offered."""
    return _ALL_OF_IT.fullmatch(offered.of(text)) is not None


def _when(text: str, span: Span, today: date) -> str:
    days = [one.value for one in dates(span.of(text), today)]
    return days[0] if days else ""
