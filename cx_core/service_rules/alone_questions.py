"""Why a ticket whose task types may act alone goes alone or to a person: three questions, each answered for itself."""

from __future__ import annotations

from collections.abc import Iterable

from cx_core.records import Proposal, Ruling
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.views.tickets import AloneQuestion

DEALT_WITH = frozenset({"planned", "answered", "joined", "unchanged"})
"""States of what is wanted in which nothing is left to do but the plan and its answer."""


def alone_questions(proposal: Proposal, stopped: bool) -> tuple[AloneQuestion, ...]:
    """Available, permitted, earned by this very ticket; none where a goal is at a level below. `stopped`: a switch."""
    goals = proposal.triage.goals
    if not goals or any(goal.level < ALONE for goal in goals):
        return ()
    rulings = (*proposal.rulings.values(), *([proposal.reply_ruling] if proposal.reply_ruling else []))
    now, permitted, earned = _unavailable(proposal, stopped), _forbidden(rulings), _unearned(proposal)
    if not (now or permitted or earned) and proposal.route != "act":
        earned = proposal.why  # somebody is at it, an article seems to answer it, or it was answered before
    return (
        AloneQuestion(asks="Can it run now?", why_not=now),
        AloneQuestion(asks="Is it permitted?", why_not=permitted),
        AloneQuestion(asks="Has this ticket earned it?", why_not=earned),
    )


def _unavailable(proposal: Proposal, stopped: bool) -> str:
    if stopped:
        return "it is stopped"
    return next(
        (f"{one.name.replace('_', ' ')} could not be read" for one in proposal.evidence.lookups if one.trouble), ""
    )


def _forbidden(rulings: Iterable[Ruling]) -> str:
    held = next((one for one in rulings if one.answer != "allow"), None)
    if held is None:
        return ""
    return held.reasons[0] if held.reasons else "the policies ask a person"


def _unearned(proposal: Proposal) -> str:
    """What of this ticket keeps a person at it, whatever level and policies say."""
    goals = proposal.triage.goals
    if doubt := next((goal for goal in goals if not goal.sure), None):
        return f"it is not sure that this is wanted: {str(doubt.task_type).replace('_', ' ')}"
    if told := next((goal.told_by for goal in goals if goal.told_by), ""):
        return f"{told} said what the customer wants"
    if proposal.findings:
        return proposal.findings[0].text
    if any(part.asks for part in proposal.parts):
        return "the answer asks the customer something"
    if any(part.hands_on for part in proposal.parts):
        return "the answer leaves something to a colleague"
    if any(line.state not in DEALT_WITH for line in proposal.lines):
        return "not all that is wanted is planned or answered"
    if any(step.added_by for step in proposal.steps):
        return "a person added an action"
    return "" if proposal.reply is not None else "there is no answer"
