"""The first approval of two: kept while a second person is waited for, taken back, or void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from cx_core.act.approval import Edits, chosen
from cx_core.act.first_approval import NOTICE, agree, void
from cx_core.act.manual_handling import draft_of
from cx_core.act.outcomes import latest
from cx_core.act.recent_acts import recent_acts
from cx_core.act.reply.owed_corrections import owed
from cx_core.act.reply.reply_check import Planned, unconfirmed
from cx_core.catalogue import action_of
from cx_core.desk.service import LEADS, Service, allow, assigned
from cx_core.desk.tickets.ticket_attachments import enclosed
from cx_core.errors import BadInput
from cx_core.ports import Unit
from cx_core.records import (
    APPROVERS,
    Approval,
    Choices,
    Draft,
    FirstApproval,
    Person,
    PersonId,
    Proposal,
    RecentAct,
    Role,
    Step,
    StepId,
    Ticket,
    TicketId,
    awaits_second,
    digest,
    subject,
)
from cx_core.views import Approved, Refusal, Unconfirmed

YOURS = "You have already approved this. Someone else who is allowed to must approve it too."
CONFLICT = Refusal(
    code="conflict",
    text="This reply was changed elsewhere meanwhile, and nothing was overwritten or sent. Look at both, then go on.",
)
MEANWHILE = "Somebody approved this or withdrew their approval while you were viewing it. Check it again, then approve."


class DualApproval(Service):
    """What an approval means, and whether it is one person's, the first of two, or the second."""

    def is_as_approved(
        self, person: Person, ticket_id: TicketId, *, reply: str, edits: Edits, skipped: Mapping[StepId, str]
    ) -> bool:
        """Whether approving this would be the second of two, and not the first of something else."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
            first = waits(unit, ticket, self._clock()) if ticket else None
            if ticket is None or proposal is None or first is None:
                return False
            try:
                return agree(first, self.meant(unit, person, ticket, proposal, reply, edits, skipped))
            except BadInput:
                return False

    def to_confirm(
        self, person: Person, ticket_id: TicketId, *, reply: str, edits: Edits, skipped: Mapping[StepId, str]
    ) -> Unconfirmed | None:
        """What of these words is not true of the plan with these changes; approving asks for its token."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
            if proposal is None:
                return None
            try:
                steps = chosen(proposal, edits, skipped, person, self._knowledge.actions)
            except BadInput:
                return None
            return self.held(unit, proposal, reply, edits, skipped, steps)

    def held(
        self,
        unit: Unit,
        proposal: Proposal,
        reply: str,
        edits: Edits,
        skipped: Mapping[StepId, str],
        steps: tuple[Step, ...],
    ) -> Unconfirmed | None:
        draft = unit.colleagues.draft(proposal.ticket)
        choices = Choices(edits={step: dict(values) for step, values in edits.items()}, skipped=dict(skipped))
        outcomes = latest(self._outcomes.read(unit, proposal.ticket).outcomes)
        written_for = draft.choices.written_for if draft else ""
        ticket = unit.tickets.get(proposal.ticket)
        taken_back = owed(unit, ticket) if ticket else ()
        has_files = bool(enclosed(unit.attachments.of(proposal.ticket)))
        recent = self._done_lately(unit, ticket)
        plan = Planned(proposal, choices, steps, outcomes, written_for, taken_back, has_files, recent)
        return unconfirmed(reply, plan, self._knowledge)

    def _done_lately(self, unit: Unit, ticket: Ticket | None) -> tuple[RecentAct, ...]:
        customer = ticket.customer if ticket else None
        if customer is None:
            return ()
        return recent_acts(unit, customer, self._outcomes, self._knowledge, self._clock())

    def meant(
        self,
        unit: Unit,
        person: Person,
        ticket: Ticket,
        proposal: Proposal,
        reply: str,
        edits: Edits,
        skipped: Mapping[StepId, str],
    ) -> Approval:
        """The approval this would be, not sealed. Raises BadInput."""
        steps = chosen(proposal, edits, skipped, person, self._knowledge.actions)
        told = self._disclosed(unit, ticket, reply)
        attached = tuple(file.id for file in enclosed(unit.attachments.of(ticket.id)))
        drafted = proposal.reply.text if proposal.reply else ""
        planned = steps == proposal.steps and not any(step.added_by for step in steps)
        unchanged = planned and told == drafted and not attached
        return Approval(
            id=uuid4().hex,
            ticket=ticket.id,
            version=proposal.version,
            decision="approve" if unchanged else "edit",
            person=person.id,
            name=person.name,
            role=person.role,
            steps=steps,
            skipped=dict(skipped),
            reply=told,
            files=attached,
            at=self._clock(),
            digests={step.id: digest(ticket.id, proposal.version, step) for step in steps},
        )

    def may(
        self, person: Person, steps: tuple[Step, ...], ticket: Ticket, proposal: Proposal
    ) -> tuple[bool, Refusal | None]:
        """Whether this person may have all of it done alone; if not, why not even with a second one.

        Each step is asked as if those before it were done, so that nothing is approved that the act would stop.
        """
        journey = self._journey()
        alone = journey.permission.may_in_turn(person.role, steps, ticket, proposal)
        if all(allowed for allowed, _ in alone.values()):
            return True, None
        two = journey.permission.may_in_turn(
            person.role, steps, ticket, proposal, {step.id: person.role for step in steps}
        )
        for step in steps:
            allowed, reasons = alone[step.id]
            if not allowed and not two[step.id][0]:
                title = action_of(self._knowledge.actions, step.action).title
                return False, Refusal(code="denied", text=f"{title}: {'; '.join(reasons)}. Change it or leave it out.")
        return False, None

    def goes_with(self, first: Approval, second: Approval, ticket: Ticket, proposal: Proposal, policy: str) -> bool:
        """Whether the first approval is of exactly this and still counts, so that the second makes two."""
        journey = self._journey()
        if second.role is None or not agree(first, second):
            return False
        firsts: dict[StepId, Role] = {}
        for step in second.steps:
            role = journey.seconding.stands(first, step, policy)
            if role is None:
                return False
            firsts[step.id] = role
        answers = journey.permission.may_in_turn(second.role, second.steps, ticket, proposal, firsts)
        return all(allowed for allowed, _ in answers.values())

    def able(self, first: Person, approval: Approval, ticket: Ticket, proposal: Proposal) -> tuple[PersonId, ...]:
        """Whoever else may approve exactly this by now, as the second."""
        firsts, may = {step.id: first.role for step in approval.steps}, set[Role]()
        for role in APPROVERS:
            answers = self._journey().permission.may_in_turn(role, approval.steps, ticket, proposal, firsts)
            may |= {role} if all(allowed for allowed, _ in answers.values()) else set()
        return tuple(one.id for one in self._accounts.people() if one.role in may and one.id != first.id)

    def wait(
        self, person: Person, approval: Approval, seen: Approval | None, able: Sequence[PersonId], draft: Draft | None
    ) -> Approval | Refusal:
        """Nothing is done yet: it waits for a second person, who may approve exactly this; those who are `able` are
        told."""
        until = min(seal.expires_at for seal in approval.seals.values())
        with self._store.begin() as unit:
            refusal = self._not_now(unit, person, approval.ticket, approval.version)
            ticket, proposal = unit.tickets.get(approval.ticket), unit.proposals.get(approval.ticket, approval.version)
            if refusal is not None or ticket is None or proposal is None:
                return refusal or Refusal(code="stale", text="There is no such ticket.")
            if waits(unit, ticket, self._clock()) != seen:
                return Refusal(code="stale", text=MEANWHILE)
            if unit.colleagues.draft(ticket.id) != draft:  # kept since this approval was looked at
                return CONFLICT
            keep(unit, person, ticket, proposal, approval, until)
            ask_for_second(unit, person, ticket, approval, able)
        return approval


