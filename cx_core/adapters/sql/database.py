"""One way to open a database, so that SQLite and PostgreSQL behave alike."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from cx_core.adapters.sql.write_queue import Turns
from cx_core.errors import BadInput, StoreUnavailable

KEPT = 40
"""Connections to a SQLite file that stay open: more than pages are drawn at once by 25 people."""
PATIENCE = 30
"""Seconds that a writer waits for those before it."""
SWEEP_MILLISECONDS = 500
"""How long the log of writes waits for readers before it is left for later: a person waits for the answer."""
_TURN = "turn"
_TURNS: dict[str, Turns] = {}
"""By the file that is written, since a file may be opened more than once."""
AWAY = "Rung’s database does not answer. Nothing was changed; try again in a moment."

UNKEPT = "There is a sign in it that cannot be kept. Take it out, or type the text anew; nothing was changed."

__all__ = ["Engine", "answers", "connect", "from_text", "reading", "to_text", "transaction"]


def connect(url: str) -> sa.Engine:
    """Open `url`. SQLite gets WAL, foreign keys, a patient lock, secure deletion, and files only their owner reads.

    What a statement was given (customers' words) stays out of error messages, and so out of logs.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        _make_private(Path(parsed.database))
    arguments = {"check_same_thread": False, "timeout": PATIENCE}
    turns = Turns() if parsed.database in (None, "", ":memory:") else _TURNS.setdefault(parsed.database, Turns())
    # Kept, as each new connection is set up with five statements; a page of its own thread takes one for a moment.
    engine = sa.create_engine(parsed, connect_args=arguments, hide_parameters=True, pool_size=KEPT)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # SQLAlchemy begins; see below
        # FULL: a commit survives a power cut. What is recorded before an act must not be lost after it.
        _turn_to_wal(connection)  # type: ignore[arg-type]
        connection.create_function("unicode_lower", 1, _lower, deterministic=True)  # type: ignore[attr-defined]
        for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE * 1000}", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A read that later writes would fail at once with "locked" instead of waiting its turn, so
        # transactions that write take the lock when they begin. Readers ask for `read_only`.
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("BEGIN")
            return
        _give_back(connection)  # should one have been lost with a connection that broke
        connection.info[_TURN] = turns.take(PATIENCE)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            _give_back(connection)
            raise

    @sa.event.listens_for(engine, "commit")
    @sa.event.listens_for(engine, "rollback")
    def _give_back(connection: sa.Connection) -> None:
        if connection.info.pop(_TURN, False):
            turns.give_back()

    return engine


def _make_private(path: Path) -> None:
    """The file, and what SQLite keeps beside it, are their owner's alone; new ones beside it take its mode."""
    # A folder that was there before may be shared with others, so only one of our making is closed.
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    if not path.exists():  # never open a database that is in use: closing it would drop SQLite's locks
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for one in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "-journal"))):
        with suppress(FileNotFoundError):
            one.chmod(0o600)


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Have the file keep a log of writes. Of two processes that turn a new file at once, SQLite lets none wait.

    It says "locked" at once, whatever the timeout, since each would wait for the other; so we ask again.
    """
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(random.uniform(0.005, 0.05))
        else:
            return


def _lower(text: str | None) -> str | None:
    """SQLite's own knows the letters A to Z only."""
    return text.lower() if text is not None else None


def begins(column: sa.Column[str], words: str) -> sa.ColumnElement[bool]:
    """Whether a column begins with these words, capitals as they are: LIKE takes A for a on SQLite."""
    return sa.func.substr(column, 1, len(words)) == words


def reading(engine: sa.Engine) -> sa.Engine:
    """The same database for transactions that only read; on SQLite they never wait for a writer."""
    return engine.execution_options(read_only=True)


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction. Raises StoreUnavailable, in words, when the database itself is in trouble, and BadInput where
    it can keep no such text: PostgreSQL none with a NUL in it."""
    try:
        with engine.begin() as connection:
            yield connection
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise StoreUnavailable(AWAY) from error
    except sa.exc.DataError as error:
        raise BadInput(UNKEPT) from error


def checkpoint(engine: sa.Engine) -> bool:
    """Empty SQLite's log of writes into the database, where secure_delete has put zeros over what was deleted.

    False if a reader was in the way for long: then the log is emptied by a later one.
    """
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SWEEP_MILLISECONDS}")
        try:
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
            cursor.close()
    finally:
        raw.close()
    return not busy


def to_text(at: datetime) -> str:
    """Fixed-width ISO 8601 in UTC, which sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """The inverse of `to_text`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def answers(engine: sa.Engine) -> bool:
    """Whether the database can be asked anything now."""
    try:
        with reading(engine).connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return False
    return True
