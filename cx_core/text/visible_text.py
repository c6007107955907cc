"""Text of others as people must see it before they decide about it: nothing in it stays unseen."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[^\S\n]{8,}|\n{4,}")


def visible(text: str) -> str:
    """Write out what nobody sees: zero-width letters, tags, marks of direction, and how long a run of blanks is."""
    counted = _BLANKS.sub(lambda run: f"‹{len(run[0])} blanks›", text)
    return "".join(mark if mark.isprintable() or mark in "\n\t" else f"‹U+{ord(mark):04X}›" for mark in counted)
