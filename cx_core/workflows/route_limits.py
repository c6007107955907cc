"""What keeps a proposal from going out alone, or for a person altogether, whatever its goals and rulings allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cx_core.catalogue import TaskType
from cx_core.catalogue.own_task_types import PageTaskType
from cx_core.decide import autonomy, goal_states, planning
from cx_core.decide.planning import Plan
from cx_core.records import Evidence, Finding, Message, Route, TaskTypeName, Triage
from cx_core.service_rules.alone_questions import unearned
from cx_core.service_rules.unread_messages import unanswered
from cx_core.understand.mail_headers import nobody_wrote
from cx_core.understand.reading_limits import Readable
from cx_core.workflows.proposal_inputs import ProposalInputs

ORDERS = "It contains instructions aimed at the copilot, so a person needs to check it"
TOO_LONG = "The message is longer than the copilot reads, so a person reads and answers all of it"
READ_AGAIN = "What the customer wrote has been answered already"
SEEMS_ANSWERED = "An article seems to answer it, so a person needs to check whether it does"
DOUBT = "Something in it may be misleading, so a person needs to check it"
NOT_UNDERSTOOD = "Part of it was not understood, so a person needs to read it"


TaskTypes = Mapping[TaskTypeName, TaskType]
OutOfUse = Callable[[TaskTypeName], str]
"""Why nothing is planned for a task type now; empty if it may be."""


def usable(_task_type: TaskTypeName) -> str:
    """Where no task type ever goes out of use."""
    return ""


def out_of_use(
    route: Route, why: str, triage: Triage, evidence: Evidence, task_types: TaskTypes, ask: OutOfUse
) -> tuple[Route, str]:
    """The route and why. A person goes on with a task type of the page whose actions cannot be called, or whose record
    could not be read: that nothing was found says nothing then."""
    if triage.grave:
        return route, why
    for number, goal in enumerate(triage.goals):
        if reason := ask(goal.task_type):
            return "person", reason
        failed = next((one for one in evidence.lookups if one.goal == number and one.trouble), None)
        if failed is not None and isinstance(task_types.get(goal.task_type), PageTaskType):
            return "person", f"{failed.name.replace('_', ' ').capitalize()} could not be read: {failed.trouble}"
    return route, why


def limited(
    route: Route,
    why: str,
    case: ProposalInputs,
    triage: Triage,
    limits: Readable,
    words: Sequence[Message],
    made: Plan,
    noticed: Sequence[Finding],
    *,
    published: bool,
) -> tuple[Route, str]:
    """The route and why. `words` are the newest; `published`: its reply would be an article's words."""
    if words and nobody_wrote(words[-1].by_program):
        route, why = "person", f"A program sent it, as {words[-1].by_program} shows: nobody asks for anything"
    if limits.cut:
        route, why = "person", TOO_LONG
    if not unanswered(case.messages):
        route, why = autonomy.not_alone(route, why, READ_AGAIN)
    if limits.findings:
        route, why = autonomy.not_alone(route, why, limits.findings[0].text)
    if noticed and not published:
        orders = any(finding.planted for finding in noticed)
        route, why = autonomy.not_alone(route, why, ORDERS if orders else DOUBT)
    if made.findings:
        route, why = autonomy.not_alone(route, why, made.findings[0].text)
    if goal_states.leaves_something(made.lines):
        route, why = autonomy.not_alone(route, why, NOT_UNDERSTOOD)
    if any(part.case == planning.ANSWERED for part in made.parts):
        route, why = autonomy.not_alone(route, why, SEEMS_ANSWERED)
    if not published and (held := _held(triage, made, taken_up=taken_up(case.messages))):
        route, why = autonomy.not_alone(route, why, held)
    return route, why


def taken_up(messages: Sequence[Message]) -> bool:
    """Return whether a person has written to the customer."""
    return any(message.sender == "advisor" for message in messages)


def _held(triage: Triage, made: Plan, *, taken_up: bool) -> str:
    """What keeps a person at it, as a sentence; empty: nothing does."""
    why = unearned(triage.goals, triage.said, made.steps, made.parts, made.lines, made.findings, taken_up=taken_up)
    return f"{why[0].upper()}{why[1:]}, so a person needs to look at it" if why else ""
