"""What the policy says of a step, on the records as they are: for the copilot, and for each role."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cx_core.catalogue import ActionSpec, Article, Knowledge
from cx_core.decide.policy import guard
from cx_core.decide.policy.act_context import ActContext
from cx_core.decide.policy.declared_facts import Business, Compile, DoneAct, declared
from cx_core.decide.policy.earlier_acts import already_so, excluded
from cx_core.decide.policy.fact_records import AtHand, known, plain
from cx_core.decide.policy.kept_facts import with_facts
from cx_core.decide.policy.policy_facts import Facts, facts_of, in_turn, with_sums
from cx_core.decide.policy.published_reply import is_public
from cx_core.decide.policy.reply_step import SEND_REPLY, reply_that, spec_of
from cx_core.decide.policy.restricted_data import tells
from cx_core.decide.policy.ruling_agreement import contradicted
from cx_core.errors import SystemTrouble, UnknownFact
from cx_core.ports import BackOffice, Clock, PoliciesInForce, PolicyEngine, Store
from cx_core.records import (
    ActionName,
    ArticleId,
    BusinessRecord,
    CustomerId,
    Money,
    Role,
    Ruling,
    Spent,
    Step,
    StepId,
)
from cx_core.service_rules.auto_send_checks import Occasion, Whom, occasion
from cx_core.service_rules.levels_in_force import Levels
from cx_core.service_rules.money_budgets import Budgets, Payout, Question, after
from cx_core.service_rules.opening_hours import quiet

Articles = Callable[[], Mapping[ArticleId, Article]]


class Authority:
    """Gathers the facts of a step and asks the policy."""

    def __init__(
        self,
        knowledge: Knowledge,
        back_office: BackOffice,
        policies: PoliciesInForce,
        store: Store,
        clock: Clock,
        compile: Compile,
        levels: Levels,
        articles: Articles,
    ) -> None:
        """`articles` gives those that are published, as of now."""
        self._levels = levels
        self._articles = articles
        self._knowledge = knowledge
        self._back_office = back_office
        self._policies = policies
        self._store = store
        self._clock = clock
        self._compile = compile
        self._listed = {
            action.gives: action
            for action in knowledge.actions.values()
            if action.gives and [one.of for one in action.arguments.values()] == ["customer"]
        }
        """The read that gives all records of a kind that a customer has."""
        customers = knowledge.records.get("customer")
        self._tells_age = customers is None or customers.may_tell_age
        self._budgets = Budgets(knowledge.company, clock)

    def rulings(self, steps: Sequence[Step], context: ActContext) -> dict[StepId, Ruling]:
        """What the guard answers to each step, on the evidence as it was read; all by the same policies."""
        engine = self._policies.now().engine
        stopped = self._stopped()
        gathered = in_turn(self._summed(self._facts(step, context, stopped)) for step in steps)
        return {
            step.id: with_facts(guard.rule(step, facts, engine), facts)
            for step, facts in zip(steps, gathered, strict=True)
        }

    def left_undone(self, step: Step, context: ActContext, done: Sequence[Step] = ()) -> tuple[str, ...]:
        """Why there is nothing left to do, or no room for it, after the steps `done` for this ticket; () if there is.

        It is found out when a step is proposed and not at the act: there, after a crash, its own effect would be found.
        """
        spec, currency = spec_of(self._knowledge.actions, step.action), self._knowledge.company.currency
        acts = [
            DoneAct(action=one.action, arguments={name: plain(value, currency) for name, value in one.values().items()})
            for one in done
        ]
        at_hand = self._at_hand(spec, context, fresh=False)
        business = Business(
            kinds=self._knowledge.records,
            writes={name: one for name, one in self._knowledge.actions.items() if one.kind == "write"},
        )
        customer, now = context.evidence.customer, self._clock()
        today = self._knowledge.company.today(now)
        seen = known(step, spec, customer, at_hand, currency, now, context.heard, business, acts, today)
        return already_so(spec, seen, self._compile) or excluded(spec, seen)

    def bars_any_answer(self, context: ActContext) -> str:
        """Why not even published words that answer all of it would be let go alone now; empty: they would.

        It costs little beside looking for such words.
        """
        best = reply_that((), published=True, answered=True, on=self._occasion(context.whom))
        facts = self._summed(self._facts(best, context, self._stopped()))
        answer = guard.decide(None, best, facts, self._policies.now().engine)
        return "" if answer.allowed else next(iter(answer.reasons), "no rule lets it leave")

    def question(
        self,
        engine: PolicyEngine,
        role: Role | None,
        step: Step,
        context: ActContext,
        *,
        key: str,
        first: Role | None = None,
        before: Sequence[Payout] = (),
        ruling: Ruling | None = None,
    ) -> Question:
        """Whether this role (None: the copilot) may have exactly this done now, on records read now; why not.

        However often it is put, it is put to this engine. What was reserved under `key` is this very act's and is not
        counted against it. `first` is the role of another person who approved exactly this, if somebody did.
        `before` is what goes out before it by then, of the same plan; at the act it is on file. `ruling` is what let it
        go alone, to be held against the answer.
        """
        now = replace(context, triage=context.triage.at_levels(self._levels.now()))
        facts = self._facts(step, now, self._stopped(), fresh=True)

        def ask(spent: Spent) -> tuple[bool, tuple[str, ...]]:
            summed = with_sums(facts, spent)
            if role is None:
                answer = guard.decide(None, step, summed, engine)
                return answer.allowed, answer.reasons
            if first is not None:
                summed = guard.with_second(first, step, summed, engine)
            return guard.may(role, step, summed, engine)

        payout = None if facts.nothing_out else _payout(facts)
        spent = after(self._spent(facts, key), payout, before)
        allowed, reasons = ask(spent)
        against = False
        if not allowed and role is None and ruling is not None:
            spec = spec_of(self._knowledge.actions, step.action)
            against = contradicted(step, with_sums(facts, spent), ruling, spec, engine)
        return Question(ask, self._budgets, payout, allowed, reasons, first, against)

    def _saying(self, text: str, context: ActContext) -> Step:
        """The reply in these words as rules may ask for it."""
        company, answers = self._knowledge.company, context.answers
        today = company.today(self._clock())
        public = bool(answers) and is_public(text, answers, self._articles(), company, today)
        told = tells(text, context.evidence, self._knowledge.records)
        return reply_that(told, published=public, answered=bool(answers), on=self._occasion(context.whom))

    def _occasion(self, whom: Whom | None) -> Occasion:
        if whom is None:
            return Occasion()
        with self._store.look() as unit:
            return occasion(unit, whom, self._clock())

    def _summed(self, facts: Facts) -> Facts:
        return with_sums(facts, self._spent(facts, ""))

    def _spent(self, facts: Facts, key: str) -> Spent:
        """As it is now; nothing is held, so at the act it is read again."""
        payout = _payout(facts)
        if payout is None:
            return Spent()
        with self._store.look() as unit:
            return self._budgets.spent(unit, payout, but=key)

    def _stopped(self) -> tuple[str, ...]:
        return tuple(switch.name for switch in self._store.switches())

    def _facts(self, step: Step, context: ActContext, stopped: Sequence[str], *, fresh: bool = False) -> Facts:
        spec, heard, customer = spec_of(self._knowledge.actions, step.action), context.heard, context.evidence.customer
        if spec is SEND_REPLY and "text" in step.values():
            step = self._saying(str(step.values()["text"]), context)
        currency = self._knowledge.company.currency
        now = self._clock()
        today = self._knowledge.company.today(now)
        at_hand = self._at_hand(spec, context, fresh=fresh)
        return facts_of(
            step,
            spec,
            context,
            task_types=self._knowledge.task_types,
            find=at_hand.find,
            declared=declared(
                spec, known(step, spec, customer, at_hand, currency, now, heard, today=today), self._compile
            ),
            stopped=stopped,
            currency=currency,
            quiet=quiet(self._knowledge.company, now),
            grave=heard.brings_up(self._knowledge.company.grave) or context.triage.grave,
            limits=self._levels.perimeters(),
            tells_age=self._tells_age,
        )

    def _at_hand(self, spec: ActionSpec, context: ActContext, *, fresh: bool) -> AtHand:
        read = [r for lookup in context.evidence.lookups for r in (*lookup.records, *lookup.others)]
        return AtHand(spec, read, self._read_one, self._read_all, fresh=fresh)

    def _read_all(self, kind: str, customer: str) -> tuple[BusinessRecord, ...]:
        """Raises SystemTrouble, UnknownFact."""
        read = self._listed.get(kind)
        if read is None:
            raise UnknownFact(f"no read gives a customer's records of the kind {kind}")
        return self._back_office.read(read.name, {name: customer for name in read.arguments})

    def _read_one(self, kind: str, id: str) -> BusinessRecord | None:
        if ActionName(kind) not in self._knowledge.actions:
            return None
        try:
            return next(iter(self._back_office.read(ActionName(kind), {kind: id})), None)
        except SystemTrouble:
            return None


def _payout(facts: Facts) -> Payout | None:
    if facts.amount is None:
        return None
    amount = Money(minor=facts.amount, currency=facts.currency)
    return Payout(CustomerId(facts.customer), facts.task_type, amount)
