"""Microseconds a ruling takes with the facts at hand: the shipped policies, and a thousand rules over fifty actions.

Every question is another, and the engine has just started. The figures are medians of whole calls of the guard,
whatever its answer; one that asks a person puts the question for the copilot and for each role up to the one. Under
`_forgetful` no answer is remembered from one question to the next even where no rule asks for what differs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from statistics import median

from bench.figures import Figures
from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.adapters.policy.case_files import best_of, case_texts, facts_for
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import Facts
from cx_core.decide.policy.reply_step import OWN_ACTS
from cx_core.errors import BadInput
from cx_core.records import ActionName, Step, StepId
from cx_core.settings import ROOT

QUESTIONS = 2_000
ACTIONS, RULES = 50, 1_000
_BEST = ROOT / "knowledge" / "policies"


def measure_rulings() -> Figures:
    """us_per_ruling and us_per_ruling_1000, and the same of an engine that forgets."""
    actions, _ = load_catalogue(ROOT / "knowledge")
    many = _many_actions()
    shipped = CedarEngine(_BEST, actions), (*actions.values(), *OWN_ACTS)
    thousand = CedarEngine({"many.cedar": _many_rules(many)}, many), tuple(many.values())
    return {
        "us_per_ruling": _median(*shipped),
        "us_per_ruling_1000": _median(*thousand),
        "us_per_ruling_forgetful": _median(*shipped, forgetful=True),
        "us_per_ruling_1000_forgetful": _median(*thousand, forgetful=True),
    }


def _median(engine: CedarEngine, specs: Iterable[ActionSpec], *, forgetful: bool = False) -> float:
    if engine.trouble:
        raise BadInput(engine.trouble)
    asked = _questions([spec for spec in specs if spec.kind == "write"])
    taken = []
    for step, facts in asked:
        if forgetful:
            engine.forget()
        began = time.perf_counter()
        guard.rule(step, facts, engine)
        taken.append(time.perf_counter() - began)
    return median(taken) * 1e6


def _questions(specs: Sequence[ActionSpec]) -> list[tuple[Step, Facts]]:
    """Acts of many customers, as the copilot meets them: most it may do alone, some not."""
    chance, best = random.Random(7), best_of(case_texts(_BEST))
    asked = []
    for number in range(QUESTIONS):
        spec = chance.choice(specs)
        changes: dict[str, object] = {
            "level": chance.choice([2, 3, 3, 4]),
            "identity": chance.choice([0, 1, 2, 2]),
            "channel": chance.choice(["email", "chat", "phone"]),
            "tier": chance.choice(["standard", "plus", "vip"]),
            "grave": chance.choice(["", "", "", "danger"]),
        }
        if spec.money:
            changes["amount"] = 100 + number
        changes |= {name: 100 + number + chance.randint(-1, 5000) for name in spec.facts if name == "charged"}
        facts = facts_for(spec, best, changes).replace(customer=f"C-{number}")
        asked.append((Step(id=StepId("s1"), goal=0, action=spec.name), facts))
    return asked


def _many_actions() -> dict[ActionName, ActionSpec]:
    names = [ActionName(f"act_{number}") for number in range(ACTIONS)]
    return {
        name: ActionSpec(
            name=name, kind="write", system="made up", title=name, words=name, money="amount" if number % 3 == 0 else ""
        )
        for number, name in enumerate(names)
    }


def _many_rules(actions: Iterable[ActionName]) -> str:
    """For each action two permits, and forbids that hold now and then."""
    rules = []
    for action in actions:
        scope = f'action == Action::"{action}", resource'
        rules.append(f"permit(principal is Copilot, {scope}) when {{ principal.level >= 3 }}")
        rules.append(f"permit(principal is Role, {scope}) when {{ principal.rank >= 1 }}")
        for number in range(RULES // ACTIONS - 2):
            rules.append(f"forbid(principal, {scope}) when {{ {_condition(number)} }}")
    return "\n".join(f'@id("{number}") @says("Rule {number}") {rule};' for number, rule in enumerate(rules, start=1))


def _condition(number: int) -> str:
    kinds = (
        f'["", "letter {number}"].contains(context.channel)',
        f'["", "tier {number}"].contains(resource.tier) && context.identity < 2',
        "context.identity < 1 && !context.on_file",
        "principal is Copilot && !context.sure",
        f'principal is Role && principal.rank < 2 && ["", "fax {number}"].contains(context.channel)',
        "resource.minor && !context.own",
    )
    return kinds[number % len(kinds)]
