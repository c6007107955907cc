"""Customers' keys and the log's own, in a database apart from the log: a copy of one is of no use without the other."""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from cx_core.adapters.database import checkpoint, connect, reading
from cx_core.errors import AuditUnavailable
from cx_core.records import CustomerId

KEY_BYTES = 32
LONGEST_NAME = 80

metadata = sa.MetaData()

customer_key = sa.Table(
    "customer_key",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer", sa.String(LONGEST_NAME), nullable=False, unique=True),
    sa.Column("ref", sa.String(32), nullable=False, unique=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)

secret = sa.Table(
    "secret",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)

_KEY_OF = sa.select(customer_key.c.ref, customer_key.c.key).where(customer_key.c.customer == sa.bindparam("customer"))
_SECRET = sa.select(secret.c.key).where(secret.c.name == sa.bindparam("name"))


class CustomerKey(NamedTuple):
    """`ref` is random and says nothing about whom the key is for."""

    ref: str
    key: bytes


class KeyStore:
    """Random 256-bit keys. Every method raises AuditUnavailable if the database is in trouble.

    Customers' keys are read afresh each time, never kept in memory: a destroyed key is gone for every
    process at once, and none can go on writing with it or bring it back. That costs a read of some 0.1 ms.
    """

    def __init__(self, url: str) -> None:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            _make_private(Path(parsed.database))
        with _trouble():
            self._engine = connect(url)
            self._reader = reading(self._engine)
            with self._engine.begin() as connection:
                if connection.dialect.name == "postgresql":  # two processes may start at once
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('rung keys'))"))
                metadata.create_all(connection)
        self._secrets: dict[str, bytes] = {}

    def for_customer(self, customer: CustomerId) -> CustomerKey:
        """The customer's key, made now if there is none."""
        fresh = {"customer": self._kept(customer), "ref": secrets.token_hex(16), "key": secrets.token_bytes(KEY_BYTES)}
        row = self._found_or_made(_KEY_OF, customer_key, fresh)
        return CustomerKey(row.ref, row.key)

    def by_refs(self, refs: Collection[str]) -> dict[str, bytes]:
        """Keys by reference; a destroyed one is missing."""
        query = sa.select(customer_key.c.ref, customer_key.c.key).where(customer_key.c.ref.in_(refs))
        with _trouble(), self._reader.begin() as connection:
            return {ref: key for ref, key in connection.execute(query)}

    def secret(self, name: str) -> bytes:
        """A key that is about no customer and never forgotten; made when first asked for."""
        if name not in self._secrets:
            fresh = {"name": name, "key": secrets.token_bytes(KEY_BYTES)}
            self._secrets[name] = self._found_or_made(_SECRET, secret, fresh).key
        return self._secrets[name]

    def drop_secret(self, name: str) -> None:
        """The next `secret` of this name is another one, in this process at once."""
        self._secrets.pop(name, None)
        with _trouble(), self._engine.begin() as connection:
            connection.execute(sa.delete(secret).where(secret.c.name == name))

    def renewed(self, name: str) -> bytes:
        """Another key under this name, from now on and in every process: what the one before marked is void."""
        key = secrets.token_bytes(KEY_BYTES)
        with _trouble(), self._engine.begin() as connection:
            if not connection.execute(sa.update(secret).where(secret.c.name == name).values(key=key)).rowcount:
                connection.execute(sa.insert(secret).values(name=name, key=key))
        return key

    def last(self, name: str) -> bytes | None:
        """The key that `renewed` gave last, read afresh each time; None if it never did."""
        with _trouble(), self._reader.begin() as connection:
            return connection.execute(_SECRET, {"name": name}).scalar_one_or_none()

    def forget(self, customer: CustomerId) -> bool:
        """Destroy the customer's key, on the disk too; True if there was one.

        If AuditUnavailable is raised, call it again: the sweeping is done even when the row has gone already.
        """
        with _trouble():
            with self._engine.begin() as connection:
                whose = customer_key.c.customer == self._kept(customer)
                gone = connection.execute(sa.delete(customer_key).where(whose)).rowcount
            self._sweep()
        return gone > 0

    def close(self) -> None:
        self._engine.dispose()

    def _kept(self, customer: CustomerId) -> str:
        """The name as it is kept: a sender's address may be longer than PostgreSQL, unlike SQLite, takes here."""
        if len(customer) <= LONGEST_NAME or self._engine.dialect.name == "sqlite":
            return customer
        return f"sha256:{hashlib.sha256(customer.encode()).hexdigest()}"

    def _found_or_made(self, query: sa.Select[Any], table: sa.Table, fresh: Mapping[str, object]) -> sa.Row[Any]:
        with _trouble():
            with self._reader.begin() as connection:
                found = connection.execute(query, fresh).one_or_none()
            if found is not None:
                return found
            try:
                with self._engine.begin() as connection:
                    connection.execute(sa.insert(table), fresh)
            except sa.exc.IntegrityError:
                pass  # another process was quicker; its key counts
            with self._reader.begin() as connection:
                return connection.execute(query, fresh).one()

    def _sweep(self) -> None:
        """Leave no copy on the disk. SQLite has put zeros over the row (secure_delete); its log of writes goes here."""
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM FULL customer_key")
            return
        if not checkpoint(self._engine):
            raise AuditUnavailable("The key is destroyed, but a copy may be left on the disk: a reader was in the way.")


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise AuditUnavailable(
            f"The key store cannot be used: {type(error).__name__}. Is CX_KEYS_URL right?"
        ) from error


def _make_private(path: Path) -> None:
    # A folder that was there before may be shared with others, so only one of our making is closed.
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    if not path.exists():  # never open a database that is in use: closing it would drop SQLite's locks
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
