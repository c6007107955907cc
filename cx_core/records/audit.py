"""The log of what happened, as it is read."""

from __future__ import annotations

from datetime import datetime

from cx_core.records.ids import TicketId
from cx_core.records.values import Record


class AuditEvent(Record):
    """One entry of the log, decrypted. `payload` is None once the customer was erased."""

    seq: int
    at: datetime
    kind: str
    ticket: TicketId | None = None
    actor: str
    payload: dict[str, object] | None


class AuditReport(Record):
    """What verifying the whole log found."""

    ok: bool
    events: int
    first_bad: int | None = None
    reason: str = ""
