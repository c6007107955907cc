"""Which of the things that we offered an answer takes: by number, date, words, place, price, or as what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from cx_core.records import TimeWish
from cx_core.text.dates import dates
from cx_core.text.segments import sentence_texts
from cx_core.text.time_spelling import respelled
from cx_core.understand.offered_options import PRICE, Offered
from cx_core.understand.times.hours import DAY

_BREAK = re.compile(r"[,.;!?\n]+|\sbut\s", re.I)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?:number|no\.?|nr\.?|option|choice|#)?\s?\(?([1-9])\)?[.)]?")
_ORDINALS = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "latter": -1, "last": -1,
}  # fmt: skip
_PLAIN = (
    "a an the one ones of please pls that this it is was are would be do does i we you me my your on in at for to with "
    "and or yes no not ok okay thanks thank what which same then ill id will can could take have like want need just "
    "so hm ah oh well sorry number option order day im afraid dear said mentioned make go lets let pick choose prefer"
)
_PLAIN_WORDS = frozenset(_PLAIN.split())
_OFFERS = frozenset(("slot", "offer", "suggestion"))
_BEHIND_A_PLACE = _PLAIN_WORDS | _OFFERS | {"two", "three", "date", "works", "suits", "sounds"}
_SOONER = ("early", "earlier", "earliest", "older", "oldest", "old", "elder", "eldest", "soonest", "sooner")
_LATER = ("late", "later", "latest", "newer", "newest", "new", "recent", "younger", "youngest")
_CHEAPER = ("cheap", "cheaper", "cheapest", "smaller", "smallest", "lower", "lowest", "less")
_DEARER = ("dear", "dearer", "dearest", "pricier", "priciest", "expensive", "costlier", "bigger", "biggest", "larger")
_OTHER = re.compile(r"\b(?:the|that) other(?: (?:one|thing|day|order|bill|item|option))?\b", re.I)
_THING = r"(?:one|day|date|slot|time|thing|item|option|order|bill)"
_LEFT = re.compile(
    rf"\b(?:(?:the|that|whichever|whatever|what)(?: {_THING})?(?: that| which)?(?: is|[’']?s) left(?: over)?"
    rf"|(?:the|that) (?:remaining {_THING}|(?:only|last) {_THING} (?:that is |that[’']s )?left)"
    rf"|(?:the|that) {_THING} left(?: over)?)\b(?! (?:of|to|in|for|on)\b)",
    re.I,
)
"""What is left once all else was turned down."""
_CORRECTS = re.compile(
    r"\b(?:hang on|hold on|wait|actually|on second thoughts?|on reflection|scratch that|i mean|then again)\b[,.;:!–-]*"
    r"|(?:^|(?<=[,.;!?\n–-])) ?(?:no|nope|sorry)(?=[,;!–-]| (?:no|wait|make|sorry|hang|hold|i))[,;!–-]*",
    re.I,
)
"""Before what takes the place of a choice that was just made."""
_SECOND_THOUGHT = re.compile(r"\b(?:hang on|hold on|wait|actually|on second thoughts?|no|sorry|then|instead)\b", re.I)
_NOT = frozenset(("not", "no", "dont", "don't", "cannot", "can't", "cant", "without", "never", "neither", "nor"))
_EXPLICIT = re.compile(r"(?:\b(?:number|no\.|nr\.?|option|choice)|#)\s?\(?([1-9])\b(?!\s?(?:st|nd|rd|th|:|\.\d))", re.I)
_AND = re.compile(r"\s(?:and|or|nor|n|&)\s", re.I)
_UNKNOWN = re.compile(
    r"\b(?:(?:ca|could|would|do|does|did)(?:n[’']?t| not)|cannot|can not)"
    r"(?: (?:really|honestly|actually|even|quite|for sure))? (?:tell|say|know|remember|recall)\b"
    r"|(?:\bno|\bnot|n[’']?t)(?: got)?(?: a| an| any| the)? (?:idea|clue|foggiest|faintest)\b"
    r"|(?:\bnot|n[’']t) (?:\w+ )?(?:sure|certain)\b|\b(?:unsure|dunno|who knows|i forget)\b|\bhard to (?:say|tell)\b"
    r"|\b(?:beats me|search me|your guess)\b",
    re.I,
)
"""How somebody says that they cannot tell which it is."""
_YET = re.compile(
    r"\b(?:but|think|guess|probably|possibly|perhaps|maybe|must|might|could be|should be|suppose)\b", re.I
)
"""Behind it: they say after all which it likely is."""
_ALL = re.compile(
    r"\b(?:(?:both|each|the two|all(?: three| four)?)(?: of (?:them|it|those|these))?|the lot|everything"
    r"|the whole (?:lot|order|thing))\b",
    re.I,
)
_NONE = re.compile(r"\b(?:neither|none of (?:them|those|these)|not either)\b", re.I)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WEEKDAY = re.compile(rf"(?:on\s)?(?:the\s)?(?:{DAY})\b[^\d]*", re.I)
"""A weekday and perhaps a part of the day, without a date."""
_FEWEST = 2
"""So many of an offer must be named as turned down before "neither of those" leaves another."""


def chosen(keys: Sequence[str], texts: Sequence[str], answer: str, today: date) -> int | None:
    """The place of the option that an answer takes; None where it takes none, or it is not clear which.

    The first thing that says it counts: a date, a number, words of one option alone, a place in the list, sooner or
    later.
    """
    answer = respelled(answer).text
    days = {one.value for one in dates(answer, today)}
    dated = [n for n, key in enumerate(keys) if key[:10] in days]
    if len(dated) == 1 and any(figure.isdigit() for figure in answer):
        return dated[0]
    parts = _parts(answer)
    number = _number(parts, answer)
    if number is not None and number <= len(texts):
        return number - 1
    if number is not None and _EXPLICIT.search(answer) is None:
        return None
    if (place := _by_itself(keys, parts)) is not None:
        return place
    each = [[word for n, word in enumerate(part) if not _NOT & set(part[max(0, n - 2) : n])] for part in parts]
    said = [word for part in each for word in part]
    own = _by_words(texts, said, last_counts=_thought_again(texts, parts))
    if own is None:  # of those that are named as often, the first: what follows gives a reason
        own = next((at for part in each if (at := _by_words(texts, part)) is not None), None)
    return own if own is not None else _by_place(keys, _prices(texts), said)


def _thought_again(texts: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    """Whether words of a second thought stand behind the first option that is named."""
    named = [n for n, part in enumerate(parts) if _by_words(texts, part) is not None]
    behind = parts[named[0] :] if named else ()
    return any(_SECOND_THOUGHT.search(" ".join(part)) for part in behind)


def by_number(count: int, answer: str) -> int | None:
    """The place that an answer names by its number, or as an ordinal that stands by itself: "the second, please"."""
    parts = _parts(respelled(answer).text)
    number = _number(parts, answer)
    if number is not None:
        return number - 1 if number <= count else None
    return _by_itself([""] * count, parts)


def _parts(answer: str) -> list[list[str]]:
    apart = _BREAK.split(answer.replace("'", "").replace("’", ""))
    return [[word.lower() for word in _WORD.findall(part)] for part in apart]


def _number(parts: Sequence[Sequence[str]], answer: str) -> int | None:
    explicit = _EXPLICIT.search(answer)
    if explicit is not None:
        return int(explicit[1])
    number = _NUMBER.fullmatch(" ".join(word for part in parts for word in part if word not in _PLAIN_WORDS))
    number = number or (_NUMBER.fullmatch(" ".join(parts[0])) if parts else None)  # "3, for the taxman"
    return int(number[1]) if number is not None else None


def fitting(offered: Sequence[Offered], wishes: Sequence[TimeWish], answer: str) -> tuple[int, ...] | None:
    """The options whose day and hours are as the answer wants them; None where what it says of time tells nothing.

    Of days that are turned down the rest is left: all but one makes that one the choice.
    """
    said = [one for one in wishes if not one.beside and not one.fallback]
    times = [(date.fromisoformat(one.key[:10]), one.window) for one in offered if _DATE.match(one.key)]
    if not said or len(times) != len(offered):
        return None
    days = [one for one in said if one.wanted and one.kind == "days"]
    days = days or [one for one in said if one.wanted and one.kind == "span"]
    hours = [one for one in said if one.wanted and one.kind in ("part", "bound")]
    down = [one for one in said if not one.wanted]
    left = [n for n, (day, window) in enumerate(times) if not any(holds(one, day, window) for one in down)]
    if takes_none(answer) and len(times) - len(left) < _FEWEST:
        return () if days else None
    fits = [
        n
        for n in left
        if (not days or any(holds(one, *times[n]) for one in days)) and all(holds(one, *times[n]) for one in hours)
    ]
    if len(fits) > 1 and days and not any(holds(days[-1], *one) for one in times):
        return ()  # the last day that they name is none of ours
    return tuple(fits)


def holds(wish: TimeWish, day: date, window: tuple[str, str]) -> bool:
    """Whether a day and its hours are as said; a weekday, with an hour or without, is that of any week we offer."""
    if wish.first is not None and wish.first == wish.last and _WEEKDAY.fullmatch(wish.text):
        wish = wish.replace(first=None, last=None, weekdays=(wish.first.weekday(),))
    return wish.holds(day, window, None)


def says_only(answer: str, put: str) -> bool:
    """Whether an answer has no word, beside plain ones and figures, that is not in what we put."""
    ours = {_stem(word) for word in _WORD.findall(put.lower())}
    said = [word for part in _parts(answer) for word in part if word not in _PLAIN_WORDS and word.isalpha()]
    return all(_stem(word) in ours for word in said)


def takes_all(answer: str) -> bool:
    """Whether an answer takes all that was offered: a part of it says that and nothing else."""
    return _says_only(_ALL, answer)


def takes_none(answer: str) -> bool:
    """Whether an answer rules out all that was offered: nothing said later chooses of it."""
    return _NONE.search(answer) is not None


def is_left(texts: Sequence[str], answer: str) -> int | None:
    """The one option that is not named, where the answer takes what is left of them, or says "the other" by itself:
    "Wednesday is bridge. So the other"."""
    if not _says_only(_OTHER, answer) and not takes_left(answer):
        return None
    out = {_by_words(texts, part) for part in _parts(_AND.sub(", ", answer))} - {None}
    left = [n for n in range(len(texts)) if n not in out]
    return left[0] if out and len(left) == 1 else None


def takes_left(answer: str) -> bool:
    """Whether an answer takes what is left, so that what else it names is not it."""
    return any(_LEFT.search(one) for one in sentence_texts(answer) if not one.rstrip().endswith("?"))


def cannot_tell(answer: str) -> bool:
    """Whether an answer says that it cannot say which."""
    unknown = _UNKNOWN.search(answer)
    return unknown is not None and _YET.search(answer, unknown.end()) is None


def corrected(answer: str) -> str:
    """What an answer says behind its last second thought: "the third one" of "number two. No, wait, the third one".

    Empty where it has none, and where what stands behind it asks something.
    """
    thoughts = list(_CORRECTS.finditer(answer))
    later = answer[thoughts[-1].end() :].strip() if thoughts else ""
    return "" if "?" in later else later


def _says_only(words: re.Pattern[str], answer: str) -> bool:
    for part in _BREAK.split(answer):
        left = [word for word in _WORD.findall(words.sub(" ", part).lower()) if word not in _PLAIN_WORDS]
        if words.search(part) and not left:
            return True
    return False


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
    found = [float(price[1].replace(",", "")) for text in texts if (price := PRICE.search(text))]
    return found if len(found) == len(texts) == len(set(found)) else []


def _by_place(keys: Sequence[str], prices: Sequence[float], said: Sequence[str]) -> int | None:
    for n, word in enumerate(said):
        if prices and word in _CHEAPER + _DEARER:
            return prices.index(min(prices) if word in _CHEAPER else max(prices))
        place = len(keys) // 2 if word == "middle" and len(keys) % 2 else _ORDINALS.get(word)
        alone = n + 1 == len(said) or said[n + 1] in _BEHIND_A_PLACE  # "the first slot", not "the first time"
        if place is not None and alone and -len(keys) <= place < len(keys):
            return place % len(keys)
        if word in _SOONER + _LATER and all(keys) and len(set(keys)) == len(keys):
            return keys.index(min(keys) if word in _SOONER else max(keys))
    return None


def _by_itself(keys: Sequence[str], parts: Sequence[Sequence[str]]) -> int | None:
    """The place that a part names which says no more than that: "the former is no good. The latter, please"."""
    for part in parts:
        left = [word for word in part if word not in _PLAIN_WORDS | _OFFERS]
        if (
            len(left) == 1
            and not _NOT & set(part)
            and not {"in", "middle"} <= set(part)
            and (at := _by_place(keys, (), left)) is not None
        ):
            return at
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
