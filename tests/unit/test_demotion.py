"""A level is lost when reviewed acts say that errors have become more."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from bench.autonomy.coming_down import first_called
from cx_core.errors import BadInput
from cx_core.evidence.demotion import ALTERNATIVES, TOLERATED, Demotion, advance


def test_that_the_detector_is_the_sum_of_bets_from_each_moment() -> None:
    answers = [False, True, False, False, True, True]
    detector = Demotion()
    for wrong in answers:
        detector = detector.see(wrong)

    def bet(since: int, rate: float) -> float:
        return math.prod(rate / TOLERATED if wrong else (1 - rate) / (1 - TOLERATED) for wrong in answers[since:])

    expected = [sum(bet(since, rate) for since in range(len(answers))) for rate in ALTERNATIVES]
    assert detector.evidence == pytest.approx(sum(expected) / len(expected))


@pytest.mark.parametrize(("rate", "weight"), [(0.02, 1.0), (0.02, 0.3), (0.01, 1.0)])
def test_that_expected_winnings_are_at_most_the_acts_seen(rate: float, weight: float) -> None:
    acts = 10
    expected = 0.0
    for answers in itertools.product([False, True], repeat=acts):
        detector = Demotion(threshold=math.inf)
        for wrong in answers:
            detector = detector.see(wrong, weight)
        expected += math.prod(rate if wrong else 1 - rate for wrong in answers) * detector.evidence
    assert expected <= acts * (1 + 1e-9)


def test_that_bets_of_drawn_acts_weigh_all_acts_alike() -> None:
    """Errors of one in ten where half is reviewed, none elsewhere, where a tenth is: 2 % of all acts together."""
    reviewed_risky, reviewed_safe, risky = 0.5, 0.1, 0.2
    ratio = [np.array(ALTERNATIVES) / TOLERATED, (1 - np.array(ALTERNATIVES)) / (1 - TOLERATED)]

    def mean_bet(wrong: float, weight: float) -> np.ndarray:
        return weight * (wrong * ratio[0] + (1 - wrong) * ratio[1] - 1)

    drift = risky * reviewed_risky * mean_bet(0.1, reviewed_safe / reviewed_risky)
    drift = drift + (1 - risky) * reviewed_safe * mean_bet(0.0, 1.0)
    assert drift == pytest.approx(np.zeros(len(ALTERNATIVES)))


def test_that_a_jump_is_called_soon_and_an_ordinary_rate_seldom() -> None:
    rng = np.random.default_rng(7)
    usual = rng.random((1_500, 300)) < 0.01
    after = first_called(np.concatenate([usual, rng.random((1_500, 200)) < 0.2], axis=1))
    assert float((after <= 300).mean()) < 0.02
    assert float(np.median(after[after > 300] - 300)) <= 20


def test_that_an_alarm_stays() -> None:
    detector = Demotion()
    for _ in range(5):
        detector = detector.see(True)
    assert detector.called
    assert detector.see(False) == detector


def test_that_many_streams_go_on_as_one_does() -> None:
    wrong = np.random.default_rng(8).random((3, 40)) < 0.1
    won = np.zeros((3, len(ALTERNATIVES)))
    detectors = [Demotion(threshold=math.inf) for _ in range(3)]
    for act in range(40):
        won = advance(won, wrong[:, act])
        detectors = [one.see(bool(wrong[row, act])) for row, one in enumerate(detectors)]
    assert won.mean(axis=1) == pytest.approx([one.evidence for one in detectors])


def test_that_an_alternative_below_the_tolerated_rate_is_refused() -> None:
    with pytest.raises(BadInput):
        Demotion(alternatives=(0.01, 0.1))
