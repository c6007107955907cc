"""What the policy is asked about: one frozen record per step, and how it is gathered.

Every default is the narrowest value, so what nobody found out never allows anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from pydantic import Field

from cx_core.catalogue import ActionSpec, ArgumentSpec, TaskType
from cx_core.decide.policy.act_context import ActContext
from cx_core.decide.policy.reply_step import OWN_ACTS, REPLY
from cx_core.records import (
    SEND_CODE,
    UNKNOWN_SUM,
    Argument,
    BusinessRecord,
    Consent,
    Finding,
    Goal,
    Money,
    Perimeter,
    Record,
    Spent,
    Step,
    TaskTypeName,
    Triage,
    Value,
    act_digest,
    switches_over,
)
from cx_core.service_rules.confirmed_identity import CONFIRMED
from cx_core.service_rules.levels_in_force import narrowest
from cx_core.service_rules.money_budgets import DAY, MONTH
from cx_core.service_rules.perimeter_check import NO_LIMITS, LimitedAct, beyond_day, outside

Find = Callable[[str, str], BusinessRecord | None]
"""A record by kind and id; None: there is none, or it cannot be read."""


class Facts(Record):
    """All that a ruling may rest on. Money is in minor units of `currency`."""

    # from settings: the copilot for this task type
    task_type: str = ""
    level: int = 0
    ceiling: int = 0
    stopped: bool = True
    people_only: bool = True
    within: bool = Field(default=False, description="inside the limits that people set for acting alone")
    # from records: the customer
    customer: str = "unknown"
    tier: str = ""
    minor: bool = True
    known: bool = False
    # from channels, records and the definition of the action
    identity: int = 0
    channel: str = ""
    own: bool = False
    on_file: bool = False
    reversible: bool = False
    consented: bool = Field(default=False, description="the customer said yes to exactly this, as it was put to them")
    risk: str = "high"
    quiet: bool = True
    # from models and classifiers, or about what they wrote: these only ever narrow
    sure: bool = False
    grounded: bool = False
    sentiment: str = "negative"
    urgency: str = "high"
    grave: str = "unknown"
    # of actions that are money out; `amount` None is an action that is not
    amount: int | None = None
    paid_customer: int = UNKNOWN_SUM
    paid_alone_today: int = UNKNOWN_SUM
    payouts_customer_day: int = UNKNOWN_SUM
    seconded: bool = False
    nothing_out: bool = Field(default=False, description="a formula says that no money goes out this time")
    currency: str = "GBP"
    # what the action's own definition adds (see `declared`)
    declared: dict[str, bool | int | str] = Field(default_factory=dict)
    # for people only, never sent to the policy
    outside: str = Field(default=NO_LIMITS, description="which of the limits it is beyond, in words")
    day_most: int | None = Field(default=None, description="what the limits let out in a day; None: not looked up")
    sums: frozenset[str] = Field(default=frozenset(), description="which of the declared are amounts of money")
    gaps: tuple[str, ...] = ()
    already: tuple[str, ...] = Field(default=(), description="why there is nothing left to do: then nobody does it")
    unknown: tuple[str, ...] = Field(default=(), description="what could not be found out, also among the gaps")


UNKNOWN_AMOUNT = -1
"""Money out that cannot be read, in minor units: less than nothing, and nothing may be a known amount."""

COPILOT = ("level", "ceiling", "stopped", "people_only", "within")
CUSTOMER = ("tier", "minor", "known")
COMMON = (
    "identity",
    "channel",
    "own",
    "on_file",
    "reversible",
    "consented",
    "risk",
    "quiet",
    "sure",
    "grounded",
    "sentiment",
    "urgency",
    "grave",
)
MONEY = ("amount", "paid_customer", "paid_alone_today", "payouts_customer_day", "seconded")
SUMS = frozenset({"amount", "paid_customer", "paid_alone_today"})
"""Which of these are amounts of money."""
MEANINGS: Mapping[str, str] = {
    "paid_customer": f"What was paid to this customer in the {MONTH.days} days before",
    "paid_alone_today": "What the copilot paid alone today for this task type",
    "payouts_customer_day": f"Payouts to this customer in the {DAY.total_seconds() / 3600:.0f} hours before",
    "seconded": "Two different people who may approve it have approved exactly this",
}
"""What these facts mean, in words: a number in them may stand in the sentence of a rule that asks for them."""
NARROWING = frozenset({"within", "sure", "grounded", "sentiment", "urgency", "grave"})
"""What a model or classifier says, what is said of its work, or what rests on words: no permit may rest on these."""
LIFTING = frozenset({"seconded", "consented"})
"""What only ever lifts a forbid: two different people approved exactly this, or the customer said yes to it. No permit
may rest on it either."""


def facts_of(
    step: Step,
    spec: ActionSpec,
    context: ActContext,
    *,
    task_types: Mapping[TaskTypeName, TaskType],
    find: Find,
    stopped: Collection[str],
    currency: str = "GBP",
    quiet: bool = True,
    grave: str = "unknown",
    limits: Mapping[TaskTypeName, Perimeter] = MappingProxyType({}),
    declared: tuple[Mapping[str, bool | int | str], Sequence[str]] = ({}, ()),
    tells_age: bool = True,
) -> Facts:
    """The facts of one step. What is missing counts as the narrowest value.

    `find` gives records by kind and id. `declared` is what the action declares for itself, and what of that could
    not be found out, in words. `stopped` holds the names of the switches that are on ("*" is everything). `grave` is
    what the customer's words bring up that people decide, of `Company.grave`; empty: nothing. `limits` are those of
    task types whose acts may be done alone. `tells_age`: whether customers' records of this business say who is a
    minor; where none does, rules about minors have nothing to say.
    """
    triage, customer, identity = context.triage, context.evidence.customer, context.identity
    gaps = (*_gaps(step, spec, context.findings, currency), *declared[1])
    money = _money(step, spec, find, currency, declared[0])
    on_file = _on_file(step, spec, customer)
    given = Consent(act=act_digest(step), amount=_minor(money.get("amount")))
    facts = Facts.model_validate(
        {
            **where_it_stands(step, triage, task_types, stopped),
            **({} if customer is None else _customer(customer, tells_age=tells_age)),
            **money,
            "identity": identity if identity in (0, 1, 2) else 0,
            "channel": context.channel,
            "own": _own(step, spec, customer, find),
            "on_file": on_file,
            "reversible": spec.reversible or (spec.nothing_to_undo and on_file),
            "consented": context.supposing or given in context.consents,
            "risk": spec.risk,
            "quiet": quiet,
            "grounded": not gaps,
            "sentiment": triage.sentiment,
            "urgency": triage.urgency,
            "grave": grave,
            "declared": dict(declared[0]),
            "sums": frozenset(name for name, fact in spec.facts.items() if fact.type == "money"),
            "gaps": gaps,
            "unknown": tuple(declared[1]),
        }
    )
    presumed = CONFIRMED if step.action == SEND_CODE else 0
    return limited(facts, [limits.get(goal.task_type) for goal in _goals(step, triage)], presumed)


def limited(facts: Facts, limits: Sequence[Perimeter | None], presumed: int = 0) -> Facts:
    """With whether it is inside the limits of all its goals. `presumed`: the identity that it is to lead to."""
    act = limited_act(facts, presumed)
    why = next(filter(None, (outside(one, act) for one in limits)), "") if limits else NO_LIMITS
    most = min((one.day_most for one in limits if one is not None), default=0)
    return facts.replace(within=not why, outside=why, day_most=most)


def limited_act(facts: Facts, presumed: int = 0) -> LimitedAct:
    """What of these facts limits speak of. `presumed`: the least identity to reckon with."""
    return LimitedAct(
        task_type=facts.task_type,
        customer=facts.customer,
        tier=facts.tier,
        channel=facts.channel,
        identity=max(facts.identity, presumed),
        quiet=facts.quiet,
        upset=facts.sentiment == "negative" or facts.urgency == "high",
        amount=facts.amount,
        currency=facts.currency,
    )


def with_sums(facts: Facts, spent: Spent) -> Facts:
    """With what went out before; an action that is not money out has no sums."""
    if facts.amount is None:
        return facts
    summed = facts.replace(
        paid_customer=spent.customer, paid_alone_today=spent.alone_today, payouts_customer_day=spent.payouts_day
    )
    if not facts.within or facts.day_most is None:
        return summed
    beyond = beyond_day(facts.day_most, facts.amount, spent.alone_today, facts.currency)
    return summed.replace(within=False, outside=beyond) if beyond else summed


def in_turn(planned: Iterable[Facts]) -> tuple[Facts, ...]:
    """The steps of one plan, each with the sums as they will be once those before it are done."""
    done: list[Facts] = []
    for facts in planned:
        before = [(one.task_type, one.amount) for one in done if one.amount]
        mine = sum(amount for task_type, amount in before if task_type == facts.task_type)
        spent = Spent(
            customer=facts.paid_customer + sum(amount for _, amount in before),
            alone_today=facts.paid_alone_today + mine,
            payouts_day=facts.payouts_customer_day + len(before),
        )
        done.append(with_sums(facts, spent))
    return tuple(done)


def _record_arguments(step: Step, spec: ActionSpec) -> tuple[tuple[ArgumentSpec, Value], ...]:
    values = step.values()
    return tuple(
        (argument, values[name])
        for name, argument in spec.arguments.items()
        if argument.type == "record" and values.get(name) is not None
    )


def where_it_stands(
    step: Step, triage: Triage, task_types: Mapping[TaskTypeName, TaskType], stopped: Collection[str]
) -> dict[str, int | bool | str]:
    """The copilot as it stands for the step's goal; for the reply, for all goals: the narrowest of each."""
    goals = _goals(step, triage)
    types = [task_types.get(goal.task_type) for goal in goals]
    if not goals:
        return {}
    return {
        "task_type": goals[0].task_type if len(goals) == 1 else " + ".join(goal.task_type for goal in goals),
        "level": narrowest(*(goal.level for goal in goals)),
        "ceiling": min(0 if type is None else type.ceiling for type in types),
        "stopped": any(name in stopped for name in switches_over(step.action, [goal.task_type for goal in goals])),
        "people_only": any(type is None or type.people_only for type in types),
        "sure": all(goal.sure for goal in goals),
    }


