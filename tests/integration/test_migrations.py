"""The migrations and the tables say the same, from nothing and from the first version on."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from cx_core.adapters.sql import migrate as migrating
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.ticket_rows import erased_id
from cx_core.adapters.sql.unit import ERASED
from cx_core.bootstrap import open_desk
from cx_core.settings import Settings
from cx_core.views import QueueFilter
from tests.conftest import SetClock
from tests.scripted import letter, person


def upgrade(engine: sa.Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return connect(f"sqlite:///{tmp_path / 'rung.db'}")


def test_that_the_migrations_make_the_very_tables_the_code_uses(engine: sa.Engine) -> None:
    migrating.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, t.metadata) == []
        assert context.get_current_revision() == migrating.HEAD


def test_that_a_database_of_the_first_version_keeps_its_tickets_when_it_is_brought_up(engine: sa.Engine) -> None:
    upgrade(engine, "0001")
    first = {
        "id": "T-1",
        "address": "a@example.com",
        "status": "open",
        "work": "ready",
        "opened_at": "2026-11-01",
        "updated_at": "2026-11-01",
        "body": "{}",
    }
    with engine.begin() as connection:
        names = ", ".join(first)
        connection.execute(
            sa.text(f"INSERT INTO ticket ({names}) VALUES ({', '.join(':' + name for name in first)})"),  # noqa: S608
            first,
        )
    migrating.migrate(engine)
    with engine.connect() as connection:
        row = connection.execute(sa.select(t.ticket)).mappings().one()
    assert (row["id"], row["team"], row["wake_at"]) == ("T-1", "", None)


def test_that_ids_of_messages_erased_before_ids_were_are_erased_too(engine: sa.Engine) -> None:
    upgrade(engine, "0014")
    rows = [
        {"id": "<eve@example.com>", "text": ERASED},
        {"id": str(erased_id("<bob@example.com>")), "text": ERASED},
        {"id": "<ada@example.com>", "text": "Hello"},
    ]
    given = {"ticket": "T-1", "sender": "customer", "at": "2026-11-01T00:00:00.000000Z"}
    with engine.begin() as connection:
        connection.execute(
            sa.insert(t.ticket),
            {
                "id": "T-1",
                "address": "",
                "status": "closed",
                "work": "done",
                "opened_at": "2026-11-01",
                "updated_at": "2026-11-01",
                "body": {},
            },
        )
        connection.execute(sa.insert(t.message), [row | given | {"position": n} for n, row in enumerate(rows)])
    migrating.migrate(engine)
    with engine.connect() as connection:
        ids = set(connection.execute(sa.select(t.message.c.id)).scalars())
    assert ids == {erased_id("<eve@example.com>"), erased_id("<bob@example.com>"), "<ada@example.com>"}


def test_that_a_ticket_written_before_a_field_was_known_is_in_the_queue(settings: Settings, clock: SetClock) -> None:
    desk = open_desk(settings)
    hello = letter("My order?", clock, id="m-1")
    ticket = desk.inbound_messages.receive(hello)
    engine = connect(settings.url("rung"))
    with engine.begin() as connection:
        body = dict(connection.execute(sa.select(t.ticket.c.body)).scalar_one())
        for name in ("team", "escalated_at", "wake_at"):
            body.pop(name, None)
        connection.execute(sa.update(t.ticket).values(body=body))
    shown = desk.inbox.queue(person(), QueueFilter())
    desk.close()
    assert [(row.id, row.team) for row in shown.rows] == [(ticket, "")]
