"""Whether words tell what somebody else does at an hour: "he drives home after lunch" asks for no such hour."""

from __future__ import annotations

import re

_DOES = re.compile(
    r"(?:^|[,.;!?\n]|\b(?:and|as|because|since)\b)\s*(?:he|she|they) "
    r"(?:drives?|leaves?|goes|go|heads?|flies|fly|starts?|works?|finish(?:es)?)\b",
    re.I,
)
_SO = re.compile(r"\bso (?!(?:he|she|they)\b)")
"""What follows for us: "he finishes at two, so after that"."""


def tells_of_another(words: str) -> bool:
    """Whether somebody else leaves, starts or is at work then, and nothing follows from it for us."""
    return _DOES.search(words) is not None and _SO.search(words) is None
