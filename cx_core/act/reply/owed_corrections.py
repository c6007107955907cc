"""What a customer was told of and does not know the end of: acts that were taken back after the answer that told them.

It is found in what is on record, so that no new message, failure, return or merge forgets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cx_core.ports import Unit
from cx_core.records import ActionName, Approval, Ticket
from cx_core.service_rules.merged_tickets import merged_into

MERGED = "Merged from"
"""How a note begins that tells what was done in another ticket."""


def owed(unit: Unit, ticket: Ticket) -> tuple[ActionName, ...]:
    """The acts undone after an answer told of them, where no answer that was approved since has gone out."""
    noted = any(note.text.startswith(MERGED) for note in unit.colleagues.notes(ticket.id))
    tickets = (ticket, *(merged_into(unit, ticket) if noted else ()))
    undone = [
        (one.id, version, outcome)
        for one in tickets
        for (version, _), outcome in unit.proposals.outcomes(one.id).items()
        if outcome.status == "undone"
    ]
    if not undone:
        return ()
    approvals = {
        (one.id, n): a
        for one in tickets
        for n in range(1, one.version + 1)
        if (a := unit.proposals.approval(one.id, n))
    }
    spoken = sorted(a.at for a in approvals.values() if a.decision != "reject" and a.reply.strip())
    ours = [message.at for message in unit.tickets.messages(ticket.id) if message.sender != "customer"]
    answers = [_approved(at, spoken) for at in ours]
    return tuple(
        outcome.action
        for id, version, outcome in undone
        if _told(approvals.get((id, version)), outcome.at, answers) and not any(at > outcome.at for at in answers)
    )


def _told(approval: Approval | None, undone: datetime, answers: Iterable[datetime]) -> bool:
    """Whether an answer was approved between the act and its undoing, whenever it left."""
    return approval is not None and any(approval.at <= at <= undone for at in answers)


def _approved(sent: datetime, spoken: Sequence[datetime]) -> datetime:
    """When the words were approved that were sent then."""
    return max((at for at in spoken if at <= sent), default=sent)
