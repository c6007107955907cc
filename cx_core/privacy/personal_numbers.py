"""Numbers that name or reach somebody: cards, accounts, telephones, ids.

A number is told by its digits (Luhn, ISO 13616), by how it is written, and by the words before it; where a number is
nearly a card's it counts as one, since a typing error in a card number leaves most of it readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.privacy.personal_dates import DATE
from cx_core.privacy.personal_spans import LabelBefore, PersonalSpan

_IBAN = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})\d{2}(?=[ -]?[A-Za-z0-9])")
IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FO FI GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ XK LT LU",
        21: "HR LV LI CH",
        22: "BH BG CR GE DE IE ME RS GB VA",
        23: "GI IQ IL TL AE",
        24: "AD CZ MD PK RO SA SK ES SE TN VG",
        25: "PT ST",
        26: "IS TR",
        27: "FR GR IT MR MC SM",
        28: "AL AZ BY CY DO GT HU LB PL",
        29: "EG PS QA UA",
        30: "BR JO KW MU",
        31: "SC MT",
        32: "LC",
    }.items()
    for country in countries.split()
}
"""Characters of an IBAN by country: the registry of ISO 13616."""
_EXACTLY = {
    n: re.compile(rf"[A-Za-z]{{2}}\d\d(?:[ \u00a0-]?[A-Za-z0-9]){{{n - 4}}}") for n in set(IBAN_LENGTHS.values())
}

_NUMBER = re.compile(r"(?<![\w.,£$€/#-])[+(]{0,2}\d(?:[\d ().\-/\u00a0\u2013]{3,32}\d)(?!\d)")
_CARD_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5}")
_SMALL_GROUPS = re.compile(r"(?:\d{1,3}[^\d]{1,3})+\d{1,3}")
_VERSIONS = re.compile(r"(?:\d\.){2,}")
_NANP = re.compile(r"(?:\+?1[-. ]?)?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}")
_CARD_WORDS = re.compile(r"\b(?:card|visa|mastercard|amex|credit|debit)\b")
_BANK_WORDS = re.compile(r"\b(?:account|acct|acc|a/c|iban|routing|sort\s?code|bank)\b")
_ID_WORDS = re.compile(r"\b(?:ssn|social security|nhs|passport|licen[cs]e|national insurance|tax)\b")
_PHONE_WORDS = re.compile(
    r"\b(?:phone|telephone|tel|call(?:ed|ing)?|ring|rang|mobile|mob|cell|text|whats\s?app|fax|reach|sms|landline|dial|contact)\b"
    r"|\b(?:my|his|her|our|their|your) (?:new |old |work |home )?number\b"
)
_OTHER_NUMBERS = re.compile(
    r"\b(?:order|invoice|tracking|reference|ref|ticket|case|parcel|serial|model|policy|booking)\b"
)
_REGIONS = ("GB", "US", "IE", "DE", "FR", "ES", "IT", "IN", "AU", "SE", "NL")
_SORT_CODE = re.compile(r"\d{2}[- ]\d{2}[- ]\d{2}")
_SORT_WORDS = re.compile(r"\bsort\b")
_SSN = re.compile(r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
_GAP = re.compile(r"[ \u00a0]")
_BETWEEN = " .-/()\u00a0\u2013"
_MOST_LOOKED_UP = 400
"""Numbers of one text that are checked against the numbering plans; further ones are judged by their writing."""


def find_numbers(text: str) -> Iterator[PersonalSpan]:
    """Every such number; spans may overlap."""
    yield from _ibans(text)
    yield from _numbers(text)


def _ibans(text: str) -> Iterator[PersonalSpan]:
    for match in _IBAN.finditer(text):
        length = IBAN_LENGTHS.get(match[1].upper())
        written = _EXACTLY[length].match(text, match.start()) if length else None
        if written is None:
            continue
        ends_there = not text[written.end() : written.end() + 1].isalnum()
        if valid_iban(written[0]) or (ends_there and match[1].isupper() and sum(map(str.isdigit, written[0])) > 9):
            yield PersonalSpan(*written.span(), "bank")


def valid_iban(written: str) -> bool:
    """ISO 7064, MOD 97-10, over the rearranged number."""
    plain = "".join(letter for letter in written.upper() if letter.isalnum())
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _numbers(text: str) -> Iterator[PersonalSpan]:
    """Cards, accounts, ids and telephones among runs of digits; of a run, the longest beginning that is one."""
    looked_up = 0
    for run in _NUMBER.finditer(text):
        position = run.start()
        while position < run.end():
            looked_up += 1
            kind, end = _longest(text, position, run.end(), looked_up < _MOST_LOOKED_UP)
            if kind:
                yield PersonalSpan(position, end, kind)
            position = _next_group(text, end, run.end())


def _longest(text: str, start: int, stop: int, look_up: bool) -> tuple[str, int]:
    """The kind and end of the longest beginning that is personal, or "" and the end of the first group."""
    said = LabelBefore(text, start)
    ends = [*(gap.start() for gap in _GAP.finditer(text, start, stop)), stop]
    for end in reversed(ends):
        raw = text[start:end].rstrip(_BETWEEN).replace("\u00a0", " ").replace("\u2013", "-")
        kind = _kind(raw, said, text[end : end + 1], look_up)
        if kind:
            return kind, start + len(raw)
    return "", ends[0]


def _next_group(text: str, end: int, stop: int) -> int:
    while end < stop and text[end] in _BETWEEN:
        end += 1
    return end


def _kind(raw: str, said: LabelBefore, after: str, look_up: bool) -> str:
    """What a number is, from its digits, its writing and the words before it; "" if nobody's."""
    digits = "".join(filter(str.isdigit, raw))
    if _SORT_CODE.fullmatch(raw) and said.says(_SORT_WORDS):
        return "bank"
    if len(digits) < 6 or (after.isalpha() and after not in "xe") or DATE.match(raw):
        return ""
    if 13 <= len(digits) <= 19 and (_is_card(raw, digits) or said.says(_CARD_WORDS)):
        return "card"
    if _SSN.fullmatch(raw) or (len(digits) <= 12 and said.says(_ID_WORDS)):
        return "id"
    if len(digits) <= 17 and said.says(_BANK_WORDS) and not said.says(_PHONE_WORDS):
        return "bank"
    return "phone" if 7 <= len(digits) <= 15 and _is_phone(raw, digits, said, look_up) else ""


def _is_card(raw: str, digits: str) -> bool:
    """By its check digit, unless it is a row of small numbers, or by its grouping."""
    return (luhn(digits) and _SMALL_GROUPS.fullmatch(raw) is None) or _CARD_GROUPS.fullmatch(raw) is not None


def _is_phone(raw: str, digits: str, said: LabelBefore, look_up: bool) -> bool:
    if raw.startswith(("+", "(+")) or (raw.startswith("00") and len(digits) > 9) or _NANP.fullmatch(raw):
        return True
    if said.says(_OTHER_NUMBERS, within=24):
        return False
    if said.says(_PHONE_WORDS):
        return True
    written = raw.startswith(("0", "(0")) or not raw.lstrip("(").isdigit()
    if not written or not 9 <= len(digits) <= 12 or _VERSIONS.match(raw):
        return False
    return not look_up or any(_dialled(raw, region) for region in _REGIONS)


def _dialled(raw: str, region: str) -> bool:
    import phonenumbers  # takes a tenth of a second, and many processes never need it

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(raw, region))
    except phonenumbers.NumberParseException:
        return False
