"""Every page over a desk whose database is away: it says so, and nothing of it breaks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cx_core.records import Role
from cx_core.settings import Settings
from tests.pages.pressing import served, shown
from tests.signed_in import token

TABLES = ("ticket", "switch", "audit_event")


@contextmanager
def away(settings: Settings) -> Iterator[None]:
    """As after a disk was lost: sessions answer, what the pages ask does not."""
    with sqlite3.connect(settings.data_dir / "rung.db") as file:
        for table in TABLES:
            file.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    yield
    with sqlite3.connect(settings.data_dir / "rung.db") as file:
        for table in TABLES:
            file.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


@pytest.mark.parametrize(("page", "query"), [("inbox", ""), ("inbox", "T-1"), ("autonomy", ""), ("audit", "")])
def test_that_a_page_says_that_the_database_does_not_answer(settings: Settings, page: str, query: str) -> None:
    with served(settings) as desk:
        session = token(desk, Role.ADMINISTRATOR)
        with away(settings):
            at = shown(page, session, **({"ticket": query} if query else {}))
        assert "is not responding" in "\n".join(str(one.value) for one in at.markdown)
