"""What people and programs may ask for. Pages, API and command line call only this.

Every call names the person and checks the role here. A no that belongs to ordinary work is a Refusal,
a value with words for people; a role that does not cover a call is NotAllowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from cx_core.act import reply as replies
from cx_core.act.approval import Edits, chosen, not_now, unkept
from cx_core.act.cards import cards
from cx_core.act.delivery import latest
from cx_core.catalogue import Article, Knowledge, TaskType
from cx_core.errors import BadInput, NotAllowed, SystemTrouble
from cx_core.ports import Accounts, AuditLog, Clock, Durable, Store, Unit
from cx_core.records import (
    APPROVERS,
    Approval,
    AuditEvent,
    AuditReport,
    CustomerId,
    Draft,
    Inbound,
    Message,
    Outcome,
    Person,
    Proposal,
    Role,
    Step,
    StepId,
    Switch,
    Ticket,
    TicketId,
    Value,
    digest,
    subject,
)
from cx_core.understand import intake
from cx_core.understand.masking import Masker, hide_fields
from cx_core.views import DemoAccount, QueueFilter, QueuePage, Refusal, StepCard, TicketView

if TYPE_CHECKING:
    from cx_core.journey import Journey

LEASE = timedelta(minutes=5)
ROUND_SECONDS = 60.0
"""How often work that fell out of the workers' hands is looked for."""
EVERYBODY = tuple(Role)
LEADS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


class Machinery(Protocol):
    """Workers and what they need, started after the first page can be served."""

    def start(self) -> None: ...

    def every(self, seconds: float, work: Callable[[], None]) -> None:
        """Do `work` now, and again every so often until closed."""
        ...

    def feed(self, receive: Callable[[Inbound], TicketId]) -> None:
        """Begin the demonstration's live feed, if this is a demonstration."""
        ...

    def close(self) -> None: ...

    def health(self) -> dict[str, str]: ...


