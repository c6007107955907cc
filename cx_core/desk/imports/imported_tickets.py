"""A ticket of another desk as one of ours: with its own times and numbers, marked, and asking nothing of anybody.

No notification and no measure is made of it, it has no time by which it must be answered, and the copilot reads it only
where a person still has to answer it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right, insort
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple
from uuid import uuid4

from cx_core.desk.service import Means, Service
from cx_core.ports import Telling, Unit
from cx_core.records import (
    IMPORTED_ID,
    SYSTEMS,
    Attachment,
    AttachmentId,
    BusinessRecord,
    CustomerId,
    ImportMark,
    Message,
    MessageId,
    Note,
    PersonId,
    Status,
    Ticket,
    TicketId,
    subject,
)
from cx_core.records.imports import ImportedMessage, ImportedTicket, ImportItem
from cx_core.understand import intake
from cx_core.understand.language import language
from cx_core.views.channels.import_views import ImportRun

OVER: tuple[Status, ...] = ("solved", "closed")
NOTE_ID = len(IMPORTED_ID) + 30
"""Characters of a note's id."""
NOT_HERE = "It was not in the file that was imported."


class WhoAsked(NamedTuple):
    """Who asked, found before the transaction begins, and in which language."""

    customer: BusinessRecord | None
    language: str


class TakenTicket(NamedTuple):
    """What came of one ticket of the file."""

    new: bool = False
    messages: int = 0
    telling: Telling | None = None


