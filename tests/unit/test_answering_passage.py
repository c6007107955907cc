"""Which passage answers a goal: those its task type names, those whose article says it is for that task type, and
those that are for none in particular."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.catalogue import TaskType
from cx_core.decide.situation import Situation
from cx_core.records import ArticleId, Audience, Evidence, Goal, Passage, TaskTypeName, Triage

FEES = TaskTypeName("late_fee")
TODAY = date(2026, 11, 23)


def passage(article: str, score: float, *task_types: str, audience: Audience = "customer") -> Passage:
    return Passage(article=ArticleId(article), title=article, text="…", version="1", score=score, goals=(0,),
                   audience=audience, task_types=tuple(map(TaskTypeName, task_types)))  # fmt: skip


@pytest.mark.parametrize(
    ("passages", "answer"),
    [
        ((passage("other", 0.9, "roaming"), passage("fees", 0.6)), "fees"),
        ((passage("another's", 0.9), passage("fees", 0.6)), "fees"),
        ((passage("anything", 0.9), passage("fees", 0.6)), "anything"),
        ((passage("fees", 0.9), passage("anything", 0.6)), "fees"),
        ((passage("other", 0.9, "roaming"), passage("uploaded", 0.6, "late_fee")), "uploaded"),
        ((passage("other", 0.9), passage("uploaded", 0.6, "roaming")), "other"),
        ((passage("uploaded", 0.9, "late_fee", audience="internal"), passage("other", 0.6)), "other"),
        ((passage("uploaded", 0.1, "late_fee"),), None),
    ],
)
def test_that_what_is_for_the_task_type_comes_first(passages: tuple[Passage, ...], answer: str | None) -> None:
    goal = Goal(task_type=FEES, probability=0.9, sure=True, quote="?", level=2)
    triage = Triage(goals=(goal,), entities=(), language="en", sentiment="neutral", urgency="low", priority="normal")
    kind = TaskType.model_construct(name=FEES, title="Late fee", articles=("fees",), cases=(), lookups=())
    found = Situation(0, goal, triage, Evidence(customer=None, passages=passages), kind, TODAY,
                      {"fees", "another's"}).article  # fmt: skip
    assert (found.article if found else None) == answer
