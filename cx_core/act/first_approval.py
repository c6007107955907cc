"""Two people for the largest acts: what the first one's approval is worth to the second, and to the act.

A first approval is sealed like any other, but its seals are marked as its own first ones, so that they prove nothing
alone. The second person's seals name them. Neither can be put together with another, nor taken for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from cx_core.act.approval_seals import USED, unproven
from cx_core.errors import NoProof
from cx_core.ports import Clock, Sealer, Unit
from cx_core.records import (
    APPROVERS,
    Approval,
    AttachmentId,
    Person,
    PersonId,
    Role,
    Step,
    StepId,
    Ticket,
    subject,
)

FindPerson = Callable[[PersonId], Person | None]
"""Somebody whose account is open."""

VOID = "void"
"""The key under which the seals of what was taken back are used up: none of an act."""

NOTICE = "second"
"""What those are shown who may be the second."""

LOST = "The first of two approvals does not count any more: approve it again."


def nobody(_id: PersonId) -> Person | None:
    """Where accounts are not known, no two people are."""
    return None


def agree(first: Approval, second: Approval) -> bool:
    """Whether both approve exactly this: version, steps with their arguments, what is left out, reply and files."""
    return _exact(first) == _exact(second)


def _exact(
    approval: Approval,
) -> tuple[str, int, Mapping[StepId, str], frozenset[StepId], str, tuple[AttachmentId, ...]]:
    left_out = frozenset(approval.skipped)
    return approval.ticket, approval.version, approval.digests, left_out, approval.reply, approval.files


def void(unit: Unit, ticket: Ticket, actor: str, why: str, now: datetime) -> Ticket:
    """The ticket, with no first approval waiting. One for what counts now goes on record, its seals used up for
    nothing; one that a second person joined stays, since the act asks for it."""
    if ticket.first is None:
        return ticket
    found = unit.proposals.first_approval(ticket.id)
    unit.proposals.drop_first_approval(ticket.id)
    unit.colleagues.drop_notices(ticket.id, NOTICE)
    if found is not None and found.version == ticket.version:
        use_up(unit, found, now)
        payload = {"version": found.version, "approval": found.id, "of": found.person, "why": why}
        unit.record("first_approval_void", actor=actor, payload=payload, ticket=ticket.id, customer=subject(ticket))
    return ticket.replace(first=None)


def use_up(unit: Unit, approval: Approval, now: datetime) -> None:
    """Its seals prove nothing any more, even to somebody who brings back the rows as they were."""
    for seal in approval.seals.values():
        unit.proposals.use_seal(seal, VOID, now)


class Seconding:
    """Looks at approvals and accounts as they are now."""

    def __init__(self, sealer: Sealer, clock: Clock, find: FindPerson = nobody) -> None:
        self._sealer, self._clock, self._find = sealer, clock, find

    def stands(self, first: Approval, step: Step, policy: str) -> Role | None:
        """Which role the first person has who approved this very step, if their approval still counts for one of two.

        It does not if it is no genuine first one for these arguments, too old, given under another policy, or if
        its giver may not sign in any more. A role that was lowered since counts as it is now.
        """
        seal = first.seals.get(step.id)
        if seal is None or seal.first != seal.id:
            return None
        if unproven(first, step, policy, self._clock(), self._sealer, waits=True):
            return None
        return self._lesser(first)

    def role(self, first: Approval | None, second: Approval, step: Step, policy: str) -> Role | None:
        """The same at the act, where the second approval is on file too: it must be another person's, who still may."""
        if (
            first is None
            or first.person == second.person
            or (first.ticket, first.version)
            != (
                second.ticket,
                second.version,
            )
        ):
            return None
        given, theirs = first.seals.get(step.id), second.seals.get(step.id)
        if given is None or theirs is None or theirs.first != given.id or self._lesser(second) != second.role:
            return None
        return self.stands(first, step, policy)

    def asked(self, unit: Unit, second: Approval, step: Step, policy: str) -> Role | None:
        """The same of what is on file."""
        return self.role(unit.proposals.first_approval(second.ticket), second, step, policy)

    def use(self, unit: Unit, second: Approval, step: Step, key: str, policy: str, asked: Role | None) -> None:
        """In the transaction that begins the act: what was `asked` still holds, and the first seal is used up with it.

        Raises NoProof.
        """
        first = unit.proposals.first_approval(second.ticket)
        if self.role(first, second, step, policy) != asked:
            raise NoProof(LOST)
        if (
            asked is not None
            and first is not None
            and not unit.proposals.use_seal(first.seals[step.id], key, self._clock())
        ):
            raise NoProof(USED)

    def _lesser(self, approval: Approval) -> Role | None:
        """The role it was given in, or the lower one that its giver has by now."""
        giver = self._find(approval.person)
        if approval.role is None or giver is None or giver.role not in APPROVERS:
            return None
        return min(approval.role, giver.role, key=APPROVERS.index)
