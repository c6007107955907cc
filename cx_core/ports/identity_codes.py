"""One-time codes and consents, within a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from cx_core.records import ConsentOffer, CustomerId, IdentityCode, TicketId


class IdentityCodeRepository(Protocol):
    """Codes that were sent to customers, without the codes themselves."""

    def put(self, code: IdentityCode) -> None: ...

    def latest(self, ticket: TicketId) -> IdentityCode | None: ...

    def waiting(self, now: datetime) -> tuple[IdentityCode, ...]:
        """Those that were sent, are not entered yet and still count, oldest first."""
        ...

    def sent_to(self, contact: str, moment: datetime) -> tuple[IdentityCode, ...]:
        """Those made since then for this contact, oldest first."""
        ...

    def denied(self, ticket: TicketId) -> bool:
        """Whether somebody says that they did not ask for a code of this ticket, or of one merged into it."""
        ...

    def since(self, ticket: TicketId, customer: CustomerId, moment: datetime) -> int:
        """How many were made since then for the ticket or for the customer, whichever is more.

        Codes for this customer are held against other writers until the transaction ends.
        """
        ...


class ConsentRepository(Protocol):
    """Steps that were put to customers, each by the version that put it."""

    def put(self, offer: ConsentOffer) -> None: ...

    def latest(self, ticket: TicketId) -> ConsentOffer | None: ...
