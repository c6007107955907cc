"""What one of our messages offers to choose between, and which of it an answer takes.

Numbered points are options; else each record that is named, each time, or the two sides of an "or" in a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
_BREAK = re.compile(r"[,.;!?\n]+|\sbut\s", re.I)
_WORD = re.compile(r"[^\W_]+")
_BOOKED = re.compile(r"\b(?:booked|scheduled|planned|moved?|currently|now)\b[^.?!]{0,30}$", re.I)
_NUMBER = re.compile(r"(?:number|no\.?|nr\.?|option|choice|#)?\s?\(?([1-9])\)?[.)]?")
_ORDINALS = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "latter": -1, "last": -1,
}  # fmt: skip
_SOONER = ("early", "earlier", "earliest", "older", "oldest", "old", "elder", "eldest", "soonest", "sooner")
_LATER = ("late", "later", "latest", "newer", "newest", "new", "recent", "younger", "youngest")
_CHEAPER = ("cheap", "cheaper", "cheapest", "smaller", "smallest", "lower", "lowest", "less")
_DEARER = ("dear", "dearer", "dearest", "pricier", "priciest", "expensive", "costlier", "bigger", "biggest", "larger")
_OTHER = re.compile(r"\b(?:the|that) other(?: (?:one|thing|day|order|bill|item|option))?\b", re.I)
_PRICE = re.compile(r"[£$€]\s?(\d[\d,]*(?:\.\d\d)?)")
_PLAIN = (
    "a an the one ones of please pls that this it is was are would be do does i we you me my your on in at for to with "
    "and or yes no not ok okay thanks thank what which same then ill id will can could take have like want need just "
    "so hm ah oh well sorry number option order day"
)
_PLAIN_WORDS = frozenset(_PLAIN.split())
_SECOND_THOUGHT = re.compile(r"\b(?:hang on|hold on|wait|actually|on second thoughts?|no|sorry|then|instead)\b", re.I)
_NOT = frozenset(("not", "no", "dont", "don't", "cannot", "can't", "cant", "without", "never", "neither", "nor"))


class Offered(NamedTuple):
    """One thing that may be chosen: its places in the message, and when it is (day and hour as written, or "")."""

    spans: tuple[Span, ...]
    key: str = ""

    def of(self, text: str) -> str:
        return " ".join(span.of(text) for span in self.spans)


def options(text: str, today: date) -> tuple[Offered, ...]:
    """What a message of ours offers, in its order; fewer than two are no choice."""
    for found in (
        _numbered(text, today),
        _times(text, today),
        _records(text, today),
        _ones(text, today),
        _either(text),
    ):
        if len(found) > 1:
            return found
    return ()


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
    return Offered((span,), _when(text, span, today))


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
        if one.kind == "days" and found and day and hours is None and _beside(text, day, one):
            found[-1] = (Mention(day.start, one.end, "days", one.said), None)
        elif one.kind == "days":
            found.append((one, None))
        elif found and hours is None:
            found[-1] = (day, one)
        else:
            found.append((day, one))
    return tuple(_timed(day, hours) for day, hours in found)


def _beside(text: str, day: Mention, one: Mention) -> bool:
    return re.fullmatch(r",?\s(?:the\s)?", text[day.end : one.start]) is not None


def _timed(day: Mention | None, hours: Mention | None) -> Offered:
    spans = tuple(Span(one.start, one.end) for one in (day, hours) if one)
    first = day.said.get("first") if day else None
    return Offered(spans, f"{first or ''} {(hours.said.get('begins') or '') if hours else ''}".strip())


def _either(text: str) -> tuple[Offered, ...]:
    """The two sides of the last question that has one "or"."""
    for question in reversed(list(_QUESTION.finditer(text))):
        parts = list(_OR.finditer(question.group()))
        if len(parts) == 1:
            at = question.start()
            return Offered((Span(at, at + parts[0].start()),)), Offered((Span(at + parts[0].end(), question.end()),))
    return ()


def _when(text: str, span: Span, today: date) -> str:
    days = [one.value for one in dates(span.of(text), today)]
    return days[0] if days else ""


def chosen(keys: Sequence[str], texts: Sequence[str], answer: str, today: date) -> int | None:
    """The place of the option that an answer takes; None where it takes none, or it is not clear which.

    The first thing that says it counts: a date, a number, words of one option alone, a place in the list, sooner or
    later.
    """
    days = {one.value for one in dates(answer, today)}
    dated = [n for n, key in enumerate(keys) if key[:10] in days]
    if len(dated) == 1 and any(figure.isdigit() for figure in answer):
        return dated[0]
    parts = [
        [word.lower() for word in _WORD.findall(part)]
        for part in _BREAK.split(answer.replace("'", "").replace("’", ""))
    ]
    number = _NUMBER.fullmatch(" ".join(word for part in parts for word in part if word not in _PLAIN_WORDS))
    if number is not None:
        at = int(number[1]) - 1
        return at if at < len(texts) else None
    said = [word for part in parts for n, word in enumerate(part) if not _NOT & set(part[max(0, n - 2) : n])]
    own = _by_words(texts, said, last_counts=_SECOND_THOUGHT.search(answer) is not None)
    return own if own is not None else _by_place(keys, _prices(texts), said)


def other(count: int, out: int | None, answer: str) -> int | None:
    """The one of two options that is left where an answer asks for the other; `out` is the one that was put last."""
    return 1 - out if count == 2 and out is not None and asks_other(answer) else None


def asks_other(answer: str) -> bool:
    """Whether an answer takes "the other", whichever that is."""
    return _OTHER.search(answer) is not None


def named(texts: Sequence[str], put: str) -> int | None:
    """The option that a question of ours speaks of by its own words; None where it is none or several."""
    return _by_words(texts, [word.lower() for word in _WORD.findall(put)])


def _prices(texts: Sequence[str]) -> list[float]:
    """What each costs; [] where one names no price, or two the same: they are not told apart by it."""
    found = [float(price[1].replace(",", "")) for text in texts if (price := _PRICE.search(text))]
    return found if len(found) == len(texts) == len(set(found)) else []


def _by_place(keys: Sequence[str], prices: Sequence[float], said: Sequence[str]) -> int | None:
    for word in said:
        if prices and word in _CHEAPER + _DEARER:
            return prices.index(min(prices) if word in _CHEAPER else max(prices))
        place = _ORDINALS.get(word)
        if place is not None and -len(keys) <= place < len(keys):
            return place % len(keys)
        if word in _SOONER + _LATER and all(keys) and len(set(keys)) == len(keys):
            return keys.index(min(keys) if word in _SOONER else max(keys))
    return None


def _by_words(texts: Sequence[str], said: Sequence[str], *, last_counts: bool = False) -> int | None:
    """The option most of whose own words are in the answer; where two have as many none, or the one named last."""
    stems = [frozenset(map(_stem, _WORD.findall(text.lower()))) for text in texts]
    taken = {_stem(word) for word in said if word not in _PLAIN_WORDS}
    counts = [len({stem for stem in own & taken if sum(stem in other for other in stems) == 1}) for own in stems]
    most = max(counts, default=0)
    best = [n for n, count in enumerate(counts) if most and count == most]
    if len(best) < 2 or not last_counts:
        return best[0] if len(best) == 1 else None
    own = [{stem for stem in stems[n] if sum(stem in other for other in stems) == 1} for n in best]
    last = [max(at for at, word in enumerate(said) if _stem(word) in words) for words in own]
    return best[last.index(max(last))]


def _stem(word: str) -> str:
    day = re.fullmatch(r"(mon|tue|wed|thu|fri|sat|sun)(?:s|rs?|nes|ur)?(?:days?)?", word)
    return day[1] if day else word[:-1] if len(word) > 3 and word.endswith("s") else word
