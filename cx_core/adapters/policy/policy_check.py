"""What is wrong with a set of rules beyond what Cedar's own validation finds, each with the file and line to mend.

A rule that can never match, a permit that others always forbid, an action that nobody may ever do: none of them widens
what is allowed, but somebody wrote them to some purpose that they do not serve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import cedarpy
from cedarpy import pst

from cx_core.adapters.policy.policy_logic import Formula, Setting, matches, misses, parts_of, possible
from cx_core.adapters.policy.policy_unknowns import sighted, widened
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY
from cx_core.decide.policy.reply_step import OWN_ACTS, spec_of
from cx_core.records import APPROVERS, IDENTITIES, ActionName, Role
from cx_core.text.wording import perhaps

_LEVELS: frozenset[object] = frozenset(range(5))
_HAS = {"Copilot": frozenset(COPILOT), "Role": frozenset({"rank"})}
_DOMAINS: Mapping[tuple[pst.VarName, str], frozenset[object]] = {
    ("principal", "level"): _LEVELS,
    ("principal", "ceiling"): _LEVELS,
    ("principal", "rank"): frozenset(range(len(APPROVERS) + 1)),
    ("context", "identity"): frozenset(range(len(IDENTITIES))),
    ("context", "risk"): frozenset({"low", "medium", "high"}),
    ("context", "sentiment"): frozenset({"negative", "neutral", "positive"}),
    ("context", "urgency"): frozenset({"low", "normal", "high"}),
}
"""Every value that these facts can have."""


class WrittenRule(Protocol):
    """A rule as it stands in its file."""

    @property
    def id(self) -> str: ...

    @property
    def where(self) -> str: ...

    @property
    def source(self) -> str: ...


class _Rule(NamedTuple):
    """A rule with every kind of request that its scope lets in, and what must hold for it to match then."""

    id: str
    where: str
    policy: pst.Template
    matches: tuple[tuple[Setting, Formula], ...]

    @property
    def place(self) -> str:
        return f"{self.where}: rule {self.id}"


class PolicyCheck:
    """Rules that Cedar can read, beside the actions they are about and the groups of each action."""

    def __init__(
        self,
        rules: Iterable[WrittenRule],
        actions: Mapping[ActionName, ActionSpec],
        groups: Mapping[str, Sequence[str]],
    ) -> None:
        self._actions = actions
        self._settings = tuple(_settings(actions, groups))
        self._rules = tuple(self._understood(rule) for rule in rules)

    def misnamed(self) -> Iterator[str]:
        """Actions that the catalogue has not, and facts that no action in the rule's scope declares."""
        known = sorted({name for setting in self._settings for name in (setting.action, *setting.groups)})
        for rule in self._rules:
            named = sorted(uid.id for uid in pst.entity_uids(rule.policy) if str(uid.type) == "Action")
            if strange := [name for name in named if name not in known]:
                meant = perhaps(strange[0], known)
                yield f"{rule.place} speaks of the action {strange[0]}, which no action is called{meant}"
            elif rule.matches:
                yield from _undeclared(rule)
            else:
                yield f"{rule.place} can never match: no action has this asker, this action and this resource together"

    def useless(self) -> Iterator[str]:
        """Rules that can never match, permits that never count, actions without any permit."""
        alive = []
        for rule in self._rules:
            if any(possible([match], setting) for setting, match in rule.matches):
                alive.append(rule)
            else:
                yield f"{rule.place} can never match: what it asks for cannot all be so at once"
        permits = [rule for rule in alive if rule.policy.effect == "permit"]
        forbids = _by_setting(rule for rule in alive if rule.policy.effect == "forbid")
        for rule in permits:
            yield from _overruled(rule, forbids)
        permitted = {
            setting.action for rule in permits for setting, match in rule.matches if possible([match], setting)
        }
        for name, spec in sorted(self._actions.items()):
            if spec.kind == "write" and name not in permitted:
                yield f"actions/{name}.yaml line 1: no rule permits the action {name}: nobody may ever do it"

    def widening(self) -> Iterator[str]:
        """Rules under which a fact that nobody found out would allow more than one that was."""
        told: dict[tuple[str, str], str] = {}
        rules = [(sighted(rule.place, rule.policy), rule.policy) for rule in self._rules]
        for setting in self._settings:
            spoken = [one for one, policy in rules if _in_scope(policy, setting)]
            spec = spec_of(self._actions, ActionName(setting.action))
            for place, fact, wrong in widened(spoken, setting, spec.facts):
                told.setdefault((place, fact), f"{place} {wrong}")
        yield from told.values()

    def _understood(self, rule: WrittenRule) -> _Rule:
        policy = next(iter(cedarpy.policies_to_pst(rule.source).static_policies.values()))
        scoped = (setting for setting in self._settings if _in_scope(policy, setting))
        return _Rule(rule.id, rule.where, policy, tuple((setting, matches(policy, setting)) for setting in scoped))


