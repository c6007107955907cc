"""What is to be done for a ticket, what backs it, and the guard's answer to each step."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from pydantic import Field

from cx_core.records.evidence import Source
from cx_core.records.ids import ActionName, StepId, TicketId
from cx_core.records.people import Role
from cx_core.records.values import Money, Record, Value


class Option(Record):
    """Another value an argument could take, with its source."""

    value: Value
    label: str
    source: Source


class Argument(Record):
    """One argument of a step and what backs it."""

    name: str
    value: Value
    source: Source
    options: tuple[Option, ...] = ()


class Step(Record):
    """One action with arguments, for one goal. `after` names steps that must be done first."""

    id: StepId
    goal: int
    action: ActionName
    arguments: tuple[Argument, ...] = ()
    after: tuple[StepId, ...] = ()
    added_by: str = Field(default="", description="name of the person who added it; empty: it was planned")

    def values(self) -> dict[str, Value]:
        return {argument.name: argument.value for argument in self.arguments}

    @property
    def number(self) -> int:
        """The 3 of s3."""
        return int(self.id[1:])


def digest(ticket: TicketId, version: int, step: Step) -> str:
    """SHA-256 over what exactly is to be done: a proof is for this and nothing else."""
    exact = {
        "ticket": ticket,
        "version": version,
        "step": step.id,
        "action": step.action,
        "arguments": {a.name: _plain(a.value) for a in step.arguments},
    }
    return hashlib.sha256(json.dumps(exact, sort_keys=True).encode()).hexdigest()


def act_digest(step: Step) -> str:
    """SHA-256 over the action and its arguments, in whatever ticket and version."""
    exact = {"action": step.action, "arguments": {a.name: _plain(a.value) for a in step.arguments}}
    return hashlib.sha256(json.dumps(exact, sort_keys=True).encode()).hexdigest()


def _plain(value: Value) -> object:
    return value.model_dump() if isinstance(value, Money) else value


class Finding(Record):
    """Something grounding noticed. A blocking finding turns a step into an ask, or stops it."""

    step: StepId | None
    argument: str = ""
    text: str
    planted: bool = Field(default=False, description="orders to the copilot were found and set apart")
    doubt: bool = Field(default=False, description="it may lead astray whoever reads it, and nothing was set apart")
    another: str = Field(default="", description="words of theirs that name something else than the step has")


class Ruling(Record):
    """The guard's answer to one step."""

    answer: Literal["allow", "ask", "deny"]
    ask: Role | None = None
    people: int = Field(default=1, description="2: nobody may alone, two who may must approve the same")
    policies: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    policy_version: str = ""
    facts: dict[str, bool | int | str | None] = Field(
        default_factory=dict, description="what it rests on, see decide.facts.Facts: ids, figures and marks, no words"
    )
