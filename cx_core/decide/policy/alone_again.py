"""Whether an answered proposal would have gone alone, asked again with the facts that were kept for its rulings.

Asked is as at level 3 inside given limits, under the policies in force now. Nothing is changed and no business system
is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, get_args

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.guard import rule
from cx_core.decide.policy.kept_facts import asked_of, facts_again
from cx_core.decide.policy.policy_facts import Facts, limited, with_sums
from cx_core.decide.policy.reply_step import REPLY, spec_of
from cx_core.ports.policies import PolicyReading
from cx_core.records import ActionName, Channel, Perimeter, Proposal, Ruling, Spent, Step
from cx_core.service_rules.confirmed_identity import CONFIRMED
from cx_core.service_rules.levels_in_force import ALONE

OTHERWISE = "The policies ask a person"

_ANY_SUM = 10**12


class PlannedAct(NamedTuple):
    """A step, or the reply, with the facts of its ruling."""

    step: Step
    facts: Facts


def planned_acts(
    proposal: Proposal, engine: PolicyReading, actions: Mapping[ActionName, ActionSpec]
) -> tuple[PlannedAct, ...] | None:
    """Each step and the reply; None where what today's policies ask for was not kept of any."""
    ruled: list[tuple[Step, Ruling | None]] = [(step, proposal.rulings.get(step.id)) for step in proposal.steps]
    found = []
    for step, ruling in (*ruled, (REPLY, proposal.reply_ruling)):
        asked, spec = asked_of(engine.contents, step.action), spec_of(actions, step.action)
        facts = facts_again(ruling.facts, asked, spec) if ruling else None
        if facts is None:
            return None
        found.append(PlannedAct(step, facts))
    return tuple(found)


class AloneAnswer(NamedTuple):
    """Why a person would have been asked, empty: they would not; and what goes out, in minor units.

    `budget`: only what one day may let out is in the way.
    """

    why: str
    paid: int
    budget: bool = False


def why_not_alone(
    acts: Iterable[PlannedAct], limits: Perimeter, gone: int, engine: PolicyReading, others: Sequence[Perimeter] = ()
) -> AloneAnswer:
    """Ask for the rulings again as at level 3, inside these limits.

    `gone` is what the task type let out before on that day. `others`: limits of other task types in the same ticket.
    """
    paid = 0
    for step, kept in acts:
        inside = limited(kept.replace(level=ALONE), [limits, *others])
        spent = Spent(customer=kept.paid_customer, alone_today=gone + paid, payouts_day=kept.payouts_customer_day)
        facts = with_sums(inside, spent)
        if not facts.within:
            return AloneAnswer(facts.outside, 0, budget=inside.within)
        ruling = rule(step, facts, engine)
        if ruling.answer != "allow":
            return AloneAnswer(ruling.reasons[0] if ruling.reasons else OTHERWISE, 0)
        paid += facts.amount or 0
    return AloneAnswer("", paid)


def could_go_alone(proposal: Proposal, engine: PolicyReading, actions: Mapping[ActionName, ActionSpec]) -> bool:
    """Whether the policies let it go alone within some limits, were the sender known by a one-time code, and had they
    said yes to what cannot be undone."""
    acts = planned_acts(proposal, engine, actions)
    if acts is None:
        return False
    tiers = {one.facts.tier for one in acts}
    limits = Perimeter(
        act_most=_ANY_SUM,
        day_most=_ANY_SUM,
        tiers=tuple(tiers),
        channels=get_args(Channel),
        any_hour=True,
        share=100,
        identity=0,
        upset=True,
    )
    asked = {"consented": True}
    known = [
        one._replace(facts=one.facts.replace(identity=max(one.facts.identity, CONFIRMED), **asked)) for one in acts
    ]
    return not why_not_alone(known, limits, 0, engine).why
