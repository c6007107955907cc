"""A level is earned by evidence that stays valid however often one looks."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from bench.autonomy.earning import most_wrong
from cx_core.errors import BadInput
from cx_core.evidence.promotion import Promotion, log_evidence, weight_of_shown

ANSWERS = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.37, 1.0])), max_size=60)


def seen(wrong: int, right: int) -> Promotion:
    promotion = Promotion()
    for _ in range(wrong):
        promotion = promotion.see(True)
    for _ in range(right):
        promotion = promotion.see(False)
    return promotion


@pytest.mark.parametrize(
    ("bound", "weights"), [(0.05, (1.0,) * 10), (0.3, (1.0, 0.2) * 5), (0.05, (0.1,) * 8 + (1.0,))]
)
def test_that_expected_evidence_over_every_stream_is_one_at_the_bound_and_less_above(
    bound: float, weights: tuple[float, ...]
) -> None:
    for rate, most in ((bound, 1 + 1e-9), (bound * 1.5, 1 - 1e-6)):
        expected = 0.0
        for answers in itertools.product([False, True], repeat=len(weights)):
            promotion, chance = Promotion(bound=bound), 1.0
            for wrong, weight in zip(answers, weights, strict=True):
                promotion = promotion.see(wrong, weight)
                noticed = rate * weight
                chance *= noticed if wrong else 1 - noticed
            expected += chance * promotion.evidence
        assert expected <= most
        if rate == bound:
            assert expected == pytest.approx(1)


@pytest.mark.parametrize(("wrong", "right"), [(0, 72), (3, 200), (40, 2_960), (12, 40)])
def test_that_the_nodes_give_what_incomplete_betas_give(wrong: int, right: int) -> None:
    bound = 0.05
    log_mixture = (
        special.betaln(0.5 + wrong, 10 + right)
        - special.betaln(0.5, 10)
        + math.log(special.betainc(0.5 + wrong, 10 + right, bound))
        - math.log(special.betainc(0.5, 10, bound))
    )
    exact = log_mixture - wrong * math.log(bound) - right * math.log1p(-bound)
    assert float(log_evidence(bound, wrong, {1.0: right})) == pytest.approx(exact, abs=1e-6)


def test_that_a_weighted_case_is_integrated_as_told() -> None:
    def integrand(rate: float) -> float:
        prior = rate**-0.5 * (1 - rate) ** 9
        return float(prior * ((1 - 0.3 * rate) / (1 - 0.3 * 0.05)) ** 40)

    whole, _ = integrate.quad(lambda rate: rate**-0.5 * (1 - rate) ** 9, 0, 0.05)
    part, _ = integrate.quad(integrand, 0, 0.05)
    assert float(log_evidence(0.05, 0, {0.3: 40})) == pytest.approx(math.log(part / whole), abs=1e-5)


def test_that_72_clean_cases_earn_a_bound_of_5_percent() -> None:
    assert not seen(0, 71).earned
    assert seen(0, 72).earned
    assert Promotion().missing().clean == 72
    assert seen(0, 70).missing().clean == 2
    assert seen(0, 72).missing().clean == 0


@given(ANSWERS)
def test_that_what_is_missing_is_what_it_takes(answers: list[tuple[bool, float]]) -> None:
    promotion = Promotion(bound=0.3)
    for wrong, weight in answers:
        promotion = promotion.see(wrong, weight)
    clean = promotion.missing().clean
    assert clean is not None
    assert (clean == 0) == promotion.earned
    full = dict(promotion.right).get(1.0, 0)
    for cases, earned in ((clean, True), (clean - 1, False)):
        if cases >= 0:
            counts = {**dict(promotion.right), 1.0: full + cases}
            assert (float(log_evidence(0.3, promotion.wrong, counts)) >= math.log(20)) is earned


def test_that_the_expected_number_is_near_the_median_of_the_bench() -> None:
    wrong = np.cumsum(np.random.default_rng(5).random((1_000, 3_000)) < 0.01, axis=1)
    median = float(np.median((wrong <= most_wrong()).argmax(axis=1) + 1))
    expected = Promotion().missing(rate_wrong=0.01).expected
    assert expected is not None
    assert 0.7 * median < expected < 1.5 * median


def test_that_no_number_of_cases_is_promised_at_or_above_the_bound() -> None:
    assert Promotion().missing(rate_wrong=0.05).expected is None
    assert Promotion().missing(rate_wrong=0.2).expected is None


def test_that_few_streams_at_the_bound_are_ever_promoted() -> None:
    wrong = np.cumsum(np.random.default_rng(6).random((2_000, 1_000)) < 0.05, axis=1)
    assert float((wrong <= most_wrong()[:1_000]).any(axis=1).mean()) < 0.065


@given(st.integers(0, 30), st.integers(0, 400), st.sampled_from([0.05, 0.2]))
def test_that_the_upper_bound_says_the_same_as_the_evidence(wrong: int, right: int, alpha: float) -> None:
    promotion = Promotion(alpha=alpha, wrong=wrong, right=((1.0, right),))
    assert promotion.earned == (promotion.upper <= promotion.bound)
    assert promotion.upper >= wrong / max(wrong + right, 1)


@given(ANSWERS, st.floats(0, 1))
def test_that_a_wrong_case_never_helps_and_a_right_one_never_harms(
    answers: list[tuple[bool, float]], weight: float
) -> None:
    promotion = Promotion(bound=0.2)
    for wrong, known in answers:
        promotion = promotion.see(wrong, known)
    assert promotion.see(True, weight).evidence <= promotion.evidence
    assert promotion.see(False, weight).evidence >= promotion.evidence * (1 - 1e-9)
    assert promotion.see(False, 0.0).evidence == pytest.approx(promotion.evidence)


def test_that_planted_errors_support_no_more_weight_than_was_caught() -> None:
    planted = Promotion()
    for number in range(100):
        planted = planted.see(wrong=number % 10 != 0)
    assert 0 < weight_of_shown(planted) < 0.1
    assert weight_of_shown(Promotion()) == 0


def test_that_bad_figures_are_refused() -> None:
    with pytest.raises(BadInput):
        Promotion(bound=0)
    with pytest.raises(BadInput):
        Promotion().see(False, weight=1.1)