def _settings(actions: Mapping[ActionName, ActionSpec], groups: Mapping[str, Sequence[str]]) -> Iterator[Setting]:
    """Every kind of request there is."""
    writes = (spec for spec in actions.values() if spec.kind == "write")
    for spec in (*writes, *OWN_ACTS):
        context = frozenset((*COMMON, *(MONEY if spec.money else ()), *spec.facts))
        for principal, has in _HAS.items():
            ids = {f'Role::"{role.value}"' for role in Role}
            domains: dict[object, frozenset[object]] = {
                pst.GetAttr(pst.Var(var), attr): values
                for (var, attr), values in _DOMAINS.items()
                if attr not in spec.facts
            }
            if principal == "Role":
                domains[pst.Var("principal")] = frozenset(ids)
            has_of = {"principal": has, "resource": frozenset(CUSTOMER), "context": context}
            yield Setting(principal, spec.name, frozenset(groups.get(spec.name, ())), has_of, domains)


def _in_scope(policy: pst.Template, setting: Setting) -> bool:
    named = {setting.action, *setting.groups}
    match policy.action:
        case pst.ActionEq(entity):
            about = entity.id == setting.action
        case pst.ActionIn(entities):
            about = any(entity.id in named for entity in entities)
        case _:
            about = True
    return about and in_scope(policy, setting.principal)


def in_scope(policy: pst.Template, principal: str) -> bool:
    """Whether a rule lets in this kind of asker, with any action, about a customer."""
    return _fits(policy.principal, principal) and _fits(policy.resource, "Customer")


def _fits(constraint: pst.PrincipalOrResourceConstraint, kind: str) -> bool:
    match constraint:
        case pst.ScopeIs(wanted) | pst.ScopeIsIn(wanted, _):
            return str(wanted) == kind
        case pst.ScopeEq(pst.EntityUid(wanted, _)) | pst.ScopeIn(pst.EntityUid(wanted, _)):
            return str(wanted) == kind
        case _:
            return True


def _undeclared(rule: _Rule) -> Iterator[str]:
    """A name that no request in the rule's scope has: asked with `has` first, Cedar would let it pass."""
    for var, attr in sorted(set(_asked(rule.policy.clauses))):
        declared = {name for setting, _ in rule.matches for name in setting.has.get(var, ())}
        if var in ("context", "principal", "resource") and attr not in declared:
            meant = perhaps(attr, sorted(declared))
            yield f"{rule.place} asks for {var}.{attr}, which no action in its scope declares{meant}"


def _asked(node: object) -> Iterator[tuple[str, str]]:
    """(variable, attribute) of everything asked below a node."""
    if isinstance(node, pst.GetAttr) and isinstance(node.base, pst.Var):
        yield node.base.name, node.attr
    if isinstance(node, pst.HasAttr) and isinstance(node.base, pst.Var):
        yield node.base.name, node.attrs[0]
    for part in parts_of(node):
        yield from _asked(part)


Forbids = Mapping[tuple[str, str], Sequence[tuple[str, Formula]]]
"""By asker and action: the id of each forbid that may match, and that it does not."""


def _by_setting(forbids: Iterable[_Rule]) -> Forbids:
    found: dict[tuple[str, str], list[tuple[str, Formula]]] = {}
    for rule in forbids:
        for setting, _ in rule.matches:
            found.setdefault((setting.principal, setting.action), []).append((rule.id, misses(rule.policy, setting)))
    return found


def _overruled(permit: _Rule, forbids: Forbids) -> Iterator[str]:
    """A permit that never counts, since wherever it matches some forbid does."""
    single: set[str] | None = None
    for setting, match in permit.matches:
        if not possible([match], setting):
            continue
        against = forbids.get((setting.principal, setting.action), ())
        if possible([match, *(missed for _, missed in against)], setting):
            return
        alone = {id for id, missed in against if not possible([match, missed], setting)}
        single = alone if single is None else single & alone
    by = f"rule {min(single, key=lambda id: (len(id), id))} forbids" if single else "other rules together forbid"
    yield f"{permit.place} never permits anything: {by} all that it permits"
