"""What a fresh proposal takes over from the version before it: changes to tell, what people added, what was done."""

from __future__ import annotations

from functools import partial

from cx_core.act import manual_handling
from cx_core.act.outcomes import OutcomeFile, latest
from cx_core.act.reply.owed_corrections import owed
from cx_core.act.reply.redrafting import with_told
from cx_core.catalogue import Knowledge, action_of
from cx_core.decide import autonomy
from cx_core.decide.added_step import carried_over
from cx_core.ports import Store, Unit
from cx_core.records import Finding, Proposal, Ticket
from cx_core.search.record_freshness import differences
from cx_core.workflows.findings import looked_at
from cx_core.workflows.permission import Permission

TAKEN_BACK = "Something was taken back after the customer was told of it: write"


class EarlierVersions:
    """Holds a fresh proposal against the versions before it."""

    def __init__(self, knowledge: Knowledge, store: Store, outcomes: OutcomeFile, permission: Permission) -> None:
        self._knowledge = knowledge
        self._store = store
        self._outcomes = outcomes
        self._permission = permission

    def kept(self, fresh: Proposal, current: Proposal | None, ticket: Ticket) -> Proposal:
        """The fresh proposal with all that it takes over."""
        fresh = self._with_added(self._with_changes(fresh, current, ticket), current, ticket)
        return self._with_done(fresh, current)

    def _with_changes(self, fresh: Proposal, current: Proposal | None, ticket: Ticket) -> Proposal:
        """With what changed in the records since the version that waited: whoever saw that one is told why."""
        if current is None:
            return fresh
        with self._store.look() as unit:
            fresh = self._with_left_out(unit, fresh, current)
            if unit.proposals.approval(ticket.id, current.version) is not None:
                return fresh
        return fresh.replace(since=differences(current, fresh, self._knowledge.records))

    def _with_left_out(self, unit: Unit, fresh: Proposal, current: Proposal) -> Proposal:
        """With what was planned and the last answer left out, where it is not planned again: it may still be owed."""
        answers = (unit.proposals.approval(fresh.ticket, version) for version in range(current.version, 0, -1))
        answer = next((one for one in answers if one is not None), None)
        answered = unit.proposals.get(fresh.ticket, answer.version) if answer else None
        if answer is None or answered is None:
            return fresh
        planned = {step.action for step in fresh.steps}
        for step in answered.steps:
            if step.id in answer.skipped and not step.added_by and step.action not in planned:
                title, why = action_of(self._knowledge.actions, step.action).title, answer.skipped[step.id].rstrip(".")
                text = f"“{title}” was left out of the last answer: {why}. Check whether it is still owed."
                fresh = looked_at(fresh.replace(findings=(*fresh.findings, Finding(step=None, text=text))), text)
        return fresh

    def _with_added(self, fresh: Proposal, current: Proposal | None, ticket: Ticket) -> Proposal:
        """What a person added to the plan outlives new words, unless it was answered already."""
        if current is None or not any(step.added_by for step in current.steps):
            return fresh
        with self._store.look() as unit:
            answered = unit.proposals.approval(ticket.id, current.version) is not None
            outcomes = self._outcomes.read(unit, ticket.id).outcomes
        tried = {step for (_, step), one in outcomes.items() if one.status != "failed" or one.unknown}
        rule = partial(self._permission.ruling, ticket=ticket, proposal=fresh)
        if answered:
            return fresh
        return with_told(carried_over(fresh, current, tried, self._knowledge.actions, rule), self._knowledge)

    def _with_done(self, fresh: Proposal, current: Proposal | None) -> Proposal:
        """Return the draft with what was done or taken back before, where nothing was sent to say so."""
        with self._store.look() as unit:
            ticket = unit.tickets.get(fresh.ticket)
            if ticket is not None and owed(unit, ticket):
                route, why = autonomy.not_alone(fresh.route, fresh.why, TAKEN_BACK)
                fresh = fresh.replace(route=route, why=why)
            current = manual_handling.answered(unit, current) if current is not None else None
            if current is None or not current.done:
                return fresh
            outcomes = latest(self._outcomes.read(unit, fresh.ticket).outcomes)
        goals = [goal.task_type for goal in fresh.triage.goals]
        before = dict(enumerate(goal.task_type for goal in current.triage.goals))
        done = tuple(
            step.replace(goal=goals.index(wanted) if wanted in goals else 0)
            for step in current.done
            if (one := outcomes.get(step.id)) is not None and one.status == "done"
            for wanted in [before.get(step.goal)]
        )
        return with_told(fresh.replace(done=done), self._knowledge)
