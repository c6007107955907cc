"""One transaction over tickets, in SQL; see `ports.Unit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from cx_core.adapters import tables as t
from cx_core.adapters.database import from_text, to_text
from cx_core.adapters.notification_rows import NotificationRows
from cx_core.ports import Telling
from cx_core.records import (
    PRIORITIES,
    Approval,
    Attachment,
    AttachmentId,
    CustomerId,
    Draft,
    Message,
    MessageId,
    Note,
    Notice,
    Outcome,
    Person,
    PersonId,
    Proposal,
    Rating,
    Rewording,
    StepId,
    Switch,
    Ticket,
    TicketId,
    subject,
)

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


class SqlUnit(NotificationRows):
    """One transaction; see ports.Unit."""

    def __init__(self, connection: sa.Connection, audit: AuditWithin) -> None:
        super().__init__(connection)
        self._audit = audit

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
            "solved_at": to_text(ticket.solved_at) if ticket.solved_at and ticket.status == "solved" else None,
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
        row = self._connection.execute(sa.select(t.message).where(t.message.c.id == id)).mappings().one_or_none()
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

    def move_messages(self, ticket: TicketId, into: TicketId) -> None:
        whose = t.message.c.ticket
        self._connection.execute(sa.update(t.message).where(whose == ticket).values(ticket=into))
        self._connection.execute(sa.update(t.attachment).where(t.attachment.c.ticket == ticket).values(ticket=into))
        order = sa.select(t.message.c.id).where(whose == into).order_by(t.message.c.at, t.message.c.position)
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

    def outcomes(self, ticket: TicketId) -> dict[tuple[int, StepId], Outcome]:
        query = sa.select(t.outcome).where(t.outcome.c.ticket == ticket).order_by(t.outcome.c.version, t.outcome.c.step)
        return {
            (row["version"], StepId(row["step"])): Outcome.model_validate(row["body"])
            for row in self._connection.execute(query).mappings()
        }

    def put_outcome(self, ticket: TicketId, version: int, outcome: Outcome) -> None:
        key = {"ticket": ticket, "version": version, "step": outcome.step}
        self._put(t.outcome, key, {"body": outcome.model_dump(mode="json")})

    def draft(self, ticket: TicketId) -> Draft | None:
        row = self._connection.execute(sa.select(t.draft).where(t.draft.c.ticket == ticket)).mappings().one_or_none()
        return Draft.model_validate({**row, "at": from_text(row["at"])}) if row else None

    def put_draft(self, draft: Draft) -> None:
        values = {
            "version": draft.version,
            "text": draft.text,
            "person": draft.person,
            "at": to_text(draft.at),
            "choices": draft.choices.model_dump(mode="json"),
            "earlier": list(draft.earlier),
        }
        self._put(t.draft, {"ticket": draft.ticket}, values)

    def drop_draft(self, ticket: TicketId) -> None:
        self._connection.execute(sa.delete(t.draft).where(t.draft.c.ticket == ticket))

    def add_rewording(self, made: Rewording) -> None:
        self._connection.execute(sa.insert(t.rewording).values(made.model_dump() | {"at": to_text(made.at)}))

    def rewordings(self, ticket: TicketId) -> tuple[Rewording, ...]:
        query = sa.select(t.rewording).where(t.rewording.c.ticket == ticket).order_by(t.rewording.c.id)
        rows = self._connection.execute(query).mappings()
        return tuple(
            Rewording.model_validate({name: row[name] for name in row if name != "id"} | {"at": from_text(row["at"])})
            for row in rows
        )

    def lease(self, ticket: TicketId, now: datetime) -> tuple[str, str] | None:
        query = sa.select(t.lease).where(t.lease.c.ticket == ticket, t.lease.c.until > to_text(now))
        row = self._connection.execute(query).mappings().one_or_none()
        return (row["person"], row["person_name"]) if row else None

    def put_lease(self, ticket: TicketId, person: Person, now: datetime, until: datetime) -> None:
        query = sa.select(t.lease.c.since).where(
            t.lease.c.ticket == ticket, t.lease.c.person == person.id, t.lease.c.until > to_text(now)
        )
        since = self._connection.execute(query).scalar_one_or_none() or to_text(now)
        values = {"person": person.id, "person_name": person.name, "since": since, "until": to_text(until)}
        self._put(t.lease, {"ticket": ticket}, values)

    def held_since(self, ticket: TicketId, person: PersonId) -> datetime | None:
        query = sa.select(t.lease.c.since).where(t.lease.c.ticket == ticket, t.lease.c.person == person)
        since = self._connection.execute(query).scalar_one_or_none()
        return from_text(since) if since else None

    def drop_lease(self, ticket: TicketId) -> None:
        self._connection.execute(sa.delete(t.lease).where(t.lease.c.ticket == ticket))
        self._connection.execute(sa.insert(t.change).values(ticket=ticket))

    def leases(self, person: PersonId) -> tuple[TicketId, ...]:
        query = sa.select(t.lease.c.ticket).where(t.lease.c.person == person).order_by(t.lease.c.ticket)
        return tuple(TicketId(id) for id in self._connection.execute(query).scalars())

    def notify(self, person: PersonId, ticket: TicketId, kind: str, sender: str, text: str, at: datetime) -> None:
        values = {"person": person, "ticket": ticket, "kind": kind, "sender": sender, "text": text, "at": to_text(at)}
        self._connection.execute(sa.insert(t.notice).values(values))

    def add_note(self, note: Note) -> None:
        row = {"id": note.id, "ticket": note.ticket, "person": note.person, "person_name": note.name, "text": note.text}
        values = {**row, "mentions": list(note.mentions), "at": to_text(note.at)}
        self._connection.execute(sa.insert(t.note).values(values))

    def notes(self, ticket: TicketId) -> tuple[Note, ...]:
        query = sa.select(t.note).where(t.note.c.ticket == ticket).order_by(t.note.c.at, t.note.c.id)
        return tuple(
            Note(id=row["id"], ticket=ticket, person=PersonId(row["person"]), name=row["person_name"],
                 text=row["text"], mentions=tuple(row["mentions"]), at=from_text(row["at"]))
            for row in self._connection.execute(query).mappings()
        )  # fmt: skip

    def notices(self, person: PersonId) -> tuple[Notice, ...]:
        mine = (t.notice.c.person == person, t.notice.c.seen_at.is_(None))
        query = sa.select(t.notice).where(*mine).order_by(t.notice.c.id.desc()).limit(50)
        return tuple(
            Notice(id=row["id"], ticket=TicketId(row["ticket"]), kind=row["kind"], sender=row["sender"],
                   text=row["text"], at=from_text(row["at"]))
            for row in self._connection.execute(query).mappings()
        )  # fmt: skip

    def see_notice(self, person: PersonId, notice: int, at: datetime) -> None:
        mine = (t.notice.c.id == notice, t.notice.c.person == person)
        self._connection.execute(sa.update(t.notice).where(*mine).values(seen_at=to_text(at)))

    def add_attachment(self, attachment: Attachment) -> None:
        row = attachment.model_dump() | {"at": to_text(attachment.at)}
        self._connection.execute(sa.insert(t.attachment).values(row))

    def attachment(self, id: AttachmentId) -> Attachment | None:
        return next(iter(self._attachments(t.attachment.c.id == id)), None)

    def attachments(self, ticket: TicketId) -> tuple[Attachment, ...]:
        return self._attachments(t.attachment.c.ticket == ticket)

    def _attachments(self, where: sa.ColumnElement[bool]) -> tuple[Attachment, ...]:
        query = sa.select(t.attachment).where(where).order_by(t.attachment.c.at, t.attachment.c.id)
        rows = self._connection.execute(query).mappings()
        return tuple(Attachment.model_validate({**row, "at": from_text(row["at"])}) for row in rows)

    def send_attachments(self, ids: Sequence[AttachmentId], message: MessageId) -> None:
        if ids:
            chosen = t.attachment.c.id.in_(list(ids))
            self._connection.execute(sa.update(t.attachment).where(chosen).values(message=message))

    def drop_attachment(self, id: AttachmentId) -> None:
        self._connection.execute(sa.delete(t.attachment).where(t.attachment.c.id == id))

    def attachments_of(self, customer: CustomerId) -> tuple[AttachmentId, ...]:
        tickets = sa.select(t.ticket.c.id).where(_whose(customer))
        query = sa.select(t.attachment.c.id).where(t.attachment.c.ticket.in_(tickets))
        return tuple(AttachmentId(id) for id in self._connection.execute(query).scalars())

    def add_flag(self, ticket: TicketId, version: int, what: str, note: str, person: PersonId, at: datetime) -> None:
        values = {"ticket": ticket, "version": version, "what": what, "note": note, "person": person}
        self._connection.execute(sa.insert(t.flag).values(**values, at=to_text(at)))

    def rating(self, ticket: TicketId) -> Rating | None:
        return self._rating(t.rating.c.ticket == ticket)

    def rating_of(self, token_hash: str) -> Rating | None:
        return self._rating(t.rating.c.token_hash == token_hash)

    def _rating(self, where: sa.ColumnElement[bool]) -> Rating | None:
        row = self._connection.execute(sa.select(t.rating).where(where)).mappings().one_or_none()
        if row is None:
            return None
        answered = from_text(row["answered_at"]) if row["answered_at"] else None
        return Rating(
            ticket=TicketId(row["ticket"]), asked_at=from_text(row["asked_at"]), score=row["score"],
            comment=row["comment"], answered_at=answered,
        )  # fmt: skip

    def put_rating(self, rating: Rating, token_hash: str) -> None:
        values = {
            "token_hash": token_hash,
            "asked_at": to_text(rating.asked_at),
            "score": rating.score,
            "comment": rating.comment,
            "answered_at": to_text(rating.answered_at) if rating.answered_at else None,
        }
        self._put(t.rating, {"ticket": rating.ticket}, values)

    def asked_since(self, address: str, moment: datetime) -> bool:
        query = (
            sa.select(t.rating.c.ticket)
            .join(t.ticket, t.ticket.c.id == t.rating.c.ticket)
            .where(t.ticket.c.address == address, t.rating.c.asked_at >= to_text(moment), _happened())
            .limit(1)
        )
        return self._connection.execute(query).first() is not None

    def stopped(self, names: Sequence[str]) -> Switch | None:
        query = sa.select(t.switch).where(t.switch.c.name.in_(list(names))).order_by(t.switch.c.name).limit(1)
        row = self._connection.execute(query).mappings().one_or_none()
        return switch_of(row) if row else None

    def put_switch(self, switch: Switch) -> None:
        values = {"person": switch.person, "reason": switch.reason, "at": to_text(switch.at)}
        self._put(t.switch, {"name": switch.name}, values)

    def drop_switch(self, name: str) -> None:
        self._connection.execute(sa.delete(t.switch).where(t.switch.c.name == name))

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
        entry = self._audit.append_within(
            self._connection, kind, actor=actor, payload=payload, ticket=ticket, customer=customer
        )
        self.announce(kind, payload, ticket, entry)

    def record_all(self, events: Sequence[Telling]) -> None:
        self._audit.append_all_within(self._connection, events)

    def forget(self, customer: CustomerId) -> tuple[frozenset[CustomerId], int]:
        query = sa.select(t.ticket.c.body).where(_whose(customer)).with_for_update()
        bodies = self._connection.execute(query).scalars().all()
        tickets = [Ticket.model_validate(body) for body in bodies]
        ids = [ticket.id for ticket in tickets]
        for table in (
            t.proposal,
            t.draft,
            t.approval,
            t.outcome,
            t.lease,
            t.note,
            t.notice,
            t.attachment,
            t.flag,
            t.rating,
            t.rewording,
        ):
            self._connection.execute(sa.delete(table).where(table.c.ticket.in_(ids)))
        words = {"text": ERASED, "author": ""}
        self._connection.execute(sa.update(t.message).where(t.message.c.ticket.in_(ids)).values(words))
        for ticket in tickets:
            blank = {"address": "", "customer_name": "", "subject": ERASED, "preview": "", "customer": None}
            closed = {"status": "closed", "work": "done", "version": 0, "route": None}
            self.put_ticket(ticket.model_copy(update=blank | closed), thread="")
        names = {subject(ticket) for ticket in tickets}
        names |= {subject(ticket.model_copy(update={"customer": None})) for ticket in tickets}
        return frozenset(names), len(tickets)

    def _put(self, table: sa.Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        where = sa.and_(*(table.c[name] == value for name, value in key.items()))
        if self._connection.execute(sa.update(table).where(where).values(values)).rowcount == 0:
            self._connection.execute(sa.insert(table).values({**key, **values}))


def _whose(customer: CustomerId) -> sa.ColumnElement[bool]:
    """The tickets of a customer, not yet read ones from their addresses too; or of a sender by "address:..."."""
    if customer.startswith("address:"):
        return sa.func.lower(t.ticket.c.address) == customer.removeprefix("address:")
    other = t.ticket.alias()
    theirs = sa.select(sa.func.lower(other.c.address)).where(other.c.customer == customer)
    named = sa.func.lower(t.ticket.c.address).in_(theirs) | (t.ticket.c.address == customer)
    return (t.ticket.c.customer == customer) | (t.ticket.c.customer.is_(None) & named)


def _happened() -> sa.ColumnElement[bool]:
    """Tickets that are not simulated; an older body does not say."""
    happened: sa.ColumnElement[bool] = t.ticket.c.body["simulated"].as_boolean().is_distinct_from(sa.true())
    return happened


def _message(row: sa.RowMapping) -> Message:
    fields = {name: row[name] for name in Message.model_fields if name != "at"}
    return Message.model_validate({**fields, "at": from_text(row["at"])})


def switch_of(row: sa.RowMapping) -> Switch:
    return Switch(name=row["name"], person=PersonId(row["person"]), reason=row["reason"], at=from_text(row["at"]))
