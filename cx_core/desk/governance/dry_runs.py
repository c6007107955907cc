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
from cx_core.decide.policy.alone_again import planned_acts, why_not_alone
from cx_core.desk.governance.earned_levels import against
from cx_core.ports.policies import PolicyReading
from cx_core.records import ActionName, EvidenceCase, Money, Perimeter, Proposal
from cx_core.views.level_views import DryRun, KeptBack

PAST = timedelta(days=28)


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
    """The cases in the order they were proposed, since alone they go then and what a day lets out adds up."""
    gone: Counter[date] = Counter()
    kept_back: Counter[str] = Counter()
    tiers: set[str] = set()
    alone, differently, caught, lost = 0, [], 0, 0
    given = sorted(answered, key=lambda one: one.proposal.made_at)
    for case, proposal in given:
        acts = planned_acts(proposal, rules.engine, rules.actions)
        if acts is None:
            lost += 1
            continue
        tiers |= {one.facts.tier for one in acts}
        day = proposal.made_at.astimezone(rules.zone).date()
        answer = why_not_alone(acts, limits, gone[day], rules.engine)
        if answer.why:
            kept_back[answer.why] += 1
            caught += case.wrong
            continue
        alone += 1
        gone[day] += answer.paid
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
