"""The queue, a ticket opened, and what an advisor writes before the answer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from cx_core.act import reply as replies
from cx_core.act.approval import Edits, chosen
from cx_core.act.cards import cards
from cx_core.act.outcomes import latest
from cx_core.act.packet import packet, with_person
from cx_core.act.resting import outdated
from cx_core.errors import BadInput
from cx_core.records import APPROVERS, Choices, Draft, Person, TicketId, subject
from cx_core.services.answers import may_withdraw
from cx_core.services.seconding import seen_by, waits
from cx_core.services.service import Service, allow, assigned, waiting
from cx_core.views import QueueFilter, QueuePage, Refusal, StepCard, TicketView

MOST_SECONDING = 50
"""Tickets that wait for a second person, looked through for those of one person; longest first."""


class Inbox(Service):
    """What advisors read and keep while they work."""

    def queue(self, person: Person, filter: QueueFilter, page: int = 1) -> QueuePage:
        allow(person, *APPROVERS)
        if filter.seconding:
            rows = self._store.seconding(self._clock(), MOST_SECONDING)
            theirs = tuple(row.id for row in rows if row.first is not None and row.first.person != person.id)
            filter = filter.model_copy(update={"among": theirs})
        return self._store.queue(filter, person, page)

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]:
        return self._store.changes_since(id)

    def ticket(self, person: Person, ticket_id: TicketId) -> TicketView | Refusal:
        """Everything the Inbox shows of one ticket."""
        allow(person, *APPROVERS)
        now = self._clock()
        with self._store.look() as unit:
            ticket = unit.ticket(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            proposal = unit.proposal(ticket_id, ticket.version)
            messages, outcomes, draft = unit.messages(ticket_id), unit.outcomes(ticket_id), unit.draft(ticket_id)
            versions = {version for version, _ in outcomes} | {ticket.version}
            approvals = {v: a for v in versions if (a := unit.approval(ticket_id, v)) is not None}
            holder, attached = unit.lease(ticket_id, now), unit.attachments(ticket_id)
            proven = latest(self._outcomes.read(unit, ticket_id).outcomes)
            notes, first = unit.notes(ticket_id), waits(unit, ticket, now)
            earlier = unit.cases(proposal.evidence.earlier) if proposal is not None else ()
        shown = ""
        made: tuple[StepCard, ...] = ()
        if proposal is not None:
            text = draft.text if draft else proposal.reply.text if proposal.reply else ""
            shown = replies.expect(text, proposal.steps, proven, self._knowledge.actions)
            made = cards(ticket, proposal, approvals, outcomes, self._knowledge.actions, person, now)
        handed = None
        if proposal is not None and with_person(ticket):
            handed = packet(ticket, proposal, messages, outcomes, notes, self._knowledge)
        other = holder[1] if holder and holder[0] != person.id else ""
        unread = waiting(messages, proposal)
        old: tuple[str, ...] = ()
        if proposal is not None and ticket.work in ("ready", "returned"):
            old = outdated(proposal, self._shelf.articles(), self._knowledge.company.today(now))
        return TicketView(
            ticket=ticket, messages=messages, attachments=attached, proposal=proposal, cards=made, draft=draft,
            preview=shown, holder=other, first=seen_by(person, first, ticket),
            packet=handed, earlier=earlier,
            mine=bool(holder and holder[0] == person.id),
            can_withdraw=ticket.work == "sending" and may_withdraw(person, approvals.get(ticket.version)),
            can_act=not other and ticket.work in ("ready", "returned", "failed") and not unread, waiting=unread,
            outdated=old,
        )  # fmt: skip

    def take(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """One ticket, one advisor: keep others from answering for some minutes."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            if unit.ticket(ticket_id) is None:
                return Refusal(code="stale", text="There is no such ticket.")
            return self._hold(unit, person, ticket_id)

    def release(self, person: Person, ticket_id: TicketId) -> None:
        with self._store.begin() as unit:
            holder = unit.lease(ticket_id, self._clock())
            if holder and holder[0] == person.id:
                unit.drop_lease(ticket_id)

    def let_go(self, person: Person) -> None:
        """Release every ticket a person has: they are leaving."""
        with self._store.begin() as unit:
            for ticket in unit.leases(person.id):
                unit.drop_lease(ticket)

    def read_again(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """Have the copilot read the ticket once more: it failed before, or the records have changed."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.ticket(ticket_id)
            if ticket is None or ticket.work in ("reading", "sending", "carrying"):
                return Refusal(code="reading", text="It is being read or carried out now.")
            if ticket.status == "closed":
                return Refusal(code="stale", text="This ticket is closed. What the customer writes opens a new one.")
            unit.put_ticket(
                ticket.model_copy(update={"work": "reading", "status": "open", "updated_at": self._clock()})
            )
            unit.record("read_again", actor=person.id, payload={}, ticket=ticket_id, customer=subject(ticket))
            number = len(unit.messages(ticket_id))
        self._durable.prepare(ticket_id, number, again=uuid4().hex)
        return None

    def save_draft(
        self, person: Person, ticket_id: TicketId, version: int, text: str, choices: Choices | None = None,
        earlier: Sequence[str] | None = None,
    ) -> Refusal | None:  # fmt: skip
        """Keep an advisor's work: their text, what they changed in the plan, their texts before each rewriting.

        None: as it was kept before.

        `version` is the proposal the text began from.
        """
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.ticket(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            if ticket.status == "closed":
                return Refusal(code="stale", text="This ticket is closed; nothing more can be written on it.")
            if (refusal := self._hold(unit, person, ticket_id)) is not None:
                return refusal
            now = self._clock()
            before = unit.draft(ticket_id)
            kept = choices or (before.choices if before else Choices())
            own = (before.earlier if before else ()) if earlier is None else tuple(earlier)
            unit.put_draft(Draft(ticket=ticket_id, version=version, text=text, person=person.id, at=now, choices=kept,
                                 earlier=own))  # fmt: skip
            if ticket.assignee != person.id or ticket.status == "new":
                unit.put_ticket(assigned(ticket, person))
        return None

    def preview(self, person: Person, ticket_id: TicketId, text: str, edits: Edits) -> str:
        """The text as the customer would read it: slots filled by what is expected, and that an AI helped."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.ticket(ticket_id)
            proposal = unit.proposal(ticket_id, ticket.version) if ticket else None
            outcomes = latest(self._outcomes.read(unit, ticket_id).outcomes)
            text = self._disclosed(unit, ticket, text) if ticket else text
        if proposal is None:
            return text
        try:
            steps = chosen(proposal, edits, {}, person, self._knowledge.actions)
        except BadInput:
            steps = proposal.steps
        return replies.expect(text, steps, outcomes, self._knowledge.actions)
