"""The figures of the retrieval bench, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench import retrieval
from bench.retrieval import FOLDS, NOWHERE, Query, Run
from cx_core.adapters.search.candidates import FoundSection
from cx_core.errors import BadInput
from cx_core.search.ranking import RankedCandidate, lead, nearness, scores

ASKED = [
    Query("shop", "a", frozenset({"x"})),
    Query("shop", "b", frozenset({"x"})),
    Query("shop", "c", frozenset()),
    Query("bank", "d", frozenset({"y"})),
]


def test_that_hits_ranks_and_rejection_are_told_in_all_and_by_source() -> None:
    figures = retrieval._figures(ASKED, Run(np.array([0, 3, NOWHERE, NOWHERE]), np.array([0.9, 0.4, 0.5, 0.2])))
    assert figures["hit@1"] == pytest.approx(1 / 3)
    assert figures["hit@10"] == pytest.approx(2 / 3)
    assert figures["mrr"] == pytest.approx((1 + 1 / 4) / 3)
    assert figures["shop.mrr"] == pytest.approx((1 + 1 / 4) / 2)
    assert figures["shop.abstain_auroc"] == pytest.approx(0.5)
    assert "bank.abstain_auroc" not in figures, "every question of it has an answer"


def test_that_a_gain_is_told_with_the_interval_it_lies_in() -> None:
    many = [Query("shop", "a", frozenset({"x"}))] * 100
    better, worse = Run(np.zeros(100, int), np.ones(100)), Run(np.tile([0, 1], 50), np.ones(100))
    gain = retrieval._bootstrap(many, better, worse, "over_sum")
    assert gain["over_sum.hit@1"] == pytest.approx(0.5)
    assert 0.35 < gain["over_sum.hit@1.low"] < 0.5 < gain["over_sum.hit@1.high"] < 0.65


def test_that_no_question_has_a_part_in_the_curve_it_is_judged_by() -> None:
    """When one question's answer is taken away, every curve changes but its own fold's."""
    found = [
        [FoundSection(0, RankedCandidate(n / 5, 0.5)), FoundSection(1, RankedCandidate(0.0, 0.5))] for n in range(50)
    ]
    queries = [Query("shop", str(n), frozenset({"x"} if n % 3 else ())) for n in range(50)]
    before = retrieval._curves(found, queries)
    after = retrieval._curves(found, [queries[0]._replace(relevant=frozenset({"x"})), *queries[1:]])
    assert len(set(before)) == FOLDS
    assert {old for old, new in zip(before, after, strict=True) if old == new} == {before[0]}


def test_that_the_curve_says_how_often_such_a_lead_has_an_answer() -> None:
    """Of a hundred questions with no lead one in four has an answer, of a hundred with a lead three."""
    behind = [RankedCandidate(0.0, 0.5)] * 9
    looked = [[RankedCandidate(words, 0.5), *behind] for words in (0.0, 5.0) for _ in range(100)]
    answerable = np.array([number % 100 < (25 if number < 100 else 75) for number in range(200)])
    curve = retrieval._fitted(looked, answerable)
    told = [curve(lead(scores(one))) * nearness(one) for one in (looked[0], looked[-1])]
    assert told == pytest.approx([0.25, 0.75], abs=0.01)


def test_that_a_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"id": "1", "title": "t", "text": "x"}\n{"id": "2"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"corpus\.jsonl:2"):
        retrieval.read_corpus(path)
    with pytest.raises(BadInput, match="missing"):
        retrieval.read_queries(tmp_path / "queries.jsonl")