def waits(unit: Unit, ticket: Ticket, now: datetime) -> Approval | None:
    """The first approval of what counts now, if it still waits for a second."""
    found = unit.proposals.first_approval(ticket.id)
    if found is None or found.version != ticket.version:
        return None
    return found if awaits_second(ticket.first, ticket.version, ticket.work, now) else None


def keep(unit: Unit, person: Person, ticket: Ticket, proposal: Proposal, approval: Approval, until: datetime) -> None:
    """Put it on file in place of any other, and the ticket back for a second person with this text and these steps."""
    void(unit, ticket, person.id, f"{person.name} approved it otherwise", approval.at)
    unit.proposals.put_first_approval(approval, until)
    stub = FirstApproval(version=approval.version, person=person.id, name=person.name, at=approval.at, until=until)
    unit.tickets.put(assigned(ticket, person).replace(first=stub, updated_at=approval.at))
    begun = unit.colleagues.draft(ticket.id)
    unit.colleagues.put_draft(draft_of(approval, proposal, begun.earlier if begun else (), approval.at))
    unit.colleagues.drop_lease(ticket.id)
    unit.record(
        "approved_first",
        actor=person.id,
        payload=approval.model_dump(mode="json"),
        ticket=ticket.id,
        customer=subject(ticket),
    )


def ask_for_second(unit: Unit, first: Person, ticket: Ticket, approval: Approval, able: Sequence[PersonId]) -> None:
    """On record, which tells it outside, and above the lists of those who may."""
    payload = {"version": approval.version, "approval": approval.id, "able": list(able)}
    unit.record("second_wanted", actor=first.id, payload=payload, ticket=ticket.id, customer=subject(ticket))
    for one in able:
        unit.colleagues.notify(
            one, ticket.id, NOTICE, first.name, "Approve it unchanged and it will be carried out.", approval.at
        )


def take_back(unit: Unit, person: Person, ticket: Ticket, now: datetime) -> Refusal | None:
    """By whoever gave it, or a supervisor. The text and the steps stay as they were approved."""
    first = waits(unit, ticket, now)
    if first is None:
        return Refusal(code="stale", text="There is nothing to take back.")
    if not _may_take_back(person, first):
        return Refusal(code="role", text=f"Only {first.name} or a supervisor can withdraw this approval.")
    after = void(unit, ticket, person.id, f"{person.name} took it back", now)
    unit.tickets.put(after.replace(updated_at=now))
    return None


def seen_by(person: Person, first: Approval | None, ticket: Ticket) -> Approved | None:
    if first is None or ticket.first is None:
        return None
    return Approved(
        name=first.name,
        at=first.at,
        until=ticket.first.until,
        mine=first.person == person.id,
        reply=first.reply,
        may_withdraw=_may_take_back(person, first),
        skipped=tuple(first.skipped.values()),
        leaves=first.leaves,
    )


def _may_take_back(person: Person, first: Approval) -> bool:
    return first.person == person.id or person.role in LEADS
