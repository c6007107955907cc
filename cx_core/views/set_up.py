"""What a new installation has and lacks."""

from __future__ import annotations

from typing import Literal

from cx_core.records import Record

StepName = Literal["business", "channel", "documents", "ticket", "people", "systems"]


class SetUpStep(Record):
    """One step. `told`: what there is, in a few words."""

    name: StepName
    done: bool
    told: str = ""
    optional: bool = False


class SetUpProgress(Record):
    """All steps, in order."""

    steps: tuple[SetUpStep, ...]

    @property
    def next(self) -> StepName | None:
        """The first step that is not done and has to be."""
        return next((step.name for step in self.steps if not (step.done or step.optional)), None)
