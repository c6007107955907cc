"""The facts of a ruling, kept with it: so that it can be explained, and other rules asked the same question later.

What is kept holds ids, figures and marks. Texts are kept where they are a word of a fixed choice (`basic_economy`);
free text could be personal, so it is left out, and what asks for it cannot be asked again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from pydantic import ValidationError

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.policy_facts import Facts
from cx_core.decide.policy.reply_step import OWN_ACTS
from cx_core.records import Ruling
from cx_core.views.policy_views import FactValue, PolicyRule

_PLAIN = tuple(name for name in Facts.model_fields if name not in ("declared", "sums", "gaps", "already", "unknown"))
_ANY: Mapping[str, FactValue] = {"bool": False, "long": 0, "money": 0, "text": ""}
_CHOICE = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def with_facts(ruling: Ruling, facts: Facts) -> Ruling:
    """The ruling with what it rests on."""
    values: dict[str, FactValue] = {name: getattr(facts, name) for name in _PLAIN}
    values |= {
        f"declared.{name}": value
        for name, value in facts.declared.items()
        if not isinstance(value, str) or _CHOICE.fullmatch(value)
    }
    return ruling.replace(facts=values)


def facts_again(kept: Mapping[str, FactValue], asked: Collection[str], spec: ActionSpec) -> Facts | None:
    """The facts as they were; None if anything that is asked for (attributes of rules) was not kept.

    An action may declare now what every act had before: kept plainly, it is the action's own now. What it declares
    and no rule asks changes no answer, so where that was not kept any value will do.
    """
    known = {name.removeprefix("declared.") for name in kept} | {"consented"}  # not kept before there were consents
    if not kept or not known >= {name for name in asked if name != "rank"}:
        return None
    plain = {name: value for name, value in kept.items() if name in _PLAIN}
    declared = {
        name: kept.get(f"declared.{name}", kept.get(name, _ANY[fact.type])) for name, fact in spec.facts.items()
    }
    sums = frozenset(name for name, fact in spec.facts.items() if fact.type == "money")
    try:
        return Facts.model_validate({**plain, "declared": declared, "sums": sums})
    except ValidationError:  # another version of Rung wrote it
        return None


def asked_of(rules: Iterable[PolicyRule], action: str) -> frozenset[str]:
    """Attributes that rules ask which may speak of this action."""
    named = {action} if action in {spec.name for spec in OWN_ACTS} else {action, "writes", "money_out"}
    return frozenset(name for rule in rules if rule.acts is None or named & set(rule.acts) for name in rule.asks)
