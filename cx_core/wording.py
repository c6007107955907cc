"""Values as people write them. British English; the one place that knows how a date or a list sounds."""

from __future__ import annotations

import re
from datetime import date

from cx_core.records import Value

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def say(value: Value) -> str:
    """Money as £54.00, an ISO date as Thursday 26 November, a tuple as "a, b and c", None as "—"."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " and ".join(part for part in (", ".join(value[:-1]), value[-1]) if part) if value else "—"
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return f"{day:%A} {day.day} {day:%B}"
    return str(value)
