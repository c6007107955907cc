"""How the systems stand that task types need, and what is paused while one of them does not answer."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import Record, TaskTypeName


class SystemStanding(Record):
    """How one system has answered lately. A pause says nothing of whether what was done was right."""

    system: str
    failures: int = Field(default=0, description="calls in a row without an answer; those that write count apart")
    failed_writes: int = 0
    failed_since: datetime | None = Field(default=None, description="the first of them")
    last_failed: datetime | None = None
    call: str = Field(default="", description="the action that was called last without an answer")
    paused_at: datetime | None = None
    answering_since: datetime | None = Field(default=None, description="while it is paused")
    answers: int = Field(default=0, description="since then, in a row")
    last_answered: datetime | None = None
    resumed_at: datetime | None = None
    repeats: int = Field(default=0, description="how often it was paused again soon after it had resumed")

    @property
    def clean(self) -> bool:
        """Whether an answer changes nothing about it."""
        return self.paused_at is None and not (self.failures or self.failed_writes)


class SystemPause(Record):
    """A system that does not answer, and the task types of which nothing is done without a person meanwhile."""

    system: str = Field(description="in words")
    since: datetime = Field(description="when it stopped answering")
    paused_at: datetime
    answering_since: datetime | None = None
    task_types: tuple[TaskTypeName, ...] = Field(description="those at a level that acts alone and need it")
    why: str = Field(description="in words, for colleagues")
