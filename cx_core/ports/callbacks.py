"""Callbacks that Rung keeps for the team."""

from __future__ import annotations

from typing import Protocol

from cx_core.records.colleagues import Callback


class CallbackRepository(Protocol):
    """Callbacks on file. They are scheduled by the action `schedule_callback`, as by any other system."""

    def open(self, most: int) -> tuple[Callback, ...]:
        """Those that are scheduled, by day."""
        ...

    def get(self, id: int) -> Callback | None:
        """Held until the transaction ends."""
        ...

    def finish(self, id: int) -> None:
        """The call was made."""
        ...
