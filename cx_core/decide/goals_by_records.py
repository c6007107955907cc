"""Which of the goals is meant, by what the customer's records can be about."""

from __future__ import annotations

from datetime import date

from cx_core.catalogue import Knowledge
from cx_core.decide.described_records import named
from cx_core.decide.situation import Situation
from cx_core.records import Evidence, TaskTypeName, Triage


def none_fits(number: int, triage: Triage, evidence: Evidence, knowledge: Knowledge, today: date) -> bool:
    """Whether the customer has nothing that a goal could be about, so that another task type may be meant."""
    task_type = knowledge.task_types.get(triage.goals[number].task_type)
    if task_type is None or evidence.customer is None:
        return False
    wish = triage.goals[number].replace(polarity="wanted")
    holidays = frozenset(knowledge.company.service_levels.holidays)
    situation = Situation(number, wish, triage, evidence, task_type, today, holidays=holidays)
    case = next((case for case in task_type.cases if situation.holds(case)), None)
    return case is not None and case.none_fits


def borne_out(triage: Triage, evidence: Evidence) -> Triage:
    """Where nothing is sure, the likeliest goal is if the customer names the day or the number of the one record of
    theirs that it is about: "the 3rd of January is a joke" is of the visit on that day."""
    if not triage.goals or any(goal.sure for goal in triage.goals):
        return triage
    number, goal = max(enumerate(triage.goals), key=lambda pair: pair[1].probability)
    records = {
        record.ref: record
        for lookup in evidence.lookups
        if lookup.goal == number
        for record in lookup.records
        if record.customer is not None and record.kind != "customer"
    }
    meant = [record for record in records.values() if named(record, triage)]
    parts = {value for record in meant for value in record.fields.values() if isinstance(value, str)}
    if sum(record.id not in parts for record in meant) != 1:  # the payment of an order is no other record
        return triage
    goals = (one.replace(sure=True) if one is goal else one for one in triage.goals)
    return triage.replace(goals=tuple(goals))


def instead(triage: Triage, number: int, other: TaskTypeName) -> Triage:
    """The triage with another task type in the place of a goal, as sure as either was.

    Where it was found already the two change places, so that the one put aside is what is only perhaps meant.
    """
    goal = triage.goals[number]
    same = next((one for one in triage.goals if one.task_type == other), goal)
    put = goal.replace(
        task_type=other, probability=max(goal.probability, same.probability), sure=goal.sure or same.sure
    )
    return triage.replace(
        goals=tuple(
            put if n == number else goal.replace(sure=False) if one is same else one
            for n, one in enumerate(triage.goals)
        )
    )
