"""Brings Rung's own database to the shape this version needs."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

HEAD = "0043_set_apart_addresses"
"""The newest revision; checked without importing Alembic, which costs a good part of a start."""

_FOLDER = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine) -> None:
    """Upgrade if needed. Safe when several processes start at once: the database's lock orders them."""
    if _revision(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('rung migrate'))"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
