"""Time, and work that survives the process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from cx_core.records import (
    TicketId,
)


class Clock(Protocol):
    """The time, aware and in UTC."""

    def __call__(self) -> datetime: ...


class StepRunner(Protocol):
    """Runs one step of durable work; a step that has finished is not run again after a crash."""

    def __call__(self, name: str, work: Callable[[], str]) -> str: ...


class Durable(Protocol):
    """Work that survives the process."""

    def prepare(self, ticket: TicketId, messages: int, *, after_seconds: float = 0.0, again: str = "") -> None:
        """Prepare a ticket as of this many messages; once per number of messages and `again`."""
        ...

    def carry_out(self, ticket: TicketId, version: int, *, after_seconds: float = 0.0) -> None:
        """Carry out what was approved for this version; once."""
        ...
