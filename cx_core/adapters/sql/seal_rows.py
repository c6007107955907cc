"""Marks over rows, made in the transaction that writes the rows."""

from __future__ import annotations

from cx_core.adapters.sql.rows import Rows
from cx_core.ports.sealing import Renewal, Sealer


class SealRows(Rows):
    """A part of `SqlUnit`, which gives it a sealer and, if it may write, a renewal."""

    _sealer: Sealer
    _renewal: Renewal | None

    def mark_anew(self, name: str, exact: str) -> str:
        """See ports.Unit."""
        if self._renewal is None:
            raise RuntimeError("A transaction that only reads seals nothing.")
        return self._renewal.mark(name, exact)
