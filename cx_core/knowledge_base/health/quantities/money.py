"""Sums of money, and shares of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.knowledge_base.health.quantities.numbers import FIGURE, NUMBER, TO, number
from cx_core.knowledge_base.health.quantities.quantity import Quantity
from cx_core.knowledge_base.health.quantities.rates import rated

_CURRENCIES = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY", "₹": "INR"}
_NAMES = {
    "gbp": "GBP",
    "usd": "USD",
    "eur": "EUR",
    "pound": "GBP",
    "dollar": "USD",
    "euro": "EUR",
    "quid": "GBP",
    "pence": "GBP",
    "p": "GBP",
    "cent": "USD",
    "chf": "CHF",
    "cad": "CAD",
    "aud": "AUD",
}

_HUNDREDTH = {"pence", "p", "cent"}
_MONEY = re.compile(
    rf"(?P<sign>[£$€¥₹])\s?(?P<low>{FIGURE})(?P<scale>k|m|bn|\smillion|\sthousand)?\b"
    rf"(?:{TO}[£$€¥₹]\s?(?P<high>{FIGURE})\b|\s?(?:[-–—]|\bto\b)\s?(?P<high2>{FIGURE})\b(?!\s?(?:[A-Z%]|[a-z]{{2}})))?"
    rf"|\b(?P<before>GBP|USD|EUR|CHF|CAD|AUD)\s?(?P<low2>{FIGURE})\b"
    rf"|(?P<low3>{NUMBER})(?:{TO}(?P<high3>{NUMBER}))?\s?(?P<after>GBP|USD|EUR|CHF|CAD|AUD|pounds?|dollars?|euros?|quid|pence|cents?|(?<=\d)p)\b",
    re.I,
)
_FREE = re.compile(
    r"\bfree\sof\s(?:any\s)?charge\b|\bfor\sfree\b|\b(?:at|with)\sno\s(?:extra\s|additional\s)?(?:cost|charge|fee)s?\b"
    r"|\bwithout\s(?:a\s|any\s)?(?:extra\s|additional\s|further\s)?(?:fee|charge|cost)s?\b|\bno\sfee\b|\bno\scharge\b"
    r"|\bnothing\sto\spay\b|\bcosts?\s(?:you\s|them\s)?nothing\b"
    r"|\b(?:is|are|be|was|were|stays?|comes?)\s(?:always\s|also\s|completely\s|all\s|both\s)?free\b(?!\s(?:to|from|slots?|of))",
    re.I,
)
_SHARE = re.compile(rf"(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER}))?\s?(?:%|per\s?cent\b|percent\b|pct\b)", re.I)
_HALF = re.compile(r"\bhalf\s(?=of\b|the\b|as\b|price\b)", re.I)


def sums(text: str) -> Iterator[Quantity]:
    for found in _MONEY.finditer(text):
        low, high = (
            (found["low"] or found["low2"] or found["low3"]),
            (found["high"] or found["high2"] or found["high3"]),
        )
        name = (found["before"] or found["after"] or "").lower().rstrip("s")
        unit = _CURRENCIES.get(found["sign"] or "") or _NAMES.get(name, name.upper())
        factor = (
            0.01
            if name in _HUNDREDTH
            else {"k": 1e3, " thousand": 1e3, "m": 1e6, " million": 1e6}.get((found["scale"] or "").lower(), 1.0)
        )
        yield rated(text, Quantity("money", number(low) * factor, number(high or low) * factor, unit, *found.span()))
    for found in _FREE.finditer(text):
        yield Quantity("money", 0.0, 0.0, "", *found.span())


def shares(text: str) -> Iterator[Quantity]:
    for found in _SHARE.finditer(text):
        yield Quantity("share", number(found["low"]), number(found["high"] or found["low"]), "", *found.span())
    for found in _HALF.finditer(text):
        yield Quantity("share", 50.0, 50.0, "", found.start(), found.start() + 4)
