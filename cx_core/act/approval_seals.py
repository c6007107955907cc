"""What an approval is worth at the act: a seal for each step, made when it is approved and looked at when it is done.

A seal says that this role (None: the copilot) was let do exactly this, under this policy, until then. What is on
file is not trusted without it: a row that somebody wrote or changed by hand has no mark of this house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from cx_core.errors import NoProof, RulingContradicted
from cx_core.ports import Clock, InForce, PoliciesInForce, Sealer, Unit
from cx_core.records import (
    ActionName,
    Approval,
    Argument,
    Attachment,
    PersonId,
    Proposal,
    Seal,
    Source,
    Step,
    StepId,
    Ticket,
    digest,
)
from cx_core.service_rules.levels_in_force import Levels

Barred = Callable[[PersonId], bool]
"""Whether somebody's account does not open any more."""

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines may be apart before a seal counts as one from the future."""

CHANGED = "The policy was changed since this was approved: approve it again."
MISSING = "This was approved without a seal: approve it again."
FORGED = "The seal of this approval is not genuine: approve it again."
OTHER = "The seal of this approval is for something else: approve it again."
EXPIRED = "This was approved too long ago to be done now: approve it again."
EARLY = "This was approved in what is still the future: set the clock right, then approve it again."
HALF = "Two people must approve this, and this is one person's approval: approve it again."
OTHER_LEVEL = "The level was changed since the copilot was to do this alone: a person decides."
BARRED = "The account of whoever approved this was closed before it was done: somebody else approves it."
USED = "This approval was used for another act already: approve it again."
PLANTED = "This proposal holds an error on purpose: nothing of it can be carried out or sent."
NOT_HERE = "There is no proof that this was done from here: take it back in the system itself."

CONTRADICTS = frozenset({MISSING, FORGED, OTHER, HALF, USED})
"""Where the copilot's own approval is no proof for what would be done: what was ruled on is something else. A policy or
level that changed, and a time that is over, are none of these."""

REPLY = StepId("reply")
SEND_REPLY = ActionName("send_reply")


def nobody_barred(_id: PersonId) -> bool:
    """Where accounts are not known, none of them is closed."""
    return False


def reply_of(approval: Approval, ticket: Ticket, attached: Iterable[Attachment]) -> Step:
    """Sending the reply as a step: these words with their slots, these files byte for byte, to this address."""
    files = {f"file {one.id}": one.sha256 for one in attached if one.id in approval.files}
    exact = {"text": approval.reply, "channel": ticket.channel, "address": ticket.address}
    exact |= {"subject": ticket.subject, **files}
    approved = Source(kind="advisor", ref=approval.person)
    arguments = tuple(Argument(name=name, value=value, source=approved) for name, value in exact.items())
    return Step(id=REPLY, goal=-1, action=SEND_REPLY, arguments=arguments)


def sealed(
    approval: Approval,
    reply: Step,
    policy: str,
    lasts: timedelta,
    sealer: Sealer,
    *,
    first: Approval | None = None,
    waits: bool = False,
) -> Approval:
    """The approval with a seal for each of its steps and for its reply; `policy` is the version that allowed them.

    `first` is the approval that it joins as the second of two; `waits`: it is itself the first of two.
    Raises AuditUnavailable.
    """
    ids = {step.id: uuid4().hex for step in (*approval.steps, reply)}
    joined = {id: seal.id for id, seal in first.seals.items()} if first else ids if waits else {}
    seals = {
        step.id: sealer.seal(
            Seal(
                id=ids[step.id],
                first=joined.get(step.id, ""),
                ticket=approval.ticket,
                version=approval.version,
                step=step.id,
                action=step.action,
                digest=digest(approval.ticket, approval.version, step),
                approval=approval.id,
                person=approval.person,
                role=approval.role,
                policy=policy,
                issued_at=approval.at,
                expires_at=approval.at + lasts,
            )
        )
        for step in (*approval.steps, reply)
    }
    return approval.replace(seals=seals)


def genuine(unit: Unit, approval: Approval) -> None:
    """Raise NoProof for what was approved of a proposal that is wrong on purpose."""
    proposal, planted = unit.proposals.get(approval.ticket, approval.version), unit.planted_errors.of(approval.ticket)
    marked = proposal is not None and proposal.planted_error
    if marked or (planted is not None and planted.version == approval.version):
        raise NoProof(PLANTED)


def unproven(approval: Approval, step: Step, policy: str, now: datetime, sealer: Sealer, *, waits: bool = False) -> str:
    """Why the approval's seal is no proof for doing this step now; empty if it is. Raises AuditUnavailable.

    `waits`: it is to prove that this is the first approval of two.
    """
    seal = approval.seals.get(step.id)
    if seal is None:
        return MISSING
    if not sealer.check(seal):
        return FORGED
    if not _is_for(seal, approval, step):
        return OTHER
    if (seal.first == seal.id) is not waits:
        return HALF
    if seal.policy != policy:
        return CHANGED
    if seal.expires_at <= now:
        return EXPIRED
    return EARLY if now < seal.issued_at - SKEW else ""


def no_proof(approval: Approval, why: str) -> NoProof:
    """What to raise where this approval does not prove what is to be done."""
    return RulingContradicted(why) if approval.role is None and why in CONTRADICTS else NoProof(why)


class Prover:
    """Demands at the act what an approval says it has, under the policies that are in force by then."""

    def __init__(self, policies: PoliciesInForce, sealer: Sealer, clock: Clock, levels: Levels, barred: Barred) -> None:
        self._barred = barred
        self._levels = levels
        self._policies = policies
        self._sealer = sealer
        self._clock = clock

    def in_force(self, unit: Unit) -> InForce:
        """As this transaction sees it, which may be newer than what this process saw last."""
        if self._policies.now().set != unit.policies.policy_set_in_force():
            self._policies.refresh()
        return self._policies.now()

    def check(self, approval: Approval, step: Step, under: InForce) -> Seal:
        """The seal that is proof for doing this step now. Raises NoProof and AuditUnavailable."""
        seal = self._genuine(approval, step, under)
        if approval.role is not None and self._barred(approval.person):
            raise NoProof(BARRED)
        return seal

    def _genuine(self, approval: Approval, step: Step, under: InForce) -> Seal:
        why = unproven(approval, step, under.engine.version, self._clock(), self._sealer)
        if why:
            raise no_proof(approval, why)
        return approval.seals[step.id]

    def made(self, approval: Approval | None, step: Step) -> None:
        """Raises NoProof unless the step was approved here, however long ago and under whatever policy."""
        seal = approval.seals.get(step.id) if approval else None
        if approval is None or seal is None or not self._sealer.check(seal) or not _is_for(seal, approval, step):
            raise NoProof(NOT_HERE)

    def use(self, unit: Unit, proposal: Proposal, approval: Approval, step: Step, key: str, under: InForce) -> Seal:
        """The same in the transaction that begins the act, where the seal is used up under the act's key.

        What was looked at outside this transaction, proposal and approval, must still be what is on file.
        """
        ticket, version = approval.ticket, approval.version
        genuine(unit, approval)
        if (unit.proposals.get(ticket, version), unit.proposals.approval(ticket, version)) != (proposal, approval):
            raise NoProof(f"What is on file for version {version} of {ticket} has just been changed.")
        if unit.policies.policy_set_in_force() != under.set:
            raise NoProof(CHANGED)
        if approval.role is None and not self._still(unit, proposal):
            raise NoProof(OTHER_LEVEL)
        seal = self._genuine(approval, step, under)
        if not unit.proposals.use_seal(seal, key, self._clock()):
            raise no_proof(approval, USED)
        return seal

    def _still(self, unit: Unit, proposal: Proposal) -> bool:
        """Whether what the copilot was to do alone stands at the level under which it was planned."""
        now = self._levels.within(unit)
        return all(now.get(goal.task_type) == goal.level for goal in proposal.triage.goals)


def _is_for(seal: Seal, approval: Approval, step: Step) -> bool:
    return (seal.ticket, seal.version, seal.step, seal.action, seal.digest) == (
        approval.ticket,
        approval.version,
        step.id,
        step.action,
        digest(approval.ticket, approval.version, step),
    ) and (seal.approval, seal.person, seal.role) == (approval.id, approval.person, approval.role)
