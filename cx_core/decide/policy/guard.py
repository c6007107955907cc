"""One question for people and copilot alike: may this be done? The policy answers; this asks.

A ruling never comes from here but from the rules in `knowledge/policies/`. What fails narrows: an
engine error is a no, a policy that cannot be read lets nobody act (`may` refuses everyone) and asks
an administrator, who mends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY, UNKNOWN_AMOUNT, Facts
from cx_core.ports import PolicyEngine
from cx_core.records import APPROVERS, IDENTITIES, UNKNOWN_SUM, ActionName, Money, Role, Ruling, Step

PLACEHOLDERS = frozenset(
    {
        "grave",
        "level",
        "ceiling",
        "outside",
        "identity",
        "amount",
        "task_type",
        "tier",
        "channel",
        "paid_customer",
        "paid_alone_today",
        "payouts_customer_day",
    }
)
"""What the plain words of a rule may name in braces."""


NOT_ASKED = "The policy could not be asked"
"""Begins the reason where the engine could not say."""


class Answer(NamedTuple):
    """The policy's answer to one asker."""

    allowed: bool
    policies: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Question:
    """What is asked about one act, whoever asks: put together once for all who are asked about."""

    action: ActionName
    facts: Facts
    customer: Mapping[str, object]
    context: Mapping[str, object]

    @classmethod
    def about(cls, step: Step, facts: Facts) -> _Question:
        values = facts.__dict__  # a shallow view; model_dump would copy every field
        context = dict(zip(COMMON, _common(values), strict=True))
        if facts.amount is not None:
            context.update(zip(MONEY, _money(values), strict=True))
        context.update(facts.declared)
        return cls(step.action, facts, dict(zip(CUSTOMER, _customer(values), strict=True)), context)

    def but(self, name: str) -> _Question:
        """The same, as if this fact were true."""
        return _Question(self.action, self.facts, self.customer, {**self.context, name: True})

    def put(self, role: Role | None, engine: PolicyEngine) -> Answer:
        """The engine's answer to this asker, with its rules in plain words."""
        allowed, policies, errors = engine.decide(
            principal=_principal(role, self.facts.__dict__),
            action=self.action,
            resource=("Customer", self.facts.customer, self.customer),
            context=self.context,
        )
        filled = _Words(self.facts)
        words = [engine.says(id).format_map(filled) for id in policies]
        if not allowed and not policies and not errors:
            asker = "the copilot" if role is None else f"{'a' if role is Role.SUPERVISOR else 'an'} {role.value}"
            words.append(f"No rule lets {asker} do this")
        if errors:
            words += self.facts.unknown or [f"{NOT_ASKED}: {error}" for error in errors]
        return Answer(allowed and not errors, policies, _distinct(words))


_common, _money, _customer, _copilot = (itemgetter(*names) for names in (COMMON, MONEY, CUSTOMER, COPILOT))


def rule(step: Step, facts: Facts, engine: PolicyEngine, roles: Sequence[Role] = APPROVERS) -> Ruling:
    """Allow, or ask the least role that may, or deny; with the rules that decided and why, in words.

    A step that is only unbacked is put to the role that could do it if a person backs it: `may` still
    refuses it to everyone until the argument comes from a person. Where no role may alone, it is put to the least
    role of which two people may. The reasons begin with what keeps the next lower role from it, or else the copilot.
    """
    if engine.trouble:
        return Ruling(
            answer="ask",
            ask=Role.ADMINISTRATOR,
            reasons=(_broken(engine),),
            policy_version=engine.version,
        )
    if facts.already:
        return Ruling(answer="deny", reasons=facts.already, policy_version=engine.version)
    question = _Question.about(step, facts)
    alone = question.put(None, engine)
    if alone.allowed:
        return Ruling(answer="allow", policies=alone.policies, reasons=alone.reasons, policy_version=engine.version)
    refused = [alone]
    backed = question.but("grounded")
    for role in roles:
        answer = backed.put(role, engine)
        if answer.allowed:
            return _ruling("ask", role, [*reversed(refused), answer._replace(reasons=())], facts, engine)
        refused.append(answer)
    if facts.amount is not None:
        seconded = backed.but("seconded")
        for role in roles:
            answer = seconded.put(role, engine)
            if answer.allowed:
                answers = [*reversed(refused), answer._replace(reasons=())]
                return _ruling("ask", role, answers, facts, engine).replace(people=2)
    nobody = question.put(roles[-1], engine) if roles else alone
    return _ruling("deny", None, [nobody], facts, engine)


