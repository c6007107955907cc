"""What is stopped, within a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cx_core.records import (
    Switch,
)


class SwitchRepository(Protocol):
    """What is stopped."""

    def stopped(self, names: Sequence[str]) -> Switch | None:
        """The first switch among these names that is on."""
        ...

    def on(self) -> tuple[Switch, ...]:
        """Those that are on; in front of them one over everything where they are not as they were left here."""
        ...

    def put(self, switch: Switch) -> None: ...

    def drop(self, name: str) -> None: ...
