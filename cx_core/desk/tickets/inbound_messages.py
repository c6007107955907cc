"""Messages that come in through the channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count

from cx_core.act.first_approval import void
from cx_core.act.manual_handling import take_up
from cx_core.desk.service import LEADS, Means, Service
from cx_core.desk.tickets import ticket_attachments
from cx_core.desk.tickets.code_entry import CodeEntry, HeardCode
from cx_core.desk.tickets.consent_entry import ConsentEntry
from cx_core.knowledge_base.passage_usage import CAME_BACK
from cx_core.ports import Unit
from cx_core.ports.channels import AlsoKept
from cx_core.records import Attachment, Inbound, Ticket, TicketId, subject
from cx_core.service_rules.denied_codes import DENIED
from cx_core.service_rules.service_levels import respond_by, solve_by
from cx_core.service_rules.unread_messages import unanswered
from cx_core.understand import intake


class InboundMessages(Service):
    """The one door for every channel."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._codes = CodeEntry(means.knowledge.company, means.sealer)
        self._consents = ConsentEntry(means.knowledge.company, means.sealer)

    def receive(self, inbound: Inbound, also: AlsoKept = lambda _unit, _ticket: None) -> TicketId:
        """Take a message from a channel; the same message again changes nothing. Raises BadInput.

        `also` writes what the channel keeps of it, in the same transaction and before anybody can answer.
        """
        inbound = intake.accept(inbound, self._clock())
        attached = self._arrived(inbound)
        with self._store.begin() as unit:
            message = intake.message(inbound, intake.ticket_id(inbound), self._knowledge.company.contacts)
            known = unit.tickets.message(message.id)
            if known is not None:
                return known.ticket
            conversation = _goes_on(unit, inbound)
            before = conversation[-1] if conversation else None
            if before is not None:
                before = void(unit, before, inbound.channel, "The customer wrote again", self._clock())
            heard = self._codes.heard(unit, before, inbound, message.by_program, self._clock())
            inbound, message = heard.inbound, message.replace(text=heard.inbound.text, purpose=heard.purpose)
            expected = self._consents.expects(unit, before)
            message = message.replace(purpose=self._consents.heard(unit, before, inbound, message, self._clock()))
            denied = self._codes.denied(unit, before, inbound, message.by_program, self._clock())
            ticket = self._opened(unit, inbound, before)
            ticket = _confirmed(ticket, heard, denied)
            if message.purpose == "code" and before is not None and before.status == "solved":
                ticket = before.replace(confirmed=ticket.confirmed, updated_at=self._clock())  # it asks for nothing
            unit.tickets.put(ticket, thread=None if inbound.answers and before is not None else inbound.thread)
            unit.tickets.add_message(message.replace(ticket=ticket.id))
            for one in attached:
                unit.attachments.add(one.replace(ticket=ticket.id))
            also(unit, ticket.id)
            payload = {
                "message": message.id,
                "identity": inbound.identity,
                "address": inbound.address,
                "text": inbound.text,
                "by_program": message.by_program,
                "files": [one.model_dump(include={"id", "name", "sha256", "trouble"}) for one in attached],
                "follows": before.id if before else None,
                "new": before is None or before.status == "closed",
                "reopened": before is not None and before.status == "solved" and ticket.status != "solved",
            }
            unit.record("received", actor=inbound.channel, payload=payload, ticket=ticket.id, customer=subject(ticket))
            if not message.purpose:
                self._measure_again(unit, ticket, before)
                self._came_back(unit, before)
            if not (message.by_program or message.purpose or expected):
                for earlier in conversation:  # also closed or merged ones: it is the answers there that matter
                    unit.tickets.measure(earlier, "came_back", self._clock())
            again = self._in_doubt(unit, denied, ticket.id)
            number = len(unit.tickets.messages(ticket.id))
        if ticket.work == "reading":
            self._durable.prepare(ticket.id, number, after_seconds=self._gather if number > 1 else 0.0)
        self._read_again(again)
        return ticket.id

    def _read_again(self, tickets: Iterable[tuple[TicketId, int]]) -> None:
        for id, messages in tickets:
            self._durable.prepare(id, messages)

    def _in_doubt(self, unit: Unit, denied: Collection[TicketId], here: TicketId) -> tuple[tuple[TicketId, int], ...]:
        """Give the tickets of codes that nobody asked for to a person, and tell those who lead and who has them.

        Returns those to be prepared again, with their number of messages; the one of this message is, anyway.
        """
        if not denied:
            return ()
        now, again = self._clock(), list[tuple[TicketId, int]]()
        leads = [one.id for one in self._accounts.people() if one.role in LEADS]
        for id in denied:
            ticket = unit.tickets.get(id)
            if ticket is None or ticket.status == "closed":
                continue
            for person in dict.fromkeys([*([ticket.assignee] if ticket.assignee else []), *leads]):
                unit.colleagues.notify(person, id, "denied", "Rung", f"{DENIED}.", now)
            if id == here:
                continue
            ticket = ticket.replace(confirmed=None, wake_at=None, updated_at=now)
            if ticket.work == "done":
                take_up(unit, ticket, f"{DENIED}.", now)
            elif ticket.work in ("ready", "returned"):
                unit.tickets.put(ticket.replace(work="reading", status="open"))
                again.append((id, len(unit.tickets.messages(id))))
            else:
                unit.tickets.put(ticket)
        return tuple(again)

    def _arrived(self, inbound: Inbound) -> tuple[Attachment, ...]:
        """Its files, kept before the message is: a message is never on record without what came with it."""
        if not inbound.files:
            return ()
        with self._store.look() as unit:
            if unit.tickets.message(intake.message_id(inbound)) is not None:
                return ()
        return ticket_attachments.arrived(inbound, self._files, self._look, self._most_bytes)

    def _opened(self, unit: Unit, inbound: Inbound, before: Ticket | None) -> Ticket:
        """A new ticket, or the one that this message goes on with."""
        now = self._clock()
        told: dict[str, object] = {
            "preview": intake.preview(inbound.text),
            "identity": inbound.identity,
            "updated_at": now,
        }
        if before is not None:  # what nobody vouched for is not vouched for by the message after it
            waiting = unanswered(unit.tickets.messages(before.id))
            told["identity"] = min([inbound.identity, *(message.identity for message in waiting)])
        company = self._knowledge.company
        if before is None or before.status == "closed":
            tier = before.tier if before else ""
            return Ticket(
                id=free_id(unit, inbound),
                subject=inbound.subject or intake.preview(inbound.text) or "(no subject)",
                channel=inbound.channel,
                address=inbound.address,
                mailbox=inbound.mailbox,
                team=inbound.team,
                test=inbound.test,
                may_belong=inbound.may_belong,
                held=inbound.held,
                opened_at=inbound.received_at,
                respond_by=respond_by(company, inbound.received_at, tier, "normal"),
                solve_by=solve_by(company, inbound.received_at, tier, "normal"),
                linked_to=before.id if before else None,
                **told,  # type: ignore[arg-type]
            )
        again = before.status == "solved"
        due = respond_by(company, inbound.received_at, before.tier, before.priority)
        return before.replace(
            **(
                told
                | {
                    "work": before.work if before.work in ("sending", "carrying") else "reading",
                    "status": "open" if before.status in ("pending", "solved") else before.status,
                    "respond_by": before.respond_by or due,
                    "wake_at": None,
                    "solved_at": None,
                    "reopened": before.reopened + again,
                    "mailbox": inbound.mailbox or before.mailbox,
                }
            )
        )

    def _came_back(self, unit: Unit, before: Ticket | None) -> None:
        """What was thought solved and is written about again within days was not solved, be it closed meanwhile.

        One that is opened again, whenever that is, is nobody's example any more.
        """
        if before is None or before.solved_at is None:
            return
        soon = self._clock() - before.solved_at <= CAME_BACK
        if soon:
            unit.article_use.unsolve(before.id, self._clock())
        if soon or before.status == "solved":
            unit.solved_cases.keep_case(before.id, None, self._clock())

    def _measure_again(self, unit: Unit, ticket: Ticket, before: Ticket | None) -> None:
        """A message on a solved ticket reopens it: seconds since it was thought solved."""
        now = self._clock()
        if before is not None and before.solved_at is not None and before.status == "solved":
            unit.tickets.measure(ticket, "reopened", now, seconds=(now - before.solved_at).total_seconds())
        else:
            unit.tickets.measure(ticket, "received", now)


def _confirmed(ticket: Ticket, heard: HeardCode, denied: Collection[TicketId]) -> Ticket:
    """With what a code confirmed, now or before; nothing is confirmed where its codes were not asked for."""
    return ticket.replace(confirmed=None if ticket.id in denied else heard.confirmed or ticket.confirmed)


def _goes_on(unit: Unit, inbound: Inbound) -> tuple[Ticket, ...]:
    """The ticket of this conversation and those that it was merged into, the one that counts last."""
    found = unit.tickets.get(inbound.answers) if inbound.answers is not None else None
    if found is None and inbound.thread:
        found = unit.tickets.by_thread(inbound.channel, inbound.thread, inbound.address)
    through: list[Ticket] = []
    while found is not None:
        through.append(found)
        found = unit.tickets.get(found.merged_into) if found.merged_into is not None else None
    return tuple(through)


def free_id(unit: Unit, inbound: Inbound) -> TicketId:
    """An id that no other ticket has: two messages may come to the same one."""
    ids = (intake.ticket_id(inbound, again) for again in count())
    return next(id for id in ids if unit.tickets.get(id) is None)
