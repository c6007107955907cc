"""What a person stopped, and what that covers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cx_core.records.ids import ActionName, PersonId, TaskTypeName
from cx_core.records.values import Record

EVERYTHING = "*"
"""The name of the switch that stops every act."""


class Switch(Record):
    """Something a person stopped: "*" is everything, "action:..." one action, else a task type."""

    name: str
    person: PersonId
    reason: str
    at: datetime

    def words(self) -> str:
        """Say what was stopped and why, for whoever finds an act not done."""
        if self.name == EVERYTHING:
            return f"The copilot was stopped: {self.reason}"
        kind = "action" if self.name.startswith(_ACTION) else "task type"
        return f"The copilot was stopped for this {kind}: {self.reason}"


_ACTION = "action:"


def own_switch(action: ActionName) -> str:
    """The name of an action's own switch."""
    return f"{_ACTION}{action}"


def switches_over(action: ActionName, task_types: Iterable[TaskTypeName]) -> tuple[str, ...]:
    """The names of all switches that stop this action when it is done for these task types."""
    return (EVERYTHING, own_switch(action), *task_types)
