"""Task types of the page, as administrators see and try them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.catalogue import ActionSpec, FieldSpec
from cx_core.catalogue.own_task_type_check import FieldFault
from cx_core.records import ActionName, ArgumentFrom, EntityKind, GoalLine, OwnTaskType, Record, Ruling, TaskTypeName


class OwnTaskTypeView(Record):
    """One task type: the version that is worked on, and what is in force."""

    draft: OwnTaskType
    in_force: OwnTaskType | None = None
    taken_in: bool = Field(default=False, description="this process works with what is in force")
    out_of_use: str = Field(default="", description="why its tickets go to a person, though it is in force")
    alone_from: datetime | None = Field(default=None, description="then whoever asked may sign as only administrator")


class OwnTaskTypes(Record):
    """All of them, and whether Rung is to be opened again before it works with what is in force."""

    made: tuple[OwnTaskTypeView, ...] = ()
    to_be_taken_in: bool = Field(
        default=False, description="something in force is not learnt yet; what a newer folder names too never will be"
    )


class ArgumentChoice(Record):
    """Where an argument may come from, in words."""

    source: ArgumentFrom
    value: str = ""
    label: str


class TaskTypeForm(Record):
    """What may be chosen for a task type as it is filled in so far."""

    replaceable: dict[TaskTypeName, str] = Field(
        default_factory=dict, description="titles of those whose place it may take"
    )
    reads: tuple[ActionSpec, ...] = ()
    writes: tuple[ActionSpec, ...] = ()
    kind: str = Field(default="", description="of the record that it is about; empty: none")
    fields: dict[str, FieldSpec] = Field(default_factory=dict, description="of that record")
    choose: tuple[EntityKind, ...] = ()
    choices: dict[ActionName, dict[str, tuple[ArgumentChoice, ...]]] = Field(
        default_factory=dict, description="by action and argument, what fits it"
    )
    of_record: tuple[str, ...] = Field(default=(), description="what may stand in brackets in a reply")
    of_receipts: tuple[str, ...] = Field(default=(), description="the same, in the reply once all is done")
    needed: tuple[str, ...] = Field(default=(), description="which of the replies are ever sent")
    others: tuple[str, ...] = Field(default=(), description="of its actions, those whose approval other rules decide")
    faults: tuple[FieldFault, ...] = ()


class TriedArgument(Record):
    """One argument of a step, and where it comes from, in words."""

    title: str
    value: str
    source: str


class TriedStep(Record):
    """One step of a trial."""

    words: str
    arguments: tuple[TriedArgument, ...] = ()
    ruling: Ruling
    who: str = Field(description="who would approve it, or that nobody may")
    findings: tuple[str, ...] = ()


class TaskTypeTried(Record):
    """What a message would lead to. Nothing of it was kept or carried out."""

    read_as: tuple[str, ...] = Field(default=(), description="titles of what the message would be taken for now")
    customer: str = Field(default="", description="name or id; empty: nobody is known at this address")
    summary: str = ""
    lines: tuple[GoalLine, ...] = ()
    steps: tuple[TriedStep, ...] = ()
    findings: tuple[str, ...] = ()
    reply: str = ""
    route: str = ""
    why: str = ""
