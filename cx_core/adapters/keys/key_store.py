"""Customers' keys and the log's own, in a database apart from the log: a copy of one is of no use without the other."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa

from cx_core.adapters.sql.database import checkpoint, connect, reading
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

seal_key = sa.Table(
    "seal_key",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(20), nullable=False, index=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,  # no number is given twice: a later key has a higher one
)

_SEAL_KEYS = "one:"
"""What the names of seal keys begin with; in earlier versions they lay among the secrets, one a name."""

_KEY_OF = sa.select(customer_key.c.ref, customer_key.c.key).where(customer_key.c.customer == sa.bindparam("customer"))
_SECRET = sa.select(secret.c.key).where(secret.c.name == sa.bindparam("name"))


class CustomerKey(NamedTuple):
    """`ref` is random and says nothing about whom the key is for."""

    ref: str
    key: bytes


class SealKey(NamedTuple):
    """A key that made one mark. It is `confirmed` once the row with that mark is known to be committed."""

    id: int
    key: bytes
    confirmed: bool


class KeyStore:
    """Random 256-bit keys. Every method raises AuditUnavailable if the database is in trouble.

    Customers' keys are read afresh each time, never kept in memory: a destroyed key is gone for every
    process at once, and none can go on writing with it or bring it back. That costs a read of some 0.1 ms.
    """

    def __init__(self, url: str) -> None:
        with _trouble():
            self._engine = connect(url)
            self._reader = reading(self._engine)
            with self._engine.begin() as connection:
                if connection.dialect.name == "postgresql":  # two processes may start at once
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('rung keys'))"))
                metadata.create_all(connection)
                _move_seal_keys(connection)
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

    def new_seal_key(self, name: str) -> SealKey:
        """Another key under this name, which counts beside those that are there until one of them is confirmed."""
        key = secrets.token_bytes(KEY_BYTES)
        with _trouble(), self._engine.begin() as connection:
            made = sa.insert(seal_key).values(name=name, key=key, confirmed=False).returning(seal_key.c.id)
            id = connection.execute(made).scalar_one()
        return SealKey(id, key, confirmed=False)

    def seal_keys(self, names: Collection[str]) -> dict[str, tuple[SealKey, ...]]:
        """The keys that count under each of these names, oldest first, in one query; read afresh each time."""
        keys: dict[str, tuple[SealKey, ...]] = {}
        query = sa.select(seal_key).where(seal_key.c.name.in_(names)).order_by(seal_key.c.id)
        with _trouble(), self._reader.begin() as connection:
            for row in connection.execute(query):
                keys[row.name] = (*keys.get(row.name, ()), SealKey(row.id, row.key, row.confirmed))
        return keys

    def confirm_seal_keys(self, ids: Collection[int]) -> None:
        """Make void whatever was marked under their names before them. Does nothing for one that is void itself."""
        with _trouble(), self._engine.begin() as connection:
            for id in sorted(ids):
                confirmed = sa.update(seal_key).where(seal_key.c.id == id).values(confirmed=True)
                name = connection.execute(confirmed.returning(seal_key.c.name)).scalar_one_or_none()
                if name is not None:
                    connection.execute(sa.delete(seal_key).where(seal_key.c.name == name, seal_key.c.id < id))

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
                    made = sa.insert(table).returning(*query.selected_columns)
                    return connection.execute(made, fresh).one()
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


def _move_seal_keys(connection: sa.Connection) -> None:
    """Give the seal keys of an earlier version their own table; what they marked goes on counting."""
    earlier = connection.execute(sa.select(secret).where(secret.c.name.startswith(_SEAL_KEYS))).all()
    for row in earlier:
        connection.execute(sa.insert(seal_key).values(name=row.name, key=row.key, confirmed=True))
    if earlier:
        connection.execute(sa.delete(secret).where(secret.c.name.startswith(_SEAL_KEYS)))


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise AuditUnavailable(
            f"The key store cannot be used: {type(error).__name__}. Is CX_KEYS_URL right?"
        ) from error
