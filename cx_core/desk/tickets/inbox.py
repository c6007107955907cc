"""The queue, a ticket opened, and what an advisor writes before the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from cx_core.act.approval import Edits, chosen
from cx_core.act.handover_packet import packet, with_person
from cx_core.act.outcomes import latest
from cx_core.act.recent_acts import recent_acts
from cx_core.act.reply import reply_slots as replies
from cx_core.act.reply.draft_sources import outdated
from cx_core.act.reply.draft_wording import worded
from cx_core.act.reply.owed_corrections import owed
from cx_core.act.reply.redrafting import as_drafted
from cx_core.act.status_after_reply import sends_nothing, suggested
from cx_core.act.step_cards import cards
from cx_core.catalogue import Knowledge, action_of
from cx_core.decide.policy.renewed_rulings import ruled_now
from cx_core.desk.channels.sendings import way_out
from cx_core.desk.governance.kill_switches import KillSwitchService, stop_shown
from cx_core.desk.governance.planted_errors import told_in
from cx_core.desk.service import LEASE, Means, Service, allow, assigned, let_go, waiting
from cx_core.desk.tickets.approvals import may_withdraw
from cx_core.desk.tickets.customer_confirmation import code_shown
from cx_core.desk.tickets.customer_tickets import others_of
from cx_core.desk.tickets.dual_approval import CONFLICT, seen_by, waits
from cx_core.desk.tickets.first_answers import veiled
from cx_core.desk.tickets.stopped_tickets import acts_of, held_by_stop, held_steps, mark_stopped, over_ticket
from cx_core.errors import AuditUnavailable, BadInput
from cx_core.ports import Unit
from cx_core.records import (
    APPROVERS,
    Approval,
    Choices,
    Draft,
    Message,
    Person,
    Proposal,
    Status,
    Step,
    StepId,
    Switch,
    Ticket,
    TicketId,
    awaits_second,
    subject,
)
from cx_core.service_rules.alone_questions import alone_questions
from cx_core.text.mail_parts import own_places
from cx_core.text.wording import language_names
from cx_core.understand.reading_limits import LOOKED_THROUGH
from cx_core.views import QueueFilter, QueuePage, QueueRow, Refusal, StepCard, Stop, TicketView
from cx_core.workflows.stale_plans import OPEN

MOST_SECONDING = 50
"""Tickets that wait for a second person, looked through for those of one person; longest first."""


class Inbox(Service):
    """What advisors read and keep while they work."""

    def __init__(self, means: Means, kill_switches: KillSwitchService) -> None:
        super().__init__(means)
        self._kill_switches, self._channels = kill_switches, means.channels

    def queue(self, person: Person, filter: QueueFilter, page: int = 1) -> QueuePage:
        allow(person, *APPROVERS)
        if filter.seconding:
            rows = self._store.seconding(self._clock(), MOST_SECONDING)
            theirs = tuple(row.id for row in rows if row.first is not None and row.first.person != person.id)
            filter = filter.replace(among=theirs)
        switches = self._store.switches()
        made = self._store.queue(filter.at(self._clock(), self.soon_minutes()), person, page)
        made = made.replace(rows=tuple(map(self._awaiting, made.rows)))
        if not switches:
            return made
        with self._store.look() as unit:
            return made.replace(rows=mark_stopped(unit, switches, made.rows))

    def _awaiting(self, row: QueueRow) -> QueueRow:
        """The row without a first approval that has run out or is of an earlier version."""
        waits = row.first is None or awaits_second(row.first, row.version, row.work, self._clock())
        return row if waits else row.replace(first=None)

    def soon_minutes(self) -> int:
        """How long before its time a ticket counts as due soon."""
        return self._knowledge.company.service_levels.soon_minutes

    def other_languages(self) -> dict[str, str]:
        """The names of the languages that customers may write in and that we do not serve, by code."""
        served = self._knowledge.company.languages
        return {code: name for code, name in language_names().items() if code not in served}

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]:
        return self._store.changes_since(id)

    def ticket(self, person: Person, ticket_id: TicketId) -> TicketView | Refusal:
        """Everything the Inbox shows of one ticket."""
        allow(person, *APPROVERS)
        now = self._clock()
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            proposal = unit.proposals.get(ticket_id, ticket.version)
            messages, outcomes, draft = (
                unit.tickets.messages(ticket_id),
                unit.proposals.outcomes(ticket_id),
                unit.colleagues.draft(ticket_id),
            )
            versions = {version for version, _ in outcomes} | {ticket.version}
            approvals = {v: a for v in versions if (a := unit.proposals.approval(ticket_id, v)) is not None}
            holder, attached = unit.colleagues.lease(ticket_id, now), unit.attachments.of(ticket_id)
            viewers = tuple(name for id, name in unit.colleagues.viewers(ticket_id, now) if id != person.id)
            proven = latest(self._outcomes.read(unit, ticket_id).outcomes)
            notes, first = unit.colleagues.notes(ticket_id), waits(unit, ticket, now)
            others = others_of(unit, ticket, OPEN)
            untold = owed(unit, ticket) if ticket.work != "done" else ()
            earlier = unit.solved_cases.cases(proposal.evidence.earlier) if proposal is not None else ()
            switches = unit.switches.on()
            recent = recent_acts(unit, ticket.customer, self._outcomes, self._knowledge, now) if ticket.customer else ()
            if proposal is not None and ticket.work in ("ready", "returned"):
                proposal = self._ruled_now(unit, proposal, switches)
            first_answer = proposal is not None and self._answered_first(unit, ticket, proposal)
            paused = self._systems.paused(unit, proposal.triage.goals) if proposal is not None else ""
            code, check = code_shown(unit, ticket, self._sealer, now), told_in(unit, ticket, person)
        if proposal is not None and first_answer:
            proposal, draft = veiled(proposal), None
        labels: dict[str, str] = {}
        made: tuple[StepCard, ...] = ()
        if proposal is not None:
            steps = self._as_chosen(proposal, draft.choices.edits if draft else {}, person)
            drafted = proposal.reply.text if proposal.reply else ""
            labels = replies.slot_labels(steps, proven, self._knowledge.actions, drafted, proposal.evidence)
            made = cards(ticket, proposal, approvals, outcomes, self._knowledge.actions, person, now)
        handed = None
        if proposal is not None and with_person(ticket):
            handed = packet(ticket, proposal, messages, outcomes, notes, self._knowledge)
        other = holder[1] if holder and holder[0] != person.id else ""
        unread = waiting(messages, proposal)
        stopped = self._stopped_here(switches, ticket, proposal, approvals.get(ticket.version), proven, draft)
        taken_back = tuple(action_of(self._knowledge.actions, name).title for name in untold)
        old: tuple[str, ...] = ()
        if proposal is not None and ticket.work in ("ready", "returned"):
            old = outdated(proposal, self._shelf.articles(), self._knowledge, now)
        return TicketView(
            ticket=ticket,
            messages=messages,
            new_parts={message.id: parts for message in messages if (parts := _new_parts(message))},
            attachments=attached,
            way_out=way_out(self._channels, ticket, messages),
            proposal=proposal,
            cards=made,
            draft=draft,
            as_drafted=_untouched(proposal, draft, self._knowledge),
            labels=labels,
            first_answer=first_answer,
            alone=alone_questions(proposal, bool(stopped.by), paused) if proposal and not first_answer else (),
            code=code,
            check=check,
            holder=other,
            viewers=viewers,
            first=seen_by(person, first, ticket),
            packet=handed,
            earlier=earlier,
            mine=bool(holder and holder[0] == person.id),
            silent=sends_nothing(ticket, approvals.get(ticket.version)),
            can_withdraw=ticket.work == "sending" and may_withdraw(person, approvals.get(ticket.version)),
            can_act=not other and not first_answer and ticket.work in ("ready", "returned", "failed") and not unread,
            waiting=unread,
            taken_back=taken_back,
            outdated=old,
            recent=recent,
            others=others,
            stopped=stopped.by,
            held=stopped.held,
            held_steps=stopped.steps,
        )

    def _ruled_now(self, unit: Unit, proposal: Proposal, switches: Sequence[Switch]) -> Proposal:
        """As on record where it cannot be found out how the levels stand; approving is refused then."""
        try:
            levels = self._at_level.within(unit)
        except AuditUnavailable:
            return proposal
        stopped = [one.name for one in switches]
        return ruled_now(proposal, self._policies().active, levels, stopped, self._knowledge)

    def _stopped_here(
        self,
        switches: Sequence[Switch],
        ticket: Ticket,
        proposal: Proposal | None,
        approval: Approval | None,
        done: Collection[StepId],
        draft: Draft | None,
    ) -> _Stopped:
        """Return what is stopped of what this ticket is about, and what that holds of the plan as it stands."""
        if not switches or ticket.simulated or ticket.status in ("solved", "closed"):
            return _Stopped()
        acts = acts_of(proposal.steps, proposal.triage.goals) if proposal else ()
        over = over_ticket(switches, ticket.task_types, acts)
        names, titles = self._accounts.names(), self._kill_switches.titles()
        by = tuple(stop_shown(one, titles, names) for one in over)
        if proposal is None:
            return _Stopped(by)
        stops = [one.name for one in over]
        if ticket.work in ("sending", "carrying"):
            return _Stopped(by, held_by_stop(stops, ticket, proposal, approval, done))
        left_out = draft.choices.skipped if draft else {}
        steps = held_steps(stops, [step for step in proposal.steps if step.id not in left_out], proposal)
        return _Stopped(by, bool(steps) and ticket.work in ("ready", "returned"), steps)

    def begin_viewing(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """Say for some minutes that somebody has the ticket open. It claims nothing; what they have already goes on.

        Called again while the page is in use.
        """
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            if unit.tickets.get(ticket_id) is None:
                return Refusal(code="stale", text="There is no such ticket.")
            now = self._clock()
            unit.colleagues.put_viewer(ticket_id, person, now, now + LEASE)
            holder = unit.colleagues.lease(ticket_id, now)
            if holder and holder[0] == person.id:
                unit.colleagues.put_lease(ticket_id, person, now, now + LEASE)
        return None

    def take(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """One ticket, one advisor: keep others from answering for some minutes. It begins with a change, not a look."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            if unit.tickets.get(ticket_id) is None:
                return Refusal(code="stale", text="There is no such ticket.")
            return self._hold(unit, person, ticket_id)

    def release(self, person: Person, ticket_id: TicketId) -> None:
        """They have left the ticket."""
        with self._store.begin() as unit:
            unit.colleagues.drop_viewer(ticket_id, person.id, self._clock())
            holder = unit.colleagues.lease(ticket_id, self._clock())
            if holder and holder[0] == person.id:
                unit.colleagues.drop_lease(ticket_id)

    def let_go(self, person: Person) -> None:
        """Release every ticket a person has: they are leaving."""
        with self._store.begin() as unit:
            let_go(unit, person.id, self._clock())

    def read_again(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """Have the copilot read the ticket once more: it failed before, or the records have changed."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None or ticket.work in ("reading", "sending", "carrying"):
                return Refusal(code="reading", text="It is being read or carried out now.")
            if ticket.status == "closed":
                return Refusal(
                    code="stale",
                    text="This ticket is closed. If the customer writes again, a new ticket will be opened.",
                )
            unit.tickets.put(ticket.replace(work="reading", status="open", updated_at=self._clock()))
            unit.record("read_again", actor=person.id, payload={}, ticket=ticket_id, customer=subject(ticket))
            number = len(unit.tickets.messages(ticket_id))
        self._durable.prepare(ticket_id, number, again=uuid4().hex)
        return None

    def save_draft(
        self,
        person: Person,
        ticket_id: TicketId,
        version: int,
        text: str,
        choices: Choices | None = None,
        earlier: Sequence[str] | None = None,
        seen: int | None = None,
    ) -> Refusal | None:
        """Keep an advisor's work: their text, what they changed in the plan, their texts before each rewriting.

        None: as it was kept before. With a changed plan, a text that is still the copilot's draft is drafted anew.

        `version` is the proposal the text began from; 0: none was there yet. Keeping it claims the ticket, unless
        nothing differs from what was proposed.

        `seen` is the revision of the draft that the writer's page shows, 0 where it shows none. Where another was
        kept since, with other words or another plan, nothing is written: whoever writes chooses between the two.
        """
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = unit.tickets.get(ticket_id)
            if ticket is None:
                return Refusal(code="stale", text="There is no such ticket.")
            if ticket.status == "closed":
                return Refusal(code="stale", text="This ticket is closed; nothing more can be written on it.")
            before = unit.colleagues.draft(ticket_id)
            if before is None and not earlier and choices in (None, Choices()):
                proposal = unit.proposals.get(ticket_id, version)
                if text == (proposal.reply.text if proposal and proposal.reply else ""):
                    return None  # as it was drawn: nobody has begun anything
            if before is not None and version <= before.version and not _differs(before, text, choices, earlier):
                return None  # as it is kept: a page that is late must not put it back to the version it knew
            if (refusal := _leaving(unit, ticket, person) or self._hold(unit, person, ticket_id)) is not None:
                return refusal
            if before is not None and seen not in (None, before.revision) and _differs(before, text, choices):
                return CONFLICT
            now = self._clock()
            own = (before.earlier if before else ()) if earlier is None else tuple(earlier)
            text, kept = worded(unit, ticket, version, text, choices, own, self._knowledge)
            unit.colleagues.put_draft(
                Draft(ticket=ticket_id, version=version, text=text, person=person.id, at=now, choices=kept, earlier=own)
            )
            if ticket.assignee != person.id or ticket.status == "new":
                unit.tickets.put(assigned(ticket, person))
        return None

    def added_when_sent(self, person: Person, ticket_id: TicketId, text: str) -> str:
        """What is put under this text when it is sent: that an AI helped. Empty where it says so or none did."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            whole = self._disclosed(unit, ticket, text) if ticket else text
        return whole.removeprefix(text.rstrip()).strip() if whole != text else ""

    def after_sending(self, person: Person, ticket_id: TicketId, skipped: Mapping[StepId, str]) -> Status:
        """What is suggested for the ticket once its reply is sent; editing the drafted words does not change it."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
        return suggested(skipped, proposal, self._knowledge.macros.values()) if proposal else "solved"

    def _as_chosen(self, proposal: Proposal, edits: Edits, person: Person) -> tuple[Step, ...]:
        """The steps with the values that a draft holds, where they can be used."""
        try:
            return chosen(proposal, edits, {}, person, self._knowledge.actions)
        except BadInput:
            return proposal.steps


class _Stopped(NamedTuple):
    """What is stopped here, whether that holds an act, and which steps of a plan not approved yet it holds."""

    by: tuple[Stop, ...] = ()
    held: bool = False
    steps: tuple[StepId, ...] = ()


def _new_parts(message: Message) -> tuple[tuple[int, int], ...]:
    """Where a customer's own words are in their mail; empty where all of it is theirs, or nothing."""
    return own_places(message.text) if message.sender == "customer" and len(message.text) <= LOOKED_THROUGH else ()


def _untouched(proposal: Proposal | None, draft: Draft | None, knowledge: Knowledge) -> bool:
    """Return whether a reply was drafted here and nobody changed its words."""
    if proposal is None or proposal.reply is None or draft is None:
        return False
    return as_drafted(draft.text, proposal, draft.choices, knowledge)


def _leaving(unit: Unit, ticket: Ticket, person: Person) -> Refusal | None:
    """Refuse words on a ticket whose answer a colleague has approved: they would take the place of theirs."""
    if ticket.work not in ("sending", "carrying"):
        return None
    approval = unit.proposals.approval(ticket.id, ticket.version)
    if approval is None or approval.person == person.id:
        return None
    return Refusal(code="already", text="A colleague has since approved a reply; yours was not saved.")


def _differs(kept: Draft, text: str, choices: Choices | None, earlier: Sequence[str] | None = None) -> bool:
    """Whether these words, choices or earlier texts are others than the ones kept; None: as they are kept."""
    if text != kept.text or (earlier is not None and tuple(earlier) != kept.earlier):
        return True
    return choices is not None and (choices.edits, choices.skipped) != (kept.choices.edits, kept.choices.skipped)
