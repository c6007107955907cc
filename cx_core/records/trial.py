"""What the copilot would have done alone beside what a person did: the cases on which a level is earned."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, PersonId, StepId, TaskTypeName, TicketId
from cx_core.records.proposal import Proposal
from cx_core.records.values import Record, Value


class FirstAct(Record):
    """An action that a person would do, with the arguments they gave; what they left open is not compared."""

    action: ActionName
    values: dict[str, Value] = Field(default_factory=dict)


class FirstAnswer(Record):
    """What a person would do about a ticket, said before they saw the proposal."""

    ticket: TicketId
    version: int
    person: PersonId
    at: datetime
    acts: tuple[FirstAct, ...] = Field(default=(), description="none: an answer is enough")


class EvidenceCase(Record):
    """One answered proposal that would have gone alone. It was fixed before the person answered."""

    ticket: TicketId
    version: int
    task_type: TaskTypeName
    customer: str = Field(description="whose case it is: of one customer one a day counts")
    at: datetime
    made_at: datetime | None = Field(default=None, description="when it was proposed; None: kept by an older version")
    shown: bool = Field(default=True, description="the person saw the proposal before they answered")
    differences: tuple[str, ...] = Field(default=(), description="what they did otherwise, in words; none: the same")
    spoiled: str = Field(default="", description="what came of it afterwards that makes it wrong all the same")
    permitted: bool = Field(default=True, description="the policies would have let it go alone, within some limits")
    simulated: bool = Field(default=False, description="of a demonstration's past: shown, and never earns anything")
    basis: str = Field(description="digest of what made the proposal: evidence holds for that alone")

    @property
    def proposed_at(self) -> datetime:
        return self.made_at or self.at

    @property
    def wrong(self) -> bool:
        return bool(self.differences or self.spoiled)


PlantedDecision = Literal["", "caught", "missed", "lifted"]
"""What came of a planted error. Lifted: nobody decided on it before the genuine proposal took its place."""


class PlantedError(Record):
    """A proposal that was shown with one argument wrong on purpose. It is never carried out and counts for no level."""

    ticket: TicketId
    version: int = Field(description="of the proposal that is wrong")
    task_type: TaskTypeName
    step: StepId
    argument: str
    wrong: str = Field(description="the value that was shown, as the card says it")
    right: str = Field(description="the value that was planned, as the card says it")
    told: str = Field(description='which argument it is, in words: "Refund a payment, payment"')
    sentences: tuple[str, ...] = Field(
        default=(), description="of its draft, with and without expected values, that the genuine draft does not have"
    )
    genuine: Proposal = Field(description="as it was prepared")
    at: datetime
    decision: PlantedDecision = ""
    how: str = Field(default="", description="what the person did, in words")
    person: PersonId | None = Field(default=None, description="who decided")
    decided_at: datetime | None = None
    revealed: int = Field(default=0, description="version of the genuine proposal that took its place; 0: not yet")
