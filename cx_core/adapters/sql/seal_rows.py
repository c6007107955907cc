"""Marks over rows, made in the transaction that writes the rows."""

from __future__ import annotations

import sqlalchemy as sa

from cx_core.adapters.sql.rows import Rows
from cx_core.ports.sealing import Renewal


class SealRows(Rows):
    """`renewal`: where the transaction may write."""

    def __init__(self, connection: sa.Connection, renewal: Renewal | None) -> None:
        super().__init__(connection)
        self._renewal = renewal

    def mark_anew(self, name: str, exact: str) -> str:
        """See ports.Unit."""
        if self._renewal is None:
            raise RuntimeError("A transaction that only reads seals nothing.")
        return self._renewal.mark(name, exact)
