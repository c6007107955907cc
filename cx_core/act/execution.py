"""One approved step carried out: proof, record, effect, read-back, record. At most once, whatever happens.

Execution trusts no caller, nor what is on file. It reads the approval from the store itself, computes the digest
of what it is about to do, demands the seal for exactly that, and asks the policy again with the records as they
are now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cx_core.act.approval_seals import NOT_HERE, REPLY, Prover
from cx_core.act.first_approval import LOST, Seconding
from cx_core.act.outcomes import OutcomeFile
from cx_core.act.step_effect import Effects, key_of
from cx_core.catalogue import ActionSpec
from cx_core.errors import NoProof, RulingContradicted, Stopped, SystemTrouble
from cx_core.ports import BackOffice, Clock, InForce, PolicyEngine, Store, Unit
from cx_core.records import (
    ActionName,
    Approval,
    Goal,
    Outcome,
    Proposal,
    Role,
    Step,
    StepId,
    Ticket,
    TicketId,
    digest,
    subject,
    switches_over,
)
from cx_core.service_rules.denied_codes import denied
from cx_core.service_rules.money_budgets import Question, refused, settle

Authority = Callable[[PolicyEngine, Role | None, Step, Ticket, Proposal, str, Role | None], Question]
"""Asks this policy whether this role (None: the copilot) may have this step done now, under this key; with why not.

