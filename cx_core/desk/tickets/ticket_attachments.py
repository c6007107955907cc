"""Files with messages: those that customers send are kept, those that advisors attach go with the reply."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from cx_core.desk.service import Service, allow
from cx_core.errors import BadInput
from cx_core.ports import Files, Unit
from cx_core.records import (
    APPROVERS,
    Attachment,
    AttachmentId,
    CustomerId,
    File,
    Inbound,
    Person,
    Ticket,
    TicketId,
    subject,
)
from cx_core.understand.attachments import MOST_FILES, Look, digest, inspected, named
from cx_core.understand.intake import message_id
from cx_core.views import Refusal


class AttachmentService(Service):
    """For everyone who answers customers. What is kept is checked here, whatever page or program hands it in."""

    def attachment_limit(self) -> int:
        """Bytes that one file with a reply may have."""
        return self._most_bytes

    def attach(self, person: Person, ticket_id: TicketId, name: str, content: bytes) -> Attachment | Refusal:
        """Have a file go with the reply that is being written."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            found = self._room(unit, person, ticket_id)
        if isinstance(found, Refusal):
            return found
        try:
            file, preview = inspected(File(name=name, content=content), self._most_bytes, self._look)
        except BadInput as error:
            return Refusal(code="denied", text=f"“{named(name)}” was not attached: {error}.")
        made = Attachment(
            id=AttachmentId(uuid4().hex),
            ticket=ticket_id,
            message=None,
            name=file.name,
            media_type=file.media_type,
            size=len(content),
            sha256=digest(content),
            person=person.id,
            at=self._clock(),
        )
        self._files.keep(made.id, subject(found), content, preview)
        with self._store.begin() as unit:
            ticket = self._room(unit, person, ticket_id)
            if not isinstance(ticket, Refusal):
                unit.attachments.add(made)
                unit.tickets.put(ticket)  # whoever looks at it sees the file at once
                payload = made.model_dump(mode="json", include={"id", "name", "media_type", "size", "sha256"})
                unit.record("attached", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
                return made
        self._files.remove([made.id])
        return ticket

    def detach(self, person: Person, ticket_id: TicketId, id: AttachmentId) -> Refusal | None:
        """A file does not go with the reply after all; it is not kept."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = self._open(unit, person, ticket_id)
            if isinstance(ticket, Refusal):
                return ticket
            one = unit.attachments.get(id)
            if one is None or one.ticket != ticket_id or one.message is not None:
                return Refusal(code="already", text="This file is not with the reply any more.")
            unit.attachments.drop(id)
            unit.tickets.put(ticket)
            payload = {"id": id, "name": one.name, "sha256": one.sha256}
            unit.record("detached", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
        self._files.remove([id])
        return None

    def file(self, person: Person, id: AttachmentId, *, preview: bool = False) -> File | Refusal:
        """An attachment as it came, or what is seen in a picture, safe to be shown."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            one = unit.attachments.get(id)
        content = self._files.read(id, preview=preview) if one and not one.trouble else None
        if one is None or content is None:
            return Refusal(code="stale", text="There is no such file, or it is no longer kept.")
        return File(name=one.name, content=content, media_type="image/jpeg" if preview else one.media_type)

    def _open(self, unit: Unit, person: Person, ticket_id: TicketId) -> Ticket | Refusal:
        """The ticket, if this person may change what goes with its reply now."""
        ticket = unit.tickets.get(ticket_id)
        if ticket is None or ticket.status == "closed":
            return Refusal(code="stale", text="This ticket is closed or does not exist.")
        if ticket.work in ("sending", "carrying"):
            return Refusal(code="already", text="It is on its way. A file can go with the next reply.")
        holder = unit.colleagues.lease(ticket_id, self._clock())
        if holder and holder[0] != person.id:
            return Refusal(code="taken", text=f"{holder[1]} has this ticket. It is yours once they let it go.")
        return ticket

    def _room(self, unit: Unit, person: Person, ticket_id: TicketId) -> Ticket | Refusal:
        """The ticket, if one more file may go with its reply."""
        if len(enclosed(unit.attachments.of(ticket_id))) >= MOST_FILES:
            return Refusal(code="denied", text=f"At most {MOST_FILES} files go with one reply. Remove one first.")
        return self._open(unit, person, ticket_id)


def enclosed(attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Those that wait to go with the reply."""
    return tuple(one for one in attachments if one.message is None)


def unlike(attached: tuple[AttachmentId, ...], seen: Collection[AttachmentId] | None, reply: str) -> Refusal | None:
    """A no, if other files wait than the person has seen, or there are no words to go with them."""
    if seen is not None and set(seen) != set(attached):
        return Refusal(code="stale", text="The files with this reply have changed. Look at them again, then send.")
    if attached and not reply.strip():
        return Refusal(
            code="empty", text="A file is attached but the reply is empty. Write something, or remove the file."
        )
    return None


def arrived(inbound: Inbound, files: Files, look: Look, most_bytes: int) -> tuple[Attachment, ...]:
    """What came with a message. A file that cannot be kept is named with the reason; the message is not lost for it.

    The same message again gives the same ids, so that nothing is kept twice.
    """
    owner, message = CustomerId(f"address:{inbound.address.lower()}"), message_id(inbound)
    made = []
    for place, given in enumerate(inbound.files[:MOST_FILES]):
        sha256, at = digest(given.content), inbound.received_at + timedelta(microseconds=place)
        one = Attachment(
            id=AttachmentId(digest(f"{message}\n{place}\n{sha256}".encode())[:32]),
            ticket=TicketId(""),
            message=message,
            name=named(given.name),
            size=len(given.content),
            sha256=sha256,
            at=at,
        )
        try:
            file, preview = inspected(given, most_bytes, look)
        except BadInput as error:
            made.append(one.replace(trouble=f"{error}."))
            continue
        files.keep(one.id, owner, file.content, preview)
        made.append(one.replace(name=file.name, media_type=file.media_type))
    if left := len(inbound.files) - MOST_FILES:
        more = f"at most {MOST_FILES} files are taken with one message. Ask for them again."
        at = inbound.received_at + timedelta(microseconds=MOST_FILES)
        if left > 0:
            made.append(
                Attachment(
                    id=AttachmentId(digest(f"{message}\nmore".encode())[:32]),
                    ticket=TicketId(""),
                    size=0,
                    message=message,
                    name=f"{left} more",
                    trouble=more,
                    at=at,
                )
            )
    return tuple(made)
