"""Whether reviewers of the same acts give the same scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.evidence.agreement import krippendorff_alpha

OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""Data of Krippendorff 2011, section C; units in columns."""


def test_that_alpha_is_that_of_the_published_example() -> None:
    rows = [[None if score == "." else score for score in line.split()] for line in OBSERVERS]
    assert krippendorff_alpha(list(zip(*rows, strict=True))) == pytest.approx(0.743, abs=5e-4)


def test_that_two_reviewers_who_disagree_by_rule_are_below_chance() -> None:
    assert krippendorff_alpha([("fine", "minor"), ("minor", "fine")] * 10) == pytest.approx(-0.95)


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=40).filter(lambda scores: len(set(scores)) > 1))
def test_that_full_agreement_is_one(scores: list[str]) -> None:
    assert krippendorff_alpha([(score, score, None) for score in scores]) == pytest.approx(1)


def test_that_nothing_is_said_where_nothing_can_be_known() -> None:
    assert krippendorff_alpha([]) is None
    assert krippendorff_alpha([("fine", None), (None, "minor")]) is None
    assert krippendorff_alpha([("fine", "fine")] * 5) is None
