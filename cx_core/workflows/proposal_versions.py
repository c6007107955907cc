"""What becomes of a proposal once it is made: its ticket's next version, or nothing new.

A version counts only if the ticket still stands where it was read; a proposal that was overtaken is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.act.reply.redrafting import carried
from cx_core.catalogue import Knowledge
from cx_core.knowledge_base.passage_usage import of_proposal
from cx_core.ports import Clock, Sealer, Store, Unit
from cx_core.records import (
    IMPORTED_ID,
    Approval,
    ConsentOffer,
    Evidence,
    Message,
    Proposal,
    Ticket,
    Triage,
    Value,
    Versions,
    subject,
)
from cx_core.service_rules.auto_send_checks import in_hand
from cx_core.service_rules.consents import sealed_offer
from cx_core.service_rules.denied_codes import denied
from cx_core.service_rules.service_levels import respond_by, solve_by
from cx_core.service_rules.system_pauses import SystemPauses
from cx_core.service_rules.unread_messages import from_program, unanswered, unread
from cx_core.understand.conversation import matters
from cx_core.workflows.error_planting import ErrorPlanting
from cx_core.workflows.findings import looked_at
from cx_core.workflows.proposal_inputs import ProposalInputs

COPILOT = "copilot"
"""Who did it, in the audit log."""


class NextVersion:
    """Puts a proposal on its ticket and on record, in one transaction."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        knowledge: Knowledge,
        versions: Versions,
        sealer: Sealer,
        systems: SystemPauses,
        planting: ErrorPlanting | None = None,
    ) -> None:
        """Without `planting` no proposal is shown with an error."""
        self._sealer, self._systems, self._planting = sealer, systems, planting
        self._store = store
        self._clock = clock
        self._knowledge = knowledge
        self._company = knowledge.company
        self._versions = versions

    def put(
        self,
        proposal: Proposal,
        current: Proposal | None,
        alone: Approval | None = None,
        offer: ConsentOffer | None = None,
    ) -> str:
        """ "proposed"; "kept" if the new words change nothing in the current one; or "overtaken".

        `alone` is the copilot's own approval of a proposal that goes without a person: kept with it or not at all.
        It goes to a person after all where one is at work on the ticket, or a system that it needs does not answer.
        `offer` is what the proposal puts to the
        customer, and nobody else may put it.
        """
        with self._store.begin() as unit:
            ticket = unit.tickets.get(proposal.ticket)
            if ticket is None or ticket.version != proposal.version - 1:
                return "overtaken"
            if ticket.work in ("sending", "carrying") or ticket.status == "closed":  # closed: erased meanwhile
                return "overtaken"
            answered = unit.proposals.approval(ticket.id, ticket.version) is not None
            if current and not answered and alone is None and _says_the_same(current, proposal):
                unit.proposals.put(current.replace(messages=proposal.messages))
                unit.tickets.put(ticket.replace(work="ready"))
                unit.record(
                    "words_change_nothing",
                    actor=COPILOT,
                    ticket=ticket.id,
                    customer=subject(ticket),
                    payload={"version": current.version, "messages": proposal.messages},
                )
                return "kept"
            if alone is not None and unread(unit.tickets.messages(ticket.id), proposal):
                return "overtaken"  # newer words are on their way, and may ask for more
            if alone is not None and (held := self._held_back(unit, proposal)) is not None:
                proposal, alone = held, None
            if current and not answered and (draft := unit.colleagues.draft(ticket.id)) is not None:
                kept, told = carried(draft, current, proposal, self._knowledge)
                proposal = proposal.replace(since=(*proposal.since, *told))
                if kept != draft:
                    unit.colleagues.put_draft(kept)
            changed = ticket.replace(
                **(
                    _told(proposal)
                    | self._handed(ticket, proposal)
                    | self._due(ticket, proposal, unit.tickets.messages(ticket.id))
                )
            )
            proposal = self._shown(unit, changed, proposal, alone)
            unit.proposals.put(proposal)
            if alone is not None:
                unit.proposals.put_approval(alone)
                self._put_to_customer(unit, ticket, offer)
                changed = changed.replace(work="sending", status="open", first=None)
            unit.tickets.put(changed)
            unit.record(
                "proposed",
                actor=COPILOT,
                payload=proposal.model_dump(mode="json"),
                ticket=ticket.id,
                customer=subject(changed),
            )
            if alone is not None:
                unit.record(
                    "acts_alone",
                    actor=COPILOT,
                    payload=alone.model_dump(mode="json"),
                    ticket=ticket.id,
                    customer=subject(changed),
                )
            unit.article_use.add_uses(changed, proposal.version, of_proposal(proposal), self._clock())
            self._measure(unit, changed, proposal)
            self._came_elsewhere(unit, changed)
        return "proposed"

    def _held_back(self, unit: Unit, proposal: Proposal) -> Proposal | None:
        """The proposal for a person, where one is at work on its ticket or a system does not answer; else None."""
        if why := denied(unit, proposal.ticket) or in_hand(unit, proposal.ticket, self._clock()):
            return looked_at(proposal, why)
        if why := self._systems.paused(unit, proposal.triage.goals):
            return looked_at(proposal.replace(paused=why), f"{why[0].upper()}{why[1:]}")
        return None

    def _shown(self, unit: Unit, ticket: Ticket, proposal: Proposal, alone: Approval | None) -> Proposal:
        """The proposal as people see it: a few are shown with an error, and none that goes without a person."""
        return proposal if self._planting is None or alone else self._planting.shown(unit, ticket, proposal)

    def _measure(self, unit: Unit, ticket: Ticket, proposal: Proposal) -> None:
        """What is prepared of an imported ticket is no work here until somebody acts on it or the customer writes."""
        if ticket.imported is not None and _only_imported(unit.tickets.messages(ticket.id)):
            return
        now = self._clock()
        unit.tickets.measure(ticket, "proposed", now, seconds=sum(proposal.ms.values()) / 1000)
        if proposal.triage.wants_person:
            unit.tickets.measure(ticket, "person_wanted", now)

    def _put_to_customer(self, unit: Unit, ticket: Ticket, offer: ConsentOffer | None) -> None:
        if offer is None:
            return
        unit.consents.put(sealed_offer(offer, self._sealer))
        payload = {"version": offer.version, "act": offer.act, "amount": offer.amount, "until": offer.until.isoformat()}
        unit.record("consent_asked", actor=COPILOT, payload=payload, ticket=ticket.id, customer=subject(ticket))

    def _came_elsewhere(self, unit: Unit, ticket: Ticket) -> None:
        """A new ticket about something that was settled in another one: that speaks against what was done there."""
        if ticket.test or ticket.imported is not None:
            return  # it did not come after what was done here, or nobody asked it
        if ticket.version > 1 or from_program(unanswered(unit.tickets.messages(ticket.id))):
            return
        for other in unit.trials.same_matter(ticket):
            unit.tickets.measure(other, "elsewhere", ticket.opened_at)

    def put_empty(self, case: ProposalInputs, why: str) -> str:
        """A version without a proposal, which a person answers by hand or has read again."""
        empty = Proposal(
            ticket=case.ticket,
            version=case.version,
            messages=case.read or len(case.messages),
            triage=Triage(),
            evidence=Evidence(),
            summary="",
            route="person",
            why=f"The copilot could not read this: {why}",
            first_step=case.first_step,
            versions=self._versions,
            made_at=self._clock(),
        )
        with self._store.begin() as unit:
            ticket = unit.tickets.get(case.ticket)
            if ticket is None or ticket.version != case.version - 1 or ticket.status == "closed":
                return "overtaken"
            before = unit.proposals.get(ticket.id, ticket.version)
            if before is not None and unit.proposals.approval(ticket.id, ticket.version) is None:
                done = tuple(step.replace(goal=0) for step in before.done)  # it has no goals of its own
                empty = empty.replace(done=done)
            unit.proposals.put(empty)
            unit.tickets.put(
                ticket.replace(work="failed", version=case.version, route="person", updated_at=self._clock())
            )
            unit.record("not_prepared", actor=COPILOT, payload={"why": why}, ticket=ticket.id, customer=subject(ticket))
        return "failed"

    def _handed(self, ticket: Ticket, proposal: Proposal) -> dict[str, object]:
        """The team that speaks the customer's language, where we do not serve it and nobody has the ticket yet."""
        company, language = self._company, proposal.triage.language
        team = company.speaks.get(language, "") if company.foreign(language) else ""
        return {"team": team} if team and not ticket.team and ticket.assignee is None else {}

    def _due(self, ticket: Ticket, proposal: Proposal, messages: Sequence[Message]) -> dict[str, object]:
        """When the customer should have heard from us: counted from their first unanswered message.

        What was written to another desk, before it was imported, has no time here.
        """
        company, priority = self._company, proposal.triage.priority
        customer = proposal.evidence.customer
        tier = str(customer.fields.get("tier") or "") if customer else ""
        since = next((one for one in unanswered(messages) if not one.id.startswith(IMPORTED_ID)), None)
        if ticket.imported is not None and since is None:
            return {"updated_at": self._clock()}
        due: dict[str, object] = {
            "solve_by": solve_by(company, ticket.opened_at, tier, priority),
            "updated_at": self._clock(),
        }
        return due | ({"respond_by": respond_by(company, since.at, tier, priority)} if since else {})


