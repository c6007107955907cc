"""Proposals that were shown with an error on purpose: what people made of them, and how many were caught.

Whatever a person answers to one, nothing is carried out and nothing is sent. They are told at once, and the genuine
proposal takes its place.
"""

from __future__ import annotations

from cx_core.act.reply.act_claims import sentences
from cx_core.act.reply.redrafting import as_drafted, holds_words, plan_digest
from cx_core.desk.service import LEADS, Service, allow, assigned
from cx_core.errors import NotAllowed
from cx_core.ports import Unit
from cx_core.records import (
    APPROVERS,
    Approval,
    Choices,
    Draft,
    Person,
    PersonId,
    PlantedDecision,
    PlantedError,
    Proposal,
    Ticket,
    TicketId,
    Value,
    subject,
)
from cx_core.service_rules.planted_errors import caught_by
from cx_core.views import Refusal
from cx_core.views.level_views import CatchCount, CatchRate

RUNG = "rung"
FEWEST_WORDS = 3
"""A sentence of fewer words may stand in any reply."""

_NO_TICKET = Refusal(code="stale", text="There is no such proposal. Open the ticket again.")
_CHANGED = Refusal(code="conflict", text="The draft has been changed since. Look at the ticket again.")


class PlantedErrors(Service):
    """Everybody sees what they caught themselves; supervisors and administrators also the shares by task type."""

    def approved(self, person: Person, approval: Approval, draft: Draft | None) -> Refusal:
        """Take this approval of a proposal with an error as an answer to a check. Nothing is approved by it."""
        with self._store.begin() as unit:
            if (refusal := self._not_now(unit, person, approval.ticket, approval.version)) is not None:
                return refusal
            if unit.colleagues.draft(approval.ticket) != draft:
                return _CHANGED
            error, proposal = _open(unit, approval.ticket, approval.version)
            if error is None or proposal is None:
                return _NO_TICKET
            how = caught_by(approval.steps, error.step, error.argument, _wrong(error, proposal))
            decision: PlantedDecision = "caught" if how else "missed"
            return self._answered(unit, person, error, proposal, decision, how or "approved it")

    def rejected(self, person: Person, ticket_id: TicketId, version: int, reason: str) -> Refusal:
        """Take this rejection of a proposal with an error as an answer to a check: it was caught."""
        with self._store.begin() as unit:
            if (refusal := self._not_now(unit, person, ticket_id, version)) is not None:
                return refusal
            error, proposal = _open(unit, ticket_id, version)
            if error is None or proposal is None:
                return _NO_TICKET
            return self._answered(unit, person, error, proposal, "caught", f"rejected it: {reason.strip()}")

    def set_aside(self, person: Person, ticket_id: TicketId, version: int) -> Refusal:
        """Show the genuine proposal to somebody who is about to go on from one with an error, without a decision."""
        with self._store.begin() as unit:
            if (refusal := self._not_now(unit, person, ticket_id, version)) is not None:
                return refusal
            error, proposal = _open(unit, ticket_id, version)
            if error is None or proposal is None:
                return _NO_TICKET
            return self._answered(unit, person, error, proposal, "lifted", "began to add to it")

    def lift(self, unit: Unit, ticket: Ticket) -> Ticket:
        """Return the ticket with the genuine proposal in the place of one with an error, which nobody has answered."""
        error, proposal = _open(unit, ticket.id, ticket.version)
        if error is None or proposal is None or ticket.work not in ("ready", "returned"):
            return ticket
        return self._reveal(unit, ticket, error, proposal, "lifted", "no time is left for a check", None)

    def copied(self, unit: Unit, proposal: Proposal, reply: str) -> Refusal | None:
        """Refuse a reply with a sentence that only the draft with the error has."""
        error = unit.planted_errors.of(proposal.ticket)
        if error is None:
            return None
        own = {_plain(one) for one in sentences(proposal.reply.text if proposal.reply else "")}
        text = _plain(reply)
        for one in error.sentences:
            if len(one.split()) >= FEWEST_WORDS and _plain(one) not in own and _plain(one) in text:
                text = f"Nothing was sent. The reply repeats what was wrong on purpose: “{one}” Right is {error.right}."
                return Refusal(code="check", text=text)
        return None

    def catch_rates(self, person: Person) -> tuple[CatchRate, ...]:
        """How many planted errors were caught, by task type, whoever decided on them."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            counts = unit.planted_errors.counts()
        titles = {name: one.title for name, one in self._knowledge.task_types.items()}
        return tuple(CatchRate(**one.model_dump(), title=titles.get(one.task_type, one.task_type)) for one in counts)

    def caught(self, person: Person, of: PersonId | None = None) -> tuple[CatchCount, ...]:
        """The same of one person: oneself, or for supervisors a colleague. Raises NotAllowed for anybody else."""
        allow(person, *APPROVERS)
        whose = of or person.id
        if whose != person.id and person.role not in LEADS:
            raise NotAllowed("These are somebody else's figures. Supervisors and administrators may see them.")
        with self._store.look() as unit:
            return unit.planted_errors.counts(whose)

    def _answered(
        self, unit: Unit, person: Person, error: PlantedError, proposal: Proposal, decision: PlantedDecision, how: str
    ) -> Refusal:
        ticket = unit.tickets.get(error.ticket)
        if ticket is None:
            return _NO_TICKET
        self._reveal(unit, ticket, error, proposal, decision, how, person)
        return Refusal(code="check", text=told(error.replace(decision=decision)))

    def _reveal(
        self,
        unit: Unit,
        ticket: Ticket,
        error: PlantedError,
        proposal: Proposal,
        decision: PlantedDecision,
        how: str,
        person: Person | None,
    ) -> Ticket:
        """Put the genuine proposal as the next version. What was decided and shown is on record with it."""
        version, now = ticket.version + 1, self._clock()
        genuine = error.genuine.replace(version=version, messages=proposal.messages)
        unit.proposals.put(genuine)
        after = (assigned(ticket, person) if person else ticket).replace(version=version, updated_at=now)
        unit.tickets.put(after)
        self._keep_words(unit, error, proposal, genuine)
        unit.planted_errors.put(
            error.replace(
                decision=decision, how=how, person=person.id if person else None, decided_at=now, revealed=version
            )
        )
        actor, customer = person.id if person else RUNG, subject(ticket)
        payload = {"version": error.version, "decision": decision, "how": how}
        unit.record("planted_error_decided", actor=actor, payload=payload, ticket=ticket.id, customer=customer)
        shown = {"version": version, "in_place_of": error.version, "wrong": error.wrong, "right": error.right}
        shown |= {"argument": error.told}
        unit.record("planted_error_revealed", actor=RUNG, payload=shown, ticket=ticket.id, customer=customer)
        body = genuine.model_dump(mode="json")
        unit.record("proposed", actor="copilot", payload=body, ticket=ticket.id, customer=customer)
        return after

    def _keep_words(self, unit: Unit, error: PlantedError, proposal: Proposal, genuine: Proposal) -> None:
        """A draft that nobody changed goes with its proposal. Own words stay, unless they say what is wrong.

        Those can be looked up among the earlier texts.
        """
        draft = unit.colleagues.draft(error.ticket)
        if draft is None:
            return
        if as_drafted(draft.text, proposal, draft.choices, self._knowledge):
            unit.colleagues.drop_draft(error.ticket)
            return
        written_for = draft.choices.written_for or plan_digest(proposal.steps, draft.choices)
        kept = draft.replace(choices=Choices(written_for=written_for))
        if _says(draft.text, error):
            text = genuine.reply.text if genuine.reply else ""
            choices = Choices(written_for=plan_digest(genuine.steps, Choices()))
            earlier = (*draft.earlier, draft.text)
            kept = draft.replace(version=genuine.version, text=text, choices=choices, earlier=earlier)
        unit.colleagues.put_draft(kept)


def told(error: PlantedError) -> str:
    """What whoever answered a check is told, or whoever finds the genuine proposal in its place."""
    wrong = f"{error.told} said {error.wrong}, and right is {error.right}."
    if error.decision == "caught":
        first = f"Well spotted: this was a check, with one detail wrong on purpose. {wrong}"
    elif error.decision == "missed":
        first = f"This was a check, with one detail wrong on purpose. {wrong} It is easily missed, and no harm is done."
    else:
        first = f"The proposal shown here before was a check, with one detail wrong on purpose. {wrong}"
    return f"{first} Nothing of it was carried out or sent. The genuine proposal is here now: please decide on that."


def told_in(unit: Unit, ticket: Ticket, person: Person) -> str:
    """What this person is told while the ticket shows the proposal that came after a check; empty: nothing."""
    error = unit.planted_errors.of(ticket.id)
    if error is None or ticket.version != error.version + 1 or ticket.work not in ("ready", "returned"):
        return ""
    return told(error if error.person == person.id else error.replace(decision="lifted"))


def hidden_in(unit: Unit, ticket: TicketId) -> bool:
    """Whether a ticket shows an error that nobody has been told of yet."""
    found = unit.tickets.get(ticket)
    return found is not None and _open(unit, ticket, found.version)[0] is not None


def _open(unit: Unit, ticket: TicketId, version: int) -> tuple[PlantedError | None, Proposal | None]:
    """The error that this version shows, with the proposal that has it, while nobody has decided on it."""
    error, proposal = unit.planted_errors.of(ticket), unit.proposals.get(ticket, version)
    if error is None or proposal is None or error.decision or error.version != version:
        return None, None
    return error, proposal


def _wrong(error: PlantedError, proposal: Proposal) -> Value:
    step = proposal.step(error.step)
    return step.values().get(error.argument) if step else None


def _says(text: str, error: PlantedError) -> bool:
    copied = any(_plain(one) in _plain(text) for one in error.sentences if len(one.split()) >= FEWEST_WORDS)
    return copied or holds_words(text, error.wrong)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
