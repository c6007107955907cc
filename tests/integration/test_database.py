"""Opening one SQLite file from several sides."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from cx_core.adapters.sql.database import connect


def test_that_a_new_file_is_opened_while_another_process_writes_its_first_words(tmp_path: Path) -> None:
    # SQLite says "locked" at once to who wants to turn a file to WAL meanwhile, whatever its timeout.
    path = tmp_path / "new.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE first (word TEXT)")
    done = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    done.start()
    with connect(f"sqlite:///{path}").connect() as ours:
        assert ours.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert ours.exec_driver_sql("SELECT COUNT(*) FROM first").scalar() == 0
    done.join()
    other.close()
