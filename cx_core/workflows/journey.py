"""The journey of a ticket: from a customer's words to a verified outcome, in two durable workflows.

`prepare` has a proposal made (`proposing.py`: the stages up to there, in their order); `carry_out` does what was
approved (`carrying_out.py`). Each step of them may run again after a crash and then finds its own work done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

from cx_core import __version__
from cx_core.act.approval_seals import REPLY, Barred, Prover, nobody_barred
from cx_core.act.delivery import Delivery
from cx_core.act.execution import Execution
from cx_core.act.first_approval import FindPerson, Seconding, nobody
from cx_core.act.handoff import Handoff
from cx_core.act.identity_codes import IdentityCodes
from cx_core.act.outcomes import OutcomeFile
from cx_core.act.rating_request import RatingQuestions
from cx_core.act.recent_acts import RecentActs
from cx_core.catalogue import Knowledge
from cx_core.decide.added_step import Adding
from cx_core.decide.policy.authority import Articles, Authority
from cx_core.decide.policy.declared_facts import Compile
from cx_core.errors import AuditUnavailable, words_of
from cx_core.ports import (
    BackOffice,
    Clock,
    Files,
    Outbox,
    PoliciesInForce,
    Sealer,
    StepRunner,
    Store,
)
from cx_core.prompt_injection.screening import Screen
from cx_core.records import (
    Approval,
    ArticleId,
    BusinessRecord,
    Message,
    PersonId,
    Proposal,
    Ticket,
    TicketId,
    Triage,
    Versions,
    digest,
)
from cx_core.search.earlier_tickets import Memory
from cx_core.search.published_answer_match import Answering
from cx_core.search.record_freshness import differences
from cx_core.search.retrieval import Retriever
from cx_core.service_rules.consents import consents_now
from cx_core.service_rules.denied_codes import denied
from cx_core.service_rules.levels_in_force import Levels
from cx_core.service_rules.merged_tickets import goals_before
from cx_core.service_rules.system_pauses import SystemPauses
from cx_core.understand.conversation import to_be_read
from cx_core.understand.triage import Triager
from cx_core.workflows.carrying_out import CarryingOut
from cx_core.workflows.earlier_versions import EarlierVersions
from cx_core.workflows.error_planting import ErrorPlanting
from cx_core.workflows.findings import in_doubt, looked_at
from cx_core.workflows.lacking import CustomerAsk, Lacking
from cx_core.workflows.model_drafting import Drafter
from cx_core.workflows.permission import Permission
from cx_core.workflows.proposal_inputs import ProposalInputs
from cx_core.workflows.proposal_versions import COPILOT, NextVersion
from cx_core.workflows.proposing import Proposer
from cx_core.workflows.route_limits import OutOfUse, usable
from cx_core.workflows.stale_plans import StalePlans
from cx_core.workflows.withdrawn_plans import planned_no_more

ASKS_CODE = "asks for a code"
NO_YES = "The customer was asked for a plain yes, and did not give one that counts"
IMPORTED = "It was imported from another help desk, so a person answers it"
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
        barred: Barred = nobody_barred,
        systems: SystemPauses | None = None,
        planted_errors: bool = False,
        out_of_use: OutOfUse = usable,
    ) -> None:
        """`articles` gives the published ones as of now; `answering` finds among them what answers all of a message.

        An answer that goes alone can be taken back for `undo_seconds`. `find_person` finds those whose accounts are
        open; without it nobody is one of two who approve. `barred` tells whose account does not open any more.
        `systems` hears of the calls of the systems given here; without it pauses that others found are heeded.
        `planted_errors`: some proposals are shown with an error, as the company says. `out_of_use`: why nothing is
        planned for a task type now.
        """
        self._knowledge = knowledge
        self._retriever = retriever
        self._store = store
        self._clock, self._sealer = clock, sealer
        self.undo_seconds = undo_seconds
        levels = Levels(store, knowledge.task_types, sealer)
        self._systems = systems = systems or SystemPauses(knowledge, store, levels, clock)
        shipped = {ArticleId(id): one for id, one in knowledge.articles.items()}
        authority_at = partial(Authority, knowledge, back_office, policies, store, clock, compile)
        published = articles or (lambda: shipped)
        self.authority = authority = authority_at(levels, published)
        versions = versions.replace(rung=__version__)
        self.outcomes = OutcomeFile(sealer)
        stages = partial(
            Proposer,
            knowledge,
            triager,
            retriever,
            clock=clock,
            versions=versions,
            screen=screen,
            memory=memory,
            answering=answering,
            recent=RecentActs(store, self.outcomes, knowledge, clock),
            out_of_use=out_of_use,
        )
        self._proposer = stages(authority=authority, levels=levels, drafter=drafter)

        def supposing(supposed: Levels) -> Proposer:
            return stages(authority=authority_at(supposed, published), levels=supposed)

        def laid_over(other: Knowledge, rules: PoliciesInForce) -> Proposer:
            levels = Levels(store, other.task_types, sealer)
            authority = Authority(other, back_office, rules, store, clock, compile, levels, published)
            read = retriever.over(other)
            return Proposer(other, triager, read, authority, clock, versions, screen=screen, levels=levels)

        self._supposing, self._laid_over = supposing, laid_over
        self._triager = triager
        planting = ErrorPlanting(knowledge, levels, sealer, clock) if planted_errors else None
        self._next = NextVersion(store, clock, knowledge, versions, sealer, systems, planting)
        self.adding = Adding(knowledge, back_office)
        no_more = partial(planned_no_more, task_types=knowledge.task_types, ask=lambda name, _: out_of_use(name))
        self._stale = StalePlans(store, back_office, knowledge.records, self.outcomes, clock, no_more)
        self.seconding = Seconding(sealer, clock, find_person)
        self.permission = Permission(
            knowledge.actions, retriever, authority, policies, sealer, store, self.outcomes, seals_last, clock, no_more
        )
        question, prover = self.permission.question, Prover(policies, sealer, clock, levels, barred)
        outcomes, paused = self.outcomes, systems.paused
        self.execution = Execution(
            store, back_office, knowledge.actions, question, clock, prover, self.seconding, outcomes, paused
        )
        taken_back = self.execution.taken_back
        delivery = Delivery(store, outbox, clock, files, question, prover, outcomes, taken_back, knowledge, paused)
        handoff = Handoff(store, clock, self.outcomes, knowledge.company)
        ratings = RatingQuestions(store, outbox, knowledge.company, public_url, clock)
        self.carrying_out = CarryingOut(
            knowledge.actions,
            knowledge.company.name,
            store,
            self.execution,
            delivery,
            handoff,
            ratings,
            self.outcomes,
            self.propose,
        )
        self.codes = IdentityCodes(
            store,
            outbox,
            back_office,
            retriever.customer,
            self.permission.code,
            sealer,
            clock,
            knowledge.company,
            partial(_about, knowledge),
        )
        self._earlier = EarlierVersions(knowledge, store, self.outcomes, self.permission)
        self._lacking = Lacking(self.propose, knowledge, authority, clock)

    def propose(self, case: ProposalInputs) -> Proposal:
        """Everything up to the ask. Raises SystemTrouble when even reading the customer is impossible."""
        return self._proposer.propose(case)

    def supposing(self, levels: Levels) -> Proposer:
        """Return the stages that end in a proposal, as if these were the levels. No language model is asked."""
        return self._supposing(levels)

    def laid_over(self, knowledge: Knowledge, rules: PoliciesInForce) -> Proposer:
        """Return the stages that end in a proposal, with this knowledge and these rules. No language model is asked."""
        return self._laid_over(knowledge, rules)

    def read(self, subject: str, messages: tuple[Message, ...]) -> Triage:
        """What these words are understood as now."""
        return self._triager.read(subject, messages)[0]

    def side_by_side(self, ticket: Ticket, messages: tuple[Message, ...]) -> tuple[Proposal, Proposal]:
        """The proposal as the built-in stages make it, and as a language model betters it. Nothing is kept."""
        return self._proposer.side_by_side(ProposalInputs.of(ticket, messages, max(ticket.version, 1)))

    def customer(self, ticket: Ticket) -> BusinessRecord | None:
        """The ticket's customer as their record is now. Raises SystemTrouble."""
        return self._retriever.customer(ticket.address)[0]

    # --- the durable workflows --------------------------------------------------------------

    def prepare(self, ticket_id: TicketId, count: int, run: StepRunner) -> str:
        """Prepare a ticket as of `count` messages. Returns what came of it, in a word."""
        came = run("propose", lambda: self._prepare(ticket_id, count))
        return run("ask for a code", lambda: self.codes.go_on(ticket_id)) if came == ASKS_CODE else came

    def _prepare(self, ticket_id: TicketId, count: int) -> str:
        came = self._prepared(ticket_id, count)
        self._systems.settle()
        return came

    def _prepared(self, ticket_id: TicketId, count: int) -> str:
        with self._store.look() as unit:
            ticket, messages = unit.tickets.get(ticket_id), unit.tickets.messages(ticket_id)
            current = unit.proposals.get(ticket_id, ticket.version) if ticket and ticket.version else None
            attached = unit.attachments.of(ticket_id)
            known, doubt = goals_before(unit, ticket) if ticket else (), denied(unit, ticket_id)
        if ticket is None or ticket.status == "closed":
            return "nothing to do"
        if ticket.work != "reading" and not to_be_read(ticket, messages, current):
            return "nothing to do"
        if len(messages) > count:
            return "newer words are on their way"
        case = ProposalInputs.of(
            ticket, messages, ticket.version + 1, first_step=_next_step(current), attached=attached, known=known
        )
        try:
            case = self._known(case, ticket)
            read = self._read(case, current)
            made = self._earlier.kept(read, current, ticket)
            missing = self._missing(case, ticket, made, read)
            made = in_doubt(missing.proposal or made, doubt, self._knowledge)
            alone = self.alone(made, ticket) if made.route == "act" else None
            came = self._next.put(made, current, alone, missing.offer)
            return ASKS_CODE if missing.code and came in ("proposed", "kept") else came
        except AuditUnavailable:
            raise  # nothing can be put on record now, so nothing may go on; the runner tries again
        except Exception as error:  # noqa: BLE001  # the journey's edge: a person gets the ticket, the audit the reason
            return self._next.put_empty(case, words_of(error))

    def _read(self, case: ProposalInputs, current: Proposal | None) -> Proposal:
        """The proposal, with what the customer has consented to while the records are as they were then."""
        made = self.propose(case)
        if case.consents and (current is None or differences(current, made, self._knowledge.records)):
            made = self.propose(replace(case, consents=()))
        return made

    def _known(self, case: ProposalInputs, ticket: Ticket) -> ProposalInputs:
        """With how well it is known who writes, and what they have said yes to."""
        identity = self.permission.identity(ticket)
        with self._store.look() as unit:
            consents = consents_now(unit, ticket, case.version, identity, self._sealer, self._clock())
        return replace(case, identity=identity, consents=consents)

    def _missing(self, case: ProposalInputs, ticket: Ticket, made: Proposal, read: Proposal) -> CustomerAsk:
        """What the customer can be asked for. Who was asked for a yes and did not plainly give it has a person.

        Nothing goes out by itself about a ticket that another desk began.
        """
        if ticket.imported is not None:
            return CustomerAsk(proposal=looked_at(made, IMPORTED))
        with self._store.look() as unit:
            put = unit.consents.latest(ticket.id)
            held = denied(unit, ticket.id) or self._systems.paused(unit, made.triage.goals)
        if put is not None and (put.state != "accepted" or put.version == ticket.version):
            return CustomerAsk() if case.consents else CustomerAsk(proposal=looked_at(made, NO_YES))
        if held or made.replace(since=()) != read:
            return CustomerAsk()  # whoever is asked for something while it is held would wait for nothing
        return self._lacking.of(case, read)

    def alone(self, made: Proposal, ticket: Ticket) -> Approval:
        """The copilot's own answer to a proposal that its rulings let go alone, with what proves it at the act."""
        reply = made.reply.text if made.reply else ""
        approval = Approval(
            id=uuid4().hex,
            ticket=made.ticket,
            version=made.version,
            decision="approve",
            person=PersonId(COPILOT),
            role=None,
            steps=made.steps,
            reply=reply,
            at=self._clock(),
            digests={step.id: digest(made.ticket, made.version, step) for step in made.steps},
        )
        ruled = made.reply_ruling or next(iter(made.rulings.values()), None)
        policy = ruled.policy_version if ruled else self.permission.policy()
        return self.permission.sealed(approval, policy, ticket=ticket)

    def going_alone(self, ticket_id: TicketId) -> int:
        """The version of a ticket that the copilot approved itself and that waits to be carried out; 0: none."""
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            approval = unit.proposals.approval(ticket_id, ticket.version) if ticket else None
        waits = ticket is not None and approval is not None and approval.role is None and ticket.work == "sending"
        return ticket.version if ticket and waits else 0

    def carry_out(self, ticket_id: TicketId, version: int, run: StepRunner) -> str:
        """Carry out what was approved, read it back, answer the customer."""
        came = self.carrying_out.run(ticket_id, version, run)
        self._systems.settle()
        return came

    def overtaken(self, ticket_id: TicketId, version: int) -> tuple[tuple[TicketId, int], ...]:
        """The customer's other tickets to be read again, since something was done here; with their messages' number."""
        with self._store.look() as unit:
            touched = any(done == version and step != REPLY for done, step in unit.proposals.outcomes(ticket_id))
        return self._stale.after_act(ticket_id) if touched else ()

    def set_aside(self, ticket_id: TicketId, run: StepRunner) -> str:
        """For a ticket whose work ended the program again and again: a person gets it, and nothing is tried once more.

        It touches as little as possible of what may have been the end of the runs before it.
        """
        return run("set aside", lambda: self._set_aside(ticket_id))

    def _set_aside(self, ticket_id: TicketId) -> str:
        with self._store.look() as unit:
            ticket, messages = unit.tickets.get(ticket_id), unit.tickets.messages(ticket_id)
            current = unit.proposals.get(ticket_id, ticket.version) if ticket and ticket.version else None
        if ticket is None or ticket.work not in ("reading", "sending", "carrying"):
            return "nothing to do"
        if ticket.work == "reading":
            case = ProposalInputs.of(ticket, messages, ticket.version + 1, first_step=_next_step(current))
            return self._next.put_empty(case, f"{ENDED_AGAIN} while it was read.")
        return self.carrying_out.set_aside(ticket, f"{ENDED_AGAIN} while this was carried out.")

    def left(self, ticket_id: TicketId) -> int:
        """How many messages a ticket has, if some of them were not read yet; else 0."""
        with self._store.look() as unit:
            ticket, messages = unit.tickets.get(ticket_id), unit.tickets.messages(ticket_id)
            current = unit.proposals.get(ticket_id, ticket.version) if ticket else None
        return len(messages) if ticket and to_be_read(ticket, messages, current) else 0


def _about(knowledge: Knowledge, proposal: Proposal) -> str:
    """What the customer wants, by the titles of the task types: our words, not theirs."""
    types = [knowledge.task_types.get(goal.task_type) for goal in proposal.triage.goals]
    return ", ".join(dict.fromkeys(one.title for one in types if one is not None)) or knowledge.company.name


def _next_step(current: Proposal | None) -> int:
    return current.next_step if current else 1
