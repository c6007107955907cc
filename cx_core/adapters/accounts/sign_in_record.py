"""What the audit log is told of sign-ins and accounts: never what was typed, and of failures no more than a bound.

A failed sign-in for an account is told as it happens, of which its lock-out allows five in a quarter of an hour. Of
failures for addresses that are no account's, one event a minute is written for all of them together, with how many
there were since the one before: whoever guesses at random, from however many places, cannot fill the log.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

import sqlalchemy as sa

from cx_core.ports import Clock
from cx_core.records import PersonId

NOBODY = "sign-in"
"""Who is on record where it is not known who it was."""
UNKNOWN_EVERY = timedelta(minutes=1)


class EventWriter(Protocol):
    """The part of the audit log that writes inside somebody else's transaction."""

    def append_within(self, connection: sa.Connection, kind: str, *, actor: str, payload: dict[str, object]) -> int: ...


class SignInRecord:
    """Every method raises AuditUnavailable: then nothing was written."""

    def __init__(self, audit: EventWriter, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock
        self._counting = Lock()
        self._unknown = 0
        self._unknown_told: datetime | None = None

    def signed_in(self, connection: sa.Connection, id: PersonId, address: str) -> None:
        self._audit.append_within(connection, "signed_in", actor=id, payload={"from": address[:64]})

    def signed_out(self, connection: sa.Connection, id: PersonId) -> None:
        self._audit.append_within(connection, "signed_out", actor=id, payload={})

    def failed(self, connection: sa.Connection, id: PersonId, address: str, *, last: bool) -> None:
        """`last`: no more is allowed for now."""
        kind = "locked_out" if last else "sign_in_failed"
        self._audit.append_within(connection, kind, actor=id, payload={"account": id, "from": address[:64]})

    def failed_unknown(self, connection: sa.Connection, address: str) -> None:
        """There is no such account. `address`: the network address of the latest; this process counts the others."""
        with self._counting:
            self._unknown += 1
            now = self._clock()
            if self._unknown_told is not None and now - self._unknown_told < UNKNOWN_EVERY:
                return
            payload: dict[str, object] = {"account": None, "from": address[:64], "times": self._unknown}
            self._audit.append_within(connection, "sign_in_failed", actor=NOBODY, payload=payload)
            self._unknown, self._unknown_told = 0, now

    def changed(self, connection: sa.Connection, kind: str, by: str, id: PersonId, **what: object) -> None:
        self._audit.append_within(connection, kind, actor=by, payload={"account": id, **what})
