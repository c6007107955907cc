"""One transaction over tickets, in SQL; see `ports.Unit`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.article_rows import ArticleRows
from cx_core.adapters.sql.article_use_rows import UseRows
from cx_core.adapters.sql.attachment_rows import AttachmentRows
from cx_core.adapters.sql.colleague_rows import ColleagueRows
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.erasure_rows import OF_TICKETS, ErasureRows
from cx_core.adapters.sql.health_rows import HealthRows
from cx_core.adapters.sql.level_rows import LevelRows
from cx_core.adapters.sql.notification_rows import NotificationRows
from cx_core.adapters.sql.open_plan_rows import OpenPlanRows
from cx_core.adapters.sql.policy_rows import PolicyRows
from cx_core.adapters.sql.rating_rows import RatingRows
from cx_core.adapters.sql.solved_case_rows import CaseRows
from cx_core.adapters.sql.spending_rows import SpendingRows
from cx_core.adapters.sql.switch_rows import SwitchRows
from cx_core.adapters.sql.upload_rows import UploadRows
from cx_core.ports import Sealer, Telling
from cx_core.ports.sealing import Renewal
from cx_core.records import (
    PRIORITIES,
    SENDER,
    Approval,
    CustomerId,
    Message,
    MessageId,
    Outcome,
    PersonId,
    Proposal,
    Seal,
    Status,
    StepId,
    Ticket,
    TicketId,
    key_owner,
    subject,
)

OVER = ("solved", "closed")
_ERASED_ID = "erased:"
ERASED = "[erased on the customer's request]"


class AuditWithin(Protocol):
    """The part of the audit log that writes inside somebody else's transaction."""

    def append_within(
        self,
        connection: sa.Connection,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int: ...

    def append_all_within(self, connection: sa.Connection, events: Sequence[Telling]) -> int: ...


class SqlUnit(
    ColleagueRows,
    AttachmentRows,
    RatingRows,
    NotificationRows,
    SpendingRows,
    PolicyRows,
    ArticleRows,
    UploadRows,
    HealthRows,
    UseRows,
    CaseRows,
    LevelRows,
    ErasureRows,
    OpenPlanRows,
    SwitchRows,
):
    """One transaction; see ports.Unit."""

    def __init__(
        self, connection: sa.Connection, audit: AuditWithin, sealer: Sealer, renewal: Renewal | None = None
    ) -> None:
        """`renewal`: where the transaction may write."""
        super().__init__(connection)
        self._audit = audit
        self._sealer = sealer
        self._renewal = renewal

    def ticket(self, id: TicketId) -> Ticket | None:
        found = self._connection.execute(sa.select(t.ticket.c.body).where(t.ticket.c.id == id).with_for_update())
        body = found.scalar_one_or_none()
        return Ticket.model_validate(body) if body else None

    def by_thread(self, channel: str, thread: str, address: str) -> Ticket | None:
        query = (
            sa.select(t.ticket.c.body)
            .where(
                t.ticket.c.thread == f"{channel}:{thread}", sa.func.lower(t.ticket.c.address) == sa.func.lower(address)
            )
            .order_by(t.ticket.c.opened_at.desc(), t.ticket.c.id.desc())
            .limit(1)
            .with_for_update()
        )
        body = self._connection.execute(query).scalar_one_or_none()
        return Ticket.model_validate(body) if body else None

    def tickets_of(self, whose: CustomerId, statuses: Sequence[Status]) -> tuple[Ticket, ...]:
        theirs = t.ticket.c.customer == whose
        if whose.startswith("address:"):
            given = whose.removeprefix("address:")
            as_given = sa.func.lower(t.ticket.c.address) == given if given.isascii() else sa.true()
            theirs = t.ticket.c.customer.is_(None) & (t.ticket.c.address != "") & as_given
        query = sa.select(t.ticket.c.body).where(theirs, t.ticket.c.status.in_(statuses))
        bodies = self._connection.execute(query.order_by(t.ticket.c.opened_at.desc(), t.ticket.c.id)).scalars()
        return tuple(one for body in bodies if subject(one := Ticket.model_validate(body)) == whose)

    def put_ticket(self, ticket: Ticket, *, thread: str | None = None) -> None:
        row = {
            "customer": ticket.customer,
            "address": ticket.address,
            "status": ticket.status,
            "work": ticket.work,
            "priority_rank": PRIORITIES.index(ticket.priority) + (ticket.escalated_at is not None),
            "route": ticket.route,
            "task_types": f" {' '.join(ticket.task_types)} ",
            "assignee": ticket.assignee,
            "version": ticket.version,
            "respond_by": to_text(ticket.respond_by) if ticket.respond_by else None,
            "opened_at": to_text(ticket.opened_at),
            "updated_at": to_text(ticket.updated_at),
            "team": ticket.team,
            "wake_at": to_text(ticket.wake_at) if ticket.wake_at and ticket.status == "pending" else None,
            "solved_at": to_text(ticket.solved_at) if ticket.solved_at and ticket.status in OVER else None,
            "search": f"{ticket.id} {ticket.subject} {ticket.customer_name} {ticket.address} {ticket.preview}".lower(),
            "body": ticket.model_dump(mode="json"),
        }
        if thread is not None:
            row["thread"] = f"{ticket.channel}:{thread}" if thread else ""
        changed = self._connection.execute(sa.update(t.ticket).where(t.ticket.c.id == ticket.id).values(row))
        if changed.rowcount == 0:
            self._connection.execute(sa.insert(t.ticket).values(id=ticket.id, **row))
        self._connection.execute(sa.insert(t.change).values(ticket=ticket.id))

    def message(self, id: MessageId) -> Message | None:
        there = t.message.c.id.in_((id, erased_id(id)))
        row = self._connection.execute(sa.select(t.message).where(there)).mappings().one_or_none()
        return _message(row) if row else None

    def messages(self, ticket: TicketId) -> tuple[Message, ...]:
        query = sa.select(t.message).where(t.message.c.ticket == ticket).order_by(t.message.c.position)
        return tuple(_message(row) for row in self._connection.execute(query).mappings())

    def add_message(self, message: Message, *, after: int | None = None) -> None:
        place: object = sa.select(sa.func.count()).where(t.message.c.ticket == message.ticket).scalar_subquery()
        if after is not None:
            later = (t.message.c.ticket == message.ticket) & (t.message.c.position >= after)
            self._connection.execute(sa.update(t.message).where(later).values(position=t.message.c.position + 1))
            place = after
        row = message.model_dump() | {"at": to_text(message.at), "position": place}
        self._connection.execute(sa.insert(t.message).values(row))

    def move_messages(self, ticket: Ticket, into: TicketId, *, last: Collection[MessageId] = ()) -> None:
        whose = t.message.c.ticket
        own = (whose == ticket.id) & t.message.c.channel.is_(None)
        self._connection.execute(sa.update(t.message).where(own).values(channel=ticket.channel))
        self._connection.execute(sa.update(t.message).where(whose == ticket.id).values(ticket=into))
        self._connection.execute(sa.update(t.attachment).where(t.attachment.c.ticket == ticket.id).values(ticket=into))
        after = t.message.c.id.in_(list(last))
        order = sa.select(t.message.c.id).where(whose == into).order_by(after, t.message.c.at, t.message.c.position)
        for place, id in enumerate(self._connection.execute(order).scalars().all()):
            self._connection.execute(sa.update(t.message).where(t.message.c.id == id).values(position=place))

    def proposal(self, ticket: TicketId, version: int) -> Proposal | None:
        query = sa.select(t.proposal.c.body).where(t.proposal.c.ticket == ticket, t.proposal.c.version == version)
        body = self._connection.execute(query).scalar_one_or_none()
        return Proposal.model_validate(body) if body else None

    def put_proposal(self, proposal: Proposal) -> None:
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
        query = sa.select(t.outcome).where(t.outcome.c.ticket == ticket).order_by(t.outcome.c.version, t.outcome.c.step)
        return {
            (row["version"], StepId(row["step"])): Outcome.model_validate(row["body"])
            for row in self._connection.execute(query).mappings()
        }

    def put_outcome(self, ticket: TicketId, version: int, outcome: Outcome) -> None:
        key = {"ticket": ticket, "version": version, "step": outcome.step}
        self._put(t.outcome, key, {"body": outcome.model_dump(mode="json")})

    def measure(
        self,
        ticket: Ticket,
        kind: str,
        at: datetime,
        *,
        seconds: float | None = None,
        solved_by: str = "",
        person: PersonId | None = None,
    ) -> None:
        self._connection.execute(
            sa.insert(t.measure).values(
                ticket=ticket.id,
                kind=kind,
                at=to_text(at),
                seconds=seconds,
                channel=ticket.channel,
                tier=ticket.tier,
                task_types=" ".join(ticket.task_types),
                solved_by=solved_by,
                person=person,
                simulated=ticket.simulated,
            )
        )

    def record(
        self,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> None:
        owner = _owner(customer, ticket)
        entry = self._audit.append_within(
            self._connection, kind, actor=actor, payload=payload, ticket=ticket, customer=owner
        )
        self.announce(kind, payload, ticket, entry)

    def record_all(self, events: Sequence[Telling]) -> None:
        owned = [one._replace(customer=_owner(one.customer, one.ticket)) for one in events]
        self._audit.append_all_within(self._connection, owned)

    def forget(self, tickets: Collection[Ticket]) -> frozenset[CustomerId]:
        ids = [ticket.id for ticket in tickets]
        names = {CustomerId(f"file:{id}") for id in self.attachments_of(ids)}
        for table in OF_TICKETS:
            self._connection.execute(sa.delete(table).where(table.c.ticket.in_(ids)))
        self.drop_from_gaps(ids)
        nobodys = t.spending.c.ticket.in_(ids)  # the sums stay what they are, in nobody's name
        self._connection.execute(sa.update(t.spending).where(nobodys).values(customer=""))
        words = {"text": ERASED, "author": "", "by_program": "", "refers": ""}
        self._connection.execute(sa.update(t.message).where(t.message.c.ticket.in_(ids)).values(words))
        for id in (
            self._connection.execute(sa.select(t.message.c.id).where(t.message.c.ticket.in_(ids))).scalars().all()
        ):
            self._connection.execute(sa.update(t.message).where(t.message.c.id == id).values(id=erased_id(id)))
        for ticket in tickets:
            self.put_ticket(
                ticket.replace(
                    address="",
                    customer_name="",
                    subject=ERASED,
                    preview="",
                    customer=None,
                    status="closed",
                    work="done",
                    version=0,
                    route=None,
                ),
                thread="",
            )
        addresses = {ticket.address.lower() for ticket in tickets}
        senders = {CustomerId(f"{SENDER}{one}") for one in addresses - self.still_used(addresses, but=ids)}
        customers = {ticket.customer for ticket in tickets if ticket.customer is not None}
        return frozenset(names | senders | customers | {CustomerId(f"ticket:{id}") for id in ids})


def _owner(customer: CustomerId | None, ticket: TicketId | None) -> CustomerId | None:
    """Whose key an event is encrypted with."""
    return customer if customer is None or ticket is None else key_owner(customer, f"ticket:{ticket}")


def erased_id(id: str) -> MessageId:
    """What stands for a message's id once its customer is erased: a mail's often names who wrote it, or their domain.

    By it the same message is known still, should a channel bring it again.
    """
    return MessageId(id if id.startswith(_ERASED_ID) else f"{_ERASED_ID}{hashlib.sha256(id.encode()).hexdigest()}")


def _message(row: sa.RowMapping) -> Message:
    fields = {name: row[name] for name in Message.model_fields if name != "at"}
    return Message.model_validate({**fields, "at": from_text(row["at"])})
