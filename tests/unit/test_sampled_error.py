"""The error rate of all acts, from those that were drawn for review."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.errors import BadInput
from cx_core.evidence.sampled_error import STAKES, SampledError, log_capital

ACTS = ((0.2, 1), (0.5, 0), (0.2, 0), (0.9, 1), (0.4, 1), (1.0, 0), (0.2, 0))
"""Probability of a review, and whether the act was wrong."""


def histories(missed: float = 0.0, false_alarms: float = 0.0) -> list[tuple[float, list[int | None]]]:
    """Every way the reviews of ACTS can go, with its chance."""
    every = []
    for ways in itertools.product([None, 0, 1], repeat=len(ACTS)):
        chance = 1.0
        for way, (probability, wrong) in zip(ways, ACTS, strict=True):
            called = 1 - missed if wrong else false_alarms
            chance *= 1 - probability if way is None else probability * (called if way else 1 - called)
        if chance:
            every.append((chance, list(ways)))
    return every


@pytest.mark.parametrize(("missed", "false_alarms"), [(0.0, 0.0), (0.25, 0.0), (0.1, 0.05)])
def test_that_the_estimate_is_unbiased_over_every_way_the_draw_can_go(missed: float, false_alarms: float) -> None:
    mean = 0.0
    for chance, losses in histories(missed, false_alarms):
        sample = SampledError(floor=0.2, missed=missed, false_alarms=false_alarms)
        for (probability, _), loss in zip(ACTS, losses, strict=True):
            sample = sample.see(probability, loss)
        mean += chance * sample.estimate
    assert mean == pytest.approx(sum(wrong for _, wrong in ACTS) / len(ACTS))


def test_that_expected_capital_against_the_truth_is_at_most_one() -> None:
    floor, drawn = 0.2, [act for act in ACTS if act[0] < 1]
    truth = sum(wrong for _, wrong in drawn) / len(drawn)
    expected = 0.0
    for draws in itertools.product([False, True], repeat=len(drawn)):
        bets, chance = np.zeros(len(STAKES)), 1.0
        for reviewed, (probability, wrong) in zip(draws, drawn, strict=True):
            chance *= probability if reviewed else 1 - probability
            bets += np.log1p(-STAKES * floor / probability) * (reviewed and wrong)
        expected += chance * math.exp(float(log_capital(bets, len(drawn), floor, truth)))
    assert expected <= 1 + 1e-9


def test_that_acts_reviewed_for_certain_are_known() -> None:
    sample = SampledError()
    for wrong in (1, 0, 0, 0):
        sample = sample.see(1.0, wrong)
    assert sample.estimate == sample.upper == 0.25


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 1.0]), st.integers(0, 5_000)), min_size=1, max_size=12))
def test_that_the_bound_is_never_below_what_was_seen(reviews: list[tuple[float, int]]) -> None:
    sample = SampledError(floor=0.1, cap=5_000, missed=0.1)
    for probability, loss in reviews:
        sample = sample.see(probability, loss)
    assert sample.acts == len(reviews)
    assert sum(loss for _, loss in reviews) / len(reviews) - 1e-6 <= sample.upper <= 5_000
    assert sample.upper <= sample.see(0.1, 5_000).upper + 1e-6


def test_that_so_many_more_clean_reviews_bring_the_bound_under_the_target() -> None:
    sample = SampledError(floor=0.1).see(0.1, 1)
    more = sample.more_reviews(0.05, probability=0.2)
    assert more is not None
    for _ in range(more * 5):
        sample = sample.see(0.2, 0)
    assert sample.upper <= 0.05
    assert sample.more_reviews(0.05) == 0
    assert sample.more_reviews(0.0) is None


def test_that_the_bound_holds_at_every_look_of_adaptive_histories() -> None:
    rng = np.random.default_rng(9)
    streams, acts, floor = 400, 600, 0.1
    bets, lost, failed = np.zeros((streams, len(STAKES))), np.zeros(streams), np.zeros(streams, dtype=bool)
    share = np.full(streams, 0.9)
    for act in range(1, acts + 1):
        wrong, reviewed = rng.random(streams) < 0.05, rng.random(streams) < share
        found = (wrong & reviewed)[:, None]
        bets += np.where(found, np.log1p(-STAKES * floor / share[:, None]), 0)
        share = np.where(wrong & reviewed, 0.9, np.maximum(share * 0.95, floor))
        lost += wrong
        failed |= log_capital(bets, act, floor, lost / act) >= math.log(20)
    assert failed.mean() < 0.08


def test_that_what_would_break_the_figures_is_refused() -> None:
    with pytest.raises(BadInput, match="floor"):
        SampledError(floor=0.1).see(0.05, 0)
    with pytest.raises(BadInput, match="cap"):
        SampledError(cap=100).see(0.5, 101)
    with pytest.raises(BadInput, match="certain"):
        SampledError().see(1.0, None)
    with pytest.raises(BadInput, match="false alarm"):
        SampledError(cap=100, false_alarms=0.1)
    with pytest.raises(BadInput):
        SampledError(missed=0.6, false_alarms=0.5)
    assert math.isnan(SampledError().estimate)
    assert SampledError().upper == 1
