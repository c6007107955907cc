"""Which acts are reviewed: all after a raise, then fewer, never none, and nobody can foresee which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.errors import BadInput
from cx_core.evidence.sampling import FLOOR, FULL, Stratum, review_plan, wanted_share

STRATA = st.lists(
    st.builds(Stratum, st.uuids().map(str), st.floats(0, 500), st.floats(0, 20), st.integers(0, 50_000)), max_size=6
)


@given(STRATA, st.floats(0, 2_000))
def test_that_shares_fit_the_time_unless_what_must_be_reviewed_does_not(strata: list[Stratum], minutes: float) -> None:
    plan = review_plan(strata, minutes)
    shares = dict(plan.shares)
    least = 0.0
    for one in strata:
        assert FLOOR <= shares[one.name] <= max(FLOOR, float(wanted_share(one.clean))) + 1e-12
        if one.clean <= FULL:
            assert shares[one.name] == 1
        least += one.acts * one.minutes * (1 if one.clean <= FULL else FLOOR)
    assert plan.minutes <= max(minutes, least) + 1e-6
    assert plan.missing_minutes == pytest.approx(max(0, plan.minutes - minutes))


@given(STRATA, st.floats(0, 1_000), st.floats(0, 1_000))
def test_that_more_time_never_means_fewer_reviews(strata: list[Stratum], minutes: float, more: float) -> None:
    little, much = dict(review_plan(strata, minutes).shares), dict(review_plan(strata, minutes + more).shares)
    assert all(much[name] >= share - 1e-9 for name, share in little.items())


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_that_the_share_only_falls_with_clean_reviews(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert wanted_share(fewer) >= wanted_share(more) >= FLOOR


def test_that_a_draw_is_the_same_each_time_and_as_frequent_as_its_probability() -> None:
    plan = review_plan([Stratum("refund, small", 100, 2, 360)], minutes=600)
    draws = [plan.draw("seed", f"act {number}", "refund, small") for number in range(5_000)]
    assert draws == [plan.draw("seed", f"act {number}", "refund, small") for number in range(5_000)]
    assert {draw.probability for draw in draws} == {0.2}
    assert sum(draw.reviewed for draw in draws) / 5_000 == pytest.approx(0.2, abs=0.03)
    others = [plan.draw("another seed", f"act {number}", "refund, small") for number in range(5_000)]
    both = sum(one.reviewed and other.reviewed for one, other in zip(draws, others, strict=True))
    assert both / 5_000 == pytest.approx(0.04, abs=0.02)


def test_that_exceptions_and_unknown_strata_are_reviewed_for_certain() -> None:
    plan = review_plan([Stratum("refund, small", 100, 2, 100_000)], minutes=10)
    for number in range(200):
        assert plan.draw("seed", f"act {number}", "never seen").reviewed
        drawn = plan.draw("seed", f"act {number}", "refund, small", exception=True)
        assert (drawn.reviewed, drawn.probability) == (True, 1.0)


def test_that_figures_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadInput):
        review_plan([], 10, floor=0)
    with pytest.raises(BadInput):
        review_plan([Stratum("refund", -1, 2, 0)], 10)
