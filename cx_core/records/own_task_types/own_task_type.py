"""A task type made from pages, as it is worked on and as it is in force."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, TaskTypeName
from cx_core.records.tickets import Priority
from cx_core.records.triage import EntityKind
from cx_core.records.values import Record

OwnTaskTypeState = Literal["draft", "tried", "waiting", "active", "withdrawn"]
"""draft: nobody has tried it as it is; tried: somebody has; waiting: a second administrator is asked; active: in force;
withdrawn: it was in force, and is not any more."""

ArgumentFrom = Literal["record", "words", "fixed", "customer"]
WordsKind = Literal["date", "amount", "address", "email", "phone", "text", "street", "town", "postcode", "region"]


class OwnArgument(Record):
    """Where one argument of a step comes from."""

    argument: str = Field(description="as the action names it")
    source: ArgumentFrom
    value: str = Field(
        default="",
        description="a field of the record or of the customer (empty: who it is), a kind of words, or the text",
    )


class OwnStep(Record):
    """One action, with a source for each of its arguments."""

    action: ActionName
    arguments: tuple[OwnArgument, ...] = ()


class OwnCondition(Record):
    """What must be so of the record: a field is one of these values, or the day in it is so long ago."""

    field: str
    one_of: tuple[str, ...] = ()
    age: str = Field(default="", description='as a case of the knowledge folder says it: "up to 30 days"')


class OwnReplies(Record):
    """What customers are answered. `[order total]` stands for a value, see `catalogue.own_task_types.placeholders`."""

    done: str = Field(default="", description="once all steps are done")
    none: str = Field(default="", description="where they have no such record")
    several: str = Field(default="", description="where several records may be meant")
    asked: str = Field(default="", description="where they only ask about it")
    unmet: str = Field(default="", description="where the record does not meet the conditions")
    missing: str = Field(default="", description="where they did not say what a step needs")


class OwnLimits(Record):
    """Who approves its steps. Amounts are minor units of the business's currency."""

    least: Literal["advisor", "supervisor"] = "supervisor"
    advisor_most: int | None = Field(default=None, ge=0, description="above it a supervisor approves; None: no limit")
    two_above: int | None = Field(default=None, ge=0, description="above it two people approve; None: never")


class OwnTaskType(Record):
    """What customers want done, which record it is about, and what is done and said then."""

    id: str
    number: int = Field(default=0, ge=0, le=899, description="of its rules; given once, when it is first kept")
    name: TaskTypeName = Field(default=TaskTypeName(""), description="given with the number, from its title")
    replaces: TaskTypeName = Field(
        default=TaskTypeName(""),
        description="task type of the folder whose place it takes, under its name; empty: none",
    )
    title: str = ""
    topic: str = ""
    priority: Priority = "normal"
    ceiling: Literal[0, 2] = Field(default=2, description="its highest level: nothing is done without a person")
    examples: tuple[str, ...] = ()
    read: str = Field(default="", description="the read that gives the customer's records; empty: it is about none")
    choose: tuple[EntityKind, ...] = Field(default=(), description="words that say which of several, strongest first")
    conditions: tuple[OwnCondition, ...] = ()
    steps: tuple[OwnStep, ...] = ()
    replies: OwnReplies = OwnReplies()
    limits: OwnLimits = OwnLimits()
    state: OwnTaskTypeState = "draft"
    version: int = Field(default=0, ge=0, description="how often it has been put in force")
    made_by: str = ""
    made_at: datetime | None = None
    tried_by: str = ""
    tried_at: datetime | None = None
    asked_by: str = ""
    asked_at: datetime | None = None
    approved_by: str = ""
    active_at: datetime | None = None
    mark: str = Field(default="", description="over all that was signed, by the key store")

    @property
    def actions(self) -> tuple[ActionName, ...]:
        """All that it calls: the read, if there is one, and what its steps do."""
        read = (ActionName(self.read),) if self.read else ()
        return (*read, *(step.action for step in self.steps))

    def as_draft(self) -> OwnTaskType:
        """Return the same, to be worked on: nobody has tried it, or asked for it, as it will be."""
        return self.replace(
            state="draft",
            tried_by="",
            tried_at=None,
            asked_by="",
            asked_at=None,
            approved_by="",
            active_at=None,
            mark="",
        )


class KeptOwnTaskType(Record):
    """A task type on file: the version that is worked on, and the one in force."""

    draft: OwnTaskType
    in_force: OwnTaskType | None = None


def own_task_type_exact(one: OwnTaskType) -> tuple[str, str]:
    """The name of the mark over a version that waits or is in force, and all that it is made over.

    What is as by default is left out, so that a field that a newer Rung adds breaks no mark.
    """
    exact = one.model_dump(mode="json", exclude={"mark"}, exclude_defaults=True)
    return f"own task type {one.id}", json.dumps({"own task type": exact}, sort_keys=True)
