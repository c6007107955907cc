"""When to go through the knowledge: once what changed has been left alone for a while, by one process of several."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

QUIET = timedelta(seconds=30)
"""Editors save several times, and uploads come one by one: so long nothing more must have changed."""
AFTER_ANOTHER = timedelta(seconds=60)
"""So long a process waits that did not do the last round: whoever did has read most of it already."""
LONGEST = timedelta(minutes=5)
"""Where changes never end it is gone through in between."""


class Waiting:
    """What one process waits for: a mark of what is to be gone through, and since when it has been the same."""

    def __init__(self) -> None:
        self._mark = ""
        self._since = self._first = datetime.max.replace(tzinfo=UTC)

    def over(self, mark: str, now: datetime, *, ours: bool) -> bool:
        """Whether to begin. `ours`: this process did the last round."""
        if not self._mark:
            self._first = now
        if mark != self._mark:
            self._mark, self._since = mark, now
        return now - self._since >= (QUIET if ours else AFTER_ANOTHER) or now - self._first >= LONGEST

    def end(self) -> None:
        """It was gone through, by whomever."""
        self._mark = ""
