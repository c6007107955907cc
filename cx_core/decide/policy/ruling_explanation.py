"""Why a ruling is as it is: who would be allowed, which rules stand against the others, and what would have to differ.

What would have to differ is found by asking the policy itself again with one fact changed, never guessed from a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cx_core.decide.policy.guard import decide
from cx_core.decide.policy.policy_facts import Facts
from cx_core.ports import PolicyEngine
from cx_core.records import APPROVERS, ActionName, Role, Step, StepId
from cx_core.views.policy_views import Asker, FactValue, Instead, PolicyRule, RuleExplained

ANYTHING_ELSE = "anything else"


def askers(action: ActionName, facts: Facts, engine: PolicyEngine) -> tuple[Asker, ...]:
    """What the copilot and each role are answered; of a step that is not backed, also what they are once it is."""
    step, backed = _step(action), facts.replace(grounded=True)
    return tuple(
        Asker(
            role=role,
            allowed=answer.allowed,
            once_backed=not answer.allowed and role is not None and decide(role, step, backed, engine).allowed,
            rules=answer.policies,
            reasons=answer.reasons,
        )
        for role in (None, *APPROVERS)
        for answer in [decide(role, step, facts, engine)]
    )


def against(
    action: ActionName, facts: Facts, engine: PolicyEngine, rules: Sequence[PolicyRule], answers: Sequence[Asker]
) -> tuple[RuleExplained, ...]:
    """Each rule that forbids it to somebody, with what it asks and which one fact would have to differ."""
    refused = [(rule, [one for one in answers if rule.id in one.rules]) for rule in rules if rule.effect == "forbid"]
    return tuple(
        RuleExplained(
            rule=rule,
            to=tuple(one.role for one in who),
            facts=tuple((name, _value(facts, name)) for name in rule.asks if name != "rank"),
            instead=tuple(_instead(rule, _step(action), facts, engine, who[0].role)),
        )
        for rule, who in refused
        if who
    )


def _instead(rule: PolicyRule, step: Step, facts: Facts, engine: PolicyEngine, role: Role | None) -> Iterator[Instead]:
    """For each fact the rule asks, the nearest value with which it would not match."""
    for name in rule.asks:
        for value in () if name == "rank" else _others(rule, facts, name):
            if rule.id not in decide(role, step, _changed(facts, name, value), engine).policies:
                yield Instead(fact=name, value=value)
                break


def _others(rule: PolicyRule, facts: Facts, name: str) -> tuple[FactValue, ...]:
    now = _value(facts, name)
    if isinstance(now, bool):
        return (not now,)
    if isinstance(now, int):
        figures = [one for one in rule.compares if isinstance(one, int)]
        linked = [_value(facts, other) for other in rule.asks if other != name]
        figures += [one for one in linked if isinstance(one, int) and not isinstance(one, bool)]
        near = {figure + by for figure in figures for by in (-1, 0, 1)} - {now}
        return tuple(sorted((one for one in near if one >= 0), key=lambda one: (abs(one - now), one)))
    return (*(one for one in rule.compares if isinstance(one, str) and one != now), ANYTHING_ELSE)


def _value(facts: Facts, name: str) -> FactValue:
    value: FactValue = facts.declared[name] if name in facts.declared else getattr(facts, name, None)
    return value


def _changed(facts: Facts, name: str, value: FactValue) -> Facts:
    if name in facts.declared and value is not None:
        return facts.replace(declared={**facts.declared, name: value})
    return facts.replace(**{name: value})


def _step(action: ActionName) -> Step:
    return Step(id=StepId("s1"), goal=0, action=action)
