"""Whether words tell what somebody else does at an hour: "he drives home after lunch" asks for no such hour."""

from __future__ import annotations

import re

_DOES = re.compile(
    r"(?:^|[,.;!?\n]|\b(?:and|as|because|since)\b)\s*(?:he|she|they) "
    r"(?:drives?|leaves?|goes|go|heads?|flies|fly|starts?|works?|finish(?:es)?)\b",
    re.I,
)


def tells_of_another(words: str) -> bool:
    """Whether somebody else leaves, starts or has to be somewhere, by what is said there."""
    return _DOES.search(words) is not None and not re.search(r"\bso (?!(?:he|she|they)\b)", words)
