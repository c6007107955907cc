"""What was said about goals beyond themselves, in lines that are read at a glance: "When: mornings · not Tuesday"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.records import DetailKind, GoalDetail, Polarity, Record

LABELS: Mapping[DetailKind, str] = {
    "answers": "Answers our question",
    "asks": "Only asks",
    "keeps": "Leave as it is",
    "wants": "Wants",
    "refuses": "Does not want",
    "about": "About",
    "when": "When",
    "set_aside": "Ignored",
}
"""What each kind is called, in the order of the lines."""

NOT_TO_DO: Mapping[Polarity, str] = {"wanted": "", "asked": " (only asks)", "kept": " (leave as it is)"}
"""What stands behind a goal's title where it is not to be done."""


class DetailLine(Record):
    """A line: what it is of, and its parts. Text and quotes hold the customer's own words: they are data."""

    label: str
    parts: tuple[GoalDetail, ...]

    @property
    def text(self) -> str:
        """All of it as plain text."""
        said = " · ".join(part.text for part in self.parts if part.text)
        by = f" ({self.by})" if self.by else ""
        return (f"{self.label}: {said}" if said else self.label) + by

    @property
    def by(self) -> str:
        """Name of the person who said so; empty: the copilot understood it."""
        return next((part.by for part in self.parts if part.by), "")


def detail_lines(details: Sequence[GoalDetail], goal: int | None) -> tuple[DetailLine, ...]:
    """The lines of one goal by its place, or of the whole ticket; none where nothing was said beyond the goal."""
    mine = [detail for detail in details if detail.goal == goal]
    lines = ((label, tuple(one for one in mine if one.kind == kind)) for kind, label in LABELS.items())
    return tuple(DetailLine(label=label, parts=parts) for label, parts in lines if parts)
