"""The knowledge folder as a whole."""

from __future__ import annotations

from pydantic import Field

from cx_core.catalogue.actions import ActionSpec
from cx_core.catalogue.articles import Article
from cx_core.catalogue.company import Company
from cx_core.catalogue.macros import Macro
from cx_core.catalogue.record_kinds import RecordSpec
from cx_core.catalogue.task_types import TaskType
from cx_core.records import NUMBERED, ActionName, EntityKind, Record, TaskTypeName


class Labelled(Record):
    """Examples per label for a small classifier (sentiment, urgency)."""

    labels: dict[str, tuple[str, ...]]


class Knowledge(Record):
    """The whole folder. `version` is a digest of its files."""

    version: str
    company: Company
    task_types: dict[TaskTypeName, TaskType]
    actions: dict[ActionName, ActionSpec]
    articles: dict[str, Article]
    macros: dict[str, Macro] = Field(default_factory=dict)
    records: dict[str, RecordSpec] = Field(default_factory=dict)
    same_words: tuple[tuple[str, ...], ...] = Field(default=(), description="groups that mean the same to customers")
    sentiment: Labelled
    urgency: Labelled
    other: tuple[str, ...] = Field(description="sentences that ask for nothing: greetings, thanks, background")
    remarks: tuple[str, ...] = Field(default=(), description="sentences of ours that put nothing to anybody")

    @property
    def numbered(self) -> dict[EntityKind, str]:
        """What stands before the number in the ids of a kind of record, where the business says so."""
        return {kind: spec.numbered for kind in NUMBERED if (spec := self.records.get(kind)) and spec.numbered}

    def done_to(self, task_type: TaskTypeName) -> frozenset[str]:
        """Words for what the steps of a task type are done to, as its actions declare them (`told_by.about`)."""
        steps = self.task_types[task_type].own_steps
        return frozenset(word.lower() for step in steps for word in self.actions[step.action].told_by.about)
