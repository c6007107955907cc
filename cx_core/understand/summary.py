"""A ticket in a sentence or two, read in five seconds: who wants what, what was found, what is odd."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cx_core.catalogue import TaskType
from cx_core.records import BusinessRecord, Evidence, Goal, Part, TaskTypeName, Triage
from cx_core.text.wording import say

FEW = 3
"""Records of one goal that a summary names, where they said which they mean."""

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
    notes = " ".join(dict.fromkeys(part.note for part in parts if part.note))
    about = _about(evidence, len(triage.goals), notes)
    odd = " ".join(evidence.findings[:2])
    return " ".join(f"{wants}{grave}{mood}{person} {notes} {about} {odd}".split())


def _about(evidence: Evidence, goals: int, noted: str) -> str:
    """The records of theirs that the goals are about and no note names: whoever looks has them before them anyway."""
    found = (_meant(evidence, goal) for goal in range(goals))
    left = {record.ref: record for records in found for record in records if not re.search(rf"\b{record.id}\b", noted)}
    return f"About {say(tuple(map(_named, left.values())))}." if left else ""


def _meant(evidence: Evidence, goal: int) -> Sequence[BusinessRecord]:
    """What the first reading for a goal found, where it is little enough to be what they mean."""
    for lookup in evidence.lookups:
        theirs = [record for record in lookup.records if record.customer is not None and record.kind != "customer"]
        if lookup.goal == goal and theirs:
            return theirs if len(theirs) == 1 or (lookup.named and len(theirs) <= FEW) else ()
    return ()


def _named(record: BusinessRecord) -> str:
    told = record.fields.get("label") or record.fields.get("item") or record.fields.get("plan")
    when = f"{say(record.fields['date'])} {record.fields['window']}" if record.fields.get("window") else ""
    more = when or (str(told) if told and str(told) != record.id else "")
    return f"{record.kind} {record.id}" + (f" ({more})" if more else "")


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
