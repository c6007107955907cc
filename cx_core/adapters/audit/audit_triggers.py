"""Orders to the database itself to refuse any change of the audit log, whichever program asks."""

from __future__ import annotations

import sqlalchemy as sa

_SQLITE = (
    """CREATE TRIGGER IF NOT EXISTS audit_event_no_update BEFORE UPDATE ON audit_event
       BEGIN SELECT RAISE(ABORT, 'audit_event is append only'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_event_no_delete BEFORE DELETE ON audit_event
       BEGIN SELECT RAISE(ABORT, 'audit_event is append only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above, hence a third.
    """CREATE TRIGGER IF NOT EXISTS audit_event_in_order BEFORE INSERT ON audit_event
       WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_event)
       BEGIN SELECT RAISE(ABORT, 'audit_event is append only, in order'); END""",
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'audit_event is append only'; END $$""",
    """CREATE OR REPLACE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
       FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
    # ALWAYS: session_replication_role = replica does not switch it off.
    "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only",
)


def install_triggers(connection: sa.Connection) -> None:
    """Make UPDATE and DELETE (and TRUNCATE on PostgreSQL, REPLACE on SQLite) of audit_event fail. May be repeated."""
    for order in _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE:
        connection.exec_driver_sql(order)