def _goals(step: Step, triage: Triage) -> tuple[Goal, ...]:
    if step.action in {spec.name for spec in OWN_ACTS}:
        return triage.goals
    return triage.goals[step.goal : step.goal + 1] if step.goal >= 0 else ()


def _customer(record: BusinessRecord, *, tells_age: bool) -> dict[str, str | bool]:
    """An age that a record leaves out which could give it is taken for a minor's."""
    return {
        "customer": record.id,
        "known": record.kind == "customer",
        "tier": str(record.fields.get("tier") or ""),
        "minor": (tells_age or "minor" in record.fields) and record.fields.get("minor") is not False,
    }


def _own(step: Step, spec: ActionSpec, customer: BusinessRecord | None, find: Find) -> bool:
    """Every record an argument names was read, and is this customer's."""
    if customer is None or customer.kind != "customer":
        return False
    for argument, value in _record_arguments(step, spec):
        if argument.of == "customer":
            if value != customer.id:
                return False
            continue
        record = find(argument.of, str(value))
        if record is None:
            return False
        nobodys = record.customer is None and argument.shared
        if record.customer != customer.id and not nobodys:
            return False
    return True


def _on_file(step: Step, spec: ActionSpec, customer: BusinessRecord | None) -> bool:
    """Nothing goes to an address or number that the customer's record does not hold."""
    if customer is None:
        return False
    values = step.values()
    return all(
        str(values.get(name) or "").casefold() == str(customer.fields.get(argument.type) or "").casefold()
        for name, argument in spec.arguments.items()
        if argument.type in ("email", "phone") and values.get(name) is not None
    )


