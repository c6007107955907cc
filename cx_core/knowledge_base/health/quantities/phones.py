"""Telephone numbers and short codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.knowledge_base.health.quantities.quantity import Quantity

_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d \u00a0()-]{7,17}\d(?![\w-]|\.\d)")
_SHORT_CODE = re.compile(
    r"\b(?:call|calling|dial|ring|text|texting|to|on)\s(?P<digits>\d{3,6})\b(?!\s(?!by\b|from\b|and\b|or\b|to\b|in\b|for\b)[a-z])",
    re.I,
)


def phones(text: str) -> Iterator[Quantity]:
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if 9 <= len(digits) <= 15 and not re.fullmatch(r"\d{4}-\d\d-\d\d.*", found[0]):
            yield Quantity("phone", float(digits[-10:]), float(digits[-10:]), "", *found.span())
    for found in _SHORT_CODE.finditer(text):
        yield Quantity("phone", float(found["digits"]), float(found["digits"]), "code", *found.span("digits"))
