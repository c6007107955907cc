"""Policies as people see, draft and change them: rules, sets of them, and what they decided."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records import Record, Ruling, StepId, TicketId

DAYS = 30
"""So far back it is counted what a rule decided."""

PolicyState = Literal["draft", "waiting", "active", "retired"]
FactValue = bool | int | str | None


class PolicyRule(Record):
    """One rule, read from its file."""

    id: str
    says: str
    file: str
    line: int
    source: str = Field(description="in Cedar")
    effect: Literal["permit", "forbid"]
    acts: tuple[str, ...] | None = Field(description="actions and groups of actions it is about; None: every act")
    asks: tuple[str, ...] = Field(default=(), description="attributes it mentions")
    compares: tuple[int | str, ...] = Field(default=(), description="numbers and texts it mentions")


class PolicyFile(Record):
    """The rules of one file. `about` is what its first lines say in words."""

    name: str
    title: str
    about: str
    rules: tuple[PolicyRule, ...]


class Policies(Record):
    """The rules in force. `version` is a digest of them and of what they may mention."""

    name: str
    version: str
    since: datetime | None = Field(description="None: as long as this installation")
    trouble: str
    files: tuple[PolicyFile, ...]
    acts: dict[str, str] = Field(description="actions and groups of actions in words")
    differs: bool = Field(default=False, description="the knowledge folder holds other rules than those in force")


class Decided(Record):
    """Rulings on steps in which one rule was named, the last `DAYS` days."""

    allow: int = 0
    ask: int = 0
    deny: int = 0
    examples: tuple[TicketId, ...] = Field(default=(), description="newest first, five at most")

    @property
    def all(self) -> int:
        return self.allow + self.ask + self.deny


class Tally(Record):
    """What was decided by rule. `rulings`: how many there were; `most`: whether only the newest were counted."""

    rulings: int
    by_rule: dict[str, Decided]
    cut: bool = False


class RuledStep(Record):
    """One ruling on file."""

    ticket: TicketId
    version: int
    step: StepId
    action: str
    ruling: Ruling
    at: datetime
