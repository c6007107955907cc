"""The one file that knows the order of the stages.

`propose` turns words into a proposal and touches nothing. `prepare` and `carry_out` are the two durable
workflows around it: each step may run again after a crash and then finds its own work done.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import partial

from cx_core import __version__
from cx_core.act import reply as replies
from cx_core.act import tone
from cx_core.act.delivery import SENT, Delivery
from cx_core.act.execution import Execution
from cx_core.act.handoff import Handoff
from cx_core.act.rating import RatingQuestions
from cx_core.catalogue import Knowledge
from cx_core.decide import autonomy, grounding, planning
from cx_core.decide.adding import Adding
from cx_core.decide.authority import Authority
from cx_core.decide.facts import REPLY
from cx_core.drafting import Drafter
from cx_core.errors import AuditUnavailable, NoProof, RungError, Stopped, SystemTrouble
from cx_core.ports import BackOffice, Clock, Files, Outbox, PolicyEngine, StepRunner, Store
from cx_core.records import (
    Approval,
    Attachment,
    BusinessRecord,
    Channel,
    Direction,
    Evidence,
    Finding,
    Goal,
    Message,
    Proposal,
    Role,
    Route,
    Ruling,
    Step,
    StepId,
    Ticket,
    TicketId,
    Triage,
    Versions,
    subject,
)
from cx_core.understand.conversation import matters, unanswered, unread
from cx_core.understand.direction import directed
from cx_core.understand.retrieval import Retriever
from cx_core.understand.screening import Screen
from cx_core.understand.service_levels import respond_by, solve_by
from cx_core.understand.summary import summarise
from cx_core.understand.triage import Triager

COPILOT = "copilot"
BEGUN = "begun"
ENDED_AGAIN = "The program ended several times"


@dataclass(frozen=True)
class Case:
    """What a proposal is made from: the words, who wrote, and how well we know them."""

    ticket: TicketId
    subject: str
    messages: tuple[Message, ...]
    address: str
    identity: int
    channel: Channel
    version: int = 1
    first_step: int = 1
    direction: Direction | None = None
    files: int = 0


@dataclass
class Watch:
    """Milliseconds per stage."""

    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = round((time.perf_counter() - began) * 1000, 3)


class Journey:
    """From a customer's words to a verified outcome."""

    def __init__(
        self,
        knowledge: Knowledge,
        triager: Triager,
        retriever: Retriever,
        engine: PolicyEngine,
        back_office: BackOffice,
        outbox: Outbox,
        store: Store,
        clock: Clock,
        versions: Versions,
        public_url: str = "",
        drafter: Drafter | None = None,
        *,
        files: Files,
        screen: Screen | None = None,
    ) -> None:
        self._screen = screen
        self._knowledge = knowledge
        self._triager = triager
        self._retriever = retriever
        self._authority = Authority(knowledge, back_office, engine, store)
        self._store = store
        self._clock = clock
        self._drafter = drafter
        self._versions = versions.model_copy(update={"rung": __version__})
        self.adding = Adding(knowledge, back_office)
        self.execution = Execution(store, back_office, knowledge.actions, self.may, clock)
        self._delivery = Delivery(store, outbox, clock, files)
        self._handoff = Handoff(store, clock)
        self._ratings = RatingQuestions(store, outbox, knowledge.company, public_url, clock)

    # --- triage to proposal -----------------------------------------------------------------

    def propose(self, case: Case) -> Proposal:
        """Everything up to the ask; reads the business's systems, changes nothing.

        Raises SystemTrouble when even reading the customer is impossible.
        """
        watch = Watch()
        with watch.stage("triage"):
            said = unanswered(case.messages)
            words, title, planted = self._screen.words(said, case.subject) if self._screen else (said, case.subject, ())
            triage, vectors = self._triager.read(title, words)
            triage, vectors = directed(triage, vectors, case.direction, case.messages, words)
            triage = triage.model_copy(update={"goals": tuple(self._levelled(goal) for goal in triage.goals)})
        with watch.stage("retrieval"):
            customer, others = self._retriever.customer(case.address)
            evidence = self._retriever.gather(triage, vectors, words, customer)
            evidence = evidence.model_copy(update={"others_with_name": others})
            evidence, more = self._screen.evidence(evidence) if self._screen else (evidence, ())
        with watch.stage("planning"):
            made = planning.plan(triage, evidence, self._knowledge, self._clock().date(), case.first_step)
        with watch.stage("grounding"):
            grounded = grounding.check(made.steps, triage, evidence, self._knowledge.actions)
            findings = (*planted, *more, *grounded)
        with watch.stage("guard"):
            rulings = self._authority.rulings(
                (*made.steps, REPLY), triage, evidence, findings, identity=case.identity, channel=case.channel
            )
        with watch.stage("autonomy"):
            route, why = self._route(triage, rulings, said)
            if route == "act" and (planted or more):
                route, why = "advisor", "Something in it tells the copilot what to do, so a person looks at it"
        with watch.stage("reply"):
            parts, steps = (made.parts, made.steps) if route != "person" else ((), ())
            drafted = replies.compose(parts, self._knowledge.company, evidence.customer) if route != "person" else None
            summary = summarise(triage, evidence, made.parts, self._knowledge.task_types)
        proposal = Proposal(
            ticket=case.ticket,
            version=case.version,
            messages=len(case.messages),
            triage=triage,
            evidence=evidence,
            summary=summary,
            steps=steps,
            rulings={step.id: rulings[step.id] for step in steps},
            findings=findings,
            parts=parts,
            reply=drafted,
            route=route,
            why=why,
            first_step=case.first_step,
            versions=self._versions,
            made_at=self._clock(),
            ms=watch.ms,
        )
        return _with_files(case, self._heard(self._redrafted(case, words, proposal, watch)))

    def _redrafted(self, case: Case, words: Sequence[Message], built_in: Proposal, watch: Watch) -> Proposal:
        """With what a language model adds, where a person looks at it: its steps are ruled on like any.

        None is asked about a ticket in which somebody tried to give it orders.
        """
        planted = any(finding.planted for finding in built_in.findings)
        if self._drafter is None or planted or built_in.route in ("act", "person"):
            return built_in
        with watch.stage("model"):
            made = self._drafter.draft(built_in, words)
        made = made.model_copy(update={"ms": dict(watch.ms)})
        if made.steps == built_in.steps:
            return made
        triage, evidence = made.triage, made.evidence
        general = tuple(finding for finding in made.findings if finding.step is None)
        findings = (*general, *grounding.check(made.steps, triage, evidence, self._knowledge.actions))
        rulings = self._authority.rulings(
            (*made.steps, REPLY), triage, evidence, findings, identity=case.identity, channel=case.channel
        )
        route, why = self._route(triage, rulings, words)
        if route == "person":
            return built_in
        if route == "act":
            route, why = "advisor", "A language model proposed steps, so a person looks at them"
        kept = {step.id: rulings[step.id] for step in made.steps}
        return made.model_copy(update={"findings": findings, "rulings": kept, "route": route, "why": why})

    def _heard(self, made: Proposal) -> Proposal:
        """With what does not sound like the company. Such a draft goes out by a person only."""
        heard = tone.remarks(made.reply.text, self._knowledge.company) if made.reply else ()
        if not heard:
            return made
        alone = {"route": "advisor", "why": heard[0]} if made.route == "act" else {}
        findings = (*made.findings, *(Finding(step=None, text=text) for text in heard))
        return made.model_copy(update={"findings": findings} | alone)

    def side_by_side(self, ticket: Ticket, messages: tuple[Message, ...]) -> tuple[Proposal, Proposal]:
        """The proposal as the built-in stages make it, and as a language model betters it. Nothing is kept."""
        case = _case(ticket, messages, max(ticket.version, 1))
        built_in = copy(self)
        built_in._drafter = None
        return built_in.propose(case), self.propose(case)

    def _levelled(self, goal: Goal) -> Goal:
        task_type = self._knowledge.task_types.get(goal.task_type)
        return goal.model_copy(update={"level": autonomy.starting_level(task_type) if task_type else 0})

    def _route(self, triage: Triage, rulings: dict[StepId, Ruling], words: Sequence[Message]) -> tuple[Route, str]:
        if not any(character.isalpha() for message in words for character in message.text[:10_000]):
            return "person", "The message holds no words: it may be empty, a file, or an attachment that got lost"
        served = triage.language in self._knowledge.company.languages
        return autonomy.route(
            triage.goals, rulings, self._knowledge.task_types,
            language_ok=served, wants_person=triage.wants_person,
        )  # fmt: skip

    def may(self, role: Role | None, step: Step, ticket: Ticket, proposal: Proposal) -> tuple[bool, tuple[str, ...]]:
        """Whether this role (None: the copilot) may have exactly this done now, on records read now."""
        try:
            customer, _ = self._retriever.customer(ticket.address)
        except SystemTrouble as trouble:
            return False, (f"The customer's record cannot be read: {trouble}",)
        evidence = proposal.evidence.model_copy(update={"customer": customer})
        return self._authority.may(
            role, step, proposal.triage, evidence, proposal.findings, identity=ticket.identity, channel=ticket.channel
        )

    def customer(self, ticket: Ticket) -> BusinessRecord | None:
        """The ticket's customer as their record is now. Raises SystemTrouble."""
        return self._retriever.customer(ticket.address)[0]

    def ruling(self, step: Step, ticket: Ticket, proposal: Proposal) -> Ruling:
        """What the guard answers to a step that a person adds, on records read now."""
        evidence = proposal.evidence.model_copy(update={"customer": self.customer(ticket)})
        findings = [finding for finding in proposal.findings if finding.step == step.id]
        ruled = self._authority.rulings(
            (step,), proposal.triage, evidence, findings, identity=ticket.identity, channel=ticket.channel
        )
        return ruled[step.id]

    # --- the durable workflows --------------------------------------------------------------

    def prepare(self, ticket_id: TicketId, count: int, run: StepRunner) -> str:
        """Prepare a ticket as of `count` messages. Returns what came of it, in a word."""
        return run("propose", lambda: self._prepare(ticket_id, count))

    def _prepare(self, ticket_id: TicketId, count: int) -> str:
        with self._store.look() as unit:
            ticket, messages = unit.ticket(ticket_id), unit.messages(ticket_id)
            current = unit.proposal(ticket_id, ticket.version) if ticket and ticket.version else None
            attached = unit.attachments(ticket_id)
        if ticket is None or ticket.status == "closed":
            return "nothing to do"
        if ticket.work != "reading" and not unread(ticket, messages, current):
            return "nothing to do"
        if len(messages) > count:
            return "newer words are on their way"
        case = _case(ticket, messages, ticket.version + 1, first_step=_next_step(current), attached=attached)
        try:
            return self._put(self.propose(case), current)
        except AuditUnavailable:
            raise  # nothing can be put on record now, so nothing may go on; the runner tries again
        except Exception as error:  # noqa: BLE001  # the journey's edge: a person gets the ticket, the audit the reason
            return self._give_up(case, _named(error))

    def _put(self, proposal: Proposal, current: Proposal | None) -> str:
        with self._store.begin() as unit:
            ticket = unit.ticket(proposal.ticket)
            if ticket is None or ticket.version != proposal.version - 1:
                return "overtaken"
            if (
                ticket.work in ("sending", "carrying") or ticket.status == "closed"
            ):  # closed: erased while it was being read
                return "overtaken"
            answered = unit.approval(ticket.id, ticket.version) is not None
            new_words = current is not None and current.messages < proposal.messages
            same = current is not None and not matters(current.triage, proposal.triage) and not _more(current, proposal)
            if current and new_words and not answered and same:
                unit.put_proposal(current.model_copy(update={"messages": proposal.messages}))
                unit.put_ticket(ticket.model_copy(update={"work": "ready"}))
                unit.record("words_change_nothing", actor=COPILOT, ticket=ticket.id, customer=subject(ticket),
                            payload={"version": current.version, "messages": proposal.messages})  # fmt: skip
                return "kept"
            unit.put_proposal(proposal)
            changed = ticket.model_copy(update=_told(proposal) | self._due(ticket, proposal, unit.messages(ticket.id)))
            unit.put_ticket(changed)
            unit.record(
                "proposed", actor=COPILOT, payload=proposal.model_dump(mode="json"), ticket=ticket.id,
                customer=subject(changed),
            )  # fmt: skip
            unit.measure(changed, "proposed", self._clock(), seconds=sum(proposal.ms.values()) / 1000)
        return "proposed"

    def _due(self, ticket: Ticket, proposal: Proposal, messages: Sequence[Message]) -> dict[str, object]:
        """When the customer should have heard from us: counted from their first unanswered message."""
        company, priority = self._knowledge.company, proposal.triage.priority
        customer = proposal.evidence.customer
        tier = str(customer.fields.get("tier") or "") if customer else ""
        since = next(iter(unanswered(messages)), None)
        due: dict[str, object] = {
            "solve_by": solve_by(company, ticket.opened_at, tier, priority),
            "updated_at": self._clock(),
        }
        return due | ({"respond_by": respond_by(company, since.at, tier, priority)} if since else {})

    def _give_up(self, case: Case, why: str) -> str:
        """An empty version, which a person answers by hand or has read again."""
        empty = Proposal(
            ticket=case.ticket, version=case.version, messages=len(case.messages), triage=Triage(),
            evidence=Evidence(), summary="", route="person", why=f"The copilot could not read this: {why}",
            first_step=case.first_step, versions=self._versions, made_at=self._clock(),
        )  # fmt: skip
        with self._store.begin() as unit:
            ticket = unit.ticket(case.ticket)
            if ticket is None or ticket.version != case.version - 1 or ticket.status == "closed":
                return "overtaken"
            unit.put_proposal(empty)
            state = {"work": "failed", "version": case.version, "route": "person", "updated_at": self._clock()}
            unit.put_ticket(ticket.model_copy(update=state))
            unit.record("not_prepared", actor=COPILOT, payload={"why": why}, ticket=ticket.id, customer=subject(ticket))
        return "failed"

    def carry_out(self, ticket_id: TicketId, version: int, run: StepRunner) -> str:
        """Carry out what was approved, read each step back, answer the customer. A failed step stops the rest.

        Steps answer in fixed words, never a customer's: the runner keeps what they answer.
        """
        with self._store.look() as unit:
            approval = unit.approval(ticket_id, version)
        if approval is None:
            raise NoProof(f"Nothing was approved for version {version} of {ticket_id}.")
        if run("begin", partial(self._begin, ticket_id, version)) != BEGUN:
            return "withdrawn"
        try:
            steps = planning.in_order(approval.steps, self._knowledge.actions)
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
            ticket = unit.ticket(ticket_id)
            if ticket is None or ticket.version != version or ticket.work not in ("sending", "carrying"):
                return "moved on"
            if ticket.work == "sending":
                unit.put_ticket(ticket.model_copy(update={"work": "carrying"}))
        return BEGUN

    def set_aside(self, ticket_id: TicketId, run: StepRunner) -> str:
        """For a ticket whose work ended the program again and again: a person gets it, and nothing is tried once more.

        It touches as little as possible of what may have been the end of the runs before it.
        """
        return run("set aside", lambda: self._set_aside(ticket_id))

    def _set_aside(self, ticket_id: TicketId) -> str:
        with self._store.look() as unit:
            ticket, messages, outcomes = unit.ticket(ticket_id), unit.messages(ticket_id), unit.outcomes(ticket_id)
            current = unit.proposal(ticket_id, ticket.version) if ticket and ticket.version else None
            approval = unit.approval(ticket_id, ticket.version) if ticket else None
        if ticket is None or ticket.work not in ("reading", "sending", "carrying"):
            return "nothing to do"
        if ticket.work == "reading":
            case = _case(ticket, messages, ticket.version + 1, first_step=_next_step(current))
            return self._give_up(case, f"{ENDED_AGAIN} while it was read.")
        if approval is None or self._begin(ticket_id, ticket.version) != BEGUN:
            return "nothing to do"
        why = f"{ENDED_AGAIN} while this was carried out."
        open_ = [step.id for step in approval.steps if (approval.version, step.id) not in outcomes]
        for step in open_:  # which of them was begun is not known here; under their keys none is done twice
            said = f"{why} It is not known whether it was done: look before you try again."
            self.execution.gave_up(ticket_id, approval.version, step, said, unknown=True)
        if not open_:
            why = self._delivery.lost(ticket_id, approval.version, why)
        return self._handoff.give_back(ticket_id, approval.version, None, why, why)

    def left(self, ticket_id: TicketId) -> int:
        """How many messages a ticket has, if some of them were not read yet; else 0."""
        with self._store.look() as unit:
            ticket, messages = unit.ticket(ticket_id), unit.messages(ticket_id)
            current = unit.proposal(ticket_id, ticket.version) if ticket else None
        return len(messages) if ticket and unread(ticket, messages, current) else 0

    def _author(self, approval: Approval) -> str:
        return self._knowledge.company.name if approval.role is None else approval.name

    def _do(self, ticket_id: TicketId, version: int, step_id: StepId) -> str:
        try:
            return self.execution.run(ticket_id, version, step_id).status
        except (NoProof, Stopped) as refusal:
            self.execution.gave_up(ticket_id, version, step_id, str(refusal), unknown=False)
        except AuditUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # the journey's edge: on record, and a person looks
            why = f"{_named(error)} It is not known whether it was done: look before you try again."
            self.execution.gave_up(ticket_id, version, step_id, why, unknown=True)
        return "failed"

    def _reply(self, ticket_id: TicketId, version: int, author: str) -> str:
        """ "sent", or "given back"."""
        try:
            sent = self._delivery.send(ticket_id, version, author)
        except AuditUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # the journey's edge: on record, and a person looks
            sent = self._delivery.lost(ticket_id, version, _named(error))
        return sent if sent == SENT else self._give_back(ticket_id, version, sent)

    def _give_back(self, ticket_id: TicketId, version: int, why: str) -> str:
        """What is left goes back to a person, planned afresh on what the systems say now."""
        with self._store.look() as unit:
            ticket, messages = unit.ticket(ticket_id), unit.messages(ticket_id)
            before, attached = unit.proposal(ticket_id, version), unit.attachments(ticket_id)
        if ticket is None or before is None:
            return "given back"
        case = _case(ticket, messages[: before.messages], version + 1, attached=attached)
        fresh, trouble = None, ""
        try:
            fresh = self.propose(case)
        except Exception as error:  # noqa: BLE001  # the journey's edge: it goes back all the same, the audit knows
            trouble = _named(error)
        return self._handoff.give_back(ticket_id, version, fresh, why, trouble)


