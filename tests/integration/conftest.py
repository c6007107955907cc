"""Works on the real stages, quickly: what is slow to build is built once for the session and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench import desks
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.ports import Clock
from cx_core.records import ActionName, Person, Role
from cx_core.settings import Settings
from tests.cheap_databases import cheap_databases
from tests.prepared_copy import copy_prepared
from tests.read_once import read_once
from tests.spelt_once import spelt_once

read_once()
cheap_databases()
spelt_once()


class InlineWorks(desks.InlineWorks):
    """The shipped parts, with work done at once, and people who have signed in."""

    def person(self, role: Role) -> Person:
        """Somebody of this role who has signed in."""
        account = next(account for account in self.accounts.demo_accounts() if account.role == role)
        token = self.accounts.sign_in(account.email, account.password, "127.0.0.1")
        assert isinstance(token, str)
        person = self.accounts.who(token)
        assert person is not None
        return person

    def action(self, name: str) -> ActionName:
        return ActionName(name)


def standing(prepared: Path, furnished: Path, settings: Settings) -> None:
    """The data folder of a desk that has stood before."""
    shutil.copytree(furnished, settings.data_dir, dirs_exist_ok=True)
    copy_prepared(prepared, settings.data_dir)


@pytest.fixture
def works(prepared: Path, furnished: Path, settings: Settings, clock: Clock, encoder: MiniLM) -> Iterator[InlineWorks]:
    """Everything behind a Desk, on databases of this test's own."""
    standing(prepared, furnished, settings)
    made = InlineWorks(settings, clock, encoder=encoder)
    yield made
    made.close()


@pytest.fixture
def fresh_postgresql(postgresql: sa.URL) -> str:
    """An empty schema; whoever a test before left connected is sent away."""
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    with sa.create_engine(postgresql, isolation_level="AUTOCOMMIT").connect() as connection:
        for order in (
            f"SELECT pg_terminate_backend(pid) {others}",
            "DROP SCHEMA public CASCADE",
            "CREATE SCHEMA public",
        ):
            connection.execute(sa.text(order))
    return postgresql.render_as_string(hide_password=False)
