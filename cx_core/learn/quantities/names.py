"""Numbers that belong to a name (Hub 5, Fibre 150) and are no quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME_BEFORE = re.compile(r"(?:\b[A-Z][\w+]*|[#§@=:/_])[\s-]?$")
_STARTS = re.compile(r"(?:^|[.!?\n]\s*|[-*•|]\s+)[A-Z][\w+]*\s$")
NAMED = re.compile(r"\b[A-Z][\w+]*[ -](?P<number>\d+(?:\.\d+)?)\b(?![.,]?\d|%)")


def named_numbers(texts: Iterable[str]) -> frozenset[str]:
    """Names that end in a number, such as "Hub 5": written with a capital also where no sentence begins."""
    found: set[str] = set()
    for text in texts:
        found.update(m[0] for m in NAMED.finditer(text) if of_a_name(text[: m.start("number")]))
    return frozenset(found)


def of_a_name(before: str) -> bool:
    """Whether a number after these words belongs to a name: after a capital that does not begin a sentence."""
    return bool(_NAME_BEFORE.search(before[-40:])) and not _STARTS.search(before[-60:])
