"""One approved step carried out: proof, record, effect, read-back, record. At most once, whatever happens.

Execution trusts no caller. It reads the approval from the store itself, computes the digest of what it is
about to do, and asks the policy again with the records as they are now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from hashlib import sha256

from cx_core.act.verification import verified
from cx_core.catalogue import ActionSpec
from cx_core.errors import NoProof, Stopped, SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.ports import BackOffice, Clock, Store, Unit
from cx_core.records import (
    ActionName,
    Approval,
    Outcome,
    Proposal,
    Receipt,
    Role,
    Step,
    StepId,
    Ticket,
    TicketId,
    digest,
    subject,
)

Authority = Callable[[Role | None, Step, Ticket, Proposal], tuple[bool, tuple[str, ...]]]
"""Asks the policy whether this role (None: the copilot) may have this step done now; with why not."""

TRIES = 3
PAUSE_SECONDS = 0.2


class Execution:
    """Carries steps out and takes them back."""

    def __init__(
        self,
        store: Store,
        back_office: BackOffice,
        actions: Mapping[ActionName, ActionSpec],
        authority: Authority,
        clock: Clock,
    ) -> None:
        self._store = store
        self._back_office = back_office
        self._actions = actions
        self._authority = authority
        self._clock = clock

    def run(self, ticket_id: TicketId, version: int, step_id: StepId) -> Outcome:
        """Do the step unless it is done; a refusal or failure is an outcome, not an error.

        Raises NoProof, Stopped, AuditUnavailable, all of them before anything is done.
        """
        with self._store.look() as unit:
            outcomes = unit.outcomes(ticket_id)
            if (version, step_id) in outcomes:
                return outcomes[version, step_id]
            ticket, proposal, approval = self._on_file(unit, ticket_id, version)
        step = proof(approval, step_id)
        key = _key(ticket_id, version, step, {at: o for at, o in outcomes.items() if o.unknown})
        if self._receipt(key) is None:  # else a crash came between the effect and its record: only that is left
            allowed, reasons = self._authority(approval.role, step, ticket, proposal)
            if not allowed:
                raise NoProof(f"{step.action} is not allowed now: {'; '.join(reasons) or 'no rule allows it'}")
            self._begin(ticket, proposal, step, approval, key)
        outcome = self._effect(step, key)
        self._keep(ticket, version, step, outcome)
        return outcome

    def undo(self, ticket: Ticket, version: int, outcome: Outcome, actor: str) -> Outcome:
        """Take a done step back. Raises SystemTrouble if the system does not."""
        with self._store.begin() as unit:
            payload = {"version": version, "step": outcome.step, "action": outcome.action, "key": outcome.key}
            unit.record("undo_begun", actor=actor, payload=payload, ticket=ticket.id, customer=subject(ticket))
        receipt = self._back_office.undo(outcome.key, f"{outcome.key}:undo")
        undone = outcome.model_copy(
            update={
                "status": "undone",
                "verified": False,
                "at": self._clock(),
                "message": f"Taken back: {receipt.reference}",
            }
        )
        with self._store.begin() as unit:
            unit.put_outcome(ticket.id, version, undone)
            unit.record(
                "undone",
                actor=actor,
                payload=undone.model_dump(mode="json"),
                ticket=ticket.id,
                customer=subject(ticket),
            )
        return undone

    def _on_file(self, unit: Unit, ticket_id: TicketId, version: int) -> tuple[Ticket, Proposal, Approval]:
        ticket, proposal = unit.ticket(ticket_id), unit.proposal(ticket_id, version)
        approval = unit.approval(ticket_id, version)
        if ticket is None or proposal is None or approval is None or approval.decision == "reject":
            raise NoProof(f"Nothing was approved for version {version} of {ticket_id}.")
        if ticket.version != version:
            raise NoProof(f"Version {version} of {ticket_id} is void; {ticket.version} counts.")
        return ticket, proposal, approval

    def _begin(self, ticket: Ticket, proposal: Proposal, step: Step, approval: Approval, key: str) -> None:
        """The record precedes the act, and a switch that is on by now stops it."""
        goal = proposal.triage.goals[step.goal] if 0 <= step.goal < len(proposal.triage.goals) else None
        with self._store.begin() as unit:
            switch = unit.stopped(["*", *([goal.task_type] if goal else [])])
            if switch is not None:
                raise Stopped(f"Stopped ({switch.name}): {switch.reason}")
            payload = {
                "version": proposal.version,
                "step": step.model_dump(mode="json"),
                "approval": approval.id,
                "digest": approval.digests[step.id],
                "key": key,
                "versions": proposal.versions.model_dump(),
            }
            actor = approval.person
            unit.record("act_begun", actor=actor, payload=payload, ticket=ticket.id, customer=subject(ticket))

    def _effect(self, step: Step, key: str) -> Outcome:
        failed = Outcome(step=step.id, action=step.action, status="failed", key=key, at=self._clock())
        try:
            receipt = self._write(step, key)
        except SystemRefused as refusal:
            return failed.model_copy(update={"message": str(refusal)})
        except SystemUnreachable as trouble:
            text = f"{trouble} It is not known whether it was done: look before you try again."
            return failed.model_copy(update={"message": text, "unknown": True})
        done = failed.model_copy(update={"status": "done", "receipt": receipt, "at": receipt.at})
        try:
            seen = verified(self._actions[step.action], step.values(), receipt, self._back_office)
        except SystemTrouble as trouble:
            return failed.model_copy(update={"receipt": receipt, "message": f"Done, but not read back: {trouble}"})
        return done.model_copy(update={"verified": True}) if seen else self._compensate(step, key, receipt, failed)

    def _write(self, step: Step, key: str) -> Receipt:
        """An answer that got lost is asked for by its key before the write is tried again."""
        for left in reversed(range(TRIES)):
            try:
                return self._back_office.write(step.action, step.values(), key)
            except SystemUnreachable:
                if (kept := self._receipt(key)) is not None:
                    return kept
                if not left:
                    raise
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def _receipt(self, key: str) -> Receipt | None:
        try:
            return self._back_office.receipt(key)
        except SystemTrouble:
            return None

    def _compensate(self, step: Step, key: str, receipt: Receipt, failed: Outcome) -> Outcome:
        """The system said done, its record says otherwise: take it back, or say so."""
        said = "The system said done, but its record does not show it."
        if self._actions[step.action].reversible:
            try:
                self._back_office.undo(key, f"{key}:undo")
                return failed.model_copy(update={"receipt": receipt, "message": f"{said} It was taken back."})
            except SystemTrouble as trouble:
                said = f"{said} Taking it back failed: {trouble}"
        return failed.model_copy(update={"receipt": receipt, "message": f"{said} Look before you try again."})

    def _keep(self, ticket: Ticket, version: int, step: Step, outcome: Outcome) -> None:
        with self._store.begin() as unit:
            unit.put_outcome(ticket.id, version, outcome)
            unit.record(
                "act_done" if outcome.status == "done" else "act_failed",
                actor="rung",
                payload={"version": version, **outcome.model_dump(mode="json")},
                ticket=ticket.id,
                customer=subject(ticket),
            )


def proof(approval: Approval, step_id: StepId) -> Step:
    """The step as approved, its digest checked. Raises NoProof."""
    step = next((step for step in approval.steps if step.id == step_id), None)
    if step is None:
        raise NoProof(f"Step {step_id} was not approved.")
    if approval.digests.get(step_id) != digest(approval.ticket, approval.version, step):
        raise NoProof(f"Step {step_id} is not what was approved.")
    return step


def _key(ticket: TicketId, version: int, step: Step, unknown: Mapping[tuple[int, StepId], Outcome]) -> str:
    """One key per approved step; a step whose first answer got lost is tried again under its first key."""
    exact = sha256(repr((step.action, sorted(step.values().items(), key=lambda item: item[0]))).encode()).hexdigest()[
        :16
    ]
    earlier = next((o.key for o in unknown.values() if o.key.endswith(exact)), None)
    return earlier or f"{ticket}:{version}:{step.id}:{exact}"
