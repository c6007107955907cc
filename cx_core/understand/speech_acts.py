"""What a customer's words do: want something, report trouble, ask, refuse, or only tell.

It is learnt from examples of many businesses (`speech_acts/`, a sentence a line), so that it holds for any of them.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "examples"


def examples() -> dict[str, list[str]]:
    """What the classifier learns from, by speech act."""
    return {path.stem: lines(path) for path in sorted((FOLDER / "speech_acts").glob("*.txt"))}


def lines(path: Path) -> list[str]:
    """The lines of a file that are not empty."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
