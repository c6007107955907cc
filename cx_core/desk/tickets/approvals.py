"""A person's answer to a proposal: approve, edit, reject; and taking a done step back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from uuid import uuid4

from cx_core.act.approval import marked, still_masked, unkept
from cx_core.act.first_approval import NOTICE, use_up, void
from cx_core.act.manual_handling import answered, draft_of, leave_to_person
from cx_core.act.outcomes import latest
from cx_core.act.reply.ai_disclosure import by_a_person
from cx_core.act.reply.macro_filling import unfilled
from cx_core.act.reply.redrafting import as_drafted, plan_digest, redrafted, without_done
from cx_core.act.reply.reply_check import OTHER_PLAN
from cx_core.act.reply.reply_slots import slot_labels
from cx_core.catalogue import action_of
from cx_core.decide.policy.reply_step import SEND_REPLY, reply_saying
from cx_core.desk.channels.sendings import unsendable
from cx_core.desk.governance.kill_switches import stop_shown
from cx_core.desk.governance.planted_errors import PlantedErrors
from cx_core.desk.service import LEADS, Means, Service, allow, assigned, waiting
from cx_core.desk.tickets.dual_approval import CONFLICT, MEANWHILE, YOURS, DualApproval, take_back, waits
from cx_core.desk.tickets.ticket_attachments import unlike
from cx_core.errors import BadInput, NoProof, Stopped, SystemTrouble
from cx_core.ports import Unit
from cx_core.records import (
    APPROVERS,
    EVERYTHING,
    Approval,
    AttachmentId,
    Choices,
    Draft,
    Leaves,
    Outcome,
    Person,
    Proposal,
    Step,
    StepId,
    Ticket,
    TicketId,
    Value,
    Work,
    subject,
    switches_over,
)
from cx_core.service_rules.trial_cases import trial_of
from cx_core.views import Refusal, Unconfirmed

LONGEST_SECONDS = 7200.0
"""A ticket left open for longer was not being worked on all that time."""

NOT_SENT = "Nothing was done or sent. Your text is kept on the ticket."
PREPARED_AGAIN = "A new proposal is being prepared from the current records; your text is kept."


class Approvals(Service):
    """Everything is checked here with the person's role, and once more at the act."""

    def __init__(self, means: Means, dual: DualApproval, planted: PlantedErrors) -> None:
        super().__init__(means)
        self._dual, self._planted, self._channels = dual, planted, means.channels

    def approve(
        self,
        person: Person,
        ticket_id: TicketId,
        version: int,
        *,
        reply: str,
        edits: Mapping[StepId, Mapping[str, Value]] | None = None,
        skipped: Mapping[StepId, str] | None = None,
        files: Collection[AttachmentId] | None = None,
        confirmed: str = "",
        seen: int | None = None,
        leaves: Leaves | None = None,
    ) -> Approval | Refusal:
        """Have the steps carried out, verified, and the reply sent. An empty reply closes without one.

        Everything is checked against the policy with this person's role and these very arguments, and once more at
        the act. That an AI helped is put back where it was taken out. The files attached go with the reply; `files`
        are those the person has seen. Where two people are needed the first one's approval waits (`Approval.waits`)
        for another person's of exactly the same; of anything else, the second is the first one of that. A reply that
        is not true of the plan is held until it is `confirmed`, by the token that `to_confirm` gives for these words
        and this plan. `seen` is the revision of the draft that the person's page shows: where another was kept since,
        with other words or another plan, nothing goes. `leaves` is what the ticket is afterwards; None: as
        the reply says.
        """
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            refusal = self._not_now(unit, person, ticket_id, version)
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            if refusal is not None or ticket is None or proposal is None:
                return refusal or Refusal(code="stale", text="There is no such ticket.")
            try:
                approval = self._dual.meant(unit, person, ticket, proposal, reply, edits or {}, skipped or {})
            except BadInput as error:
                return Refusal(code="denied", text=str(error))
            outcomes = latest(self._outcomes.read(unit, ticket_id).outcomes)
            first, draft = waits(unit, ticket, self._clock()), unit.colleagues.draft(ticket_id)
            held = self._dual.held(unit, proposal, reply, edits or {}, skipped or {}, approval.steps)
            copied = self._planted.copied(unit, proposal, reply) if not proposal.planted_error else None
        approval = approval.replace(leaves=leaves, confirmed=held.reasons if held else ())
        refusal = self._stale(ticket_id) or _overwrites(draft, seen, reply, proposal, approval.steps)
        refusal = refusal or unlike(approval.files, files, reply)
        refusal = refusal or unsendable(self._channels, ticket, approval.reply, files=bool(approval.files))
        drafted = proposal.reply.text if proposal.reply else ""
        labels = slot_labels(proposal.steps, outcomes, self._knowledge.actions, drafted, proposal.evidence)
        refusal = refusal or marked(reply) or unkept(reply, approval.steps, outcomes, self._knowledge.actions, labels)
        refusal = refusal or unfilled(reply, self._knowledge.macros.values()) or still_masked(reply)
        refusal = refusal or self._stopped(proposal, approval.steps) or copied or _unconfirmed(held, confirmed)
        if refusal is None and proposal.planted_error:
            return self._planted.approved(person, approval, draft)
        policy = self._journey().permission.policy()
        alone, denied = self._dual.may(person, approval.steps, ticket, proposal)
        if (refusal := refusal or denied or self._may_answer(person, approval, ticket, proposal)) is not None:
            return refusal
        if alone:
            return self._answer(person, self._journey().permission.sealed(approval, policy), draft)
        if first is None or not self._dual.goes_with(first, approval, ticket, proposal, policy):
            able = self._dual.able(person, approval, ticket, proposal)
            return self._dual.wait(
                person, self._journey().permission.sealed_first(approval, policy), first, able, draft
            )
        if first.person == person.id:
            return Refusal(code="role", text=YOURS)
        approval = approval.replace(leaves=approval.leaves or first.leaves)
        return self._answer(person, self._journey().permission.sealed(approval, policy, first), draft, first)

    def not_sendable(self, person: Person, ticket_id: TicketId, text: str) -> Refusal | None:
        """A no to these words where the ticket's channel would not take them now; approving asks the same."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
        return unsendable(self._channels, ticket, text, files=False) if ticket is not None else None

    def _stale(self, ticket_id: TicketId) -> Refusal | None:
        """The records or the task type changed since this was planned: it is prepared again, and not approved."""
        stale = self._stale_plans()
        if (overtaken := stale.changes(ticket_id)) is None:
            return None
        if number := stale.give_back(ticket_id, overtaken):
            self._durable.prepare(ticket_id, number, again=uuid4().hex)
        text = f"Not approved, since what it rests on changed meanwhile. {' '.join(overtaken.told)} {PREPARED_AGAIN}"
        return Refusal(code="stale", text=text)

    def _may_answer(self, person: Person, approval: Approval, ticket: Ticket, proposal: Proposal) -> Refusal | None:
        """Answering is an act like any other, where there is something to say."""
        if not approval.reply.strip():
            return None
        allowed, reasons = self._journey().permission.may(person.role, reply_saying(approval.reply), ticket, proposal)
        return None if allowed else Refusal(code="denied", text=f"{SEND_REPLY.title}: {'; '.join(reasons)}.")

    def _stopped(self, proposal: Proposal, steps: tuple[Step, ...]) -> Refusal | None:
        if not steps:
            return None
        with self._store.look() as unit:
            goals = proposal.triage.goals
            names = {name for step in steps for name in switches_over(step.action, [goals[step.goal].task_type])}
            switch = unit.switches.stopped(sorted(names))
        if switch is None:
            return None
        return Refusal(code="stopped", text=f"Actions are stopped: {switch.reason}. Leave them out, or answer later.")

    def _answer(
        self, person: Person, approval: Approval, draft: Draft | None, first: Approval | None = None
    ) -> Approval | Refusal:
        with self._store.begin() as unit:
            refusal = self._not_now(unit, person, approval.ticket, approval.version)
            ticket = unit.tickets.get(approval.ticket)
            if refusal is not None or ticket is None:
                return refusal or Refusal(code="stale", text="There is no such ticket.")
            if unit.colleagues.draft(ticket.id) != draft:  # kept since this approval was looked at
                return CONFLICT
            if first is None:
                void(unit, ticket, person.id, f"{person.name} approved it otherwise", self._clock())
            elif waits(unit, ticket, self._clock()) != first:
                return Refusal(code="stale", text=MEANWHILE)
            unit.colleagues.drop_notices(ticket.id, NOTICE)
            unit.proposals.put_approval(approval)
            work: Work = "sending" if self._undo_seconds else "carrying"
            unit.tickets.put(assigned(ticket, person).replace(work=work, first=None))
            unit.record(
                "answered",
                actor=person.id,
                payload=approval.model_dump(mode="json"),
                ticket=ticket.id,
                customer=subject(ticket),
            )
            self._keep_trial(unit, ticket, approval)
            held = unit.colleagues.held_since(ticket.id, person.id)
            took = min((self._clock() - held).total_seconds(), LONGEST_SECONDS) if held else None
            unit.tickets.measure(ticket, approval.decision, self._clock(), seconds=took, person=person.id)
        self._durable.carry_out(approval.ticket, approval.version, after_seconds=self._undo_seconds)
        return approval

    def _keep_trial(self, unit: Unit, ticket: Ticket, approval: Approval) -> None:
        """A case of evidence, where the copilot would have done the same or something else alone."""
        proposal = unit.proposals.get(ticket.id, approval.version)
        first = unit.trials.first(ticket.id, approval.version)
        if proposal is not None:
            self._keep_case(unit, proposal, trial_of(proposal, approval, ticket, self._knowledge, first))

    def withdraw(self, person: Person, ticket_id: TicketId, version: int) -> Refusal | None:
        """Take an approval back before anything was begun; the text and what was changed are kept.

        The first of two can be taken back as long as the second is waited for.
        """
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket, approval = unit.tickets.get(ticket_id), unit.proposals.approval(ticket_id, version)
            proposal = unit.proposals.get(ticket_id, version)
            if ticket is not None and approval is None and ticket.version == version:
                return take_back(unit, person, ticket, self._clock())
            if ticket is None or approval is None or proposal is None:
                return Refusal(code="stale", text="There is nothing to take back.")
            if ticket.version != version or ticket.work != "sending":
                return Refusal(
                    code="already", text="It is already being sent. Completed steps can be undone on their cards."
                )
            if not may_withdraw(person, approval):
                return Refusal(code="role", text=f"Only {approval.name} or a supervisor can withdraw this approval.")
            messages = unit.tickets.messages(ticket_id)
            unread = waiting(messages, proposal)
            use_up(unit, approval, self._clock())
            unit.trials.drop(ticket_id, version)
            if (first := unit.trials.first(ticket_id, version)) is not None:
                unit.trials.put_first(first.replace(version=version + 1))  # what they said before they saw it stays
            after = {"version": version + 1, "work": "reading" if unread else "ready", "updated_at": self._clock()}
            approved_by = approval.person if approval.role is not None else person.id
            if approval.role is None:  # it was to leave without a person, and one looks at it now
                proposal, after = (
                    proposal.replace(
                        route="advisor", why=f"{person.name} took it back before it left by itself", answers=()
                    ),
                    {**after, "route": "advisor"},
                )
                proposal, approval = self._told_by_a_person(proposal, approval)
            unit.proposals.put(proposal.replace(version=version + 1))
            unit.tickets.put(ticket.replace(**after))
            begun = unit.colleagues.draft(ticket_id)
            kept = draft_of(approval, proposal, begun.earlier if begun else (), self._clock())
            unit.colleagues.put_draft(kept.replace(version=version + 1))
            if person.id != approved_by:
                unit.colleagues.notify(approved_by, ticket_id, "withdrawn", person.name, NOT_SENT, self._clock())
            unit.record(
                "withdrawn",
                actor=person.id,
                payload={"version": version, "approval": approval.id},
                ticket=ticket_id,
                customer=subject(ticket),
            )
            unit.tickets.measure(ticket, "withdrawn", self._clock(), person=person.id)
        if unread:
            self._durable.prepare(ticket_id, len(messages), again=uuid4().hex)
        return None

    def _told_by_a_person(self, proposal: Proposal, approval: Approval) -> tuple[Proposal, Approval]:
        """Words that were to leave alone say that nobody has read them: no longer true once somebody does."""
        company = self._knowledge.company
        if proposal.reply is not None:
            text = by_a_person(proposal.reply.text, company)
            proposal = proposal.replace(reply=proposal.reply.replace(text=text))
        return proposal, approval.replace(reply=by_a_person(approval.reply, company))

    def reject(self, person: Person, ticket_id: TicketId, version: int, reason: str) -> Approval | Refusal:
        """The proposal goes, with the reason on record; the next version has no steps and no draft."""
        allow(person, *APPROVERS)
        if not reason.strip():
            return Refusal(code="empty", text="Give a short reason so that the copilot can learn from it.")
        with self._store.look() as unit:
            shown = unit.proposals.get(ticket_id, version)
        if shown is not None and shown.planted_error:
            return self._planted.rejected(person, ticket_id, version, reason)
        approval = Approval(
            id=uuid4().hex,
            ticket=ticket_id,
            version=version,
            decision="reject",
            person=person.id,
            name=person.name,
            role=person.role,
            reason=reason.strip(),
            at=self._clock(),
        )
        with self._store.begin() as unit:
            refusal = self._not_now(unit, person, ticket_id, version)
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, version)
            if refusal is not None or ticket is None or proposal is None:
                return refusal or Refusal(code="stale", text="There is no such ticket.")
            unit.proposals.put_approval(approval)
            self._keep_trial(unit, ticket, approval)
            why = f"Rejected by {person.name}: {reason.strip()}"
            ticket = void(unit, ticket, person.id, why, self._clock())
            leave_to_person(unit, assigned(ticket, person), proposal, why, self._clock())
            unit.record(
                "answered",
                actor=person.id,
                payload=approval.model_dump(mode="json"),
                ticket=ticket_id,
                customer=subject(ticket),
            )
            unit.tickets.measure(ticket, "reject", self._clock(), person=person.id)
        return approval

    def undo(self, person: Person, ticket_id: TicketId, version: int, step_id: StepId) -> Outcome | Refusal:
        """Take a done step back while its system allows; the ticket returns, since the customer was told otherwise.

        An undo is an act too: while everything is stopped it is refused. A supervisor may still take back together
        what was done alone.
        """
        allow(person, *APPROVERS)
        return self._take_back(person, ticket_id, version, step_id, self._unstopped)

    def take_step_back(self, person: Person, ticket_id: TicketId, version: int, step_id: StepId) -> Outcome | Refusal:
        """Take a step back in an incident, for those who lead, also while everything is stopped."""
        allow(person, *LEADS)
        return self._take_back(person, ticket_id, version, step_id, lambda _: None)

    def _unstopped(self, unit: Unit) -> None:
        if stop := unit.switches.stopped([EVERYTHING]):
            raise Stopped(stop_shown(stop, {}, self._accounts.names()).no_undo)

    def _take_back(
        self, person: Person, ticket_id: TicketId, version: int, step_id: StepId, check: Callable[[Unit], None]
    ) -> Outcome | Refusal:
        with self._store.look() as unit:
            ticket, outcome = unit.tickets.get(ticket_id), unit.proposals.outcomes(ticket_id).get((version, step_id))
        if ticket is None or outcome is None or outcome.status != "done" or outcome.receipt is None:
            return Refusal(code="already", text="There is nothing to take back.")
        execution = self._journey().execution
        expired = outcome.receipt.undo_until is None or outcome.receipt.undo_until <= self._clock()
        try:
            if expired and not execution.taken_back(outcome):
                return Refusal(code="expired", text="This can no longer be undone.")
            then = partial(self._undone, person, ticket_id, outcome)
            undone = execution.undo(ticket, version, outcome, person.id, then, check)
        except (NoProof, Stopped) as refusal:
            return Refusal(code="stopped" if isinstance(refusal, Stopped) else "already", text=str(refusal))
        except SystemTrouble as trouble:
            return Refusal(code="denied", text=f"It was not taken back: {trouble}")
        for other, number in self._stale_plans().after_act(ticket_id):
            self._durable.prepare(other, number, again=uuid4().hex)
        return undone

    def _undone(self, person: Person, ticket_id: TicketId, outcome: Outcome, unit: Unit) -> None:
        """In the transaction that records it, so that a customer who was told otherwise is never forgotten."""
        done_in = ticket = unit.tickets.get(ticket_id)
        while ticket is not None and ticket.merged_into is not None:
            ticket = unit.tickets.get(ticket.merged_into)
        if done_in is None or ticket is None:
            return
        unit.tickets.measure(done_in, "undone", self._clock(), person=person.id)
        unit.article_use.unsolve(done_in.id, self._clock())
        unit.solved_cases.keep_case(done_in.id, None, self._clock())
        proposal = unit.proposals.get(ticket.id, ticket.version)
        if proposal is None:
            return
        untold = ticket.id == done_in.id and any(step.id == outcome.step for step in proposal.done)
        if untold:
            proposal = self._untold(unit, proposal, outcome.step)
        if ticket.work == "done":
            title = action_of(self._knowledge.actions, outcome.action).title
            why = f"{title} was undone by {person.name}. The customer may have been told otherwise: write to them."
            left = without_done(answered(unit, proposal), outcome.step, self._knowledge)
            leave_to_person(unit, ticket, left, why, self._clock())

    def _untold(self, unit: Unit, before: Proposal, undone: StepId) -> Proposal:
        """Nobody was told of a step that is taken back: the draft follows, as far as nobody changed it."""
        after = without_done(before, undone, self._knowledge)
        unit.proposals.put(after)
        draft = unit.colleagues.draft(before.ticket)
        if draft is not None and as_drafted(draft.text, before, draft.choices, self._knowledge):
            text = redrafted(after, draft.choices, self._knowledge)
            unit.colleagues.put_draft(draft.replace(text=text))
        return after


def _unconfirmed(held: Unconfirmed | None, confirmed: str) -> Refusal | None:
    if held is None or held.token == confirmed:
        return None
    change = "" if OTHER_PLAN in held.reasons else "Change the words, or "
    text = f"Nothing was sent. {' '.join(held.reasons)} {change or 'Please '}confirm that they are right for this plan."
    return Refusal(code="unconfirmed", text=text)


def _overwrites(
    draft: Draft | None, seen: int | None, reply: str, proposal: Proposal, steps: tuple[Step, ...]
) -> Refusal | None:
    """Refuse what would go over words or a plan that were kept after the person's page was drawn."""
    if draft is None or seen in (None, draft.revision):
        return None
    same_plan = plan_digest(steps, Choices()) == plan_digest(proposal.steps, draft.choices)
    return None if same_plan and reply.strip() == draft.text.strip() else CONFLICT


def may_withdraw(person: Person, approval: Approval | None) -> bool:
    """Whoever approved it, or a supervisor."""
    return approval is not None and (approval.person == person.id or person.role in LEADS)
