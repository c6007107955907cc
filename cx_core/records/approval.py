"""What a person answered, and the seals that prove it to whoever carries it out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, AttachmentId, PersonId, StepId, TicketId
from cx_core.records.people import Role
from cx_core.records.plan import Step
from cx_core.records.values import Record

Leaves = Literal["solved", "pending", "open"]
"""What a person may have a ticket be once its reply is sent."""


class Seal(Record):
    """A ruling bound to one step as it was approved, for one act: what is demanded before anything is done.

    `mark` is made by a key over all other fields (see ports.Sealer). A seal is used under one key of a business
    system and never under another.
    """

    id: str = Field(description="random")
    ticket: TicketId
    version: int
    step: StepId
    action: ActionName
    digest: str = Field(description="of the step as approved, arguments and all")
    approval: str
    person: PersonId
    role: Role | None = Field(description="who approved; None: the copilot alone")
    policy: str = Field(description="version of the policy that allowed it")
    issued_at: datetime
    expires_at: datetime
    first: str = Field(
        default="", description="id of the first seal where two people approve; its own: it proves nothing alone"
    )
    mark: str = ""


class Approval(Record):
    """A person's answer to a proposal, for exactly this version.

    `digests` holds, per approved step, the digest of the step as approved (edits included).
    `steps` are those steps with the values approved; `skipped` gives, per step left out, the reason.
    `seals` are what proves each step to whoever carries it out.
    """

    id: str
    ticket: TicketId
    version: int
    decision: Literal["approve", "edit", "reject"]
    person: PersonId
    name: str = Field(default="", description="the person's name, for the customer and the page")
    role: Role | None = Field(description="None: the copilot alone, on a ruling of allow")
    steps: tuple[Step, ...] = ()
    digests: dict[StepId, str] = Field(default_factory=dict)
    seals: dict[StepId, Seal] = Field(default_factory=dict)
    skipped: dict[StepId, str] = Field(default_factory=dict)
    reply: str = ""
    files: tuple[AttachmentId, ...] = Field(default=(), description="attachments that go with the reply")
    reason: str = ""
    confirmed: tuple[str, ...] = Field(
        default=(), description="what of the reply was not true of the plan, and was confirmed for it nevertheless"
    )
    leaves: Leaves | None = Field(
        default=None, description="what the ticket is once it is sent; None: as the reply says"
    )
    at: datetime

    @property
    def waits(self) -> bool:
        """Whether it is the first of two that are needed, and proves nothing alone."""
        return any(seal.first == seal.id for seal in self.seals.values())
