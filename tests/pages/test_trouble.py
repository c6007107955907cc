"""Every page over a desk whose database is away: it says so, and nothing of it breaks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.bootstrap import open_desk
from cx_core.records import Role
from cx_core.settings import ROOT, Settings
from pages import wiring

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
    desk = open_desk(settings)
    wiring.put(desk)
    try:
        account = next(one for one in desk.demo_accounts() if one.role is Role.ADMINISTRATOR)
        token = desk.sign_in(account.email, account.password, "127.0.0.1")
        with away(settings):
            at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=20)
            at.user = {"session": token}
            if query:
                at.query_params["ticket"] = query
            at.run()
        assert not at.exception
        assert "does not answer" in "\n".join(str(one.value) for one in at.markdown)
    finally:
        wiring.put(None)
        desk.close()
