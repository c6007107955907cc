"""Carrying out what was approved: each step done and read back, then the customer answered, or a person told why not.

Each part of it may run again after a crash and then finds its own work done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from cx_core.act.delivery import SENT, Delivery
from cx_core.act.execution import Execution
from cx_core.act.handoff import Handoff
from cx_core.act.outcomes import OutcomeFile
from cx_core.act.rating_request import RatingQuestions
from cx_core.catalogue import ActionSpec
from cx_core.decide import planning
from cx_core.errors import AuditUnavailable, NoProof, RulingContradicted, Stopped, words_of
from cx_core.ports import StepRunner, Store, Unit
from cx_core.records import ActionName, Approval, Proposal, StepId, Ticket, TicketId
from cx_core.service_rules.unread_messages import unread
from cx_core.workflows.proposal_inputs import ProposalInputs

BEGUN = "begun"


class CarryingOut:
    """From an approval to the reply, as durable work."""

    def __init__(
        self,
        actions: Mapping[ActionName, ActionSpec],
        ours: str,
        store: Store,
        execution: Execution,
        delivery: Delivery,
        handoff: Handoff,
        ratings: RatingQuestions,
        outcomes: OutcomeFile,
        propose: Callable[[ProposalInputs], Proposal],
    ) -> None:
        """`ours` is the name under which the copilot answers; `propose` plans afresh what is left of a plan."""
        self._actions, self._ours = actions, ours
        self._store = store
        self._execution, self._delivery = execution, delivery
        self._handoff, self._ratings = handoff, ratings
        self._outcomes = outcomes
        self._propose = propose

    def run(self, ticket_id: TicketId, version: int, run: StepRunner) -> str:
        """Carry out what was approved, read each step back, answer the customer. A failed step stops the rest.

        Steps answer in fixed words, never a customer's: the runner keeps what they answer.
        """
        with self._store.look() as unit:
            approval, ticket = unit.proposals.approval(ticket_id, version), unit.tickets.get(ticket_id)
        if approval is None and (ticket is None or ticket.work not in ("sending", "carrying")):
            return "withdrawn"  # the approval went with its customer, whose words were erased
        if approval is None:
            raise NoProof(f"Nothing was approved for version {version} of {ticket_id}.")
        if run("begin", partial(self._begin, ticket_id, version)) != BEGUN:
            return "withdrawn"
        try:
            steps = planning.in_order(approval.steps, self._actions)
        except (KeyError, ValueError):  # the knowledge has changed since
            return run("give back", partial(self._give_back, ticket_id, version, "the plan cannot be carried out now"))
        for step in steps:
            if run(f"do {step.id}", partial(self._do, ticket_id, version, step.id)) != "done":
                return run("give back", partial(self._give_back, ticket_id, version, ""))
        answered = run("reply", partial(self._reply, ticket_id, version, self._author(approval)))
        if answered == SENT:
            run("ask for a rating", partial(self._ratings.ask, ticket_id))
        return answered

    def _begin(self, ticket_id: TicketId, version: int) -> str:
        """From here on it cannot be withdrawn. A ticket that has moved on since is left alone."""
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None or ticket.version != version or ticket.work not in ("sending", "carrying"):
                return "moved on"
            if self._overtaken(unit, ticket):
                unit.tickets.put(ticket.replace(work="reading"))
                return "moved on"
            if ticket.work == "sending":
                unit.tickets.put(ticket.replace(work="carrying"))
        return BEGUN

    def _overtaken(self, unit: Unit, ticket: Ticket) -> bool:
        """Whether the customer wrote again before what was to go without a person was begun: that is read first."""
        approval, proposal = (
            unit.proposals.approval(ticket.id, ticket.version),
            unit.proposals.get(ticket.id, ticket.version),
        )
        if approval is None or proposal is None or approval.role is not None or ticket.work != "sending":
            return False
        return unread(unit.tickets.messages(ticket.id), proposal)

    def set_aside(self, ticket: Ticket, why: str) -> str:
        """A person gets a ticket whose work ended the program again and again; nothing is tried once more."""
        with self._store.look() as unit:
            on_file, approval = self._outcomes.read(unit, ticket.id), unit.proposals.approval(ticket.id, ticket.version)
        if approval is None or self._begin(ticket.id, ticket.version) != BEGUN:
            return "nothing to do"
        known = on_file.outcomes.keys() - on_file.doubt
        open_ = [step.id for step in approval.steps if (approval.version, step.id) not in known]
        for step in open_:  # which of them was begun is not known here; under their keys none is done twice
            said = f"{why} It is not known whether it was done: look before you try again."
            self._execution.gave_up(ticket.id, approval.version, step, said, unknown=True)
        if not open_:
            why = self._delivery.lost(ticket.id, approval.version, why)
        return self._handoff.give_back(ticket.id, approval.version, None, why, why)

    def _author(self, approval: Approval) -> str:
        return self._ours if approval.role is None else approval.name

    def _do(self, ticket_id: TicketId, version: int, step_id: StepId) -> str:
        try:
            return self._execution.run(ticket_id, version, step_id).status
        except (NoProof, Stopped) as refusal:
            against = isinstance(refusal, RulingContradicted)
            self._execution.gave_up(ticket_id, version, step_id, str(refusal), unknown=False, contradicted=against)
        except AuditUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # the journey's edge: on record, and a person looks
            why = f"{words_of(error)} It is not known whether it was done: look before you try again."
            self._execution.gave_up(ticket_id, version, step_id, why, unknown=True)
        return "failed"

    def _reply(self, ticket_id: TicketId, version: int, author: str) -> str:
        """ "sent", or "given back"."""
        try:
            sent = self._delivery.send(ticket_id, version, author)
        except AuditUnavailable:
            raise
        except RulingContradicted as refusal:
            why = f"the reply could not be sent: {str(refusal).rstrip('.')}"
            return self._give_back(ticket_id, version, why, contradicted=True)
        except Exception as error:  # noqa: BLE001  # the journey's edge: on record, and a person looks
            sent = self._delivery.lost(ticket_id, version, words_of(error))
        return sent if sent == SENT else self._give_back(ticket_id, version, sent)

    def _give_back(self, ticket_id: TicketId, version: int, why: str, *, contradicted: bool = False) -> str:
        """What is left goes back to a person, planned afresh on what the systems say now."""
        if self._handoff.left_to_person(ticket_id, version, why, contradicted=contradicted):
            return "given back"
        self._execution.look_again(ticket_id)
        self._execution.let_go(ticket_id, version)
        with self._store.look() as unit:
            ticket, messages = unit.tickets.get(ticket_id), unit.tickets.messages(ticket_id)
            before, attached = unit.proposals.get(ticket_id, version), unit.attachments.of(ticket_id)
        if ticket is None or before is None:
            return "given back"
        case = ProposalInputs.of(ticket, messages[: before.messages], version + 1, attached=attached)
        fresh, trouble = None, ""
        try:
            fresh = self._propose(case)
        except Exception as error:  # noqa: BLE001  # the journey's edge: it goes back all the same, the audit knows
            trouble = words_of(error)
        return self._handoff.give_back(ticket_id, version, fresh, why, trouble, contradicted=contradicted)
