"""What a person has to see before anything else: danger, despair, a death, a threat to sue, a child, somebody in need.

Learnt from messages of many businesses (`examples/gravity/`), a file a matter, because people say it sideways: "Harold
always did the internet". Recall comes first: a false alarm costs a look, a miss may cost a life.
"""

from __future__ import annotations

from typing import NamedTuple

from cx_core.understand.speech_acts import FOLDER, lines

ORDINARY = "ordinary"

FROM = 0.75
"""Probability from which words are grave; chosen on tickets for a recall of nine in ten."""


class Gravity(NamedTuple):
    """How likely a text is grave, of what matter, and the words that are."""

    probability: float = 0.0
    matter: str = ""
    quote: str = ""


def examples() -> dict[str, list[str]]:
    """What the classifier learns from, by matter."""
    return {path.stem.replace("_", " "): lines(path) for path in sorted((FOLDER / "gravity").glob("*.txt"))}