def _only_imported(messages: Sequence[Message]) -> bool:
    return all(one.id.startswith(IMPORTED_ID) for one in messages)


def _says_the_same(before: Proposal, after: Proposal) -> bool:
    """Whether new words were read, and nothing that a person should hear or do came of them."""
    new_words = before.messages < after.messages
    return new_words and not matters(before.triage, after.triage) and not _more(before, after)


def _more(before: Proposal, after: Proposal) -> bool:
    """Whether a person should hear something that they were not told before, or approve something else."""
    told = {finding.text for finding in before.findings}
    return any(finding.text not in told for finding in after.findings) or _acts(before) != _acts(after)


def _acts(proposal: Proposal) -> list[tuple[str, dict[str, Value]]]:
    return [(step.action, step.values()) for step in proposal.steps]


def _told(proposal: Proposal) -> dict[str, object]:
    """What the ticket takes over from its proposal, for the queue."""
    customer = proposal.evidence.customer
    fields = customer.fields if customer else {}
    return {
        "version": proposal.version,
        "work": "ready",
        "priority": proposal.triage.priority,
        "sentiment": proposal.triage.sentiment,
        "language": proposal.triage.language,
        "task_types": tuple(goal.task_type for goal in proposal.triage.goals),
        "route": proposal.route,
        "needs": proposal.needs,
        "customer": customer.id if customer else None,
        "customer_name": str(fields.get("name") or "") if customer else "",
        "tier": str(fields.get("tier") or "") if customer else "",
    }
