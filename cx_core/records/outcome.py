"""What business systems did, as they say and as it was read back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, StepId
from cx_core.records.values import Record, Value


class Receipt(Record):
    """What a business system says it did. `fields` fill the slots of a reply."""

    key: str
    action: ActionName
    reference: str
    fields: dict[str, Value] = Field(default_factory=dict)
    at: datetime
    undo_until: datetime | None = None


class Outcome(Record):
    """What became of one step, read back."""

    step: StepId
    action: ActionName
    status: Literal["done", "failed", "undone"]
    verified: bool = False
    unknown: bool = Field(default=False, description="failed without an answer: it may have happened")
    unreachable: bool = Field(
        default=False, description="a system that did not answer is why: an outage, which is no error of what was done"
    )
    contradicted: bool = Field(
        default=False, description="it had been ruled as allowed, and was refused though nothing had changed"
    )
    key: str
    receipt: Receipt | None = None
    message: str = ""
    at: datetime
    mark: str = Field(default="", description="over all else, its ticket, its version and the step as approved")
