"""The audit log in SQL: sealed, chained, encrypted per customer, with an anchor outside the table; see ports.AuditLog.

What it cannot tell: a log cut short together with an equally old copy of its anchor, or log, anchor and
key store all put back to an earlier copy. Against that keep copies of the anchor on another machine.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import to_jsonable_python
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from cx_core.adapters.audit.anchor import Anchor
from cx_core.adapters.keys.key_store import CustomerKey, KeyStore
from cx_core.adapters.sql.database import from_text, reading, to_text
from cx_core.adapters.sql.tables import audit_event
from cx_core.audit.audit_chain import ChainEntry, ChainPlace, check, is_genuine, open_part, seal
from cx_core.errors import AuditBroken, AuditUnavailable
from cx_core.ports import Clock, Telling
from cx_core.records import AuditEvent, AuditReport, CustomerId, TicketId

BATCH = 500
NONCE_BYTES = 12

_COLUMNS = ", ".join(ChainEntry._fields)
# Plain SQL: a tampered SQLite row may hold any type in any column, and must reach the check as it is.
_HEAD = sa.text(f"SELECT {_COLUMNS} FROM audit_event ORDER BY seq DESC LIMIT 1")  # noqa: S608
_AFTER = sa.text(f"SELECT {_COLUMNS} FROM audit_event WHERE seq > :after ORDER BY seq LIMIT :most")  # noqa: S608
_OF_TICKET = sa.text(
    f"SELECT {_COLUMNS} FROM audit_event WHERE seq > :after AND ticket = :ticket ORDER BY seq LIMIT :most"  # noqa: S608
)
_INSERT = sa.insert(audit_event)
_SEAL_OF = sa.text("SELECT hash FROM audit_event WHERE seq = :seq")
_NEWEST = "SELECT seq, hash FROM audit_event ORDER BY seq DESC LIMIT 1"
_TAKE_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtext('rung audit_event'))")

_log = logging.getLogger(__name__)


class SqlAuditLog:
    """Events of one database. Connections of `engine` that appended move the anchor on when they are given back."""

    def __init__(self, engine: sa.Engine, keys: KeyStore, anchor_path: Path, clock: Clock) -> None:
        self._engine = engine
        self._reader = reading(engine)
        self._keys = keys
        self._clock = clock
        self._key = keys.secret("seal")
        self._anchor = Anchor(anchor_path, self._key)
        self._behind = False
        self._mark = ("audit anchor", str(anchor_path))
        sa.event.listen(engine, "checkin", self._given_back)

    def append(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int:
        """See ports.AuditLog. The event and the anchor are on the disk when this returns."""
        with _unavailable("The audit event could not be written"):
            with self._engine.begin() as connection:
                seq = self.append_within(
                    connection, kind, actor=actor, payload=payload, ticket=ticket, customer=customer
                )
            if self._behind:
                self.anchor_soon()
        return seq

    def append_within(
        self,
        connection: sa.Connection,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int:
        """Append inside a transaction that the caller commits. Raises AuditUnavailable: then roll back.

        Other writers wait from here until the commit, so append last. The anchor follows when the connection
        goes back to the engine's pool; a connection from elsewhere needs `anchor_soon()` after its commit.
        """
        return self.append_all_within(connection, [Telling(kind, actor, payload, ticket, customer)])

    def append_all_within(self, connection: sa.Connection, events: Sequence[Telling]) -> int:
        """The same for many events at once, in their order; the number of the last one."""
        with _unavailable("The audit event could not be written"):
            if self._behind:
                self.anchor_soon()
            place = self._place(connection)
            keys = {customer: self._key_of(customer) for customer in dict.fromkeys(one.customer for one in events)}
            entries: list[ChainEntry] = []
            for one in events:
                entries.append(self._entry(one, place, keys[one.customer]))
                place = ChainPlace(entries[-1].seq, entries[-1].hash)
            if entries:
                connection.execute(_INSERT, [entry._asdict() for entry in entries])
                connection.info[self._mark] = True
        return place.events

    def _key_of(self, customer: CustomerId | None) -> CustomerKey:
        return self._keys.for_customer(customer) if customer else CustomerKey("", self._keys.secret("no customer"))

    def _entry(self, event: Telling, place: ChainPlace, key: CustomerKey) -> ChainEntry:
        bare = ChainEntry(
            seq=place.events + 1,
            at=to_text(self._clock()),
            kind=event.kind,
            ticket=event.ticket,
            customer_ref=key.ref or None,
            actor=event.actor,
            nonce=secrets.token_bytes(NONCE_BYTES),
            ciphertext=b"",
            previous=place.head,
        )
        plain = json.dumps(dict(event.payload), default=to_jsonable_python).encode("ascii")
        secret = bare._replace(ciphertext=AESGCM(key.key).encrypt(bare.nonce, plain, open_part(bare)))
        return secret._replace(hash=seal(self._key, secret))

    def anchor_soon(self) -> None:
        """Move the anchor on to the newest event that is committed. Raises AuditUnavailable."""
        with _unavailable("The audit log's anchor could not be written"):
            with self._reader.begin() as connection:
                newest = connection.exec_driver_sql(_NEWEST).one_or_none()
            if newest is not None:
                self._anchor.advance(ChainPlace(*newest))
            self._behind = False

    def events(self, *, ticket: TicketId | None = None, after: int = 0, most: int = 200) -> tuple[AuditEvent, ...]:
        """See ports.AuditLog. Raises AuditBroken naming the first event that is not as it was written."""
        query = _AFTER if ticket is None else _OF_TICKET
        given = {"after": after, "most": most} | ({} if ticket is None else {"ticket": ticket})
        with _unavailable("The audit log could not be read"), self._reader.begin() as connection:
            entries = [ChainEntry(*row) for row in connection.execute(query, given)]
        for entry in entries:
            if not is_genuine(self._key, entry):
                raise AuditBroken(f"Audit event {entry.seq} is not as it was written. Run: audit verify")
        keys = self._keys.by_refs({entry.customer_ref for entry in entries if entry.customer_ref})
        return tuple(self._opened(entry, keys) for entry in entries)

    def newest(self) -> int:
        """See ports.AuditLog."""
        with _unavailable("The audit log could not be read"), self._reader.begin() as connection:
            row = connection.exec_driver_sql(_NEWEST).first()
        return int(row[0]) if row else 0

    def verify(self) -> AuditReport:
        """See ports.AuditLog. One snapshot, read in batches; writers are not held up. Raises AuditUnavailable."""
        try:
            anchor = self._anchor.read()  # before the snapshot, so that it can only be behind it
        except AuditBroken as error:
            return AuditReport(ok=False, events=0, reason=str(error))
        with _unavailable("The audit log could not be read"), self._snapshot() as connection:
            report = check(self._entries(connection), self._key, anchor)
            rows = connection.execute(sa.select(sa.func.count()).select_from(audit_event)).scalar_one()
        if report.ok and rows != report.events:  # numbers can only repeat once the primary key was dropped
            reason = f"The log holds {rows} rows for {report.events} numbers: events were inserted."
            return AuditReport(ok=False, events=report.events, reason=reason)
        return report

    def forget(self, customer: CustomerId) -> bool:
        """See ports.AuditLog. An event being written at this moment counts as written before."""
        return self._keys.forget(customer)

    def _place(self, connection: sa.Connection) -> ChainPlace:
        """Where the next event goes, other writers kept out; raises AuditBroken rather than cover up a cut."""
        if connection.dialect.name == "postgresql":
            connection.execute(_TAKE_TURN)
        head = connection.execute(_HEAD).one_or_none()
        anchor = self._anchor.read()
        if head is None:
            if anchor is None:
                self._anchor.start()
            elif anchor.events:
                raise AuditBroken("The audit log is empty, its anchor says otherwise. Run: audit verify")
            return ChainPlace()
        entry = ChainEntry(*head)
        if anchor is None:
            raise AuditBroken("The audit log's anchor is missing. Put the file back from a copy.")
        if not is_genuine(self._key, entry):
            raise AuditBroken("The newest audit event does not carry our seal. Run: audit verify")
        known: object = entry.hash
        if anchor.events and anchor.events != entry.seq:
            known = connection.execute(_SEAL_OF, {"seq": anchor.events}).scalar()
        if anchor.events and known != anchor.head:
            raise AuditBroken("The audit log and its anchor do not agree. Run: audit verify")
        return ChainPlace(entry.seq, entry.hash)

    def _opened(self, entry: ChainEntry, keys: Mapping[str, bytes]) -> AuditEvent:
        ref = entry.customer_ref
        key = keys.get(ref) if ref else self._keys.secret("no customer")
        payload = None
        if key is not None:
            try:
                plain = AESGCM(key).decrypt(entry.nonce, entry.ciphertext, open_part(entry))
            except (InvalidTag, ValueError) as error:
                raise AuditBroken(f"Audit event {entry.seq} does not open with its key. Run: audit verify") from error
            payload = json.loads(plain)
        ticket = TicketId(entry.ticket) if entry.ticket is not None else None
        at = from_text(entry.at)
        return AuditEvent(seq=entry.seq, at=at, kind=entry.kind, ticket=ticket, actor=entry.actor, payload=payload)

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        engine = self._reader
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.begin() as connection:
            yield connection

    def _entries(self, connection: sa.Connection) -> Iterator[ChainEntry]:
        after, most = -(2**63), BATCH
        while True:
            try:
                batch = connection.execute(_AFTER, {"after": after, "most": most}).all()
            except sa.exc.DBAPIError:
                if connection.dialect.name != "sqlite":
                    raise
                if most == 1:  # a row SQLite cannot hand out, its text not being text: shown as what cannot be sealed
                    yield ChainEntry(max(after, 0) + 1, "", "", None, None, "", b"", b"", "")
                    return
                most = 1
                continue
            if not batch:
                return
            yield from (ChainEntry(*row) for row in batch)
            after = batch[-1][0]

    def _given_back(self, raw: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        # SQLAlchemy tells of a commit before it happens. When a connection goes back to the pool it has happened
        # or not; so ask the table, with this very connection: another one might have to wait for the pool.
        if not record.info.pop(self._mark, False) or raw is None:
            return
        try:
            cursor = raw.cursor()
            cursor.execute(_NEWEST)
            newest = cursor.fetchone()
            cursor.close()
            raw.rollback()
            if newest is not None:
                self._anchor.advance(ChainPlace(*newest))
        except (self._engine.dialect.loaded_dbapi.Error, OSError, AuditBroken) as error:
            self._behind = True  # the next append tries again, and is refused if that fails too
            _log.error("The audit log's anchor could not be written: %s", type(error).__name__)


@contextmanager
def _unavailable(what: str) -> Iterator[None]:
    try:
        yield
    except (sa.exc.SQLAlchemyError, AuditBroken, OSError, ValueError, TypeError) as error:
        detail = str(error) if isinstance(error, AuditBroken) else type(error).__name__
        raise AuditUnavailable(f"{what}: {detail}") from error
