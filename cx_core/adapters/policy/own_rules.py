"""Rules that the limits of own task types become, and the cases they are tried with.

They are about writes that no rule in force names: who approves others is said by those rules, and a rule made here
permits nothing that they forbid, since a forbid always wins. One permit lets advisors approve; each task type's limits
then forbid, so that of two task types that use one action the stricter holds. An amount that nobody found out is below
every limit, so one rule more forbids it to everybody, whatever the rules that people wrote say of amounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.policy_facts import UNKNOWN_AMOUNT
from cx_core.records import ActionName, OwnTaskType
from cx_core.views.policy_cases import PolicyCase
from cx_core.views.policy_views import OWN_FILE

OWN_PERMIT, UNKNOWN_SUM_RULE = "1000", "1009"
_SAYS = {
    "least": "A supervisor approves this, as its task type says",
    "advisor_most": "{amount}: above {amount.limit} a supervisor approves, as its task type says",
    "two_above": "{amount}: above {amount.limit} two people approve, as its task type says",
}
"""By limit. Its place here is the last figure of the rule's number."""


class OwnRule(NamedTuple):
    """One rule, and what shows that it does what it says."""

    id: str
    source: str
    limit: str
    task_type: OwnTaskType | None
    cases: tuple[PolicyCase, ...]


def ruled_actions(files: Mapping[str, str], own: Sequence[OwnTaskType], writes: Collection[ActionName]) -> list[str]:
    """The writes of connected systems that own task types plan and no rule names, each once."""
    everything = "\n".join(files.values())
    planned = {step.action for one in own for step in one.steps}
    return sorted(name for name in planned & set(writes) if f'Action::"{name}"' not in everything)


def own_rules(
    files: Mapping[str, str],
    own: Sequence[OwnTaskType],
    actions: Mapping[ActionName, ActionSpec],
    writes: Collection[ActionName],
) -> tuple[OwnRule, ...]:
    """`files`: the rules in force without these. `writes`: those of connected systems."""
    free = ruled_actions(files, own, writes)
    if not free:
        return ()
    sums = [name for name in free if actions[ActionName(name)].money]
    every = (_permit(free), *((_unknown_sum(sums),) if sums else ()))
    return (*every, *(rule for one in own for rule in _limits(one, set(free), actions)))


def with_own_rules(files: Mapping[str, str], rules: Sequence[OwnRule], own: Sequence[OwnTaskType]) -> dict[str, str]:
    """The rules in force, with these as one more file."""
    if not rules:
        return dict(files)
    numbered = ", ".join(f"{_number(one, 'least')[:-1]}x: {_plain(one.title)}" for one in own)
    about = (
        "// Made from the limits on the Task types page, and changed there. They are about actions that no other rule\n"
        f"// names, and permit nothing that another rule forbids. Numbers by task type: {numbered}.\n"
    )
    return {**files, OWN_FILE: about + "\n" + "\n".join(rule.source for rule in rules)}


def _permit(free: Sequence[str]) -> OwnRule:
    says = "An advisor may do this for a task type of the Task types page"
    source = _source(OWN_PERMIT, says, "permit (principal is Role", free, "principal.rank >= 1")
    cases = tuple(
        case
        for name in free
        for case in (
            _case(OWN_PERMIT, "ALLOW", "administrator", name, {"amount": 1, "seconded": True}),
            _case(OWN_PERMIT, "DENY", "editor", name, {"amount": 1}),
            _case(OWN_PERMIT, "DENY", "copilot", name, {"amount": 1}),
        )
    )
    return OwnRule(OWN_PERMIT, source, "", None, cases)


def _unknown_sum(names: Sequence[str]) -> OwnRule:
    says = "It is not known how much would be paid: nobody approves this"
    source = _source(UNKNOWN_SUM_RULE, says, "forbid (principal", names, "context.amount < 0")
    cases = tuple(
        case
        for name in names
        for case in (
            _case(UNKNOWN_SUM_RULE, "DENY", "administrator", name, {"amount": UNKNOWN_AMOUNT, "seconded": True}),
            _case(UNKNOWN_SUM_RULE, "DENY", "copilot", name, {"amount": UNKNOWN_AMOUNT}),
            _case(UNKNOWN_SUM_RULE, "ALLOW", "administrator", name, {"amount": 1, "seconded": True}),
        )
    )
    return OwnRule(UNKNOWN_SUM_RULE, source, "", None, cases)


def _limits(one: OwnTaskType, free: Collection[str], actions: Mapping[ActionName, ActionSpec]) -> Iterator[OwnRule]:
    mine = sorted({step.action for step in one.steps} & set(free))
    money = [name for name in mine if actions[ActionName(name)].money]
    limits = one.limits
    if mine and limits.least == "supervisor":
        cases = [
            case
            for name in mine
            for case in (
                ("DENY", "advisor", name, {"amount": 1}),
                ("ALLOW", "supervisor", name, {"amount": 1, "seconded": True}),
            )
        ]
        yield _forbid(one, "least", mine, "principal.rank < 2", "", cases)
    if money and limits.advisor_most is not None:
        most = limits.advisor_most
        cases = [("DENY", "advisor", name, {"amount": most + 1}) for name in money]
        cases += [("ALLOW", "advisor", name, {"amount": most}) for name in money if most]
        yield _forbid(one, "advisor_most", money, f"context.amount > {most} && principal.rank < 2", "", cases)
    if money and limits.two_above is not None:
        above = limits.two_above
        cases = [("DENY", "administrator", name, {"amount": above + 1, "seconded": False}) for name in money]
        cases += [("ALLOW", "administrator", name, {"amount": above + 1, "seconded": True}) for name in money]
        yield _forbid(one, "two_above", money, f"context.amount > {above}", "\nunless { context.seconded }", cases)


def _forbid(
    one: OwnTaskType,
    limit: str,
    names: Sequence[str],
    when: str,
    unless: str,
    cases: Sequence[tuple[str, str, str, dict[str, int]]],
) -> OwnRule:
    id = _number(one, limit)
    source = _source(id, _SAYS[limit], "forbid (principal is Role", names, when, unless)
    return OwnRule(id, source, limit, one, tuple(_case(id, *case) for case in cases))


def _source(id: str, says: str, effect: str, names: Sequence[str], when: str, unless: str = "") -> str:
    """The text of a rule; `effect` is what it does, and to whom."""
    named = ", ".join(f'Action::"{name}"' for name in names)
    return f'@id("{id}")\n@says("{says}")\n{effect}, action in [{named}], resource)\nwhen {{ {when} }}{unless};\n'


def _number(one: OwnTaskType, limit: str) -> str:
    return str(int(OWN_PERMIT) + 10 * one.number + list(_SAYS).index(limit) + 1)


def _case(rule: str, answer: str, to: str, do: str, changes: Mapping[str, int]) -> PolicyCase:
    given = {"rule": rule, "answer": answer, "to": to, "do": do, "with": dict(changes), "where": OWN_FILE}
    return PolicyCase.model_validate(given)


def _plain(title: str) -> str:
    """In a comment: in one line, and nothing that looks like a rule."""
    return " ".join("".join(sign for sign in title if sign.isalnum() or sign in " -,.'’").split())
