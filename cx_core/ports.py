"""What the stages need from outside, as protocols. `adapters/` implements them; nothing else may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cx_core.records import (
    ActionName,
    AuditEvent,
    AuditReport,
    BusinessRecord,
    CustomerId,
    Passage,
    Receipt,
    TicketId,
    Value,
)


class Clock(Protocol):
    """The time, aware and in UTC."""

    def __call__(self) -> datetime: ...


class Encoder(Protocol):
    """Text to vectors."""

    @property
    def version(self) -> str:
        """Name and version of the weights, for the audit."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions); each row has unit length. Raises SystemTrouble."""
        ...


class Index(Protocol):
    """Articles, found by meaning."""

    def search(self, vector: NDArray[np.float32], *, most: int, internal: bool) -> tuple[Passage, ...]:
        """Best first. `internal` admits passages that are not for customers. Raises SystemTrouble."""
        ...


class BackOffice(Protocol):
    """The business's own systems. Reads are free; a write happens once per key, whatever happens."""

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        """Customers (kind "customer") with this e-mail address or id; several may share one name, none an id."""
        ...

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        """A read action of the catalogue. Raises SystemUnreachable; an unknown id gives ()."""
        ...

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        """Do it, and keep the receipt in the same transaction as the effect.

        The same key again returns the first receipt and changes nothing. Raises SystemRefused (nothing
        was changed) and SystemUnreachable (it is unknown whether something was changed: ask `receipt`).
        """
        ...

    def receipt(self, key: str) -> Receipt | None:
        """The receipt kept under this key, if the write happened."""
        ...

    def undo(self, key: str, undo_key: str) -> Receipt:
        """Take the write of `key` back, once per `undo_key`. Raises SystemRefused past `undo_until`."""
        ...


class Outbox(Protocol):
    """The way out to customers."""

    def deliver(self, *, key: str, channel: str, address: str, subject: str, text: str) -> str:
        """Send once per key; returns the channel's reference. Raises SystemTrouble."""
        ...


class PolicyEngine(Protocol):
    """Decides one request. Total: an error inside is an answer of not allowed, with the error named."""

    @property
    def version(self) -> str: ...

    def decide(
        self,
        *,
        principal: tuple[str, str, Mapping[str, object]],
        action: str,
        resource: tuple[str, str, Mapping[str, object]],
        context: Mapping[str, object],
    ) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        """(allowed, ids of the policies that decided, errors). Principal and resource: type, id, attributes."""
        ...


class AuditLog(Protocol):
    """Append only. If `append` raises AuditUnavailable, what was to be recorded must not be done."""

    def append(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int:
        """Returns the event's number. The payload is encrypted with the customer's key."""
        ...

    def events(self, *, ticket: TicketId | None = None, after: int = 0, most: int = 200) -> tuple[AuditEvent, ...]:
        """Decrypted, oldest first."""
        ...

    def verify(self) -> AuditReport:
        """Check every event, the chain and the anchor."""
        ...

    def forget(self, customer: CustomerId) -> bool:
        """Destroy the customer's key; True if there was one. The chain still verifies."""
        ...
