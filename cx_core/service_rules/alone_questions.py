"""Why a ticket whose task types may act alone goes alone or to a person: three questions, each answered for itself.

`unearned` is the one place that says what a single ticket must be like to be carried out without a person, whatever
its levels and rulings allow. The route of a proposal, the panel on the plan and the evidence for a level all ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cx_core.records import Finding, Goal, GoalLine, Part, Proposal, Ruling, Statement, Step
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.views.tickets import AloneQuestion

DEALT_WITH = frozenset({"planned", "answered", "joined"})
"""States of what is wanted in which nothing is left to do but the plan and its answer."""

SURELY = 0.8
"""Probability that a goal needs to be acted on without a person. On 600 tickets of six authors, of acts below it one in
three was wrong."""

ASKS = 0.5
"""Probability from which on a clause asks for something that has to be planned or answered."""


def alone_questions(proposal: Proposal, stopped: bool, paused: str = "") -> tuple[AloneQuestion, ...]:
    """Return the answers: available, permitted, earned by this ticket. None where a goal is at a lower level.

    `stopped`: a switch holds it. `paused`: why it is paused now, in words.
    """
    goals = proposal.triage.goals
    if not goals or any(goal.level < ALONE for goal in goals):
        return ()
    rulings = (*proposal.rulings.values(), *([proposal.reply_ruling] if proposal.reply_ruling else []))
    now, permitted, earned = _unavailable(proposal, stopped, paused), _forbidden(rulings), unearned_by(proposal)
    if not (now or permitted or earned) and proposal.route != "act":
        earned = proposal.why  # somebody is at it, an article seems to answer it, or it was answered before
    return (
        AloneQuestion(asks="Can it run now?", why_not=now),
        AloneQuestion(asks="Is it permitted?", why_not=permitted),
        AloneQuestion(asks="Has this ticket earned it?", why_not=earned),
    )


def unearned_by(proposal: Proposal) -> str:
    """Return why this ticket keeps a person at it, whatever level and policies say; empty: it does not."""
    return unearned(
        proposal.triage.goals,
        proposal.triage.said,
        proposal.steps,
        proposal.parts,
        proposal.lines,
        proposal.findings,
        taken_up=proposal.taken_up,
    )


def unearned(
    goals: Sequence[Goal],
    said: Sequence[Statement],
    steps: Sequence[Step],
    parts: Sequence[Part],
    lines: Sequence[GoalLine],
    findings: Sequence[Finding],
    *,
    taken_up: bool,
) -> str:
    """The same, of what a proposal is made of. `taken_up`: a person has written to the customer in it."""
    if taken_up:
        return "a colleague has written to the customer already"
    if doubt := next((goal for goal in goals if not goal.sure or goal.probability < SURELY), None):
        return f"it is not sure enough that this is wanted: {_named(doubt.task_type)}"
    if told := next((goal.told_by for goal in goals if goal.told_by), ""):
        return f"{told} said what the customer wants"
    if findings:
        return findings[0].text
    if any(part.asks for part in parts):
        return "the answer asks the customer something"
    if any(part.hands_on for part in parts):
        return "the answer leaves something to a colleague"
    if any(line.state not in DEALT_WITH for line in lines):
        return "not all that is wanted is planned or answered"
    if any(step.added_by for step in steps):
        return "a person added an action"
    if not steps:
        return "there is nothing to carry out: an answer alone goes out at level 1, or by a person"
    return "part of it is about something else than what is planned" if _asks_for_more(goals, said) else ""


def _asks_for_more(goals: Sequence[Goal], said: Iterable[Statement]) -> bool:
    """Whether a clause that asks for something, or reports another matter of ours, is about none of the goals."""
    wanted = {str(goal.task_type) for goal in goals}
    return any(
        (one.does in ("wants", "asks") or (one.does == "reports" and one.about))
        and one.probability >= ASKS
        and not wanted.intersection(one.perhaps_about)
        for one in said
    )


def _unavailable(proposal: Proposal, stopped: bool, paused: str) -> str:
    if stopped:
        return "it is stopped"
    if paused or proposal.paused:
        return paused or proposal.paused
    return next((f"{_named(one.name)} could not be read" for one in proposal.evidence.lookups if one.trouble), "")


def _forbidden(rulings: Iterable[Ruling]) -> str:
    held = next((one for one in rulings if one.answer != "allow"), None)
    if held is None:
        return ""
    return held.reasons[0] if held.reasons else "the policies ask a person"


def _named(name: str) -> str:
    return str(name).replace("_", " ")
