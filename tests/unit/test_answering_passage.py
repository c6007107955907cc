"""Which passage answers a goal: those its task type names, those whose article says it is for that task type, and
those that are for none in particular."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import TaskType
from cx_core.decide.planning import ANSWERED, plan
from cx_core.decide.situation import Situation
from cx_core.records import (
    ArticleId,
    Audience,
    BusinessRecord,
    CustomerId,
    Evidence,
    Goal,
    Lookup,
    Money,
    Passage,
    TaskTypeName,
    Triage,
)
from cx_core.search.question_reading import in_general
from cx_core.settings import ROOT

FEES = TaskTypeName("late_fee")
TODAY = date(2026, 11, 23)


def passage(article: str, score: float, *task_types: str, audience: Audience = "customer") -> Passage:
    return Passage(
        article=ArticleId(article),
        title=article,
        text="…",
        version="1",
        score=score,
        goals=(0,),
        audience=audience,
        task_types=tuple(map(TaskTypeName, task_types)),
    )


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
    found = Situation(
        0, goal, triage, Evidence(customer=None, passages=passages), kind, TODAY, {"fees", "another's"}
    ).article
    assert (found.article if found else None) == answer


MARIA = BusinessRecord(kind="customer", id="C-1", customer=CustomerId("C-1"), fields={"name": "Maria Keller"})
LINE = BusinessRecord(
    kind="line",
    id="L-1",
    customer=CustomerId("C-1"),
    fields={"invoice": "I-1", "amount": Money(minor=500), "period": "October 2026", "waived": True},
)
ASKED = Evidence(passages=(passage("fees", 0.6),), answered=(0.6,), general=True)
WITH_FEE = {"customer": MARIA, "lookups": (Lookup(goal=0, name="fees", records=(LINE,)),)}


@pytest.mark.parametrize(
    ("evidence", "case"),
    [
        (ASKED, ANSWERED),
        (ASKED.replace(customer=MARIA), ANSWERED),
        (ASKED.replace(**WITH_FEE), "waived_already"),
        (ASKED.replace(general=False), "no_fee"),
        (ASKED.replace(answered=(0.49,)), "no_fee"),
        (ASKED.replace(passages=(passage("fees", 0.39),)), "no_fee"),
        (ASKED.replace(passages=(passage("fees", 0.9, audience="internal"),)), "no_fee"),
    ],
)
def test_that_published_words_answer_what_is_asked_in_general_unless_a_record_says_more(
    evidence: Evidence, case: str
) -> None:
    goal = Goal(task_type=FEES, probability=0.9, sure=True, quote="?", level=2)
    triage = Triage(goals=(goal,), entities=(), language="en", sentiment="neutral", urgency="low", priority="normal")
    (part,) = plan(triage, evidence, load(ROOT / "knowledge"), TODAY).parts
    assert part.case == case
    assert [one.ref for one in part.citations if one.ref.startswith("article/")] == (
        ["article/fees"] if case == ANSWERED else []
    )


@pytest.mark.parametrize(
    ("said", "general"),
    [
        (["How high is the late payment fee?"], True),
        (["I forgot the PIN.", "How do I set a new one?"], True),
        (["How high is the fee?", "I have paid it."], False),
        (["Where is my order?"], False),
        (["Please waive the fee.", "How high is it?"], False),
        (["Thanks for the answer."], False),
        (["When will my olive trees arrive?"], False),
        (["When does the shop open?"], True),
    ],
)
def test_that_what_is_the_customers_own_is_not_asked_in_general(said: list[str], general: bool) -> None:
    assert in_general(said) == general
