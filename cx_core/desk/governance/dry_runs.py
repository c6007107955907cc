"""What a task type would have done alone in the past, with limits that are only being thought about.

The rulings of each answered proposal are asked for again, with the facts that were kept: at level 3, inside these
limits, under the policies in force now. Nothing is changed and no business system is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.guard import rule
from cx_core.decide.policy.kept_facts import asked_of, facts_again
from cx_core.decide.policy.policy_facts import Facts, limited, with_sums
from cx_core.decide.policy.reply_step import REPLY, spec_of
from cx_core.desk.governance.earned_levels import against
from cx_core.ports.policies import PolicyReading
from cx_core.records import ActionName, EvidenceCase, Money, Perimeter, Proposal, Ruling, Spent, Step
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.views.level_views import DryRun, KeptBack

PAST = timedelta(days=28)
OTHERWISE = "The policies ask a person"


class AnsweredCase(NamedTuple):
    """A case of evidence with the proposal that it is about."""

    case: EvidenceCase
    proposal: Proposal


class Rules(NamedTuple):
    """What rulings are asked of, and where a day begins."""

    engine: PolicyReading
    actions: Mapping[ActionName, ActionSpec]
    zone: ZoneInfo
    currency: str


def dry_run(answered: Iterable[AnsweredCase], limits: Perimeter, rules: Rules) -> DryRun:
    """The cases in the order they were answered, since what a day lets out adds up."""
    gone: Counter[date] = Counter()
    kept_back: Counter[str] = Counter()
    tiers: set[str] = set()
    alone, differently, caught, lost = 0, [], 0, 0
    given = sorted(answered, key=lambda one: one.case.at)
    for case, proposal in given:
        acts = _acts(proposal, rules)
        if acts is None:
            lost += 1
            continue
        tiers |= {facts.tier for _, facts in acts}
        day = case.at.astimezone(rules.zone).date()
        why, paid = _why_not(acts, limits, gone[day], rules.engine)
        if why:
            kept_back[why] += 1
            caught += case.wrong
            continue
        alone += 1
        gone[day] += paid
        differently += [case] if case.wrong else []
    return DryRun(
        days=PAST.days,
        cases=len(given),
        alone=alone,
        differently=tuple(map(against, reversed(differently))),
        money=Money(minor=gone.total(), currency=rules.currency),
        kept_back=tuple(KeptBack(why=why, cases=cases) for why, cases in kept_back.most_common()),
        caught=caught,
        lost=lost,
        tiers=tuple(sorted(filter(None, tiers))),
    )


def _acts(proposal: Proposal, rules: Rules) -> list[tuple[Step, Facts]] | None:
    """Each step and the reply with the facts of their rulings; None where any were not kept."""
    ruled: list[tuple[Step, Ruling | None]] = [(step, proposal.rulings.get(step.id)) for step in proposal.steps]
    found = []
    for step, ruling in (*ruled, (REPLY, proposal.reply_ruling)):
        asked, spec = asked_of(rules.engine.contents, step.action), spec_of(rules.actions, step.action)
        facts = facts_again(ruling.facts, asked, spec) if ruling else None
        if facts is None:
            return None
        found.append((step, facts))
    return found


def _why_not(
    acts: Iterable[tuple[Step, Facts]], limits: Perimeter, gone: int, engine: PolicyReading
) -> tuple[str, int]:
    """Why a person would have been asked, empty: they would not; and what goes out, in minor units."""
    paid = 0
    for step, kept in acts:
        inside = limited(kept.replace(level=ALONE), [limits])
        spent = Spent(customer=kept.paid_customer, alone_today=gone + paid, payouts_day=kept.payouts_customer_day)
        facts = with_sums(inside, spent)
        if not facts.within:
            return facts.outside, 0
        ruling = rule(step, facts, engine)
        if ruling.answer != "allow":
            return (ruling.reasons[0] if ruling.reasons else OTHERWISE), 0
        paid += facts.amount or 0
    return "", paid
