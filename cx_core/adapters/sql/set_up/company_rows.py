"""The business's own facts as a row, under a seal that is the last of its name."""

from __future__ import annotations

import json
import logging

import sqlalchemy as sa
from pydantic import ValidationError

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.seal_rows import SealRows
from cx_core.catalogue.company_facts import CompanyFacts
from cx_core.ports.sealing import Renewal, Sealer

NAME = "company facts"
_ONLY = "own"

_log = logging.getLogger(__name__)


class CompanyFactsRows(SealRows):
    """A part of `SqlUnit`; see ports.company.CompanyFactsRepository."""

    def __init__(self, connection: sa.Connection, renewal: Renewal | None, sealer: Sealer) -> None:
        super().__init__(connection, renewal)
        self._sealer = sealer

    def get(self) -> CompanyFacts | None:
        row = self._connection.execute(sa.select(t.company_facts).where(t.company_facts.c.id == _ONLY)).one_or_none()
        if row is None:
            return None
        if not self._sealer.marked_last(NAME, _exact(row.body), row.mark):
            _log.error("The business's facts were changed outside Rung: those of company.yaml count.")
            return None
        try:
            return CompanyFacts.model_validate(row.body)
        except ValidationError as error:  # written by another version
            _log.error("The business's facts on file cannot be read: %s", error.errors()[0]["msg"])
            return None

    def put(self, facts: CompanyFacts) -> None:
        body = facts.model_dump(mode="json")
        mark = self.mark_anew(NAME, _exact(body))
        self._put(t.company_facts, {"id": _ONLY}, {"body": body, "mark": mark})
        self.changed_everywhere()


def _exact(body: object) -> str:
    return json.dumps({"company": body}, sort_keys=True)
