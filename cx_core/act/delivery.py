"""The approved reply filled from receipts and sent, once; then the ticket's status follows."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.act.reply import fill
from cx_core.errors import SystemTrouble
from cx_core.ports import Clock, Outbox, Store, Unit
from cx_core.records import (
    Approval,
    Message,
    MessageId,
    Outcome,
    Proposal,
    Sender,
    Status,
    StepId,
    Ticket,
    TicketId,
    subject,
)


class Delivery:
    """Sends what a person approved, with what was verified."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    def send(self, ticket_id: TicketId, version: int, author: str) -> str:
        """ "sent", or why not. The same version is never sent twice: the channel knows the key."""
        key = f"{ticket_id}:{version}:reply"
        with self._store.look() as unit:
            ticket, approval = unit.ticket(ticket_id), unit.approval(ticket_id, version)
            outcomes = latest(unit.outcomes(ticket_id))
            sent = unit.message(MessageId(key))
        if ticket is None or approval is None:
            return "nothing was approved"
        if sent is not None:
            return "sent"
        text, open_slots = fill(approval.reply, outcomes)
        if open_slots:
            return f"nothing verified fills {', '.join(open_slots)}"
        if text.strip():
            with self._store.begin() as unit:
                payload = {"version": version, "key": key, "text": text, "approval": approval.id}
                unit.record(
                    "reply_begun", actor=approval.person, payload=payload, ticket=ticket_id, customer=subject(ticket)
                )
            try:
                self._outbox.deliver(
                    key=key, channel=ticket.channel, address=ticket.address, subject=f"Re: {ticket.subject}", text=text
                )
            except SystemTrouble as trouble:
                return f"the reply could not be sent: {trouble}"
        self._settle(ticket_id, approval, key, text, author)
        return "sent"

    def _settle(self, ticket_id: TicketId, approval: Approval, key: str, text: str, author: str) -> None:
        now = self._clock()
        with self._store.begin() as unit:
            ticket, proposal = unit.ticket(ticket_id), unit.proposal(ticket_id, approval.version)
            if ticket is None or proposal is None or unit.message(MessageId(key)) is not None:
                return
            if text.strip():
                sender: Sender = "copilot" if approval.role is None else "advisor"
                unit.add_message(
                    Message(id=MessageId(key), ticket=ticket_id, sender=sender, text=text, at=now, author=author)
                )
            status = _status(proposal, approval, unread=_unread(unit, ticket_id, proposal))
            settled = self._settled(ticket, status)
            unit.put_ticket(settled)
            unit.drop_draft(ticket_id)
            unit.drop_lease(ticket_id)
            unit.record("replied" if text.strip() else "closed_without_reply", actor=approval.person,
                        payload={"version": approval.version, "status": status}, ticket=ticket_id,
                        customer=subject(ticket))  # fmt: skip
            self._measure(unit, ticket, settled, approval)

    def _settled(self, ticket: Ticket, status: Status) -> Ticket:
        now = self._clock()
        changes = {
            "status": status,
            "work": "done",
            "updated_at": now,
            "first_response_at": ticket.first_response_at or now,
            "solved_at": now if status == "solved" else None,
        }
        return ticket.model_copy(update=changes)

    def _measure(self, unit: Unit, before: Ticket, after: Ticket, approval: Approval) -> None:
        now = self._clock()
        by = "copilot" if approval.role is None else "person"
        age = (now - before.opened_at).total_seconds()
        if before.first_response_at is None:
            unit.measure(after, "first_response", now, seconds=age, solved_by=by)
        if after.status == "solved":
            unit.measure(after, "solved", now, seconds=age, solved_by=by)


def latest(outcomes: Mapping[tuple[int, StepId], Outcome]) -> dict[StepId, Outcome]:
    """Per step its outcome in the newest version that has one."""
    return {step: outcome for (_, step), outcome in sorted(outcomes.items(), key=lambda item: item[0][0])}


def _unread(unit: Unit, ticket: TicketId, proposal: Proposal) -> bool:
    """Whether the customer wrote after what the proposal has read."""
    return any(m.sender == "customer" for m in unit.messages(ticket)[proposal.messages :])


def _status(proposal: Proposal, approval: Approval, *, unread: bool) -> Status:
    """Solved when each goal was carried out or answered; pending when the customer was asked something."""
    if unread:
        return "open"
    asked = any(part.asks and part.text and part.text in approval.reply for part in proposal.parts)
    return "pending" if asked or approval.skipped else "solved"
