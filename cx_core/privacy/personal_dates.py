"""Days, years and ages, by which somebody could be guessed; a birthday tells by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.privacy.personal_spans import BEFORE, PersonalSpan, inner

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
DATE = re.compile(
    r"(?<![\w.-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?[ -]{MONTH}\b(?:,?[ -]\d{{4}})?"
    rf"|{MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}})?|{MONTH},?\s\d{{4}})(?![\w-])",
    re.IGNORECASE,
)
AGE = re.compile(
    r"\b(?P<it>\d{1,3})(?:[- ]years?[- ]old|\s?(?:yo|y/o|years of age)\b|[- ]year[- ]old)"
    r"|\b(?:aged?|age:|age is|turn(?:s|ed|ing)?)\s(?P<it2>\d{1,3})\b"
    r"|\b(?:i[’']?m|i am|s?he is|s?he[’']s)\s(?P<it3>\d{2})(?=[.,!;\n]|\sand\b|$)",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\b(?:in|since|of|until|till|before|after|from|during|year|by|around|to|summer|winter|spring|autumn|fall)\s"
    r"(?:the\s|late\s|early\s)?"
    r"(?P<it>(?:19|20)\d{2}(?:s\b|\b(?![-/.]\d)))"
    r"|\b(?:in|since|until|last|this|next|early|late|mid|from|by|of)[\s-]"
    r"(?P<it2>January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_BORN = re.compile(r"\b(?:born|birth\s?da(?:y|te)|date of birth|d\.?o\.?b)\b")


def find_dates(text: str, *, born_only: bool) -> Iterator[PersonalSpan]:
    """Days of the calendar; `born_only` those that somebody was born on, as the words before say."""
    for match in DATE.finditer(text):
        born = _BORN.search(text[max(0, match.start() - BEFORE) : match.start()].casefold())
        if born or not born_only:
            yield PersonalSpan(match.start(), match.end(), "born" if born else "date")


def find_ages(text: str) -> Iterator[PersonalSpan]:
    """How old somebody is, and years and months in which something happened."""
    for kind, pattern in (("age", AGE), ("date", _YEAR)):
        for match in pattern.finditer(text):
            yield PersonalSpan(*inner(match), kind)
