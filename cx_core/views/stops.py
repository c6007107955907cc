"""What is stopped, as everybody sees it, and what a stop would reach."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import ActionName, Record, TaskTypeName, TicketId, Work


class Stop(Record):
    """A switch that is on, in words: what, since when, by whom and why."""

    name: str = Field(description="of the switch")
    title: str = Field(description="what is stopped: everything, a task type or an action")
    reason: str
    by: str = Field(description="name of the person who stopped it")
    at: datetime

    @property
    def no_undo(self) -> str:
        """What to say of an undo while this stops everything."""
        return f"Everything is stopped, by {self.by} (“{self.reason}”): nothing is undone until it is resumed."


class StopReach(Record):
    """What stopping something would reach at this moment."""

    task_types: int = Field(description="how many task types are stopped, or may use the action")
    waiting: int = Field(description="tickets whose actions wait for an approval")
    approved: int = Field(description="tickets that were approved and not begun: they would come back undone")


class OpenPlan(Record):
    """The acts that the proposal of an open ticket plans, each with the task type it is for, if it is for one."""

    ticket: TicketId
    version: int
    work: Work
    acts: tuple[tuple[ActionName, TaskTypeName | None], ...]