def _named(error: Exception) -> str:
    """What a person may read of an error. Only our own messages are known to name nobody else."""
    return str(error) if isinstance(error, RungError) else f"{type(error).__name__}."


def _more(before: Proposal, after: Proposal) -> bool:
    """Whether a person should hear something about the ticket that they were not told before."""
    told = {finding.text for finding in before.findings if finding.step is None}
    return any(finding.step is None and finding.text not in told for finding in after.findings)


def _with_files(case: Case, made: Proposal) -> Proposal:
    """The copilot does not look into files, so it says that they are there, and never acts alone where some are."""
    if not case.files:
        return made
    several = "a file" if case.files == 1 else f"{case.files} files"
    finding = Finding(step=None, text=f"The customer sent {several}, which the copilot has not looked into.")
    alone = {"route": "advisor", "why": finding.text} if made.route == "act" else {}
    return made.model_copy(update={"findings": (finding, *made.findings)} | alone)


def _case(
    ticket: Ticket,
    messages: tuple[Message, ...],
    version: int,
    first_step: int = 1,
    attached: Sequence[Attachment] = (),
) -> Case:
    new = {message.id for message in unanswered(messages)}
    return Case(
        ticket=ticket.id,
        subject=ticket.subject,
        messages=messages,
        address=ticket.address,
        identity=ticket.identity,
        channel=ticket.channel,
        version=version,
        first_step=first_step,
        direction=ticket.direction,
        files=sum(one.message in new for one in attached),
    )


def _next_step(current: Proposal | None) -> int:
    return current.next_step if current else 1


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
        "customer": customer.id if customer else None,
        "customer_name": str(fields.get("name") or "") if customer else "",
        "tier": str(fields.get("tier") or "") if customer else "",
    }
