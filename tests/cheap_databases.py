"""What every new SQLite database of a test costs, paid once for all of a process.

A desk of its own for each test goes through every migration and has SQLAlchemy compile every statement anew, which
together took a sixth of the time of all tests.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.sql import database
from cx_core.adapters.sql.migrate import migrate
from cx_core.bootstrap import stores

_open = sa.create_engine
_shape = threading.Lock()
_shaped: list[bytes] = []


def cheap_databases() -> None:
    """From now on in this process. Who migrates a database by themselves, or in another process, does it in full."""
    database.sa = _Opening()  # type: ignore[assignment, attr-defined]  # the name it has where it is used
    stores.migrate = _migrated  # type: ignore[attr-defined]


class _Opening:
    """SQLAlchemy, but for SQLite all engines share the statements that one of them has compiled."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(sa, name)

    def create_engine(self, url: sa.URL, **given: Any) -> sa.Engine:  # noqa: ANN401
        made = _open(url, **given)
        if url.get_backend_name() != "sqlite":
            return made
        shared = _one_for_all()
        made.dialect, made._compiled_cache = shared.dialect, shared._compiled_cache
        return made


@cache
def _one_for_all() -> sa.Engine:
    shared = _open("sqlite://")
    with shared.connect():  # asks what SQLAlchemy wants to know of SQLite
        return shared


def _migrated(engine: sa.Engine) -> None:
    """A file with nothing in it is given what the first one had in it after all migrations."""
    path = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    with _shape:
        if path is None or path.stat().st_size:
            migrate(engine)
        elif _shaped:
            path.write_bytes(_shaped[0])
        else:
            migrate(engine)
            _shaped.append(_content(path))


def _content(path: Path) -> bytes:
    """As one file, with what SQLite still keeps beside it."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.serialize()