class ImportedTickets(Service):
    """Called within the transactions of an import; nothing here opens one."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._detector = means.detector

    def whom(self, row: ImportedTicket, known: dict[str, BusinessRecord | None]) -> WhoAsked:
        """Who has this very address on file, if exactly one does. `known`: those asked for before. Raises
        SystemTrouble."""
        if row.address not in known:
            found = self._back_office().find_customers(row.address)
            known[row.address] = found[0] if len(found) == 1 else None
        words = next((one.text for one in row.messages if one.sender == "customer"), row.messages[0].text)
        return WhoAsked(known[row.address], language(words, self._knowledge.company.languages, self._detector))

    def take(self, unit: Unit, run: ImportRun, row: ImportedTicket, whom: WhoAsked) -> TakenTicket:
        """Once for each of its keys, in whatever file it comes: what is here already stays as it is."""
        keys = [item_key(row.system, key) for key in (row.key, *row.also)]
        items = unit.imports.items(keys)
        known, ticket = self._known(unit, row, [items[key] for key in keys if key in items])
        if known and (ticket is None or ticket.erased or not unit.imports.untouched(ticket.id)):
            return TakenTicket()
        if ticket is None:
            ticket, new = self._ticket(unit, run, row, whom), True
            unit.tickets.put(ticket, thread="")
        else:
            new = False
        messages = self._messages(unit, ticket, row)
        if messages and not new:
            unit.tickets.put(self._gone_on(unit, ticket, row), told=False)
            unit.imports.look_again(ticket.id)
        named = [ImportItem(key=key, run=run.id, ticket=ticket.id, at=self._clock()) for key in keys]
        unit.imports.put_items(one for one in named if one.key not in items or (new and one.key == keys[0]))
        return TakenTicket(new, messages, self._telling(run, row, ticket, messages) if new or messages else None)

    def _known(self, unit: Unit, row: ImportedTicket, items: Sequence[ImportItem]) -> tuple[bool, Ticket | None]:
        """Whether it is here already or goes on with what is here, and the ticket of that, if there still is one.

        Anybody can write a mail that refers to somebody else's: one goes on with a ticket of its own customer alone.
        """
        for item in items:
            ticket = unit.tickets.get(TicketId(item.ticket))
            if ticket is None or ticket.erased:
                return True, None
            if row.system != "mbox" or ticket.address.lower() == row.address.lower():
                return True, ticket
        if not items:
            return False, None
        return unit.tickets.message(_message_id(row, row.messages[0])) is not None, None

    def _ticket(self, unit: Unit, run: ImportRun, row: ImportedTicket, whom: WhoAsked) -> Ticket:
        customer = whom.customer
        said = [one for one in row.messages if one.sender == "customer" and not one.private]
        answered = [one.at for one in row.messages if one.sender == "advisor" and not one.private]
        status, over_at = self._status(row)
        subject_line = intake.short_subject(row.subject)
        return Ticket(
            id=_free_id(unit, item_key(row.system, row.key)),
            subject=subject_line or intake.preview((said or row.messages)[0].text) or "(no subject)",
            channel=row.channel,
            address=row.address,
            customer=CustomerId(customer.id) if customer else None,
            customer_name=str(customer.fields.get("name") or row.name) if customer else row.name,
            tier=str(customer.fields.get("tier") or "") if customer else "",
            status=status,
            work="done" if status in OVER else "reading",
            priority=row.priority,
            language=whom.language,
            preview=intake.preview((said or row.messages)[-1].text),
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            first_response_at=min(answered, default=None),
            solved_at=over_at,
            imported=ImportMark(system=row.system, number=row.number, run=run.id),
        )

    def _status(self, row: ImportedTicket) -> tuple[Status, datetime | None]:
        """What was solved long ago is closed at once, so that no round has to close it."""
        if row.status not in OVER:
            return row.status, None
        at = min(row.solved_at or row.updated_at, self._clock())
        days = timedelta(days=self._knowledge.company.close_after_days)
        return ("closed" if at < self._clock() - days else row.status), at

    def _gone_on(self, unit: Unit, ticket: Ticket, row: ImportedTicket) -> Ticket:
        """As a newer file, or another mail of the same conversation, tells it."""
        status, over_at = self._status(row)
        said = unit.tickets.messages(ticket.id)
        latest = max(ticket.updated_at, row.updated_at)
        newer = row.updated_at >= ticket.updated_at
        first = next((one.at for one in said if one.sender == "advisor"), None)
        theirs = [one.text for one in said if one.sender == "customer"]
        return ticket.replace(
            status=status if newer else ticket.status,
            work=("done" if status in OVER else "reading") if newer else ticket.work,
            solved_at=over_at if newer else ticket.solved_at,
            opened_at=min(ticket.opened_at, row.opened_at),
            updated_at=latest,
            first_response_at=first,
            preview=intake.preview(theirs[-1]) if theirs else ticket.preview,
        )

    def _messages(self, unit: Unit, ticket: Ticket, row: ImportedTicket) -> int:
        """Those that are not here yet, where their time puts them; how many."""
        taken = 0
        notes = {note.id for note in unit.colleagues.notes(ticket.id)}
        times = sorted(message.at for message in unit.tickets.messages(ticket.id))
        for one in sorted(row.messages, key=lambda message: message.at):
            message_id = _message_id(row, one)
            if one.private:
                if (id := message_id[:NOTE_ID]) not in notes:
                    unit.colleagues.add_note(_note(id, ticket.id, one))
                    taken += 1
            elif unit.tickets.message(message_id) is None:
                before = bisect_right(times, one.at)
                after = before if before < len(times) else None
                unit.tickets.add_message(_message(message_id, ticket.id, one), after=after)
                insort(times, one.at)
                for name in one.files:
                    unit.attachments.add(_file(name, ticket.id, message_id, one.at))
                taken += 1
        return taken

    def _telling(self, run: ImportRun, row: ImportedTicket, ticket: Ticket, messages: int) -> Telling:
        payload = {
            "from": SYSTEMS[row.system],
            "number": row.number,
            "messages": messages,
            "left_out": list(row.left_out[:10]),
            "import": run.id,
        }
        return Telling("imported", run.person, payload, ticket.id, subject(ticket))


def item_key(system: str, key: str) -> str:
    """A digest: Message-IDs often name who wrote."""
    return hashlib.sha256(f"{system}\n{key}".encode()).hexdigest()


def _message_id(row: ImportedTicket, one: ImportedMessage) -> MessageId:
    """A mail is the same in whichever conversation it stands."""
    conversation = "" if row.system == "mbox" else row.key
    return MessageId(IMPORTED_ID + item_key(row.system, f"{conversation}/{one.id}"))


def _free_id(unit: Unit, digest: str) -> TicketId:
    ids = (TicketId(f"T-{(int(digest[:12], 16) + again) % 10**9:09d}") for again in count())
    return next(id for id in ids if unit.tickets.get(id) is None)


def _message(id: MessageId, ticket: TicketId, one: ImportedMessage) -> Message:
    return Message(
        id=id,
        ticket=ticket,
        sender=one.sender,
        text=intake.legible(one.text),
        at=one.at,
        author=one.author if one.sender == "advisor" else "",
    )


def _note(id: str, ticket: TicketId, one: ImportedMessage) -> Note:
    name = f"{one.author or 'A colleague'} (imported)"
    return Note(id=id, ticket=ticket, person=PersonId("imported"), name=name[:120], text=one.text, at=one.at)


def _file(name: str, ticket: TicketId, message: MessageId, at: datetime) -> Attachment:
    return Attachment(
        id=AttachmentId(uuid4().hex),
        ticket=ticket,
        message=message,
        name=intake.legible(name)[:200],
        size=0,
        trouble=NOT_HERE,
        at=at,
    )
