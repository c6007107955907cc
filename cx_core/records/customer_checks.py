"""What a customer is asked for before something is done alone: a one-time code, and a yes to what cannot be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, CustomerId, MessageId, TicketId
from cx_core.records.values import Record

SEND_CODE = ActionName("send_code")
"""What policies call the sending of a code."""

CodeState = Literal["sending", "sent", "confirmed", "expired", "failed", "void", "denied"]
"""sending: on record, and not known to have left; failed: not sent, or entered wrongly too often; void: another code
took its place, or the ticket's customer or address is another one by now; denied: whoever was sent it says that they
did not ask for it, and nothing is done without a person in its ticket from then on."""


class IdentityCode(Record):
    """A one-time code. The code itself is kept nowhere: `mark` is made by a key over it and over what it is for."""

    id: str = Field(description="random")
    ticket: TicketId
    customer: CustomerId
    address: str = Field(description="the ticket's: from where it must come back")
    contact: str = Field(description="on the customer's file: where it was sent")
    mark: str
    at: datetime
    until: datetime
    state: CodeState = "sending"
    tries: int = Field(default=0, description="wrong ones")
    by: str = Field(description="a person's id, or the copilot")
    name: str = Field(default="", description="of the person who asked for it; empty: the copilot did")
    why: str = Field(default="", description="why it failed, in words")

    def exact(self, code: str) -> str:
        """What the mark is made over."""
        return "\n".join(("code", self.id, self.ticket, self.customer, self.address.lower(), self.contact, code))

    def state_at(self, now: datetime) -> CodeState:
        return "expired" if self.state in ("sending", "sent") and now >= self.until else self.state


class Confirmation(Record):
    """That whoever writes in a ticket entered a code sent to this customer. `mark` is made over all other fields."""

    code: str = Field(description="id of the code")
    customer: CustomerId
    address: str
    at: datetime
    until: datetime
    mark: str = ""

    def exact(self, ticket: TicketId) -> str:
        """What the mark is made over."""
        times = (self.at.isoformat(), self.until.isoformat())
        return "\n".join(("confirmation", ticket, self.code, self.customer, self.address.lower(), *times))


class Consent(Record):
    """A yes that counts: to this act with these arguments, and this sum."""

    act: str = Field(description="digest of the action and its arguments; see `act_digest`")
    amount: int | None = Field(description="minor units that were named; None: it is not money out")


class ConsentOffer(Record):
    """A step that cannot be undone, as it was put to the customer. `mark` is made over all other fields."""

    ticket: TicketId
    version: int = Field(description="of the proposal that puts it")
    customer: CustomerId
    step: Consent
    act: str = Field(description="what would be done, as it was said")
    amount: str = Field(default="", description="the sum as it was said")
    words: str = Field(description="all that was put")
    identity: int
    at: datetime
    until: datetime
    state: Literal["put", "accepted", "void"] = "put"
    answer: MessageId | None = Field(default=None, description="the message that said yes")
    mark: str = ""

    def exact(self) -> str:
        """What the mark is made over."""
        return "consent\n" + self.replace(mark="").model_dump_json()
