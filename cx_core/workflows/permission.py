"""Permission: whether exactly this may be done now, and the seals by which an approval proves it at the act.

The same is asked for the copilot and for each role, of records as they are at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from cx_core.act.approval_seals import genuine, reply_of, sealed
from cx_core.act.outcomes import OutcomeFile
from cx_core.act.step_effect import key_of
from cx_core.catalogue import ActionSpec
from cx_core.decide import planning
from cx_core.decide.policy.act_context import ActContext
from cx_core.decide.policy.authority import Authority
from cx_core.decide.policy.code_step import sending_code
from cx_core.decide.policy.conversation_facts import conversation
from cx_core.decide.policy.reply_step import SEND_REPLY
from cx_core.errors import NoProof, SystemTrouble
from cx_core.ports import Clock, PoliciesInForce, PolicyEngine, Sealer, Store
from cx_core.records import (
    ActionName,
    Approval,
    CustomerId,
    Evidence,
    Message,
    Proposal,
    Role,
    Ruling,
    Step,
    StepId,
    Ticket,
)
from cx_core.search.retrieval import Retriever
from cx_core.service_rules.auto_send_checks import Whom
from cx_core.service_rules.confirmed_identity import identity_now
from cx_core.service_rules.consents import consents_now
from cx_core.service_rules.money_budgets import Payout, Question
from cx_core.service_rules.unread_messages import of_the_matter
from cx_core.workflows.withdrawn_plans import NoMore


class Permission:
    """Asks the policies in force, and seals what they allowed."""

    def __init__(
        self,
        actions: Mapping[ActionName, ActionSpec],
        retriever: Retriever,
        authority: Authority,
        policies: PoliciesInForce,
        sealer: Sealer,
        store: Store,
        outcomes: OutcomeFile,
        seals_last: timedelta,
        clock: Clock,
        no_more: NoMore,
    ) -> None:
        self._actions = actions
        self._retriever = retriever
        self._authority = authority
        self._policies = policies
        self._sealer, self._seals_last = sealer, seals_last
        self._store = store
        self._clock = clock
        self._outcomes, self._no_more = outcomes, no_more

    def may(
        self, role: Role | None, step: Step, ticket: Ticket, proposal: Proposal, *, first: Role | None = None
    ) -> tuple[bool, tuple[str, ...]]:
        """Whether this role (None: the copilot) may have exactly this done now, on records read now.

        `first` is the role of another person who approved the same, or would have to.
        """
        key = self._key(ticket, proposal, step)
        try:
            asked = self.question(self._policies.now().engine, role, step, ticket, proposal, key, first)
        except NoProof as refusal:
            return False, (str(refusal),)
        return asked.allowed, asked.reasons

    def may_in_turn(
        self,
        role: Role | None,
        steps: Sequence[Step],
        ticket: Ticket,
        proposal: Proposal,
        firsts: Mapping[StepId, Role] = MappingProxyType({}),
    ) -> dict[StepId, tuple[bool, tuple[str, ...]]]:
        """The same of all steps of a plan, in the order of the acts, each as if what those before it pay were out.

        `firsts` gives the role of another person by step. All are put to the same policies.
        """
        engine, before = self._policies.now().engine, list[Payout]()
        answers: dict[StepId, tuple[bool, tuple[str, ...]]] = {}
        for step in _by_act(steps, self._actions):
            key = self._key(ticket, proposal, step)
            try:
                asked = self.question(engine, role, step, ticket, proposal, key, firsts.get(step.id), before)
            except NoProof as refusal:
                answers[step.id] = False, (str(refusal),)
                continue
            answers[step.id] = asked.allowed, asked.reasons
            before += [asked.payout] if asked.payout else []
        return answers

    def question(
        self,
        engine: PolicyEngine,
        role: Role | None,
        step: Step,
        ticket: Ticket,
        proposal: Proposal,
        key: str,
        first: Role | None = None,
        before: Sequence[Payout] = (),
    ) -> Question:
        """The same, to be put again with other sums; money reserved under `key` is this act's own.

        Raises NoProof when it cannot be asked at all, or the task type was withdrawn meanwhile. A reply rests on what
        was read for it, so that customers can be answered while a system is away.
        """
        evidence = proposal.evidence
        answers = proposal.answers if step.action == SEND_REPLY.name else ()
        if step.action != SEND_REPLY.name:
            if why := self._no_more(proposal, step):
                raise NoProof(why)
            try:
                customer, _ = self._retriever.customer(ticket.address)
            except SystemTrouble as trouble:
                raise NoProof(f"The customer's record cannot be read: {trouble}") from trouble
            evidence = evidence.replace(customer=customer)
        whom = Whom(ticket.id, ticket.address, self._messages(ticket))
        return self._authority.question(
            engine,
            role,
            step,
            replace(self._around(ticket, proposal, whom.messages, evidence), answers=answers, whom=whom),
            key=key,
            first=first,
            before=before,
            ruling=proposal.rulings.get(step.id) if role is None else None,
        )

    def code(
        self, role: Role | None, contact: str, settled: bool, codes_hour: int, ticket: Ticket, proposal: Proposal
    ) -> tuple[bool, tuple[str, ...]]:
        """Whether this role (None: the copilot) may have a one-time code sent to this contact now, and why not."""
        return self.may(role, sending_code(contact, settled=settled, codes_hour=codes_hour), ticket, proposal)

    def identity(self, ticket: Ticket) -> int:
        """How well it is known who writes now; see `identity_now`. Raises SystemTrouble, AuditUnavailable."""
        if ticket.confirmed is None:
            return ticket.identity
        customer, _ = self._retriever.customer(ticket.address)
        return identity_now(ticket, CustomerId(customer.id) if customer else None, self._sealer, self._clock())

    def policy(self) -> str:
        """The version of the policy that `may` asks now."""
        return self._policies.now().engine.version

    def sealed(
        self,
        approval: Approval,
        policy: str,
        first: Approval | None = None,
        *,
        ticket: Ticket | None = None,
        waits: bool = False,
    ) -> Approval:
        """The approval with what proves it at the act; `policy` is the version it was checked against.

        `first` is another person's that it joins, where two must; `waits`: it is itself the first of two, which proves
        nothing without the second. `ticket` is one that is not on file yet. Raises AuditUnavailable, and NoProof
        where there is no ticket, and for a proposal that is wrong on purpose.
        """
        with self._store.look() as unit:
            ticket, attached = ticket or unit.tickets.get(approval.ticket), unit.attachments.of(approval.ticket)
            genuine(unit, approval)
        if ticket is None:
            raise NoProof(f"There is no ticket {approval.ticket}.")
        reply = reply_of(approval, ticket, attached)
        return sealed(approval, reply, policy, self._seals_last, self._sealer, first=first, waits=waits)

    def sealed_first(self, approval: Approval, policy: str) -> Approval:
        """The approval as the first of two. Raises AuditUnavailable and NoProof."""
        return self.sealed(approval, policy, waits=True)

    def ruling(self, step: Step, ticket: Ticket, proposal: Proposal) -> Ruling:
        """What the guard answers to a step that a person adds, on the proposal's evidence."""
        findings = [finding for finding in proposal.findings if finding.step == step.id]
        around = replace(self._around(ticket, proposal, self._messages(ticket)), findings=findings)
        return self._authority.rulings((step,), around)[step.id]

    def _key(self, ticket: Ticket, proposal: Proposal, step: Step) -> str:
        """Under which the step would be done now."""
        with self._store.look() as unit:
            return key_of(ticket.id, proposal.version, step, self._outcomes.read(unit, ticket.id).outcomes)

    def _messages(self, ticket: Ticket) -> tuple[Message, ...]:
        with self._store.look() as unit:
            return of_the_matter(unit.tickets.messages(ticket.id))

    def _around(
        self, ticket: Ticket, proposal: Proposal, messages: Sequence[Message], evidence: Evidence | None = None
    ) -> ActContext:
        """An act of this proposal as it stands in its ticket; `evidence` in place of the proposal's."""
        evidence = evidence or proposal.evidence
        whose, now = CustomerId(evidence.customer.id) if evidence.customer else None, self._clock()
        identity = identity_now(ticket, whose, self._sealer, now)
        with self._store.look() as unit:
            consents = consents_now(unit, ticket, proposal.version, identity, self._sealer, now)
        return ActContext(
            triage=proposal.triage,
            evidence=evidence,
            identity=identity,
            channel=ticket.channel,
            heard=conversation(messages),
            findings=proposal.findings,
            consents=consents,
        )


def _by_act(steps: Sequence[Step], actions: Mapping[ActionName, ActionSpec]) -> Sequence[Step]:
    """As they would be carried out; one that nothing can carry out is refused where each is asked for itself."""
    try:
        return planning.in_order(steps, actions)
    except (KeyError, ValueError):
        return steps
