"""Erasing customers, as the core asks it of a transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from cx_core.records import AttachmentId, CustomerId, Ticket, TicketId
from cx_core.views.erasure import ErasureRequest


class ErasureRepository(Protocol):
    """The part of a transaction that finds, counts and blanks what is kept of a customer."""

    def subjects(self, text: str) -> tuple[CustomerId, ...]:
        """Whose tickets have this number, customer or sender's address, in any letters; see `records.subject`."""
        ...

    def tickets_to_erase(self, customer: CustomerId, addresses: Collection[str] = ()) -> tuple[Ticket, ...]:
        """All tickets of a customer, or of a sender named by "address:...", held until the transaction ends.

        A customer's are also those that nobody is known for from their `addresses`, unless another customer has
        tickets from there.
        A sender's are only those that are no customer's.
        """
        ...

    def written_from(self, customer: CustomerId) -> tuple[str, ...]:
        """Addresses of this customer's tickets, in small letters."""
        ...

    def used_by_others(self, customer: CustomerId, addresses: Collection[str]) -> frozenset[str]:
        """Those of these addresses that stand on tickets of other customers, in small letters."""
        ...

    def still_used(self, addresses: Collection[str], but: Collection[TicketId]) -> frozenset[str]:
        """Those of these addresses that stand on any ticket besides these, in small letters."""
        ...

    def mails_to_erase(self, customer: CustomerId, addresses: Collection[str] = ()) -> tuple[int, ...]:
        """Mails set apart that name one of their `addresses`, or the sender's, as `note_addresses` noted them.

        Not by an address that other customers have tickets from.
        """
        ...

    def drop_mails(self, ids: Collection[int], why: str) -> None:
        """Drop the bytes and addresses of mails that were set apart."""
        ...

    def belongings(self, tickets: Collection[TicketId]) -> dict[str, int]:
        """How many rows of each kind hang on these tickets."""
        ...

    def naming(self, words: Collection[str], but: Collection[TicketId]) -> tuple[TicketId, ...]:
        """Other tickets in whose messages or notes one of these stands."""
        ...

    def attachments_of(self, tickets: Collection[TicketId]) -> tuple[AttachmentId, ...]: ...

    def all(self) -> tuple[ErasureRequest, ...]:
        """Requests on file, oldest first, closed ones too, whether or not they are to be believed.

        Held against other writers until the transaction ends.
        """
        ...

    def put(self, request: ErasureRequest) -> None: ...
