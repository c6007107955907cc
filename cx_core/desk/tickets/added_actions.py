"""A person adds an action to a plan: any of the catalogue that the policy lets them, or somebody above them, do."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.act.reply.redrafting import as_drafted, plan_digest, redrafted, with_told
from cx_core.catalogue import ActionForm, ActionSpec, action_of
from cx_core.decide import added_step
from cx_core.desk.governance.planted_errors import PlantedErrors
from cx_core.desk.service import Means, Service, allow, assigned
from cx_core.errors import BadInput
from cx_core.records import (
    APPROVERS,
    ActionName,
    Draft,
    Person,
    Proposal,
    Ruling,
    Step,
    StepId,
    Ticket,
    TicketId,
    Value,
    subject,
)
from cx_core.service_rules.trial_cases import overtaken
from cx_core.views import Refusal

_NOBODY = Refusal(code="denied", text="The sender is not a known customer, so nothing can be done in a system.")


class AddedActionService(Service):
    """What is added is ruled on like any step, waits for approval like any step, and is carried out like any step."""

    def __init__(self, means: Means, planted: PlantedErrors) -> None:
        super().__init__(means)
        self._planted = planted

    def addable(self, person: Person) -> tuple[ActionSpec, ...]:
        """Every action that changes something, by title."""
        allow(person, *APPROVERS)
        writes = (action for action in self._knowledge.actions.values() if action.kind == "write")
        return tuple(sorted(writes, key=lambda action: action.title))

    def action_form(self, person: Person, ticket_id: TicketId, name: ActionName) -> ActionForm | Refusal:
        """What there is to fill in for an action, with this customer's own records to choose from."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
        action = self._knowledge.actions.get(name)
        if ticket is None or action is None or action.kind != "write":
            return Refusal(code="stale", text="There is no such ticket or action.")
        customer = self._journey().customer(ticket)
        if customer is None:
            return _NOBODY
        offered = self._journey().adding.choices(action, customer)
        return ActionForm(action=action, currency=self._knowledge.company.currency, offered=offered)

    def add_step(
        self,
        person: Person,
        ticket_id: TicketId,
        version: int,
        name: ActionName,
        goal: int,
        values: Mapping[str, Value],
    ) -> Refusal | None:
        """Put an action into the plan, for one of the ticket's goals. Nothing is carried out before approval."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            refusal = self._not_now(unit, person, ticket_id, version)
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            outcomes = unit.proposals.outcomes(ticket_id)
        action, journey = self._knowledge.actions.get(name), self._journey()
        if refusal is not None or ticket is None or proposal is None or action is None or action.kind != "write":
            return refusal or Refusal(code="stale", text="There is no such ticket or action.")
        if proposal.planted_error:
            return self._planted.set_aside(person, ticket_id, version)
        if not 0 <= goal < len(proposal.triage.goals):
            return Refusal(code="denied", text="Say first what the customer wants, then add the action.")
        if (customer := journey.customer(ticket)) is None:
            return _NOBODY
        number = max([proposal.next_step - 1, *(int(id[1:]) for _, id in outcomes if id[1:].isdigit())]) + 1
        try:
            offered = journey.adding.choices(action, customer)
            step = added_step.step(StepId(f"s{number}"), goal, action, values, offered, person)
        except BadInput as error:
            return Refusal(code="denied", text=str(error))
        now_read = proposal.replace(evidence=proposal.evidence.replace(customer=customer))
        ruling = journey.permission.ruling(step, ticket, now_read)
        if ruling.answer == "deny":
            return Refusal(code="denied", text=f"{action.title}: {'; '.join(ruling.reasons)}.")
        return self._added(person, ticket, now_read, step, ruling)

    def _added(self, person: Person, ticket: Ticket, proposal: Proposal, step: Step, ruling: Ruling) -> Refusal | None:
        now, version = self._clock(), proposal.version + 1
        route = added_step.stricter(proposal.route, ruling)
        why = proposal.why if route == proposal.route else f"{person.name} added an action"
        after = proposal.replace(
            version=version,
            steps=(*proposal.steps, step),
            rulings={**proposal.rulings, step.id: ruling},
            route=route,
            why=why,
            made_at=now,
        )
        after = with_told(after, self._knowledge)
        with self._store.begin() as unit:
            if (refusal := self._not_now(unit, person, ticket.id, proposal.version)) is not None:
                return refusal
            held = unit.tickets.get(ticket.id) or ticket
            work = "ready" if held.work == "failed" else held.work
            unit.proposals.put(after)
            missed = overtaken(
                proposal,
                held,
                self._knowledge,
                now,
                f"{action_of(self._knowledge.actions, step.action).title} was added",
            )
            self._keep_case(unit, proposal, missed)
            unit.tickets.put(
                assigned(held, person).replace(
                    version=version, work=work, route=route, needs=after.needs, updated_at=now
                )
            )
            if (draft := unit.colleagues.draft(ticket.id)) is not None:
                unit.colleagues.put_draft(self._carried(draft, proposal, after))
            payload = {
                "version": version,
                "step": step.model_dump(mode="json"),
                "ruling": ruling.model_dump(mode="json"),
            }
            unit.record("step_added", actor=person.id, payload=payload, ticket=ticket.id, customer=subject(held))
            unit.tickets.measure(held, "step_added", now, person=person.id)
        return None

    def _carried(self, draft: Draft, before: Proposal, after: Proposal) -> Draft:
        """The draft on the plan with one action more: what nobody changed is drafted anew, other words stay."""
        choices = draft.choices
        if not choices.written_for:
            choices = choices.replace(written_for=plan_digest(before.steps, choices))
        text = draft.text
        if as_drafted(text, before, choices, self._knowledge):
            text = redrafted(after, choices, self._knowledge)
            choices = choices.replace(written_for=plan_digest(after.steps, choices))
        return draft.replace(version=after.version, text=text, choices=choices)
