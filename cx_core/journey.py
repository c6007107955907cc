"""The journey of a ticket: from a customer's words to a verified outcome, in two durable workflows.

`prepare` has a proposal made (`proposing.py`: the stages up to there, in their order); `carry_out` does what was
approved. Each step of them may run again after a crash and then finds its own work done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from uuid import uuid4

from cx_core import __version__
from cx_core.act.delivery import SENT, Delivery
from cx_core.act.execution import Execution
from cx_core.act.handoff import Handoff
from cx_core.act.outcomes import OutcomeFile
from cx_core.act.rating import RatingQuestions
from cx_core.act.sealing import Prover, reply_of, sealed
from cx_core.act.seconding import FindPerson, Seconding, nobody
from cx_core.at_hand import Whom
from cx_core.budgets import Payout, Question
from cx_core.catalogue import ActionSpec, Knowledge
from cx_core.decide import planning
from cx_core.decide.adding import Adding, carried_over
from cx_core.decide.authority import Articles, Authority
from cx_core.decide.declared import Compile
from cx_core.decide.facts import SEND_REPLY
from cx_core.decide.heard import conversation
from cx_core.drafting import Drafter
from cx_core.errors import AuditUnavailable, NoProof, RungError, Stopped, SystemTrouble
from cx_core.levels import Levels
from cx_core.new_words import unread
from cx_core.next_version import COPILOT, NextVersion
from cx_core.ports import (
    BackOffice,
    Clock,
    Files,
    Outbox,
    PoliciesInForce,
    PolicyEngine,
    Sealer,
    StepRunner,
    Store,
    Unit,
)
from cx_core.proposing import Case, Proposer
from cx_core.records import (
    ActionName,
    Approval,
    ArticleId,
    BusinessRecord,
    Message,
    PersonId,
    Proposal,
    Role,
    Ruling,
    Step,
    StepId,
    Ticket,
    TicketId,
    Versions,
    digest,
)
from cx_core.understand.answering import Answering
from cx_core.understand.conversation import to_be_read
from cx_core.understand.memory import Memory
from cx_core.understand.retrieval import Retriever
from cx_core.understand.screening import Screen
from cx_core.understand.triage import Triager

BEGUN = "begun"
ENDED_AGAIN = "The program ended several times"


class Journey:
    """From a customer's words to a verified outcome."""

    def __init__(
        self,
        knowledge: Knowledge,
        triager: Triager,
        retriever: Retriever,
        policies: PoliciesInForce,
        back_office: BackOffice,
        outbox: Outbox,
        store: Store,
        clock: Clock,
        versions: Versions,
        public_url: str = "",
        drafter: Drafter | None = None,
        *,
        files: Files,
        sealer: Sealer,
        compile: Compile,
        seals_last: timedelta = timedelta(days=1),
        screen: Screen | None = None,
        find_person: FindPerson = nobody,
        memory: Memory | None = None,
        answering: Answering | None = None,
        articles: Articles | None = None,
        undo_seconds: float = 0.0,
    ) -> None:
        """`articles` gives the published ones as of now; `answering` finds among them what answers all of a message.

        An answer that goes alone can be taken back for `undo_seconds`. `find_person` finds those whose accounts are
        open; without it nobody is one of two who approve.
        """
        self._knowledge = knowledge
        self._retriever = retriever
        self._store = store
        self._clock = clock
        self._policies, self._sealer, self._seals_last = policies, sealer, seals_last
        self.undo_seconds = undo_seconds
        levels = Levels(store, knowledge.task_types, sealer)
        shipped = {ArticleId(id): one for id, one in knowledge.articles.items()}
        self._authority = Authority(
            knowledge, back_office, policies, store, clock, compile, levels, articles or (lambda: shipped)
        )
        versions = versions.model_copy(update={"rung": __version__})
        self._proposer = Proposer(
            knowledge, triager, retriever, self._authority, clock, versions, drafter=drafter, screen=screen,
            memory=memory, levels=levels, answering=answering,
        )  # fmt: skip
        self._next = NextVersion(store, clock, knowledge.company, versions)
        self.adding = Adding(knowledge, back_office)
        prover = Prover(policies, sealer, clock, levels)
        self.seconding = Seconding(sealer, clock, find_person)
        self.outcomes = OutcomeFile(sealer)
        self.execution = Execution(
            store, back_office, knowledge.actions, self.question, clock, prover, self.seconding, self.outcomes
        )
        taken_back = self.execution.taken_back
        self._delivery = Delivery(
            store, outbox, clock, files, self.question, prover, self.outcomes, taken_back, knowledge.company
        )
        self._handoff = Handoff(store, clock, self.outcomes)
        self._ratings = RatingQuestions(store, outbox, knowledge.company, public_url, clock)

    def propose(self, case: Case) -> Proposal:
        """Everything up to the ask. Raises SystemTrouble when even reading the customer is impossible."""
        return self._proposer.propose(case)

    def side_by_side(self, ticket: Ticket, messages: tuple[Message, ...]) -> tuple[Proposal, Proposal]:
        """The proposal as the built-in stages make it, and as a language model betters it. Nothing is kept."""
        return self._proposer.side_by_side(Case.of(ticket, messages, max(ticket.version, 1)))

    def may(
        self, role: Role | None, step: Step, ticket: Ticket, proposal: Proposal, *, first: Role | None = None
    ) -> tuple[bool, tuple[str, ...]]:
        """Whether this role (None: the copilot) may have exactly this done now, on records read now.

        `first` is the role of another person who approved the same, or would have to.
        """
        key = self.execution.key(ticket.id, proposal.version, step)
        try:
            asked = self.question(self._policies.now().engine, role, step, ticket, proposal, key, first)
        except NoProof as refusal:
            return False, (str(refusal),)
        return asked.allowed, asked.reasons

    def may_in_turn(
        self, role: Role | None, steps: Sequence[Step], ticket: Ticket, proposal: Proposal,
        firsts: Mapping[StepId, Role] = MappingProxyType({}),
    ) -> dict[StepId, tuple[bool, tuple[str, ...]]]:  # fmt: skip
        """The same of all steps of a plan, in the order of the acts, each as if what those before it pay were out.

        `firsts` gives the role of another person by step. All are put to the same policies.
        """
        engine, before = self._policies.now().engine, list[Payout]()
        answers: dict[StepId, tuple[bool, tuple[str, ...]]] = {}
        for step in _by_act(steps, self._knowledge.actions):
            key = self.execution.key(ticket.id, proposal.version, step)
            try:
                asked = self.question(engine, role, step, ticket, proposal, key, firsts.get(step.id), before)
            except NoProof as refusal:
                answers[step.id] = False, (str(refusal),)
                continue
            answers[step.id] = asked.allowed, asked.reasons
            before += [asked.payout] if asked.payout else []
        return answers

    def question(
        self, engine: PolicyEngine, role: Role | None, step: Step, ticket: Ticket, proposal: Proposal, key: str,
        first: Role | None = None, before: Sequence[Payout] = (),
    ) -> Question:  # fmt: skip
        """The same, to be put again with other sums; money reserved under `key` is this act's own.

        Raises NoProof when it cannot be asked at all. A reply rests on what was read for it, so that customers can
        be answered while a system is away.
        """
        evidence = proposal.evidence
        answers = proposal.answers if step.action == SEND_REPLY.name else ()
        if step.action != SEND_REPLY.name:
            try:
                customer, _ = self._retriever.customer(ticket.address)
            except SystemTrouble as trouble:
                raise NoProof(f"The customer's record cannot be read: {trouble}") from trouble
            evidence = evidence.model_copy(update={"customer": customer})
        whom = Whom(ticket.id, ticket.address, self._messages(ticket))
        return self._authority.question(
            engine, role, step, proposal.triage, evidence, proposal.findings,
            identity=ticket.identity, channel=ticket.channel, heard=conversation(whom.messages), key=key, first=first,
            before=before, answers=answers, whom=whom,
        )  # fmt: skip

    def policy(self) -> str:
        """The version of the policy that `may` asks now."""
        return self._policies.now().engine.version

    def sealed(
        self, approval: Approval, policy: str, first: Approval | None = None, *, ticket: Ticket | None = None,
        waits: bool = False,
    ) -> Approval:  # fmt: skip
        """The approval with what proves it at the act; `policy` is the version it was checked against.

        `first` is another person's that it joins, where two must; `waits`: it is itself the first of two, which proves
        nothing without the second. `ticket` is one that is not on file yet. Raises AuditUnavailable, and NoProof
        where there is no ticket.
        """
        with self._store.look() as unit:
            ticket, attached = ticket or unit.ticket(approval.ticket), unit.attachments(approval.ticket)
        if ticket is None:
            raise NoProof(f"There is no ticket {approval.ticket}.")
        reply = reply_of(approval, ticket, attached)
        return sealed(approval, reply, policy, self._seals_last, self._sealer, first=first, waits=waits)

    def sealed_first(self, approval: Approval, policy: str) -> Approval:
        """The approval as the first of two. Raises AuditUnavailable and NoProof."""
        return self.sealed(approval, policy, waits=True)

    def customer(self, ticket: Ticket) -> BusinessRecord | None:
        """The ticket's customer as their record is now. Raises SystemTrouble."""
        return self._retriever.customer(ticket.address)[0]

    def ruling(self, step: Step, ticket: Ticket, proposal: Proposal) -> Ruling:
        """What the guard answers to a step that a person adds, on the proposal's evidence."""
        findings = [finding for finding in proposal.findings if finding.step == step.id]
        ruled = self._authority.rulings(
            (step,), proposal.triage, proposal.evidence, findings, identity=ticket.identity, channel=ticket.channel,
            heard=conversation(self._messages(ticket)),
        )  # fmt: skip
        return ruled[step.id]

    def _messages(self, ticket: Ticket) -> tuple[Message, ...]:
        with self._store.look() as unit:
            return unit.messages(ticket.id)

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
        if ticket.work != "reading" and not to_be_read(ticket, messages, current):
            return "nothing to do"
        if len(messages) > count:
            return "newer words are on their way"
        case = Case.of(ticket, messages, ticket.version + 1, first_step=_next_step(current), attached=attached)
        try:
            made = self._with_added(self.propose(case), current, ticket)
            return self._next.put(made, current, self.alone(made, ticket) if made.route == "act" else None)
        except AuditUnavailable:
            raise  # nothing can be put on record now, so nothing may go on; the runner tries again
        except Exception as error:  # noqa: BLE001  # the journey's edge: a person gets the ticket, the audit the reason
            return self._next.put_empty(case, _named(error))

    def alone(self, made: Proposal, ticket: Ticket) -> Approval:
        """The copilot's own answer to a proposal that its rulings let go alone, with what proves it at the act."""
        reply = made.reply.text if made.reply else ""
        approval = Approval(
            id=uuid4().hex, ticket=made.ticket, version=made.version, decision="approve", person=PersonId(COPILOT),
            role=None, steps=made.steps, reply=reply, at=self._clock(),
            digests={step.id: digest(made.ticket, made.version, step) for step in made.steps},
        )  # fmt: skip
        ruled = made.reply_ruling or next(iter(made.rulings.values()), None)
        return self.sealed(approval, ruled.policy_version if ruled else self.policy(), ticket=ticket)

    def going_alone(self, ticket_id: TicketId) -> int:
        """The version of a ticket that the copilot approved itself and that waits to be carried out; 0: none."""
        with self._store.look() as unit:
            ticket = unit.ticket(ticket_id)
            approval = unit.approval(ticket_id, ticket.version) if ticket else None
        waits = ticket is not None and approval is not None and approval.role is None and ticket.work == "sending"
        return ticket.version if ticket and waits else 0

    def _with_added(self, fresh: Proposal, current: Proposal | None, ticket: Ticket) -> Proposal:
        """What a person added to the plan outlives new words, unless it was answered already."""
        if current is None or not any(step.added_by for step in current.steps):
            return fresh
        with self._store.look() as unit:
            answered = unit.approval(ticket.id, current.version) is not None
            outcomes = self.outcomes.read(unit, ticket.id).outcomes
        tried = {step for (_, step), one in outcomes.items() if one.status != "failed" or one.unknown}
        rule = partial(self.ruling, ticket=ticket, proposal=fresh)
        return fresh if answered else carried_over(fresh, current, tried, self._knowledge.actions, rule)

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
            if self._overtaken(unit, ticket):
                unit.put_ticket(ticket.model_copy(update={"work": "reading"}))
                return "moved on"
            if ticket.work == "sending":
                unit.put_ticket(ticket.model_copy(update={"work": "carrying"}))
        return BEGUN

    def _overtaken(self, unit: Unit, ticket: Ticket) -> bool:
        """Whether the customer wrote again before what was to go without a person was begun: that is read first."""
        approval, proposal = unit.approval(ticket.id, ticket.version), unit.proposal(ticket.id, ticket.version)
        if approval is None or proposal is None or approval.role is not None or ticket.work != "sending":
            return False
        return unread(unit.messages(ticket.id), proposal)

    def set_aside(self, ticket_id: TicketId, run: StepRunner) -> str:
        """For a ticket whose work ended the program again and again: a person gets it, and nothing is tried once more.

        It touches as little as possible of what may have been the end of the runs before it.
        """
        return run("set aside", lambda: self._set_aside(ticket_id))

    def _set_aside(self, ticket_id: TicketId) -> str:
        with self._store.look() as unit:
            ticket, messages, on_file = (
                unit.ticket(ticket_id),
                unit.messages(ticket_id),
                self.outcomes.read(unit, ticket_id),
            )
            current = unit.proposal(ticket_id, ticket.version) if ticket and ticket.version else None
            approval = unit.approval(ticket_id, ticket.version) if ticket else None
        if ticket is None or ticket.work not in ("reading", "sending", "carrying"):
            return "nothing to do"
        if ticket.work == "reading":
            case = Case.of(ticket, messages, ticket.version + 1, first_step=_next_step(current))
            return self._next.put_empty(case, f"{ENDED_AGAIN} while it was read.")
        if approval is None or self._begin(ticket_id, ticket.version) != BEGUN:
            return "nothing to do"
        why = f"{ENDED_AGAIN} while this was carried out."
        known = on_file.outcomes.keys() - on_file.doubt
        open_ = [step.id for step in approval.steps if (approval.version, step.id) not in known]
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
        return len(messages) if ticket and to_be_read(ticket, messages, current) else 0

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
        if self._handoff.left_to_person(ticket_id, version, why):
            return "given back"
        self.execution.look_again(ticket_id)
        self.execution.let_go(ticket_id, version)
        with self._store.look() as unit:
            ticket, messages = unit.ticket(ticket_id), unit.messages(ticket_id)
            before, attached = unit.proposal(ticket_id, version), unit.attachments(ticket_id)
        if ticket is None or before is None:
            return "given back"
        case = Case.of(ticket, messages[: before.messages], version + 1, attached=attached)
        fresh, trouble = None, ""
        try:
            fresh = self.propose(case)
        except Exception as error:  # noqa: BLE001  # the journey's edge: it goes back all the same, the audit knows
            trouble = _named(error)
        return self._handoff.give_back(ticket_id, version, fresh, why, trouble)


def _by_act(steps: Sequence[Step], actions: Mapping[ActionName, ActionSpec]) -> Sequence[Step]:
    """As they would be carried out; one that nothing can carry out is refused where each is asked for itself."""
    try:
        return planning.in_order(steps, actions)
    except (KeyError, ValueError):
        return steps


def _named(error: Exception) -> str:
    """What a person may read of an error. Only our own messages are known to name nobody else."""
    return str(error) if isinstance(error, RungError) else f"{type(error).__name__}."


def _next_step(current: Proposal | None) -> int:
    return current.next_step if current else 1
