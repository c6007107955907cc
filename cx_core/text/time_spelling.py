"""Words for times as people type them, put as they are spelt: "thurs", "wensday", "tomorow", "fri, sat or sun".

All that reads times reads the text so. Places in it are given back as places in what was written. A word is taken for a
time only if it is near to one and begins with its letter; words that are right by themselves are left.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cx_core.text.respelling import Respelled, put
from cx_core.text.shorthand import shorthand
from cx_core.text.spelling import mistakes

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORDS = (
    *_DAYS,
    *("january", "february", "august", "september", "october", "november", "december"),
    *("tomorrow", "yesterday", "tonight", "morning", "afternoon", "evening", "weekend", "fortnight"),
)
_SHORT = {
    "tue": "tuesday",
    "tues": "tuesday",
    "weds": "wednesday",
    "thu": "thursday",
    "thur": "thursday",
    "thurs": "thursday",
    "fri": "friday",
}
_EVE = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow)\s(?P<short>(?-i:eves?))\b(?!\s(?:of|before)\b)", re.I
)
"""Behind a day it is its evening: not Christmas Eve."""
_SHORT_BESIDE = {"mon": "monday", "wed": "wednesday", "sat": "saturday", "sun": "sunday"}
"""Words that mean something else as well: days only beside another day, before a part of one or "please", behind a
preposition or a stop and before what is said of one ("sat any good"), or as all that is said."""
_OTHER_WORDS = frozenset(("sundry", "sundae", "frida", "friary", "mourning", "moaning"))
"""One letter from a word for a time, and right."""
_SHORTEST = 5
_FAR_FROM = 8
"""Letters of a word for a time in which two slips are allowed; one in shorter ones."""
_TOKEN = re.compile(r"(?<![\w@./'’-])[a-z]{3,}(?![\w@]|\.\w)", re.I)
_DAY = "|".join((*_DAYS, *_SHORT_BESIDE))
_JOINT = r"(?:\s?[,/&+–-]\s?|\s)(?:(?:and|or|nor|n|to|till?|until)\s)?"
_BESIDE = (
    re.compile(rf"(?P<short>\b(?:{'|'.join(_SHORT_BESIDE)}))(?={_JOINT}(?:{_DAY})\b)", re.I),
    re.compile(rf"\b(?:{'|'.join(_DAYS)})s?{_JOINT}(?P<short>{'|'.join(_SHORT_BESIDE)})\b", re.I),
    re.compile(
        rf"\b(?P<short>{'|'.join(_SHORT_BESIDE)})(?=\s(?:mornings?|afternoons?|evenings?|lunchtime|am\b|pm\b))", re.I
    ),
    re.compile(
        r"\b(?:bring|come|move|deliver|send|do|make|have|put|visit|change|swap)\b(?:\s\w+){0,3}\s"
        rf"(?P<short>{'|'.join(_SHORT_BESIDE)})(?=\s(?:instead|please|pls|plz)\b)",
        re.I,
    ),
    re.compile(
        rf"\b(?:on|to|by|for|till?|until|this|next|from)\s(?P<short>{'|'.join(_SHORT_BESIDE)})(?=\s*(?:$|[.,;!?]|then\b))",
        re.I,
    ),
    re.compile(
        rf"(?:^|[.,;!?\n])[ \t]{{0,2}}(?P<short>{'|'.join(_SHORT_BESIDE)})(?=\s(?:any (?:good|use|chance)|suits"
        r"|possible|poss|instead|please|pls|plz"
        r"|(?:(?:is )?(?:ok|okay|fine|free|good|best)(?=\s*(?:$|[?\n]|(?:for|with) (?:me|us)\b))))\b)",
        re.I,
    ),
    re.compile(
        r"^(?:(?:so|ok|okay|yes|yeah|maybe|only|or|then|make it|how about|what about)\s)?"
        rf"(?P<short>{'|'.join(_SHORT_BESIDE)})(?=\s*(?:$|[?!]|then\s*$))",
        re.I,
    ),
)


NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
"""From one on, as they are spelt: the hours of a clock."""
_OF_THE_PART = re.compile(
    rf"\b(?P<the>the\s)?(?:{'|'.join(NUMBERS)}|1[0-2]|[1-9])\s(?P<of>of)\sthe\s(?:morning|afternoon|evening|night)\b"
    r"(?=\s*(?:$|[.,;!?)]|(?:because|on|please|as|so|and|or|if|only|when|i|we|it)\b))",
    re.I,
)
"""An hour as other languages put it: "from the four of the afternoon"."""
_BY_THE_DAY = re.compile(
    r"(?<!still )(?<!even )\b(?:at|after|from|before|until|till|by|around)\s(?:1[3-9]|2[0-3])"
    r"(?P<unit>\s?(?:hours?|hrs|uhr))\b"
    r"(?=\s*(?:$|[.,;!?)]|(?:only|please|because|as|if|since|on|and|or|every|each)\b))",
    re.I,
)
"""An hour of the day with its unit: "on Wednesday, after 14 hours only"."""
_LASTED = re.compile(r"\b(?:was|were|wasn|weren|still|been|came|waited|took|had|gave|back|hold|works?|died)\b", re.I)
"""Before what is a length of time: "it still was not back after 14 hours"."""
_A_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)}|tomorrow|today)\b|\d", re.I)
_SENTENCE_ENDS = re.compile(r"[.!?\n]")
_ASKED = re.compile(r"\s(?:only|please)\b", re.I)
_NEAR = 60
"""Characters before an hour in which its day stands."""


def respelled(text: str) -> Respelled:
    """The text with misspelt and shortened words for times as they are spelt, and shorthand written out."""
    spans = {match.span(): word for match in _TOKEN.finditer(text) if (word := _word(match[0].lower()))}
    spans |= shorthand(text) | _hours(text)
    made = put(text, spans)
    while beside := {match.span("short"): match for pattern in _BESIDE for match in pattern.finditer(made.text)}:
        spans |= {made.place(*span): _SHORT_BESIDE[match["short"].casefold()] for span, match in beside.items()}
        made = put(text, spans)
    for evening in _EVE.finditer(made.text):
        spans[made.place(*evening.span("short"))] = "evenings" if evening["short"].endswith("s") else "evening"
    return put(text, spans)


def _hours(text: str) -> dict[tuple[int, int], str]:
    """Places of words beside an hour that English puts otherwise, and what it puts."""
    found: dict[tuple[int, int], str] = {}
    for match in _OF_THE_PART.finditer(text):
        found[match.span("of")] = "in"
        if match["the"]:
            found[match.span("the")] = ""
    for match in _BY_THE_DAY.finditer(text):
        before = _SENTENCE_ENDS.split(text[max(0, match.start() - _NEAR) : match.start()])[-1]
        if not _LASTED.search(before) and (_A_DAY.search(before) or _ASKED.match(text, match.end())):
            found[match.span("unit")] = ":00"
    return found


@lru_cache(maxsize=8192)
def _word(written: str) -> str:
    """The word for a time that a word stands for; empty: it is none, or spelt right."""
    if written in _SHORT:
        return _SHORT[written]
    if len(written) < _SHORTEST or written in _OTHER_WORDS or written.removesuffix("s") in _WORDS:
        return ""
    near = [
        (far, word) for word in _WORDS if 0 < (far := _slips(written, word)) <= (2 if len(word) >= _FAR_FROM else 1)
    ]
    return min(near, default=(0, ""))[1]


def _slips(written: str, word: str) -> int:
    """How many; 9 where it begins otherwise, ends otherwise after two slips, or is much longer or shorter."""
    if written[0] != word[0] or abs(len(written) - len(word)) > 2:
        return 9
    far = mistakes(written, word)
    return far if far < 2 or written[-1] == word[-1] else 9
