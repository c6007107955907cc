"""Proposals, approvals and outcomes, as rows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import (
    Approval,
    Outcome,
    Proposal,
    Seal,
    StepId,
    TicketId,
)


class ProposalRows(Rows):
    """A part of `SqlUnit`; see ports.tickets.ProposalRepository."""

    def get(self, ticket: TicketId, version: int) -> Proposal | None:
        query = sa.select(t.proposal.c.body).where(t.proposal.c.ticket == ticket, t.proposal.c.version == version)
        body = self._connection.execute(query).scalar_one_or_none()
        return Proposal.model_validate(body) if body else None

    def put(self, proposal: Proposal) -> None:
        key = {"ticket": proposal.ticket, "version": proposal.version}
        self._put(t.proposal, key, {"body": proposal.model_dump(mode="json")})
        older = (t.proposal.c.ticket == proposal.ticket) & (t.proposal.c.version < proposal.version)
        self._connection.execute(sa.update(t.proposal).where(older).values(void=True))

    def approval(self, ticket: TicketId, version: int) -> Approval | None:
        query = sa.select(t.approval.c.body).where(t.approval.c.ticket == ticket, t.approval.c.version == version)
        body = self._connection.execute(query).scalar_one_or_none()
        return Approval.model_validate(body) if body else None

    def put_approval(self, approval: Approval) -> None:
        self._connection.execute(
            sa.insert(t.approval).values(
                id=approval.id,
                ticket=approval.ticket,
                version=approval.version,
                body=approval.model_dump(mode="json"),
            )
        )

    def first_approval(self, ticket: TicketId) -> Approval | None:
        query = sa.select(t.first_approval.c.body).where(t.first_approval.c.ticket == ticket)
        body = self._connection.execute(query).scalar_one_or_none()
        return Approval.model_validate(body) if body else None

    def put_first_approval(self, approval: Approval, until: datetime) -> None:
        row = {"version": approval.version, "until": to_text(until), "body": approval.model_dump(mode="json")}
        self._put(t.first_approval, {"ticket": approval.ticket}, row)

    def drop_first_approval(self, ticket: TicketId) -> None:
        self._connection.execute(sa.delete(t.first_approval).where(t.first_approval.c.ticket == ticket))

    def use_seal(self, seal: Seal, key: str, at: datetime) -> bool:
        known = self._connection.execute(sa.select(t.seal_use.c.key).where(t.seal_use.c.seal == seal.id)).scalar()
        if known is None:
            row = {"seal": seal.id, "ticket": seal.ticket, "key": key, "at": to_text(at)}
            self._connection.execute(sa.insert(t.seal_use).values(row))
        return known in (None, key)

    def begun(self, key: str) -> bool:
        return self._connection.execute(sa.select(t.seal_use.c.seal).where(t.seal_use.c.key == key)).first() is not None

    def outcomes(self, ticket: TicketId) -> dict[tuple[int, StepId], Outcome]:
        query = sa.select(t.outcome).where(t.outcome.c.ticket == ticket)
        found = {
            (row["version"], StepId(row["step"])): Outcome.model_validate(row["body"])
            for row in self._connection.execute(query).mappings()
        }
        return dict(sorted(found.items(), key=lambda one: (one[0][0], one[1].at, one[0][1])))

    def put_outcome(self, ticket: TicketId, version: int, outcome: Outcome) -> None:
        key = {"ticket": ticket, "version": version, "step": outcome.step}
        self._put(t.outcome, key, {"body": outcome.model_dump(mode="json")})
