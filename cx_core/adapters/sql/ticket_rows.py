"""Tickets and their messages, as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import (
    PRIORITIES,
    CustomerId,
    Message,
    MessageId,
    PersonId,
    Status,
    Ticket,
    TicketId,
    subject,
)
from cx_core.records.messages import Purpose

OVER = ("solved", "closed")
_ERASED_ID = "erased:"


class TicketRows(Rows):
    """A part of `SqlUnit`; see ports.tickets.TicketRepository."""

    def __init__(self, connection: sa.Connection, on_status: Callable[[Ticket, str], None]) -> None:
        """`on_status` hears of each ticket whose status changes, with the status before."""
        super().__init__(connection)
        self._on_status = on_status

    def get(self, id: TicketId) -> Ticket | None:
        found = self._connection.execute(sa.select(t.ticket.c.body).where(t.ticket.c.id == id).with_for_update())
        body = found.scalar_one_or_none()
        return Ticket.model_validate(body) if body else None

    def any(self) -> bool:
        return self._connection.execute(sa.select(t.ticket.c.id).limit(1)).first() is not None

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

    def of(self, whose: CustomerId, statuses: Sequence[Status]) -> tuple[Ticket, ...]:
        theirs = t.ticket.c.customer == whose
        if whose.startswith("address:"):
            given = whose.removeprefix("address:")
            as_given = sa.func.lower(t.ticket.c.address) == given if given.isascii() else sa.true()
            theirs = t.ticket.c.customer.is_(None) & (t.ticket.c.address != "") & as_given
        query = sa.select(t.ticket.c.body).where(theirs, t.ticket.c.status.in_(statuses))
        bodies = self._connection.execute(query.order_by(t.ticket.c.opened_at.desc(), t.ticket.c.id)).scalars()
        return tuple(one for body in bodies if subject(one := Ticket.model_validate(body)) == whose)

    def put(self, ticket: Ticket, *, thread: str | None = None, told: bool = True) -> None:
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
        status = sa.select(t.ticket.c.status).where(t.ticket.c.id == ticket.id)
        before = self._connection.execute(status).scalar_one_or_none()
        changed = self._connection.execute(sa.update(t.ticket).where(t.ticket.c.id == ticket.id).values(row))
        if changed.rowcount == 0:
            self._connection.execute(sa.insert(t.ticket).values(id=ticket.id, **row))
        self._connection.execute(sa.insert(t.change).values(ticket=ticket.id))
        if told and before is not None and before != ticket.status:
            self._on_status(ticket, before)

    def thread(self, id: TicketId) -> str:
        named = self._connection.execute(sa.select(t.ticket.c.thread).where(t.ticket.c.id == id)).scalar_one_or_none()
        return named.partition(":")[2] if named else ""

    def changed(
        self, after: tuple[datetime, TicketId] | None, most: int, *, status: Status | None = None, customer: str = ""
    ) -> tuple[Ticket, ...]:
        query = sa.select(t.ticket.c.body).where(t.ticket.c.body["simulated"].as_boolean().is_not(True))
        if after is not None:
            at = to_text(after[0])
            later = (t.ticket.c.updated_at > at) | ((t.ticket.c.updated_at == at) & (t.ticket.c.id > after[1]))
            query = query.where(later)
        if status:
            query = query.where(t.ticket.c.status == status)
        if customer:
            query = query.where(t.ticket.c.customer == customer)
        bodies = self._connection.execute(query.order_by(t.ticket.c.updated_at, t.ticket.c.id).limit(most)).scalars()
        return tuple(Ticket.model_validate(body) for body in bodies)

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

    def put_in_order(self, ticket: TicketId) -> None:
        messages = self.messages(ticket)
        ours = [place for place, one in enumerate(messages) if one.sender != "customer"]
        first = ours[-1] + 1 if ours else 0
        ordered = sorted(messages[first:], key=lambda one: one.at)
        for place, one in enumerate(ordered, first):
            if one.id != messages[place].id:
                self._connection.execute(sa.update(t.message).where(t.message.c.id == one.id).values(position=place))

    def put_purpose(self, message: MessageId, purpose: Purpose) -> None:
        self._connection.execute(sa.update(t.message).where(t.message.c.id == message).values(purpose=purpose))

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

    def touched(self, ticket: TicketId, person: PersonId) -> bool:
        m = t.measure.c
        query = sa.select(sa.literal(1)).where(m.ticket == ticket, m.person == person, m.kind != "flagged").limit(1)
        return self._connection.execute(query).first() is not None

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
        if ticket.test:
            return  # no figure counts what an administrator tried
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


def erased_id(id: str) -> MessageId:
    """What stands for a message's id once its customer is erased: a mail's often names who wrote it, or their domain.

    By it the same message is known still, should a channel bring it again.
    """
    return MessageId(id if id.startswith(_ERASED_ID) else f"{_ERASED_ID}{hashlib.sha256(id.encode()).hexdigest()}")


def _message(row: sa.RowMapping) -> Message:
    fields = {name: row[name] for name in Message.model_fields if name != "at"}
    return Message.model_validate({**fields, "at": from_text(row["at"])})
