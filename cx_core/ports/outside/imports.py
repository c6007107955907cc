"""Exports of other help desks: kept while they wait, read record by record, and what was taken of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol

from cx_core.records import TicketId
from cx_core.records.imports import ImportItem, ImportRecord
from cx_core.views.channels.import_views import ImportRun


class StoredFile(Protocol):
    """A file that is read by pieces."""

    @property
    def size(self) -> int: ...

    def read_at(self, offset: int, size: int) -> bytes:
        """Raises StoreUnavailable where it was changed or is away."""
        ...


class ImportFiles(Protocol):
    """Bytes of exports until they are taken, of any size; nobody else can read them on the disk."""

    def keep(self, id: str, source: BinaryIO, most: int) -> tuple[int, str]:
        """Its size and SHA-256. Raises BadInput where it is larger than `most`, StoreUnavailable, AuditUnavailable."""
        ...

    def open(self, id: str) -> StoredFile | None:
        """None if there is none, or nobody can read it any more."""
        ...

    def remove(self, ids: Iterable[str]) -> None: ...

    def ages(self) -> Mapping[str, float]:
        """Whose bytes there are, and how many seconds ago they were kept."""
        ...


class ExportReader(Protocol):
    """Reads untrusted exports. Safe to call from several threads."""

    def records(self, file: StoredFile, *, ours: Sequence[str], zone: str, start: int = 0) -> Iterator[ImportRecord]:
        """The records after `start`, always alike; what cannot be read is a fault among their rows. Raises BadInput
        where it is no export at all, NotIsolated where no file can be read here."""
        ...


class ImportRepository(Protocol):
    """The part of a transaction that keeps imports, and what they brought."""

    def put(self, run: ImportRun) -> None: ...

    def get(self, id: str) -> ImportRun | None:
        """Held against other writers until the transaction ends."""
        ...

    def newest(self, most: int) -> tuple[ImportRun, ...]:
        """Newest first."""
        ...

    def going(self) -> tuple[ImportRun, ...]:
        """Those that a process should work on, oldest first."""
        ...

    def waiting(self) -> tuple[ImportRun, ...]:
        """Those of whose file something may yet be taken, one that failed among them."""
        ...

    def items(self, keys: Collection[str]) -> Mapping[str, ImportItem]:
        """What was taken under these keys, by any import."""
        ...

    def put_items(self, items: Iterable[ImportItem]) -> None: ...

    def drop_item(self, key: str) -> None: ...

    def tickets_of(self, run: str, after: TicketId | None, most: int) -> tuple[TicketId, ...]:
        """Tickets that this import brought, by id."""
        ...

    def articles_of(self, run: str) -> tuple[ImportItem, ...]: ...

    def untouched(self, ticket: TicketId) -> bool:
        """Whether nobody has done anything to it since it was brought."""
        ...

    def remove_tickets(self, tickets: Collection[TicketId]) -> None:
        """With all that belongs to them and the keys they are known by."""
        ...

    def look_again(self, ticket: TicketId) -> None:
        """It has other words now: whether it is an example is to be found out anew."""
        ...