The last role is that of another person who approved the same first, where two did.
"""


Paused = Callable[[Unit, Sequence[Goal]], str]
"""Why nothing of these goals is done without a person now, since a system does not answer; empty: it may be."""


def never_paused(_unit: Unit, _goals: Sequence[Goal]) -> str:
    """Where nothing is known of how systems answer."""
    return ""


class Execution:
    """Carries steps out and takes them back."""

    def __init__(
        self,
        store: Store,
        back_office: BackOffice,
        actions: Mapping[ActionName, ActionSpec],
        authority: Authority,
        clock: Clock,
        prover: Prover,
        seconding: Seconding,
        file: OutcomeFile,
        paused: Paused = never_paused,
    ) -> None:
        self._store = store
        self._effects = Effects(back_office, actions, clock)
        self._authority = authority
        self._clock = clock
        self._prover = prover
        self._seconding = seconding
        self._file, self._paused = file, paused

    def run(self, ticket_id: TicketId, version: int, step_id: StepId) -> Outcome:
        """Do the step unless it is done; a refusal or failure is an outcome, not an error.

        Raises NoProof and Stopped before anything is done. After AuditUnavailable the same call may come
        again: it finds by the key what was done already.
        """
        with self._store.look() as unit:
            on_file = self._file.read(unit, ticket_id)
            outcomes = on_file.outcomes
            if (version, step_id) in outcomes.keys() - on_file.doubt:
                return outcomes[version, step_id]
            ticket, proposal, approval = self._on_file(unit, ticket_id, version)
            under = self._prover.in_force(unit)
        step = proof(approval, step_id)
        key = key_of(ticket_id, version, step, outcomes)
        try:
            if self._effects.receipt(key) is None:  # else a crash came between effect and record: only that is left
                self._permitted(ticket, proposal, approval, step, key, under)
            outcome = self._effects.do(step, key)
        except SystemTrouble as trouble:
            outcome = self._effects.unknown(step, key, trouble)
        return self._keep(ticket_id, version, outcome)

    def gave_up(
        self,
        ticket_id: TicketId,
        version: int,
        step_id: StepId,
        why: str,
        *,
        unknown: bool,
        contradicted: bool = False,
    ) -> Outcome | None:
        """Put on record that the step was not done, or (`unknown`) that nobody can tell; what is known stands.

        `contradicted`: it was refused though it had been ruled as allowed.
        """
        with self._store.look() as unit:
            outcomes, approval = self._file.read(unit, ticket_id).outcomes, unit.proposals.approval(ticket_id, version)
        step = next((step for step in approval.steps if step.id == step_id), None) if approval else None
        if step is None:
            return None
        key = key_of(ticket_id, version, step, outcomes) if unknown else ""
        outcome = self._effects.failed(step, key).replace(message=why, unknown=unknown, contradicted=contradicted)
        return self._keep(ticket_id, version, outcome)

    def undo(
        self,
        ticket: Ticket,
        version: int,
        outcome: Outcome,
        actor: str,
        then: Callable[[Unit], None],
        check: Callable[[Unit], None],
    ) -> Outcome:
        """Take a done step back; `then` is kept with it or not at all. The seal it was done on is demanded once more.

        `check` is called in the transaction that records it as begun, and raises where it may not be done.

        Raises NoProof where it was not done from here, and while something is being carried out, since an answer may
        be on its way that says it was done; SystemTrouble if the system does not take it back.
        """
        with self._store.begin() as unit:
            check(unit)
            before = unit.tickets.get(ticket.id)
            if before is None or before.work in ("sending", "carrying"):
                raise NoProof("The ticket is being carried out now. Wait until that is done, then take it back.")
            self._ours(unit, ticket.id, version, outcome)
            payload = {"version": version, "step": outcome.step, "action": outcome.action, "key": outcome.key}
            unit.record("undo_begun", actor=actor, payload=payload, ticket=ticket.id, customer=subject(ticket))
        receipt = self._effects.take_back(outcome.key)
        undone = outcome.replace(
            status="undone", verified=False, at=self._clock(), message=f"Taken back: {receipt.reference}"
        )
        with self._store.begin() as unit:
            now = unit.tickets.get(ticket.id)
            known = self._file.read(unit, ticket.id).outcomes.get((version, outcome.step))
            approval = unit.proposals.approval(ticket.id, version)
            if now is None or approval is None or known is None or known.status == "undone":
                return known or undone
            undone = self._file.put(unit, approval, undone)
            settle(unit, undone)
            then(unit)
            payload = {"version": version, **undone.model_dump(mode="json")}
            unit.record("undone", actor=actor, payload=payload, ticket=ticket.id, customer=subject(now))
        return undone

    def look_again(self, ticket_id: TicketId) -> None:
        """Ask the systems about what is on file without its seal; what they show as done is put on file anew."""
        with self._store.look() as unit:
            on_file = self._file.read(unit, ticket_id)
            doubted = [
                (unit.proposals.approval(ticket_id, at[0]), on_file.outcomes[at]) for at in sorted(on_file.doubt)
            ]
        for approval, outcome in doubted:
            if approval is None or outcome.step == REPLY:
                continue
            try:
                step = proof(approval, outcome.step)
                self._prover.made(approval, step)
                done = self._effects.again(step, outcome.key)
            except (NoProof, SystemTrouble):
                continue
            if done is not None:
                self._keep(ticket_id, approval.version, done)

    def _ours(self, unit: Unit, ticket_id: TicketId, version: int, outcome: Outcome) -> None:
        """Raises NoProof unless its key, which says what is taken back, is that of a step approved on this ticket."""
        approval = unit.proposals.approval(ticket_id, version)
        if approval is None:
            raise NoProof(NOT_HERE)
        step = proof(approval, outcome.step)
        self._prover.made(approval, step)
        exact = key_of(ticket_id, version, step, {}).rpartition(":")[2]
        of_step = outcome.key.startswith(f"{ticket_id}:") and outcome.key.endswith(f":{step.id}:{exact}")
        if not of_step or step.action != outcome.action:
            raise NoProof(NOT_HERE)

    def let_go(self, ticket_id: TicketId, version: int) -> None:
        """Free the money that is reserved for steps which were begun and, as their system says, not done.

        What may have been done stays reserved, and so does what nobody can tell.
        """
        with self._store.look() as unit:
            outcomes, approval = self._file.read(unit, ticket_id).outcomes, unit.proposals.approval(ticket_id, version)
            unsure = {outcome.key for outcome in outcomes.values() if outcome.unknown}
            open_ = [step for step in approval.steps if _not_done(outcomes.get((version, step.id)))] if approval else ()
            keys = [key_of(ticket_id, version, step, outcomes) for step in open_]
            keys = [key for key in keys if key not in unsure and unit.spending.reserved(key)]
        for key in keys:
            try:
                if self._effects.receipt(key) is not None:
                    continue
            except SystemTrouble:
                continue
            with self._store.begin() as unit:
                if unit.spending.reserved(key):
                    unit.spending.settle(key, "released")

    def taken_back(self, outcome: Outcome) -> bool:
        """Whether the system has taken it back, though nobody may have lived to write it down. Raises SystemTrouble."""
        return self._effects.taken_back(outcome.key)

    def _on_file(self, unit: Unit, ticket_id: TicketId, version: int) -> tuple[Ticket, Proposal, Approval]:
        ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
        approval = unit.proposals.approval(ticket_id, version)
        if ticket is None or proposal is None or approval is None or approval.decision == "reject":
            raise NoProof(f"Nothing was approved for version {version} of {ticket_id}.")
        if (approval.ticket, approval.version) != (ticket_id, version):
            raise NoProof(f"The approval on file for version {version} of {ticket_id} is for something else.")
        if ticket.version != version:
            raise NoProof(f"Version {version} of {ticket_id} is void; {ticket.version} counts.")
        return ticket, proposal, approval

    def _permitted(
        self, ticket: Ticket, proposal: Proposal, approval: Approval, step: Step, key: str, under: InForce
    ) -> None:
        """Allowed now and on record as begun, or NoProof. A no counts only if nobody did it in the meantime.

        Another process may carry out the same step; what it did changes what is allowed.
        """
        try:
            seal = self._prover.check(approval, step, under)
            with self._store.look() as unit:
                first = self._seconding.asked(unit, approval, step, under.engine.version)
            asked = self._authority(under.engine, approval.role, step, ticket, proposal, key, first)
            if not asked.allowed:
                lost = (LOST,) if seal.first and first is None else ()
                no = refused(step, (*lost, *asked.reasons))
                raise RulingContradicted(str(no)) if asked.contradicted else no
            self._begin(proposal, step, approval, key, asked, under)
        except NoProof:
            if self._effects.receipt(key) is None:
                raise

    def _begin(
        self, proposal: Proposal, step: Step, approval: Approval, key: str, asked: Question, under: InForce
    ) -> None:
        """The record precedes the act; a switch that is on by now stops it, and so do an erasure and other policies.

        What was looked at outside this transaction is looked at again in it, and the seal is used up with it.
        """
        goals = proposal.triage.goals[step.goal : step.goal + 1] if step.goal >= 0 else ()
        with self._store.begin() as unit:
            ticket, _, _ = self._on_file(unit, proposal.ticket, proposal.version)
            switch = unit.switches.stopped(switches_over(step.action, [goal.task_type for goal in goals]))
            if switch is not None:
                raise Stopped(switch.words())
            if approval.role is None and (why := denied(unit, ticket.id) or self._paused(unit, proposal.triage.goals)):
                raise Stopped(f"{why[0].upper()}{why[1:]}")
            seal = self._prover.use(unit, proposal, approval, step, key, under)
            self._seconding.use(unit, approval, step, key, under.engine.version, asked.first)
            asked.take(unit, approval, step, key)
            payload = {
                "version": proposal.version,
                "step": step.model_dump(mode="json"),
                "approval": approval.id,
                "digest": approval.digests[step.id],
                "seal": seal.id,
                "first_seal": seal.first,
                "key": key,
                "versions": proposal.versions.model_dump(),
            }
            actor = approval.person
            unit.record("act_begun", actor=actor, payload=payload, ticket=ticket.id, customer=subject(ticket))

    def _keep(self, ticket_id: TicketId, version: int, outcome: Outcome) -> Outcome:
        """The outcome on file: this one, unless another process wrote one that says more.

        After an erasure only the bare fact is recorded, in nobody's name.
        """
        kind = "act_done" if outcome.status == "done" else "act_failed" if outcome.key else "act_refused"
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            on_file, approval = self._file.read(unit, ticket_id), unit.proposals.approval(ticket_id, version)
            at = (version, outcome.step)
            known = on_file.outcomes.get(at) if at not in on_file.doubt else None
            if known is not None and (known.status != "failed" or outcome.status == "failed"):
                return known
            settle(unit, outcome)
            if ticket is None or approval is None:
                bare = {"version": version, "step": outcome.step, "action": outcome.action, "key": outcome.key}
                unit.record(kind, actor="rung", payload=bare, ticket=ticket_id)
                return outcome
            outcome = self._file.put(unit, approval, outcome)
            payload = {"version": version, **outcome.model_dump(mode="json")}
            unit.record(kind, actor="rung", payload=payload, ticket=ticket_id, customer=subject(ticket))
        return outcome


def proof(approval: Approval, step_id: StepId) -> Step:
    """The step as approved, its digest checked. Raises NoProof."""
    step = next((step for step in approval.steps if step.id == step_id), None)
    kind = RulingContradicted if approval.role is None else NoProof
    if step is None:
        raise kind(f"Step {step_id} was not approved.")
    if approval.digests.get(step_id) != digest(approval.ticket, approval.version, step):
        raise kind(f"Step {step_id} is not what was approved.")
    return step


def _not_done(outcome: Outcome | None) -> bool:
    """Nothing is known of it, or it was refused before anything was done."""
    return outcome is None or (outcome.status == "failed" and not outcome.unknown)
