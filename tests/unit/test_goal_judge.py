"""The judge of goals: what makes a candidate likelier, and what less likely."""

from __future__ import annotations

import pytest

from cx_core.understand.goal_candidates.evidence import GoalEvidence
from cx_core.understand.goal_candidates.judge import LOWER, UPPER, probability

PLAIN = GoalEvidence(
    own=3.0, sentence=3.0, whole=2.0, wants=0.9, reports=0.05, asks=0.0, refuses=0.0, tells=0.05,
    shared=-4.0, rival=-4.0, length=0.7, first=1.0,
)  # fmt: skip
"""A plain wish in a short message."""


def test_that_a_plain_wish_is_sure_and_faint_words_are_no_goal() -> None:
    assert probability(PLAIN) >= UPPER
    assert probability(PLAIN._replace(own=-3.0, sentence=-3.0, whole=-4.0, wants=0.0, tells=0.95)) < LOWER


@pytest.mark.parametrize("view", ["own", "sentence", "whole"])
def test_that_each_view_that_says_more_of_it_makes_it_likelier(view: str) -> None:
    faint = PLAIN._replace(own=0.0, sentence=0.0, whole=0.0)
    assert probability(faint._replace(**{view: 2.0})) > probability(faint)


@pytest.mark.parametrize(("more", "less"), [("wants", "tells"), ("asks", "tells"), ("wants", "refuses")])
def test_that_what_asks_for_something_is_likelier_a_goal_than_what_does_not(more: str, less: str) -> None:
    faint = PLAIN._replace(own=0.0, wants=0.0, tells=0.0, reports=0.0)
    assert probability(faint._replace(**{more: 1.0})) > probability(faint._replace(**{less: 1.0}))


def test_that_a_rival_for_the_whole_message_makes_it_less_likely() -> None:
    assert probability(PLAIN._replace(own=0.0, rival=3.0)) < probability(PLAIN._replace(own=0.0))


def test_that_no_evidence_is_too_great_for_a_probability() -> None:
    assert 0 < probability(PLAIN._replace(own=1e9)) <= 1
    assert 0 <= probability(PLAIN._replace(own=-1e9)) < 1
