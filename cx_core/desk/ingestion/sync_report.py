"""What became of files that were handed in, in lines and in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cx_core.knowledge_base.articles import Upload

TOLD = ("read", "same", "refused", "quarantined", "released", "discarded")
_SET_APART = "set apart"


def line(one: Upload) -> str:
    """State, name, and in words what is to be known of it."""
    said = [one.trouble, *(f"“{passage[:120]}”" for passage in one.found[:2]), *one.notes]
    words = " ".join(text for text in said if text)
    state = _SET_APART if one.state == "quarantined" else one.state
    into = f" → {', '.join(one.articles[:3])}" if one.articles and len(one.articles) < 4 else ""
    return f"{state:<12} {one.name}{into}{': ' if words else ''}{words}"


def sums(uploads: Sequence[Upload], seconds: float) -> str:
    """How many of each kind became what."""
    counted = Counter((kind_of(one.name), one.state) for one in uploads)
    kinds = sorted({kind for kind, _ in counted})
    states = [state for state in TOLD if any(one.state == state for one in uploads)]
    heads = [_SET_APART if state == "quarantined" else state for state in states]
    rows = [f"{'kind':<10}" + "".join(f"{head:>12}" for head in (*heads, "all"))]
    for kind in (*kinds, "all"):
        of = [sum(n for (k, s), n in counted.items() if s == state and kind in (k, "all")) for state in states]
        rows.append(f"{kind:<10}" + "".join(f"{n:>12}" for n in (*of, sum(of))))
    return "\n".join(["", *rows, f"{len(uploads)} files in {seconds:.1f} s"])


def kind_of(name: str) -> str:
    """By the ending: what whoever made the file says it is."""
    ending = name.rpartition("/")[2].rpartition(".")
    return ending[2].lower()[:9] if ending[1] and ending[0] else "(none)"
