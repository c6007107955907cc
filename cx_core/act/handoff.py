"""A ticket that could not be finished goes back to a person: what was done, what failed, their text kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.act.approval_seals import REPLY
from cx_core.act.autonomous_cases import file_case, tried_in_vain
from cx_core.act.manual_handling import leave_to_person
from cx_core.act.outcomes import OutcomeFile, latest
from cx_core.act.reply.ai_disclosure import by_a_person
from cx_core.act.reply.redrafting import plan_digest
from cx_core.catalogue import Company
from cx_core.ports import Clock, Store
from cx_core.records import (
    Approval,
    Choices,
    Draft,
    Evidence,
    Lookup,
    Outcome,
    PersonId,
    Proposal,
    Ruling,
    Step,
    StepId,
    TicketId,
    Work,
    subject,
)
from cx_core.service_rules.unread_messages import unread


class Handoff:
    """Makes the version a person goes on with."""

    def __init__(self, store: Store, clock: Clock, file: OutcomeFile, company: Company) -> None:
        self._company = company
        self._store = store
        self._clock = clock
        self._file = file

    def give_back(
        self,
        ticket_id: TicketId,
        version: int,
        fresh: Proposal | None,
        why: str,
        trouble: str = "",
        *,
        contradicted: bool = False,
    ) -> str:
        """Put a next version with what is left to do; `fresh` is what would be planned now, else `trouble` says why.

        `contradicted`: the reply was refused though it had been ruled as allowed.
        """
        with self._store.begin() as unit:
            ticket, before = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            approval = unit.proposals.approval(ticket_id, version)
            if ticket is None or before is None or approval is None:
                return "given back"
            if (ticket.version, ticket.work) != (version, "carrying"):
                return "given back"  # a crash came after this was done once
            on_file = self._file.read(unit, ticket_id).outcomes
            outcomes = latest(on_file)
            after = remaining(before, fresh, outcomes, approval)
            now = {step: one for (at, step), one in on_file.items() if at == version}
            said = what_happened(now, why, sure=not any(one.unknown and one.step == REPLY for one in on_file.values()))
            if after.reply is not None:
                after = after.replace(reply=after.reply.replace(text=by_a_person(after.reply.text, self._company)))
            unit.proposals.put(after.replace(why=said, made_at=self._clock()))
            work: Work = "reading" if unread(unit.tickets.messages(ticket_id), after) else "returned"
            unit.tickets.put(ticket.replace(version=after.version, work=work, status="open", updated_at=self._clock()))
            text, person = by_a_person(approval.reply, self._company), PersonId(approval.person)
            begun = unit.colleagues.draft(ticket_id)
            choices = Choices(skipped=approval.skipped)
            if approval.skipped:
                choices = choices.replace(written_for=plan_digest(after.steps, choices))
            unit.colleagues.put_draft(
                Draft(
                    ticket=ticket_id,
                    version=after.version,
                    text=text,
                    person=person,
                    at=self._clock(),
                    choices=choices,
                    earlier=begun.earlier if begun else (),
                )
            )
            payload = {"version": version, "why": said, "not_planned_afresh": trouble}
            unit.record("given_back", actor="rung", payload=payload, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "given_back", self._clock())
            at = self._clock()
            if tried_in_vain(on_file, version):
                unit.tickets.measure(ticket, "act_failed", at)
            file_case(unit, before, approval, on_file, at, trouble=said, contradicted=contradicted)
        return "given back"

    def left_to_person(self, ticket_id: TicketId, version: int, why: str, *, contradicted: bool = False) -> bool:
        """Whether it was an answer that was to leave alone and did not: a person answers then, without a draft.

        One that may have gone out is another matter: its text is kept, so that it cannot go out twice.
        """
        with self._store.begin() as unit:
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            approval = unit.proposals.approval(ticket_id, version)
            if ticket is None or proposal is None or approval is None or approval.role is not None or approval.steps:
                return False
            if (ticket.version, ticket.work) != (version, "carrying"):
                return False
            if any(one.unknown for one in self._file.read(unit, ticket_id).outcomes.values()):
                return False
            said = f"It was to be answered without a person, and was not: {why.rstrip('.')}."
            if unread(unit.tickets.messages(ticket_id), proposal):
                unit.tickets.put(ticket.replace(work="reading", updated_at=self._clock()))
            else:
                leave_to_person(unit, ticket, proposal, said, self._clock())
            unit.record(
                "given_back",
                actor="rung",
                payload={"version": version, "why": said},
                ticket=ticket_id,
                customer=subject(ticket),
            )
            unit.tickets.measure(ticket, "given_back", self._clock())
            if contradicted:
                file_case(unit, proposal, approval, {}, self._clock(), trouble=said, contradicted=True)
        return True


def remaining(
    before: Proposal, fresh: Proposal | None, outcomes: Mapping[StepId, Outcome], approval: Approval
) -> Proposal:
    """The next version: steps not done, under their old names, with arguments as they would be chosen now.

    What a person edited stays as they left it, and what may have happened stays exactly as it was tried. What they
    left out is there to be taken in again.
    """
    left = [s for s in before.steps if not _done(outcomes.get(s.id))]
    approved = {step.id: step for step in approval.steps}
    source = fresh or before
    unsure = [approved[s.id] for s in left if s.id in approved and _unsure(outcomes.get(s.id))]
    rulings = {step.id: _ruling(step, before, fresh) for step in left}
    return before.replace(
        version=before.version + 1,
        messages=source.messages,
        evidence=_with_records(source.evidence, unsure, before.evidence),
        done=(*before.done, *(step for step in approval.steps if _done(outcomes.get(step.id)))),
        steps=tuple(_left(step, approved.get(step.id, step), outcomes.get(step.id), fresh) for step in left),
        rulings=rulings,
        route=before.route if before.route != "act" else "advisor",
    )


def _left(step: Step, approved: Step, outcome: Outcome | None, fresh: Proposal | None) -> Step:
    edited = approved.values() != step.values() and outcome is None
    found = None if edited or _unsure(outcome) else _twin(step, fresh)
    return step.replace(arguments=found.arguments) if found else approved


def _with_records(evidence: Evidence, steps: Sequence[Step], before: Evidence) -> Evidence:
    """What these steps name and only the evidence before knows: a slot is no longer free once it is taken for us."""
    here = {record.ref for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)}
    old = [record for lookup in before.lookups for record in (*lookup.records, *lookup.others)]
    tried = tuple(
        Lookup(goal=step.goal, name="tried", others=named)
        for step in steps
        if (named := tuple(r for r in old if r.id in step.values().values() and r.ref not in here))
    )
    return evidence.replace(lookups=(*evidence.lookups, *tried))


def _unsure(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.unknown


def _twin(step: Step, fresh: Proposal | None) -> Step | None:
    same = (s for s in (fresh.steps if fresh else ()) if s.action == step.action and s.goal == step.goal)
    return next(same, None)


def _ruling(step: Step, before: Proposal, fresh: Proposal | None) -> Ruling:
    twin = _twin(step, fresh)
    return fresh.rulings[twin.id] if twin and fresh else before.rulings[step.id]


def _done(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.status == "done" and outcome.verified


def what_happened(outcomes: Mapping[StepId, Outcome], why: str, *, sure: bool) -> str:
    """One line: what was done this time, what failed and why; `sure`: no reply can have gone out, now or before."""
    done = [str(o.action).replace("_", " ") for o in outcomes.values() if _done(o)]
    failed = [f"{str(o.action).replace('_', ' ')}: {o.message}" for o in outcomes.values() if o.status == "failed"]
    said = [f"Done: {', '.join(done)}."] if done else []
    said += [f"Failed — {text.rstrip('.')}." for text in failed]
    if why and not failed:
        said.append(f"Not sent: {why}.")
    return " ".join([*said, *(["Nothing was sent to the customer."] if sure else []), "The reply is kept."])