def _money(
    step: Step, spec: ActionSpec, find: Find, currency: str, declared: Mapping[str, bool | int | str]
) -> dict[str, int | str | bool]:
    """The amount that goes out; nothing of an action that is not money out."""
    if not spec.money:
        return {}
    if spec.money in spec.facts:
        out = declared.get(spec.money)
        return {
            "amount": out if isinstance(out, int) else UNKNOWN_AMOUNT,
            "nothing_out": out == 0,
            "currency": currency,
        }
    amount = _amount(step, spec, find)
    return {"amount": amount.minor if isinstance(amount, Money) else UNKNOWN_AMOUNT, "currency": currency}


def _minor(amount: object) -> int | None:
    return amount if isinstance(amount, int) else None


def _amount(step: Step, spec: ActionSpec, find: Find) -> Value:
    """The argument that is money out, or the field of the record it names."""
    name, _, field = spec.money.partition(".")
    value = step.values().get(name)
    if not field:
        return value
    record = find(spec.arguments[name].of, str(value))
    return record.fields.get(field) if record else None


def _gaps(step: Step, spec: ActionSpec, findings: Sequence[Finding], currency: str) -> tuple[str, ...]:
    """What is missing or unbacked, in words. What an advisor gave is backed by the advisor."""
    given = {argument.name: argument for argument in step.arguments}
    by_advisor = {name for name, argument in given.items() if argument.source.kind == "advisor"}
    about = (REPLY.id, None) if step.id == REPLY.id else (step.id,)
    told = [finding for finding in findings if finding.step in about and finding.argument not in by_advisor]
    gaps = [finding.text for finding in told]
    gaps += [f"{name} is no argument of {spec.title}" for name in given if name not in spec.arguments]
    for name in spec.arguments.keys() - {finding.argument for finding in told}:
        argument = spec.arguments[name]
        if gap := _gap(argument.title or name, argument, given.get(name), currency):
            gaps.append(gap)
    return tuple(sorted(gaps))


def _gap(title: str, spec: ArgumentSpec, given: Argument | None, currency: str) -> str:
    if given is None or given.value is None:
        return "" if spec.optional else f"{title} is missing"
    if given.source.kind == "none":
        return f"Nothing backs the {title.lower()}"
    if spec.type == "money" and not (isinstance(given.value, Money) and given.value.currency == currency):
        return f"{title} is not an amount in {currency}"
    return ""