def may(role: Role, step: Step, facts: Facts, engine: PolicyEngine) -> tuple[bool, tuple[str, ...]]:
    """Whether this role may have exactly this done now, and why not.

    For the desk at approval, and for execution at the act with the final arguments.
    """
    if engine.trouble:
        return False, (_broken(engine),)
    if role not in APPROVERS:
        return False, (f"A knowledge {role.value} approves nothing",)
    if facts.already:
        return False, facts.already
    answer = decide(role, step, facts, engine)
    return answer.allowed, () if answer.allowed else _distinct((*answer.reasons, *facts.gaps))


def with_second(first: Role, step: Step, facts: Facts, engine: PolicyEngine) -> Facts:
    """The facts once somebody of this role has approved the step first: seconded, if they may be one of the two."""
    seconded = facts.replace(seconded=True)
    return seconded if may(first, step, seconded, engine)[0] else facts


def decide(role: Role | None, step: Step, facts: Facts, engine: PolicyEngine) -> Answer:
    """Ask the policy for one role, or for the copilot (None)."""
    if facts.already:
        return Answer(allowed=False, reasons=facts.already)
    return _Question.about(step, facts).put(role, engine)


def _principal(role: Role | None, values: Mapping[str, object]) -> tuple[str, str, dict[str, object]]:
    if role is None:
        return "Copilot", str(values["task_type"]), dict(zip(COPILOT, _copilot(values), strict=True))
    return "Role", role.value, {"rank": APPROVERS.index(role) + 1 if role in APPROVERS else 0}


class _Words(dict[str, str]):
    """What the plain words of a rule name, put into words when one does."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._facts = facts

    def __missing__(self, name: str) -> str:
        facts = self._facts
        value = getattr(facts, name) if name in PLACEHOLDERS else facts.declared.get(name, "unknown")
        match name:
            case "identity":
                return IDENTITIES[facts.identity]
            case "amount":
                unknown = facts.amount == UNKNOWN_AMOUNT
                return "An unknown sum" if unknown else str(Money(minor=facts.amount or 0, currency=facts.currency))
            case "paid_customer" | "paid_alone_today":
                return _sum(int(value), facts.currency)
            case _ if name in facts.sums and isinstance(value, int):
                return _sum(value, facts.currency)
            case "payouts_customer_day" if facts.payouts_customer_day >= UNKNOWN_SUM:
                return "An unknown number of"
            case "task_type":
                return facts.task_type.replace("_", " ") or "what was not understood"
            case _:
                return str(value)


def _sum(minor: int, currency: str) -> str:
    return "an unknown sum" if minor >= UNKNOWN_SUM else str(Money(minor=minor, currency=currency))


def _ruling(answer: str, role: Role | None, answers: Sequence[Answer], facts: Facts, engine: PolicyEngine) -> Ruling:
    policies = {id for answer in answers for id in answer.policies}
    reasons = [reason for answer in answers for reason in answer.reasons]
    return Ruling(
        answer="ask" if answer == "ask" else "deny",
        ask=role,
        policies=tuple(sorted(policies, key=lambda id: (len(id), id))),
        reasons=_distinct((*reasons, *facts.gaps)),
        policy_version=engine.version,
    )


def _broken(engine: PolicyEngine) -> str:
    return f"Nothing may be done until the policy is mended: {engine.trouble}"


def _distinct(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
