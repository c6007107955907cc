"""What was done for a customer lately, on any of their tickets: no answer to them should speak as if it were not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from cx_core.act.outcomes import OutcomeFile
from cx_core.act.step_cards import words
from cx_core.catalogue import ActionSpec, Knowledge
from cx_core.ports import Clock, Store, Unit
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Evidence,
    Message,
    Outcome,
    RecentAct,
    Status,
    Step,
    StepId,
    Ticket,
    TicketId,
)
from cx_core.text.wording import say

LATELY = timedelta(days=14)
STATUSES: tuple[Status, ...] = ("new", "open", "pending", "solved", "closed")
_NAME = re.compile(r"\{([a-z_]+)\}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


class RecentActs:
    """Adds them to the evidence of a ticket."""

    def __init__(self, store: Store, outcomes: OutcomeFile, knowledge: Knowledge, clock: Clock) -> None:
        self._store, self._outcomes, self._knowledge, self._clock = store, outcomes, knowledge, clock

    def into(self, evidence: Evidence, ticket: TicketId, messages: Sequence[Message]) -> Evidence:
        """The evidence with what was done, newest first. Raises AuditUnavailable.

        Not with what was done on this very ticket since our last answer: the draft tells of that from its receipts.
        """
        if evidence.customer is None:
            return evidence
        with self._store.look() as unit:
            acts = recent_acts(unit, _whose(evidence.customer), self._outcomes, self._knowledge, self._clock())
        answered = max((one.at for one in messages if one.sender != "customer"), default=None)
        told = [one for one in acts if one.ticket != ticket or (answered is not None and one.at <= answered)]
        return evidence.replace(recent=tuple(told))

    def steps_done(self, ticket: TicketId) -> tuple[Step, ...]:
        """What was done on this ticket and still stands, oldest first, answered or not. Raises AuditUnavailable."""
        with self._store.look() as unit:
            outcomes = self._outcomes.read(unit, ticket).outcomes.items()
            done = [(at, one.at) for at, one in outcomes if one.status == "done" and one.verified]
            found = (self._step(unit, ticket, *at) for at, _ in sorted(done, key=lambda pair: pair[1]))
            return tuple(step for step in found if step is not None)

    @staticmethod
    def _step(unit: Unit, ticket: TicketId, version: int, id: StepId) -> Step | None:
        approval = unit.proposals.approval(ticket, version)
        return next((one for one in approval.steps if one.id == id), None) if approval else None


def recent_acts(
    unit: Unit, customer: CustomerId, outcomes: OutcomeFile, knowledge: Knowledge, now: datetime
) -> tuple[RecentAct, ...]:
    """What was done and verified in the last days for a customer and still stands, newest first.

    Raises AuditUnavailable.
    """
    since, found = now - LATELY, list[RecentAct]()
    for ticket in unit.tickets.of(customer, STATUSES):
        if ticket.simulated or ticket.updated_at < since:
            continue
        for (version, id), outcome in outcomes.read(unit, ticket.id).outcomes.items():
            approval = unit.proposals.approval(ticket.id, version)
            step = next((one for one in approval.steps if one.id == id), None) if approval else None
            spec = knowledge.actions.get(outcome.action)
            good = outcome.status == "done" and outcome.verified and outcome.receipt is not None
            if step is not None and spec is not None and good and outcome.at >= since:
                found.append(_act(ticket, step, spec, outcome, knowledge.company.today(now)))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _whose(customer: BusinessRecord) -> CustomerId:
    return CustomerId(customer.id)


def _act(ticket: Ticket, step: Step, spec: ActionSpec, outcome: Outcome, today: date) -> RecentAct:
    receipt = outcome.receipt
    fields = receipt.fields if receipt else {}
    about = [step.values().get(name) for name, one in spec.arguments.items() if one.type == "record"]
    made = [receipt.reference] if receipt else []
    return RecentAct(
        ticket=ticket.id,
        step=step.id,
        action=outcome.action,
        words=words(step, spec, outcome),
        told=_told(spec, {**step.values(), **fields}) if spec.told else "",
        fields={name: value for name, value in fields.items() if value is not None},
        refs=tuple(value for value in (*about, *made) if isinstance(value, str) and value),
        over=any(day < today.isoformat() for value in fields.values() for day in _days(value)),
        at=outcome.at,
    )


def _told(spec: ActionSpec, values: Mapping[str, object]) -> str:
    return _NAME.sub(lambda match: say(values.get(match[1])), spec.told)  # type: ignore[arg-type]


def _days(value: object) -> list[str]:
    return _DAY.findall(value) if isinstance(value, str) else []
