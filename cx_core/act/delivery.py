"""The approved reply filled from receipts and sent, once; then the ticket's status follows."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cx_core.act.approval_seals import REPLY, SEND_REPLY, Prover, reply_of
from cx_core.act.autonomous_cases import file_case
from cx_core.act.execution import Authority, Paused, never_paused
from cx_core.act.manual_handling import answered, leave_to_person
from cx_core.act.outcomes import OutcomeFile, Outcomes, TakenBack, Unproven, latest, unproven
from cx_core.act.reply.envelope import by_copilot, by_person
from cx_core.act.reply.owed_corrections import owed
from cx_core.act.reply.reply_slots import fill
from cx_core.act.status_after_reply import afterwards
from cx_core.catalogue import Knowledge
from cx_core.errors import NoProof, RulingContradicted, Stopped, SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.knowledge_base.passage_usage import of_answer, of_quote, of_solving
from cx_core.ports import Clock, Files, InForce, Outbox, Store, Unit
from cx_core.records import (
    EVERYTHING,
    Approval,
    Argument,
    Attachment,
    File,
    Message,
    MessageId,
    Outcome,
    Proposal,
    Sender,
    Source,
    Status,
    Step,
    Ticket,
    TicketId,
    subject,
)
from cx_core.service_rules.auto_send_checks import in_hand
from cx_core.service_rules.denied_codes import denied
from cx_core.service_rules.money_budgets import refused
from cx_core.service_rules.unread_messages import from_program, unread

SENT = "sent"
TRIES = 3
PAUSE_SECONDS = 0.2
_MORE = re.compile(r'[\s,;:<>()\[\]"]')
"""In an address: a name beside it, a second one, or the end of a header's line."""


@dataclass(frozen=True)
class _Filled:
    """A reply as it would go out, with what it was approved as."""

    ticket: Ticket
    proposal: Proposal
    approval: Approval
    attached: tuple[Attachment, ...]
    text: str
    key: str


