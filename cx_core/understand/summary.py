"""A ticket in a sentence or two, read in five seconds: who wants what, what was found, what is odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.catalogue import TaskType
from cx_core.records import Evidence, Goal, Part, TaskTypeName, Triage
from cx_core.text.wording import say

LONGEST = 120
"""Characters of the words that bring something grave up."""

_ONLY: Mapping[str, str] = {"wanted": "", "asked": " (only a question)", "kept": " (nothing is to be changed)"}


def summarise(
    triage: Triage,
    evidence: Evidence,
    parts: Sequence[Part],
    task_types: Mapping[TaskTypeName, TaskType],
    foreign: str = "",
) -> str:
    """Extractive: every fact comes from a record, a note of a case, or the customer's own words.

    `foreign` is the name of a language that is not served: what was understood of it is a guess, and said to be one.
    """
    customer = evidence.customer
    who = str(customer.fields.get("name") or customer.id) if customer else "Somebody we do not know"
    tier = str(customer.fields.get("tier") or "") if customer else ""
    tier = f" ({tier})" if tier not in ("", "standard") else ""
    topics = tuple(_topic(goal, task_types) for goal in triage.goals)
    wants = _wants(f"{who}{tier}", topics, foreign)
    mood = {"negative": " Unhappy" + (", and more so than before." if triage.trend == "worse" else ".")}.get(
        triage.sentiment, ""
    )
    person = " Asks for a person." if triage.wants_person else ""
    grave = (
        f" Their words {'may ' if foreign else ''}bring up {triage.grave}: “{triage.grave_quote[:LONGEST]}”."
        if triage.grave
        else ""
    )
    notes = " ".join(part.note for part in parts if part.note)
    odd = " ".join(evidence.findings[:2])
    return " ".join(f"{wants}{grave}{mood}{person} {notes} {odd}".split())


def _wants(who: str, topics: tuple[str, ...], foreign: str) -> str:
    if foreign and topics:
        return f"{who} writes in {foreign}, {say(topics)}: a guess, as the copilot hardly reads {foreign}."
    if foreign:
        return f"{who} writes in {foreign}, which the copilot hardly reads: the matter was not recognised."
    return f"{who} writes about {say(topics)}." if topics else f"{who} writes; the matter was not recognised."


def _topic(goal: Goal, task_types: Mapping[TaskTypeName, TaskType]) -> str:
    topic = task_types[goal.task_type].topic if goal.task_type in task_types else goal.task_type
    said = f"{topic}{_ONLY[goal.polarity]}"
    return said if goal.sure else f"perhaps {said}"
