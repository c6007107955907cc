"""Switches that stop the copilot, as rows under one seal over all that are on.

A row that somebody deletes, changes or adds breaks the seal, and so does taking the seal away: then everything counts
as stopped until a person resumes it, which is on record and seals what is left. Whether there is a seal to expect is
known from the keys, which lie apart; so nobody gains by emptying both tables.

An installation from before there was a seal gets one at its first start with this version, over the switches as they
are then: whoever could write to the database before that could have lifted a stop, unseen, for the last time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.seal_rows import SealRows
from cx_core.ports.sealing import Renewal, Sealer
from cx_core.records import EVERYTHING, PersonId, Switch

SEAL = "switches"
"""The name of the mark, and of the row that holds it."""
BROKEN = (
    "The switches on file are not as they were left here, so everything counts as stopped. Look at the audit log for "
    "what was stopped, stop it again, then resume everything."
)


class SwitchRows(SealRows):
    """A part of `SqlUnit`."""

    def __init__(self, connection: sa.Connection, renewal: Renewal | None, sealer: Sealer) -> None:
        super().__init__(connection, renewal)
        self._sealer = sealer

    def stopped(self, names: Sequence[str]) -> Switch | None:
        return next((one for one in self.on() if one.name in {EVERYTHING, *names}), None)

    def on(self) -> tuple[Switch, ...]:
        """Those that are on, by name; in front of them one over everything where the seal is broken."""
        on_file = self._on_file()
        if self._sealed(on_file):
            return on_file
        since = max((one.at for one in on_file), default=datetime.now(UTC))
        broken = Switch(name=EVERYTHING, person=PersonId("Rung"), reason=BROKEN, at=since)
        return (broken, *(one for one in on_file if one.name != EVERYTHING))

    def put(self, switch: Switch) -> None:
        """On file; the one over everything mends a broken seal as resuming it does, since it stays on."""
        self._one_at_a_time()
        whole = self._sealed(self._on_file())
        values = {"person": switch.person, "reason": switch.reason, "at": to_text(switch.at)}
        self._put(t.switch, {"name": switch.name}, values)
        if whole or switch.name == EVERYTHING:
            self._seal()
        self.changed_everywhere()

    def drop(self, name: str) -> None:
        self._one_at_a_time()
        whole = self._sealed(self._on_file())
        self._connection.execute(sa.delete(t.switch).where(t.switch.c.name == name))
        if whole or name == EVERYTHING:
            self._seal()
        self.changed_everywhere()

    def seal_switches_once(self) -> None:
        """Put the first seal over whatever is on file, if there never was one.

        Another process may have put it there a moment ago, and died before its keys knew: that one counts.
        """
        self._one_at_a_time()
        if not self._sealed(self._on_file()) and not self._sealer.ever_marked(SEAL):
            self._seal()

    def _one_at_a_time(self) -> None:
        """Keep other writers out until the commit, since one seal covers all rows; SQLite has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql("LOCK TABLE switch_seal IN SHARE ROW EXCLUSIVE MODE")

    def _on_file(self) -> tuple[Switch, ...]:
        rows = self._connection.execute(sa.select(t.switch).order_by(t.switch.c.name)).mappings()
        return tuple(
            Switch(name=row["name"], person=PersonId(row["person"]), reason=row["reason"], at=from_text(row["at"]))
            for row in rows
        )

    def _sealed(self, on_file: Sequence[Switch]) -> bool:
        query = sa.select(t.switch_seal.c.mark).where(t.switch_seal.c.id == SEAL)
        mark = self._connection.execute(query).scalar_one_or_none() or ""
        return self._sealer.marked_last(SEAL, _exact(on_file), mark)

    def _seal(self) -> None:
        mark = self.mark_anew(SEAL, _exact(self._on_file()))
        self._put(t.switch_seal, {"id": SEAL}, {"mark": mark})


def _exact(switches: Sequence[Switch]) -> str:
    return json.dumps({"switches": [one.model_dump(mode="json") for one in switches]}, sort_keys=True)