class Desk:
    """One per process; safe to call from many threads."""

    def __init__(
        self,
        *,
        knowledge: Knowledge,
        store: Store,
        accounts: Accounts,
        audit: AuditLog,
        journey: Callable[[], Journey],
        durable: Durable,
        machinery: Machinery,
        clock: Clock,
        gather_seconds: float,
    ) -> None:
        """`journey` is a function since the first use of it loads the encoder."""
        self._knowledge = knowledge
        self._store = store
        self._accounts = accounts
        self._audit = audit
        self._journey = journey
        self._durable = durable
        self._machinery = machinery
        self._clock = clock
        self._gather = gather_seconds
        self._masker = Masker([knowledge.company.name, *(a.title for a in knowledge.actions.values())], broad=True)

    # --- life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the workers, take up what was left undone, and go on looking for such work."""
        self._machinery.start()
        self._machinery.every(ROUND_SECONDS, self.take_up)
        self._machinery.feed(self.receive)

    def take_up(self) -> None:
        """Hand the workers what the tickets say is not done: after a crash in between, or a run that failed.

        What the workers have already is not handed over twice.
        """
        for ticket, messages in self._store.unread():
            self._durable.prepare(ticket, messages)
        for ticket, version in self._store.carrying():
            self._durable.carry_out(ticket, version)

    def close(self) -> None:
        self._machinery.close()

    def health(self) -> dict[str, str]:
        return self._machinery.health()

    # --- who --------------------------------------------------------------------------------

    def sign_in(self, email: str, password: str, address: str) -> str | Refusal:
        return self._accounts.sign_in(email, password, address)

    def sign_out(self, token: str) -> None:
        self._accounts.sign_out(token)

    def who(self, token: str) -> Person | None:
        return self._accounts.who(token)

    def demo_accounts(self) -> tuple[DemoAccount, ...]:
        return self._accounts.demo_accounts()

    # --- in ---------------------------------------------------------------------------------

    def receive(self, inbound: Inbound) -> TicketId:
        """Take a message from a channel; the same message again changes nothing. Raises BadInput."""
        inbound = intake.accept(inbound)
        with self._store.begin() as unit:
            message = intake.message(inbound, intake.ticket_id(inbound))
            known = unit.message(message.id)
            if known is not None:
                return known.ticket
            before = unit.by_thread(inbound.channel, inbound.thread, inbound.address) if inbound.thread else None
            ticket = self._opened(unit, inbound, before)
            unit.put_ticket(ticket, thread=inbound.thread)
            unit.add_message(message.model_copy(update={"ticket": ticket.id}))
            payload = {
                "message": message.id,
                "identity": inbound.identity,
                "address": inbound.address,
                "text": inbound.text,
                "follows": before.id if before else None,
            }
            unit.record("received", actor=inbound.channel, payload=payload, ticket=ticket.id, customer=subject(ticket))
            unit.measure(ticket, "reopened" if before and before.status == "solved" else "received", self._clock())
            number = len(unit.messages(ticket.id))
        if ticket.work == "reading":
            self._durable.prepare(ticket.id, number, after_seconds=self._gather if number > 1 else 0.0)
        return ticket.id

    def _opened(self, unit: Unit, inbound: Inbound, before: Ticket | None) -> Ticket:
        """A new ticket, or the one that this message goes on with."""
        now = self._clock()
        told = {"preview": intake.preview(inbound.text), "identity": inbound.identity, "updated_at": now}
        if before is None or before.status == "closed":
            respond = timedelta(minutes=self._knowledge.company.first_response_minutes["normal"])
            return Ticket(
                id=_free_id(unit, inbound),
                subject=inbound.subject or intake.preview(inbound.text)[:80] or "(no subject)",
                channel=inbound.channel,
                address=inbound.address,
                opened_at=inbound.received_at,
                respond_by=inbound.received_at + respond,
                linked_to=before.id if before else None,
                **told,  # type: ignore[arg-type]
            )
        work = before.work if before.work == "carrying" else "reading"
        status = "open" if before.status in ("pending", "solved") else before.status
        return before.model_copy(update=told | {"work": work, "status": status, "solved_at": None})

    # --- the inbox --------------------------------------------------------------------------

    def queue(self, person: Person, filter: QueueFilter, page: int = 1) -> QueuePage:
        _allow(person, *APPROVERS)
        return self._store.queue(filter, person, page)

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]:
        return self._store.changes_since(id)

    def ticket(self, person: Person, ticket_id: TicketId) -> TicketView | Refusal:
        """Everything the Inbox shows of one ticket."""
        _allow(person, *APPROVERS)
        now = self._clock()
        with self._store.look() as unit:
            ticket = unit.ticket(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            proposal = unit.proposal(ticket_id, ticket.version)
            messages, outcomes, draft = unit.messages(ticket_id), unit.outcomes(ticket_id), unit.draft(ticket_id)
            versions = {version for version, _ in outcomes} | {ticket.version}
            approvals = {v: a for v in versions if (a := unit.approval(ticket_id, v)) is not None}
            holder = unit.lease(ticket_id, now)
        shown = ""
        made: tuple[StepCard, ...] = ()
        if proposal is not None:
            text = draft.text if draft else proposal.reply.text if proposal.reply else ""
            shown = replies.expect(text, proposal.steps, latest(outcomes), self._knowledge.actions)
            made = cards(ticket, proposal, approvals, outcomes, self._knowledge.actions, person, now)
        other = holder[1] if holder and holder[0] != person.id else ""
        waiting = _waiting(messages, proposal)
        return TicketView(
            ticket=ticket, messages=messages, proposal=proposal, cards=made, draft=draft, preview=shown, holder=other,
            can_act=not other and ticket.work in ("ready", "returned", "failed") and not waiting, waiting=waiting,
        )  # fmt: skip

    def take(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """One ticket, one advisor: keep others from answering for some minutes."""
        _allow(person, *APPROVERS)
        with self._store.begin() as unit:
            return self._hold(unit, person, ticket_id)

    def release(self, person: Person, ticket_id: TicketId) -> None:
        with self._store.begin() as unit:
            holder = unit.lease(ticket_id, self._clock())
            if holder and holder[0] == person.id:
                unit.drop_lease(ticket_id)

    def _hold(self, unit: Unit, person: Person, ticket_id: TicketId) -> Refusal | None:
        holder = unit.lease(ticket_id, self._clock())
        if holder and holder[0] != person.id:
            return Refusal(code="taken", text=f"{holder[1]} has this ticket. It is yours once they let it go.")
        unit.put_lease(ticket_id, person, self._clock() + LEASE)
        return None

    def read_again(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """Have the copilot read the ticket once more: it failed before, or the records have changed."""
        _allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.ticket(ticket_id)
            if ticket is None or ticket.work in ("reading", "carrying"):
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

    def save_draft(self, person: Person, ticket_id: TicketId, version: int, text: str) -> Refusal | None:
        """Keep an advisor's text; `version` is the proposal it began from."""
        _allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.ticket(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            if (refusal := self._hold(unit, person, ticket_id)) is not None:
                return refusal
            now = self._clock()
            unit.put_draft(Draft(ticket=ticket_id, version=version, text=text, person=person.id, at=now))
            if ticket.assignee != person.id or ticket.status == "new":
                unit.put_ticket(_assigned(ticket, person))
        return None

    def preview(self, person: Person, ticket_id: TicketId, text: str, edits: Edits) -> str:
        """The text as the customer would read it, slots filled by what is expected."""
        _allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.ticket(ticket_id)
            proposal = unit.proposal(ticket_id, ticket.version) if ticket else None
            outcomes = latest(unit.outcomes(ticket_id))
        if proposal is None:
            return text
        try:
            steps = chosen(proposal, edits, {}, person, self._knowledge.actions)
        except BadInput:
            steps = proposal.steps
        return replies.expect(text, steps, outcomes, self._knowledge.actions)

    # --- a person's answer ------------------------------------------------------------------

    def approve(
        self,
        person: Person,
        ticket_id: TicketId,
        version: int,
        *,
        reply: str,
        edits: Mapping[StepId, Mapping[str, Value]] | None = None,
        skipped: Mapping[StepId, str] | None = None,
    ) -> Approval | Refusal:
        """Have the steps carried out, verified, and the reply sent. An empty reply closes without one.

        Everything is checked against the policy with this person's role and these very arguments, and
        once more at the act.
        """
        _allow(person, *APPROVERS)
        with self._store.look() as unit:
            refusal = self._not_now(unit, person, ticket_id, version)
            ticket, proposal = unit.ticket(ticket_id), unit.proposal(ticket_id, version)
            outcomes = latest(unit.outcomes(ticket_id))
        if refusal is not None or ticket is None or proposal is None:
            return refusal or Refusal(code="stale", text="There is no such ticket.")
        try:
            steps = chosen(proposal, edits or {}, skipped or {}, person, self._knowledge.actions)
        except BadInput as error:
            return Refusal(code="denied", text=str(error))
        refusal = unkept(reply, steps, outcomes, self._knowledge.actions) or self._stopped(proposal, steps)
        for step in steps:
            allowed, reasons = self._journey().may(person.role, step, ticket, proposal)
            if not allowed and refusal is None:
                title = self._knowledge.actions[step.action].title
                refusal = Refusal(code="denied", text=f"{title}: {'; '.join(reasons)}. Change it or leave it out.")
        if refusal is not None:
            return refusal
        reply = replies.disclosed(reply, proposal.parts, self._knowledge.company)
        drafted = proposal.reply.text if proposal.reply else ""
        same = steps == proposal.steps and reply == drafted
        approval = Approval(
            id=uuid4().hex, ticket=ticket_id, version=version, decision="approve" if same else "edit", person=person.id,
            name=person.name, role=person.role, steps=steps, skipped=dict(skipped or {}), reply=reply, at=self._clock(),
            digests={step.id: digest(ticket_id, version, step) for step in steps},
        )  # fmt: skip
        return self._answer(person, approval)

    def _stopped(self, proposal: Proposal, steps: tuple[Step, ...]) -> Refusal | None:
        if not steps:
            return None
        with self._store.look() as unit:
            switch = unit.stopped(["*", *(proposal.triage.goals[step.goal].task_type for step in steps)])
        if switch is None:
            return None
        return Refusal(code="stopped", text=f"Actions are stopped: {switch.reason}. Leave them out, or answer later.")

    def _answer(self, person: Person, approval: Approval) -> Approval | Refusal:
        with self._store.begin() as unit:
            refusal = self._not_now(unit, person, approval.ticket, approval.version)
            ticket = unit.ticket(approval.ticket)
            if refusal is not None or ticket is None:
                return refusal or Refusal(code="stale", text="There is no such ticket.")
            unit.put_approval(approval)
            unit.put_ticket(_assigned(ticket, person).model_copy(update={"work": "carrying"}))
            unit.record("answered", actor=person.id, payload=approval.model_dump(mode="json"), ticket=ticket.id,
                        customer=subject(ticket))  # fmt: skip
            unit.measure(ticket, approval.decision, self._clock())
        self._durable.carry_out(approval.ticket, approval.version)
        return approval

    def _not_now(self, unit: Unit, person: Person, ticket_id: TicketId, version: int) -> Refusal | None:
        ticket, proposal = unit.ticket(ticket_id), unit.proposal(ticket_id, version)
        holder = unit.lease(ticket_id, self._clock())
        return not_now(
            ticket, proposal, version,
            waiting=_waiting(unit.messages(ticket_id), proposal),
            holder=holder[1] if holder and holder[0] != person.id else "",
            answered=unit.approval(ticket_id, version) is not None,
        )  # fmt: skip

    def reject(self, person: Person, ticket_id: TicketId, version: int, reason: str) -> Approval | Refusal:
        """The proposal goes, with the reason on record; the next version has no steps and no draft."""
        _allow(person, *APPROVERS)
        if not reason.strip():
            return Refusal(code="empty", text="Say in a few words why, so that it can be learnt from.")
        approval = Approval(
            id=uuid4().hex, ticket=ticket_id, version=version, decision="reject", person=person.id, name=person.name,
            role=person.role, reason=reason.strip(), at=self._clock(),
        )  # fmt: skip
        with self._store.begin() as unit:
            refusal = self._not_now(unit, person, ticket_id, version)
            ticket, proposal = unit.ticket(ticket_id), unit.proposal(ticket_id, version)
            if refusal is not None or ticket is None or proposal is None:
                return refusal or Refusal(code="stale", text="There is no such ticket.")
            unit.put_approval(approval)
            self._by_hand(unit, _assigned(ticket, person), proposal, f"Rejected by {person.name}: {reason.strip()}")
            unit.record("answered", actor=person.id, payload=approval.model_dump(mode="json"), ticket=ticket_id,
                        customer=subject(ticket))  # fmt: skip
            unit.measure(ticket, "reject", self._clock())
        return approval

    def _by_hand(self, unit: Unit, ticket: Ticket, proposal: Proposal, why: str) -> None:
        """A next version that a person answers from summary and evidence."""
        empty: dict[str, object] = {"steps": (), "rulings": {}, "findings": (), "parts": (), "reply": None}
        after = {"version": ticket.version + 1, "route": "person", "why": why, "made_at": self._clock()}
        unit.put_proposal(proposal.model_copy(update=empty | after))
        state = {"version": ticket.version + 1, "work": "returned", "status": "open", "route": "person"}
        unit.put_ticket(ticket.model_copy(update=state | {"updated_at": self._clock()}))

    def undo(self, person: Person, ticket_id: TicketId, version: int, step_id: StepId) -> Outcome | Refusal:
        """Take a done step back while its system allows; the ticket returns, since the customer was told otherwise."""
        _allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket, outcome = unit.ticket(ticket_id), unit.outcomes(ticket_id).get((version, step_id))
        if ticket is None or outcome is None or outcome.status != "done" or outcome.receipt is None:
            return Refusal(code="already", text="There is nothing to take back.")
        execution = self._journey().execution
        expired = outcome.receipt.undo_until is None or outcome.receipt.undo_until <= self._clock()
        try:
            if expired and not execution.taken_back(outcome):
                return Refusal(code="expired", text="This can no longer be taken back.")
            then = partial(self._undone, person, ticket_id, outcome)
            return execution.undo(ticket, version, outcome, person.id, then)
        except SystemTrouble as trouble:
            return Refusal(code="denied", text=f"It was not taken back: {trouble}")

    def _undone(self, person: Person, ticket_id: TicketId, outcome: Outcome, unit: Unit) -> None:
        """In the transaction that records it, so that a customer who was told otherwise is never forgotten."""
        ticket = unit.ticket(ticket_id)
        proposal = unit.proposal(ticket_id, ticket.version) if ticket else None
        if ticket is None:
            return
        unit.measure(ticket, "undone", self._clock())
        if proposal is not None and ticket.work == "done":
            title = self._knowledge.actions[outcome.action].title
            why = f"{title} was taken back by {person.name}. The customer may have been told otherwise: write."
            self._by_hand(unit, ticket, proposal, why)

    # --- limits, proof ----------------------------------------------------------------------

    def stop(self, person: Person, name: str, reason: str) -> Refusal | None:
        """Stop the copilot before its next act: everything ("*") or one task type."""
        _allow(person, *LEADS)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, so that whoever comes next knows.")
        if name != "*" and name not in self._knowledge.task_types:
            raise BadInput(f"There is no task type {name}.")
        with self._store.begin() as unit:
            unit.put_switch(Switch(name=name, person=person.id, reason=reason.strip(), at=self._clock()))
            unit.record("stopped", actor=person.id, payload={"name": name, "reason": reason.strip()})
        return None

    def resume(self, person: Person, name: str) -> None:
        _allow(person, *LEADS)
        with self._store.begin() as unit:
            unit.drop_switch(name)
            unit.record("resumed", actor=person.id, payload={"name": name})

    def switches(self, person: Person) -> tuple[Switch, ...]:
        _allow(person, *LEADS)
        return self._store.switches()

    def audit(self, person: Person, ticket: TicketId | None = None, after: int | None = None) -> tuple[AuditEvent, ...]:
        """At most 200 events, oldest first: those after a number, or without one a ticket's, or the latest of all.

        What they say of people is masked; `audit_clear` tells one as it was written.
        """
        _allow(person, Role.ADMINISTRATOR)
        if after is None:
            after = 0 if ticket else max(0, self._audit.newest() - 200)
        return tuple(_masked(event, self._masker) for event in self._audit.events(ticket=ticket, after=after))

    def audit_clear(self, person: Person, seq: int, reason: str) -> AuditEvent | Refusal:
        """One event as it was written. Who looked, and why, is on record before they see it."""
        _allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why; that you looked and the reason stay on record.")
        event = next(iter(self._audit.events(after=seq - 1, most=1)), None)
        if event is None or event.seq != seq:
            return Refusal(code="stale", text=f"There is no event {seq}.")
        seen = {"event": seq, "reason": reason.strip()}
        self._audit.append("unmasked", actor=person.id, payload=seen, ticket=event.ticket)
        return event

    def verify_audit(self, person: Person) -> AuditReport:
        _allow(person, Role.ADMINISTRATOR)
        return self._audit.verify()

    def erase(self, person: Person, customer: CustomerId, reason: str) -> int | Refusal:
        """Blank a customer's words and destroy their keys; the audit log still verifies. How many tickets.

        A sender who is no customer is named by "address:" and their address in small letters.
        """
        _allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why; the reason stays on record, the customer does not.")
        with self._store.begin() as unit:
            names, tickets = unit.forget(customer)
            unit.record("erased", actor=person.id, payload={"tickets": tickets, "reason": reason.strip()})
            for name in {customer, *names}:  # before the commit: afterwards nobody could tell whose they are
                self._audit.forget(name)
        return tickets

    # --- what the business decided ----------------------------------------------------------

    def articles(self, person: Person) -> tuple[Article, ...]:
        _allow(person, *EVERYBODY)
        return tuple(self._knowledge.articles.values())

    def task_types(self, person: Person) -> tuple[TaskType, ...]:
        _allow(person, *EVERYBODY)
        return tuple(self._knowledge.task_types.values())


def _allow(person: Person, *roles: Role) -> None:
    if person.role not in roles:
        raise NotAllowed(f"This is for {', '.join(role.value + 's' for role in roles)}; you are {person.role.value}.")


def _free_id(unit: Unit, inbound: Inbound) -> TicketId:
    """An id that no other ticket has: two messages may come to the same one."""
    ids = (intake.ticket_id(inbound, again) for again in count())
    return next(id for id in ids if unit.ticket(id) is None)


def _masked(event: AuditEvent, masker: Masker) -> AuditEvent:
    """The event without personal data in what it says."""
    return event.model_copy(update={"payload": hide_fields(event.payload, masker) if event.payload else event.payload})


def _assigned(ticket: Ticket, person: Person) -> Ticket:
    status = "open" if ticket.status == "new" else ticket.status
    return ticket.model_copy(update={"assignee": person.id, "assignee_name": person.name, "status": status})


def _waiting(messages: tuple[Message, ...], proposal: Proposal | None) -> bool:
    """Whether the customer wrote something that the proposal has not read."""
    return proposal is not None and any(m.sender == "customer" for m in messages[proposal.messages :])
