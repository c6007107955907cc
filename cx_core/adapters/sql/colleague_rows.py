"""What colleagues do around a ticket, as rows: their texts in the making, who has it, notes, notices, flags."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import Draft, Note, Notice, Person, PersonId, Rewording, TicketId


class ColleagueRows(Rows):
    """A part of `SqlUnit`."""

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
            "revision": (before.revision if (before := self.draft(draft.ticket)) else 0) + 1,
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
        rows = (
            sa.select(table.c.since).where(table.c.ticket == ticket, table.c.person == person)
            for table in (t.lease, t.viewer)
        )
        since = self._connection.execute(sa.union_all(*rows)).scalars().all()
        return from_text(min(since)) if since else None

    def drop_lease(self, ticket: TicketId) -> None:
        self._connection.execute(sa.delete(t.lease).where(t.lease.c.ticket == ticket))
        self._connection.execute(sa.insert(t.change).values(ticket=ticket))

    def viewers(self, ticket: TicketId, now: datetime) -> tuple[tuple[str, str], ...]:
        theirs = (t.viewer.c.ticket == ticket, t.viewer.c.until > to_text(now))
        query = sa.select(t.viewer.c.person, t.viewer.c.person_name).where(*theirs).order_by(t.viewer.c.since)
        return tuple((row.person, row.person_name) for row in self._connection.execute(query))

    def put_viewer(self, ticket: TicketId, person: Person, now: datetime, until: datetime) -> None:
        row = {"ticket": ticket, "person": person.id}
        query = sa.select(t.viewer.c.since).where(
            t.viewer.c.ticket == ticket, t.viewer.c.person == person.id, t.viewer.c.until > to_text(now)
        )
        since = self._connection.execute(query).scalar_one_or_none()
        values = {"person_name": person.name, "since": since or to_text(now), "until": to_text(until)}
        self._put(t.viewer, row, values)
        if since is None and len(self.viewers(ticket, now)) > 1:
            self._connection.execute(sa.insert(t.change).values(ticket=ticket))

    def drop_viewer(self, ticket: TicketId, person: PersonId, now: datetime) -> None:
        theirs = (t.viewer.c.ticket == ticket, t.viewer.c.person == person)
        gone = self._connection.execute(sa.delete(t.viewer).where(*theirs))
        if gone.rowcount and self.viewers(ticket, now):
            self._connection.execute(sa.insert(t.change).values(ticket=ticket))

    def viewed(self, person: PersonId) -> tuple[TicketId, ...]:
        query = sa.select(t.viewer.c.ticket).where(t.viewer.c.person == person).order_by(t.viewer.c.ticket)
        return tuple(TicketId(id) for id in self._connection.execute(query).scalars())

    def leases(self, person: PersonId) -> tuple[TicketId, ...]:
        query = sa.select(t.lease.c.ticket).where(t.lease.c.person == person).order_by(t.lease.c.ticket)
        return tuple(TicketId(id) for id in self._connection.execute(query).scalars())

    def notify(self, person: PersonId, ticket: TicketId, kind: str, sender: str, text: str, at: datetime) -> None:
        values = {"person": person, "ticket": ticket, "kind": kind, "sender": sender, "text": text, "at": to_text(at)}
        self._connection.execute(sa.insert(t.notice).values(values))

    def drop_notices(self, ticket: TicketId, kind: str) -> None:
        theirs = (t.notice.c.ticket == ticket, t.notice.c.kind == kind, t.notice.c.seen_at.is_(None))
        self._connection.execute(sa.delete(t.notice).where(*theirs))

    def notices(self, person: PersonId) -> tuple[Notice, ...]:
        mine = (t.notice.c.person == person, t.notice.c.seen_at.is_(None))
        query = sa.select(t.notice).where(*mine).order_by(t.notice.c.id.desc()).limit(50)
        return tuple(
            Notice(
                id=row["id"],
                ticket=TicketId(row["ticket"]),
                kind=row["kind"],
                sender=row["sender"],
                text=row["text"],
                at=from_text(row["at"]),
            )
            for row in self._connection.execute(query).mappings()
        )

    def see_notice(self, person: PersonId, notice: int, at: datetime) -> None:
        mine = (t.notice.c.id == notice, t.notice.c.person == person)
        self._connection.execute(sa.update(t.notice).where(*mine).values(seen_at=to_text(at)))

    def add_note(self, note: Note) -> None:
        row = {"id": note.id, "ticket": note.ticket, "person": note.person, "person_name": note.name, "text": note.text}
        values = {**row, "mentions": list(note.mentions), "at": to_text(note.at)}
        self._connection.execute(sa.insert(t.note).values(values))

    def notes(self, ticket: TicketId) -> tuple[Note, ...]:
        query = sa.select(t.note).where(t.note.c.ticket == ticket).order_by(t.note.c.at, t.note.c.id)
        return tuple(
            Note(
                id=row["id"],
                ticket=ticket,
                person=PersonId(row["person"]),
                name=row["person_name"],
                text=row["text"],
                mentions=tuple(row["mentions"]),
                at=from_text(row["at"]),
            )
            for row in self._connection.execute(query).mappings()
        )

    def add_flag(self, ticket: TicketId, version: int, what: str, note: str, person: PersonId, at: datetime) -> None:
        values = {"ticket": ticket, "version": version, "what": what, "note": note, "person": person}
        self._connection.execute(sa.insert(t.flag).values(**values, at=to_text(at)))