class Delivery:
    """Sends what a person approved, with what was verified. Like any act it demands a seal for exactly this."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        clock: Clock,
        files: Files,
        authority: Authority,
        prover: Prover,
        outcomes: OutcomeFile,
        taken_back: TakenBack,
        knowledge: Knowledge,
        paused: Paused = never_paused,
    ) -> None:
        self._paused = paused
        self._company = knowledge.company
        self._macros = knowledge.macros
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._files = files
        self._authority = authority
        self._prover = prover
        self._outcomes = outcomes
        self._taken_back = taken_back

    def send(self, ticket_id: TicketId, version: int, author: str) -> str:
        """ "sent", or why not. The same version is never sent twice: the channel knows the key."""
        with self._store.look() as unit:
            ticket, approval = unit.tickets.get(ticket_id), unit.proposals.approval(ticket_id, version)
            on_file, proposal = self._outcomes.read(unit, ticket_id), unit.proposals.get(ticket_id, version)
            outcomes = on_file.outcomes
            if ticket is not None and ticket.version == version and ticket.work != "carrying":
                return SENT  # settled already: a crash came before the workflow knew
            if ticket is None or proposal is None or approval is None or not _stands(ticket, approval):
                return "nothing was approved"
            text, open_slots = fill(approval.reply, latest(outcomes))
            attached = _attached(unit, approval)
            key = _key(unit, ticket_id, version, text, attached, outcomes)
            under, begun = self._prover.in_force(unit), unit.proposals.begun(key)
        if (untold := unproven(approval, on_file, self._taken_back)) is not None:
            why = self._stop(ticket, approval, untold)
            return self.lost(ticket_id, version, why) if begun else why
        if open_slots:
            return f"nothing verified fills {', '.join(open_slots)}"
        if text.strip():
            try:
                self._deliver(_Filled(ticket, proposal, approval, attached, text, key), under)
            except (NoProof, Stopped, SystemRefused) as refusal:
                if isinstance(refusal, RulingContradicted) and not begun:
                    raise
                why = str(refusal).rstrip(".")
                return self.lost(ticket_id, version, why) if begun else f"the reply could not be sent: {why}"
            except SystemTrouble as trouble:
                return self.lost(ticket_id, version, str(trouble), outage=True)
        return SENT if self._settle(approval, key, text, author, outcomes) else "nothing was approved"

    def lost(self, ticket_id: TicketId, version: int, why: str, *, outage: bool = False) -> str:
        """Nobody knows whether the reply went out. The same text keeps its key, so it cannot go out twice.

        `outage`: the channel did not answer.
        """
        said = f"it is not known whether the reply went out: {why}"
        with self._store.begin() as unit:
            ticket, approval = unit.tickets.get(ticket_id), unit.proposals.approval(ticket_id, version)
            if ticket is None or approval is None:
                return said
            outcomes = self._outcomes.read(unit, ticket_id).outcomes
            text = fill(approval.reply, latest(outcomes))[0]
            key = _key(unit, ticket_id, version, text, _attached(unit, approval), outcomes)
            outcome = Outcome(
                step=REPLY,
                action=SEND_REPLY,
                status="failed",
                unknown=True,
                unreachable=outage,
                key=key,
                message=said,
                at=self._clock(),
            )
            self._outcomes.put(unit, approval, outcome)
            unit.record(
                "reply_unknown",
                actor="rung",
                payload={"version": version, "key": key, "why": why},
                ticket=ticket_id,
                customer=subject(ticket),
            )
        return said

    def _stop(self, ticket: Ticket, approval: Approval, told: Unproven) -> str:
        """Nothing is sent on what is not proven; on record before a person hears of it."""
        with self._store.begin() as unit:
            payload = {"version": approval.version, **told._asdict()}
            unit.record("outcome_unproven", actor="rung", payload=payload, ticket=ticket.id, customer=subject(ticket))
        return f"the reply tells of {str(told.action).replace('_', ' ')}. {told.why.rstrip('.')}"

    def _deliver(self, reply: _Filled, under: InForce) -> None:
        """Allowed and on record, then out; a channel that does not answer is asked again with the same key."""
        approval, attached = reply.approval, reply.attached
        files = self._whole(approval, attached)
        self._allowed(reply, under)
        with self._store.begin() as unit:
            ticket = unit.tickets.get(approval.ticket)
            if ticket is None or not _stands(ticket, unit.proposals.approval(approval.ticket, approval.version)):
                return
            if (
                approval.role is None
                and (switch := unit.switches.stopped([EVERYTHING, *ticket.task_types])) is not None
            ):
                raise Stopped(switch.words())
            if approval.role is None and (changed := _moved_on(unit, reply.proposal, self._clock())):
                raise Stopped(changed)
            silent = self._paused(unit, reply.proposal.triage.goals) if approval.role is None else ""
            if silent and not approval.steps:  # else it tells what was done and verified
                raise Stopped(f"{silent[0].upper()}{silent[1:]}")
            if approval.role is None and ticket.channel == "email" and _MORE.search(ticket.address):
                raise Stopped("The sender's address is not one plain address")
            sending = reply_of(approval, ticket, attached)
            seal = self._prover.use(unit, reply.proposal, approval, sending, reply.key, under)
            messages = unit.tickets.messages(ticket.id)
            around = by_person(ticket, messages)
            if approval.role is None:
                around = by_copilot(reply.proposal.answers, messages, self._company)
            payload = {
                "version": approval.version,
                "key": reply.key,
                "text": reply.text,
                "approval": approval.id,
                "seal": seal.id,
                "subject": around.subject,
                "files": [file.model_dump(include={"id", "name", "sha256"}) for file in attached],
            }
            unit.record(
                "reply_begun", actor=approval.person, payload=payload, ticket=ticket.id, customer=subject(ticket)
            )
        for left in reversed(range(TRIES)):
            try:
                self._outbox.deliver(
                    key=reply.key,
                    channel=ticket.channel,
                    address=ticket.address,
                    subject=around.subject,
                    text=reply.text,
                    files=files,
                    headers=around.headers,
                )
                return
            except SystemUnreachable:
                if not left:
                    raise
                time.sleep(PAUSE_SECONDS)

    def _allowed(self, reply: _Filled, under: InForce) -> None:
        """Raises NoProof, before anything is written, unless it is sealed and the policy allows it now."""
        ticket, approval = reply.ticket, reply.approval
        self._prover.check(approval, reply_of(approval, ticket, reply.attached), under)
        words = Argument(name="text", value=reply.text, source=Source(kind="derived", ref=REPLY))
        step = Step(id=REPLY, goal=-1, action=SEND_REPLY, arguments=(words,))
        asked = self._authority(under.engine, approval.role, step, ticket, reply.proposal, reply.key, None)
        if not asked.allowed:
            raise refused(step, asked.reasons)

    def _whole(self, approval: Approval, attached: tuple[Attachment, ...]) -> tuple[File, ...]:
        """The files that were approved, all of them and byte for byte. Raises SystemRefused naming one that is not."""
        if len(attached) != len(approval.files):
            raise SystemRefused("a file that was approved is no longer there. Look at the files again")
        whole = []
        for one in attached:
            content = self._files.read(one.id)
            if content is None or sha256(content).hexdigest() != one.sha256:
                raise SystemRefused(f"the file “{one.name}” cannot be read any more. Attach it again")
            whole.append(File(name=one.name, content=content, media_type=one.media_type))
        return tuple(whole)

    def _settle(self, approval: Approval, key: str, text: str, author: str, told: Outcomes) -> bool:
        """Whether it is settled now, by this process or another. `told`: the outcomes as the customer was told them."""
        now, ticket_id = self._clock(), approval.ticket
        with self._store.begin() as unit:
            ticket, proposal = unit.tickets.get(ticket_id), unit.proposals.get(ticket_id, approval.version)
            if ticket is not None and ticket.version == approval.version and ticket.work != "carrying":
                return True
            if (
                proposal is None
                or ticket is None
                or not _stands(ticket, unit.proposals.approval(ticket_id, approval.version))
            ):
                return False
            if text.strip():
                sender: Sender = "copilot" if approval.role is None else "advisor"
                answer = Message(id=MessageId(key), ticket=ticket_id, sender=sender, text=text, at=now, author=author)
                unit.tickets.add_message(answer, after=proposal.messages)
                unit.attachments.send(approval.files, answer.id)
            waiting = unread(unit.tickets.messages(ticket_id), proposal)
            after = afterwards(approval, proposal, self._macros.values())
            status: Status = "open" if waiting else after.status
            settled = self._settled(ticket, status, waiting=waiting, answered=bool(text.strip()))
            settled = self._awaiting(unit, settled, approval)
            unit.tickets.put(settled)
            unit.colleagues.drop_draft(ticket_id)
            unit.colleagues.drop_lease(ticket_id)
            unit.record(
                "replied" if text.strip() else "closed_without_reply",
                actor=approval.person,
                payload={"version": approval.version, "status": settled.status},
                ticket=ticket_id,
                customer=subject(ticket),
            )
            self._measure(unit, ticket, settled, approval)
            now_on_file = self._outcomes.read(unit, ticket_id).outcomes
            file_case(unit, proposal, approval, now_on_file, now)
            if approval.role is None and text.strip():
                unit.tickets.measure(settled, "left_alone", now, solved_by="copilot")
            self._used(unit, settled, proposal, text)
            gone = [o for at, o in now_on_file.items() if o.status == "undone" and told.get(at) != o]
            if gone:
                unit.article_use.unsolve(ticket_id, now)
            untold = answered(unit, proposal)
            if gone and not waiting:
                names = " and ".join(str(outcome.action).replace("_", " ") for outcome in gone)
                why = f"Undone while the reply was being sent: {names}. The customer was told otherwise: write to them."
                leave_to_person(unit, settled, untold, why, now)
            elif not waiting and after.why:
                leave_to_person(unit, settled, untold, after.why, now)
        return True

    def _used(self, unit: Unit, ticket: Ticket, proposal: Proposal, text: str) -> None:
        """What became of the passages that the reply rested on, or that somebody put into it."""
        now, before = self._clock(), unit.article_use.uses(ticket.id)
        quoted = [use for _, use in before if use.kind == "quoted"]
        texts = {
            (one.article, one.number): one.content.text
            for id in {use.article for use in quoted}
            for one in unit.articles.article_versions(id)
        }
        kept = [of_quote(use, texts.get((use.article, use.number), ""), text) for use in quoted]
        unit.article_use.add_uses(
            ticket, proposal.version, [*of_answer(proposal, text), *(use for use in kept if use)], now
        )
        if ticket.status == "solved":
            for version, use in of_solving(unit.article_use.uses(ticket.id)):
                unit.article_use.add_uses(ticket, version, (use,), now)

    def _settled(self, ticket: Ticket, status: Status, *, waiting: bool, answered: bool) -> Ticket:
        """With words nobody has read, it says itself that it is still to be read."""
        now = self._clock()
        return ticket.replace(
            status=status,
            work="reading" if waiting else "done",
            updated_at=now,
            first_response_at=ticket.first_response_at or (now if answered else None),
            respond_by=ticket.respond_by if waiting else None,
            escalated_at=ticket.escalated_at if waiting else None,
            wake_at=None,
            solved_at=now if status == "solved" else None,
        )

    def _awaiting(self, unit: Unit, settled: Ticket, approval: Approval) -> Ticket:
        """Back by itself where it put a step to the customer who does not answer in time."""
        offer = unit.consents.latest(settled.id) if approval.role is None else None
        put = offer is not None and offer.version == approval.version and offer.state == "put"
        return settled.replace(wake_at=offer.until) if offer and put and settled.status == "pending" else settled

    def _measure(self, unit: Unit, before: Ticket, after: Ticket, approval: Approval) -> None:
        now = self._clock()
        by = "copilot" if approval.role is None else "person"
        age = (now - before.opened_at).total_seconds()
        if before.first_response_at is None and after.first_response_at is not None:
            unit.tickets.measure(after, "first_response", now, seconds=age, solved_by=by)
        if after.status == "solved":
            unit.tickets.measure(after, "solved", now, seconds=age, solved_by=by)


def _moved_on(unit: Unit, proposal: Proposal, now: datetime) -> str:
    """Why what was to leave without a person no longer stands, as this transaction sees it; empty: it does."""
    messages = unit.tickets.messages(proposal.ticket)
    if unread(messages, proposal):
        return "The customer wrote again"
    if why := denied(unit, proposal.ticket) or in_hand(unit, proposal.ticket, now):
        return why
    ticket = unit.tickets.get(proposal.ticket)
    if ticket is not None and owed(unit, ticket):
        return "Something was taken back after the customer was told of it"
    if from_program(messages):
        return "An automated sender wrote this: replying automatically could start a loop"
    for one in proposal.answers:
        entry = unit.articles.get(one.article)
        if entry is None or entry.live != one.number:
            return f"“{one.title}” has changed since, or is no longer published"
        if any(found.doubts(one.article, one.span) for found in unit.health.health_findings()):
            return f"A person has yet to look at what “{one.title}” says there"
    return ""


def _stands(ticket: Ticket | None, approval: Approval | None) -> bool:
    """Whether the approval is for what the ticket is being carried out for, and was not erased with it."""
    if ticket is None or approval is None or approval.decision == "reject":
        return False
    return (ticket.id, ticket.version, ticket.work) == (approval.ticket, approval.version, "carrying")


def _attached(unit: Unit, approval: Approval) -> tuple[Attachment, ...]:
    """What was approved to go with the reply, as far as it is there."""
    return tuple(one for one in unit.attachments.of(approval.ticket) if one.id in approval.files)


def _key(
    unit: Unit, ticket: TicketId, version: int, text: str, attached: tuple[Attachment, ...], outcomes: Outcomes
) -> str:
    """One key per version. What may have gone out already keeps its first key, until it is known."""
    exact = sha256("\n".join([text, *(file.sha256 for file in attached)]).encode()).hexdigest()[:16]
    unsure = (o.key for (_, step), o in outcomes.items() if step == REPLY and o.unknown and o.key.endswith(exact))
    earlier = next((key for key in unsure if unit.tickets.message(MessageId(key)) is None), None)
    return earlier or f"{ticket}:{version}:reply:{exact}"
