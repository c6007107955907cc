"""Whether a solved ticket went so well that others may learn from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cx_core.catalogue import TaskType
from cx_core.knowledge_base.solved_cases import GOOD_RATING, SETTLED
from cx_core.records import Approval, Message, Outcome, Proposal, Rating, Record, StepId, TaskTypeName, Ticket


class Course(Record):
    """All that happened to one ticket and counts here."""

    ticket: Ticket
    messages: tuple[Message, ...]
    proposals: tuple[Proposal, ...]
    approvals: tuple[Approval, ...]
    outcomes: tuple[Outcome, ...]
    rating: Rating | None = None


def not_yet(ticket: Ticket, now: datetime) -> bool:
    """Whether it is too early to say: it is not solved, or was so a few days ago."""
    solved = ticket.status in ("solved", "closed") and ticket.solved_at is not None
    return not solved or ticket.solved_at is None or now - ticket.solved_at < SETTLED


def why_not(course: Course, types: Mapping[TaskTypeName, TaskType]) -> str:
    """The first reason why it is nobody's example; empty if it is one."""
    return next((why for holds, why in _reasons(course, types) if holds), "")


def why_not_imported(course: Course, types: Mapping[TaskTypeName, TaskType]) -> str:
    """The same of a ticket that another desk answered: nobody approved it here, so its own words must tell."""
    return next((why for holds, why in _elsewhere(course, types) if holds), "")


def answers(course: Course) -> Sequence[Message]:
    """What a person or the copilot sent, oldest first."""
    return [message for message in course.messages if message.sender != "customer"]


def _elsewhere(course: Course, types: Mapping[TaskTypeName, TaskType]) -> Iterable[tuple[bool, str]]:
    """`course.proposals`: what the copilot made of it afterwards, to find what to mask; nobody ever saw it."""
    said, ticket = course.messages, course.ticket
    known = ticket.customer_name or any(one.evidence.customer for one in course.proposals)
    return (
        (ticket.merged_into is not None, "it became part of another ticket"),
        (ticket.reopened > 0, "the customer came back"),
        (not ticket.task_types or bool(_for_people(ticket, types)), "it was a matter for people alone"),
        (
            not said or said[-1].sender == "customer",
            "the customer had the last word, so nobody knows that it was solved",
        ),
        (not any(one.sender == "customer" for one in said), "no customer asked"),
        (_doubted(course), "something in it was no customer's wish, or nobody could read it"),
        (not known, "nobody knows whose it was, and so what to mask"),
    )


def _doubted(course: Course) -> bool:
    return any(finding.planted or finding.doubt for made in course.proposals for finding in made.findings)


def _for_people(ticket: Ticket, types: Mapping[TaskTypeName, TaskType]) -> list[TaskTypeName]:
    return [name for name in ticket.task_types if name not in types or types[name].people_only]


def _reasons(course: Course, types: Mapping[TaskTypeName, TaskType]) -> Iterable[tuple[bool, str]]:
    ticket, outcomes = course.ticket, course.outcomes
    rated = course.rating.score if course.rating is not None else None
    for_people = _for_people(ticket, types)
    return (
        (ticket.merged_into is not None, "it became part of another ticket"),
        (ticket.reopened > 0, "the customer came back"),
        (rated is not None and rated < GOOD_RATING, "the customer was not content"),
        (any(one.status == "undone" for one in outcomes), "something was taken back"),
        (
            any(one.unknown or (one.status == "done" and not one.verified) for one in outcomes),
            "something is unverified",
        ),
        (not ticket.task_types or bool(for_people), "it was a matter for people alone"),
        (not answers(course), "nobody answered"),
        (not _by_people(course), "no person approved what was sent"),
        (_doubted(course), "something in it was no customer's wish, or nobody could read it"),
        (not any(one.evidence.customer for one in course.proposals), "nobody knows whose it was, and so what to mask"),
    )


def _by_people(course: Course) -> bool:
    given = [one for one in course.approvals if one.decision != "reject"]
    return bool(given) and all(one.role is not None for one in given) and all(m.author for m in answers(course))


def done(outcomes: Mapping[tuple[int, StepId], Outcome]) -> tuple[Outcome, ...]:
    """What was done and read back, in its order."""
    found = (one for _, one in sorted(outcomes.items(), key=lambda pair: pair[1].at))
    return tuple(one for one in found if one.status == "done" and one.verified)
