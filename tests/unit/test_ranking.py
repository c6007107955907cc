"""Meaning and words in one order, and whether anything answers."""

from __future__ import annotations

import numpy as np
import pytest

from cx_core.search.ranking import BEHIND, RankedCandidate, answered, farther, lead, scores, standing


def test_that_meaning_and_words_each_decide_where_the_rest_is_the_same() -> None:
    plain = RankedCandidate(words=1.0, cosine=0.4)
    others = [plain._replace(words=2.0), plain._replace(cosine=0.5)]
    first, *better = scores([plain, *others])
    assert all(one > first for one in better)
    assert scores([plain._replace(cosine=0.5)])[0] - first == pytest.approx(farther(0.1))


def test_that_words_alone_make_an_order_where_meaning_could_not_be_asked() -> None:
    near, far = RankedCandidate(2.0, None), RankedCandidate(1.0, None)
    assert scores([near, far])[0] > scores([near, far])[1]


def test_that_what_stands_alone_is_likelier_an_answer_than_what_stands_among_its_like() -> None:
    alone = [5.0, *[2.0] * BEHIND]
    among = [5.0, *[4.8] * BEHIND]
    assert lead(alone) == pytest.approx(3.0) == lead(list(reversed(alone)))
    assert lead(among) == pytest.approx(0.2)
    near, other = RankedCandidate(3.0, 0.6), RankedCandidate(0.0, 0.3)
    assert answered([near, *[other] * BEHIND]) > 0.8
    assert answered([near] * (BEHIND + 1)) < 0.5


def test_that_what_is_far_from_the_question_is_no_answer_however_alone_it_stands() -> None:
    chance = RankedCandidate(words=9.0, cosine=0.15)
    assert answered([chance, *[RankedCandidate(0.0, 0.1)] * BEHIND]) < 0.15
    assert answered([chance._replace(cosine=None)]) == answered([]) == 0.0


def test_that_few_articles_are_measured_against_what_is_far() -> None:
    near, far = RankedCandidate(0.0, 0.6), RankedCandidate(0.0, 0.15)
    assert answered([near]) > 0.5 > answered([far])
    assert lead([]) == 0.0


def test_that_scores_are_told_against_those_that_may_be_seen() -> None:
    found = standing(np.array([9.0, 1.0, 3.0], dtype=np.float32), np.array([False, True, True]))
    np.testing.assert_allclose(found[1:], [-1.0, 1.0])
    assert not standing(np.array([2.0, 2.0], dtype=np.float32), np.array([True, True])).any()
    assert not standing(np.zeros(0, dtype=np.float32), np.zeros(0, dtype=bool)).size
