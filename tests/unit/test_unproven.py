"""Whoever only claims to be a customer is told nothing of that customer's records, whatever the task type says."""

from __future__ import annotations

from random import Random

import pytest

from cx_core.adapters.fernline.past import FernlinePast
from cx_core.catalogue import Case, TaskType
from cx_core.decide import supposed_evidence
from cx_core.decide.planning import UNPROVEN, plan
from cx_core.decide.supposed_evidence import Scene
from cx_core.records import Evidence, Goal, Triage
from cx_core.text.wording import say
from tests.unit.test_days_in_cases import ALL, KNOWLEDGE, MARIA, TODAY, Polarity

SHORT = 3
"""Characters of a value that any sentence may hold: "1", "no"."""


def supposed(kind: TaskType, case: Case, seed: int) -> tuple[Triage, Evidence]:
    """A ticket with the records for which this case holds."""
    scene = Scene(Random(seed), MARIA, TODAY, {})
    found = supposed_evidence.lookups(0, kind, case, KNOWLEDGE.actions, scene, FernlinePast())
    polarity: Polarity = "asked" if case.when.get("goal.polarity") == "asked" else "wanted"
    goal = Goal(task_type=kind.name, probability=0.9, polarity=polarity)
    return Triage(goals=(goal,)), Evidence(customer=MARIA, lookups=found)


def values(evidence: Evidence) -> set[str]:
    """What the customer's own records hold, as a reply would say it, and their numbers."""
    own = [one for look in evidence.lookups for one in (*look.records, *look.others) if one.customer is not None]
    told = {say(value) for one in (MARIA, *own) for name, value in one.fields.items() if name not in ("status", "kind")}
    return {text for text in told | {one.id for one in own} if len(text) > SHORT}


@pytest.mark.parametrize(("kind", "case"), ALL, ids=lambda one: one.name)
def test_that_nothing_of_a_record_is_told_or_done(kind: TaskType, case: Case) -> None:
    for seed in range(5):
        triage, evidence = supposed(kind, case, seed)
        made = plan(triage, evidence, KNOWLEDGE, TODAY, proven=False)
        text = " ".join(part.text for part in made.parts)
        assert made.steps == ()
        assert not [value for value in values(evidence) if value in text]


def test_that_they_are_asked_to_show_who_they_are_where_there_was_something_to_tell() -> None:
    asked = 0
    for kind, case in ALL:
        triage, evidence = supposed(kind, case, 1)
        told = plan(triage, evidence, KNOWLEDGE, TODAY)
        kept_back = plan(triage, evidence, KNOWLEDGE, TODAY, proven=False)
        tells = any(value in part.text for part in told.parts for value in values(evidence))
        if told.steps or tells:
            assert [part.case for part in kept_back.parts] == [UNPROVEN]
            assert "sign in" in kept_back.parts[0].text
            asked += 1
    assert asked > len(ALL) / 3
