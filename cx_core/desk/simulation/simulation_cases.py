"""What would become of one ticket at level 1 or 3: done alone, or kept for a person, and why.

Level 3 asks for the rulings again with the facts that were kept with a proposal, as `dry_runs` does, and the ticket
itself is asked about by `alone_questions`, as at the act. Nothing is changed and no business system is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from cx_core.act.autonomous_cases import amount_out
from cx_core.catalogue import ActionSpec, Company, TaskType, action_of
from cx_core.decide.planning import ANSWERED
from cx_core.decide.policy.alone_again import planned_acts, why_not_alone
from cx_core.ports.policies import PolicyReading
from cx_core.records import PREPARES, ActionName, Money, Perimeter, Proposal, TaskTypeName, switches_over
from cx_core.service_rules.alone_questions import alone_questions
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.service_rules.opening_hours import quiet
from cx_core.text.wording import say
from cx_core.workflows.findings import BARRED
from cx_core.workflows.route_limits import SEEMS_ANSWERED

LOST = "too little was kept of its proposal for the policies in force"
MODEL = "a language model wrote the proposal, and what the built-in stages made was not kept"
STOPPED = "it is stopped"


class SimulationRules(NamedTuple):
    """What a ticket is judged by: the task type at its level, and everything else as it is now."""

    task_type: TaskTypeName
    limits: Perimeter
    levels: Mapping[TaskTypeName, int]
    perimeters: Mapping[TaskTypeName, Perimeter]
    engine: PolicyReading
    actions: Mapping[ActionName, ActionSpec]
    task_types: Mapping[TaskTypeName, TaskType]
    company: Company
    stopped: Collection[str]


class Judgement(NamedTuple):
    """The answers to the three questions, and what would be done where none of them is no."""

    available: str = ""
    permitted: str = ""
    earned: str = ""
    unknown: str = ""
    acts: tuple[str, ...] = ()
    amount: int = 0

    @property
    def alone(self) -> bool:
        return not (self.available or self.permitted or self.earned or self.unknown)


def at_level_three(proposal: Proposal, rules: SimulationRules, gone: int, at: datetime | None = None) -> Judgement:
    """Judge a proposal. `gone`: minor units that went out before on that day; `at`: when the ticket came in, where that
    is not when its facts were gathered."""
    names = [goal.task_type for goal in proposal.triage.goals]
    if proposal.versions.model != "embedded":
        return Judgement(unknown=MODEL)
    then = next((goal for goal in proposal.triage.goals if goal.level < PREPARES), None)
    if then is not None and proposal.route == "person" and not proposal.triage.wants_person:
        title = rules.task_types[then.task_type].title if then.task_type in rules.task_types else then.task_type
        if then.task_type == rules.task_type:
            return Judgement(unknown=f"{title} was at level {then.level} then, and no plan was made")
    lifted = proposal.replace(triage=proposal.triage.at_levels(dict.fromkeys(names, ALONE)))
    available, _, earned = (one.why_not for one in alone_questions(lifted, _stopped(proposal, rules)))
    if proposal.route == "person":
        earned = proposal.why
    elif any(part.case == ANSWERED for part in proposal.parts):
        earned = earned or SEEMS_ANSWERED
    permitted, amount, unknown, budget = _permitted(proposal, rules, gone, at)
    if budget:
        available, permitted = available or permitted, ""
    acts = _acts(proposal, rules) if not (available or permitted or earned or unknown) else ()
    return Judgement(_plain(available), _plain(permitted), _plain(earned), unknown, acts, amount if acts else 0)


def at_level_one(proposal: Proposal, rules: SimulationRules) -> Judgement:
    """Judge a proposal that was made as if the task type stood at level 1: published words leave, or a person answers.

    What of its route is not for policies to say is a matter of the ticket and the articles.
    """
    titles = tuple(dict.fromkeys(f"Answer with words of “{one.title}”" for one in proposal.answers))
    available = STOPPED if _stopped(proposal, rules) else ""
    if proposal.route == "act":
        return Judgement(available=available, acts=() if available else titles)
    policy = BARRED in proposal.why or (bool(proposal.answers) and _refused(proposal))
    return Judgement(available, *((proposal.why, "") if policy else ("", proposal.why)))


def _refused(proposal: Proposal) -> bool:
    return proposal.reply_ruling is not None and proposal.reply_ruling.answer != "allow"


def _permitted(
    proposal: Proposal, rules: SimulationRules, gone: int, at: datetime | None
) -> tuple[str, int, str, bool]:
    """Why policies, levels or limits ask a person, what goes out, why it cannot be said, and whether it is only the
    day's budget."""
    others = [goal.task_type for goal in proposal.triage.goals if goal.task_type != rules.task_type]
    if low := next((name for name in others if rules.levels.get(name, 0) < ALONE), None):
        title = rules.task_types[low].title if low in rules.task_types else low
        return f"“{title}” is wanted as well, and stands at level {rules.levels.get(low, 0)}", 0, "", False
    if proposal.route == "person" and proposal.reply_ruling is None:
        return "", 0, "", False  # nothing was planned that could be ruled on
    acts = planned_acts(proposal, rules.engine, rules.actions)
    if acts is None:
        return "", 0, LOST, False
    given = [one._replace(facts=one.facts.replace(stopped=False)) for one in acts]
    if at is not None:
        given = [one._replace(facts=one.facts.replace(quiet=quiet(rules.company, at))) for one in given]
    limits = [rules.perimeters[name] for name in others if name in rules.perimeters]
    answer = why_not_alone(given, rules.limits, gone, rules.engine, limits)
    return answer.why, answer.paid, "", answer.budget


def _acts(proposal: Proposal, rules: SimulationRules) -> tuple[str, ...]:
    """Each action by its title, with what goes out: no arguments, since they may be personal."""
    told = []
    for step in proposal.steps:
        amount = amount_out(proposal, step.id)
        money = f" ({say(Money(minor=amount, currency=rules.company.currency))})" if amount else ""
        told.append(f"{action_of(rules.actions, step.action).title}{money}")
    return (*told, "Send the reply")


def _stopped(proposal: Proposal, rules: SimulationRules) -> bool:
    names = [goal.task_type for goal in proposal.triage.goals]
    over = {name for step in proposal.steps for name in switches_over(step.action, names)}
    return bool({"*", *names, *over} & set(rules.stopped))


def _plain(why: str) -> str:
    return f"{why[0].upper()}{why[1:]}" if why else ""
