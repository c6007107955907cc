"""The share that was right, of cases that were drawn with different probabilities."""

from __future__ import annotations

import random

import pytest

from cx_core.evidence.right_share import drawn_share


def test_that_it_is_wilsons_interval_where_all_were_drawn_alike() -> None:
    found = drawn_share([(0.1, True)] * 81 + [(0.1, False)] * 19)
    assert found is not None
    assert found.cases == 100
    assert [found.share, found.low, found.high] == pytest.approx([0.81, 0.7222, 0.8749], abs=1e-3)


def test_that_nothing_reviewed_says_nothing_and_all_right_is_not_certain() -> None:
    assert drawn_share([]) is None
    found = drawn_share([(1.0, True)] * 20)
    assert found is not None
    assert found.low < 0.9
    assert found.high == 1.0


def test_that_cases_drawn_seldom_count_for_more_so_that_the_share_is_of_all() -> None:
    dice, off = random.Random(7), 0.0
    for _ in range(200):
        acts = [(0.1, dice.random() < 0.95) for _ in range(1000)] + [(1.0, dice.random() < 0.5) for _ in range(200)]
        found = drawn_share([one for one in acts if dice.random() < one[0]])
        assert found is not None
        off += found.share - sum(right for _, right in acts) / len(acts)
    assert abs(off / 200) < 0.005
