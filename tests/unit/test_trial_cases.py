"""Answered proposals as evidence: what counts, what is an error, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.desk.governance.earned_levels import RIPE, counted, shown
from cx_core.records import EvidenceCase, TaskTypeName, TicketId

NOW = datetime(2027, 1, 11, 12, tzinfo=UTC)


def trial(
    number: int, days_ago: float = 30, *, wrong: bool = False, customer: str = "", basis: str = "a"
) -> EvidenceCase:
    return EvidenceCase(
        ticket=TicketId(f"T-{number}"),
        version=1,
        task_type=TaskTypeName("callback"),
        customer=customer or f"C-{number}",
        at=NOW - timedelta(days=days_ago),
        differences=("left out",) if wrong else (),
        basis=basis,
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=30))
def test_that_a_case_counts_after_a_week_and_a_wrong_one_at_once(given: list[tuple[int, bool]]) -> None:
    trials = [trial(n, days, wrong=wrong) for n, (days, wrong) in enumerate(given)]
    cases, too_new = counted(trials, NOW)
    assert set(cases) == {one for one in trials if one.wrong or NOW - one.at >= RIPE}
    assert too_new == len(trials) - len(cases)


@pytest.mark.parametrize("wrong", [True, False])
def test_that_one_customer_counts_once_a_day_and_the_wrong_case_stays(wrong: bool) -> None:
    trials = [trial(1, customer="C-1"), trial(2, customer="C-1", wrong=wrong), trial(3, customer="C-1")]
    ((only,), too_new) = counted(trials, NOW)
    assert (only.wrong, too_new) == (wrong, 0)
    assert len(counted([*trials, trial(4, 31, customer="C-1")], NOW)[0]) == 2


def test_that_another_classifier_rule_or_task_type_begins_anew() -> None:
    trials = [trial(n) for n in range(50)]
    assert len(counted(trials, NOW)[0]) == 50
    assert counted([*trials, trial(99, 1, basis="b")], NOW) == ((), 1)


def test_that_shown_cases_earn_far_more_slowly_than_blind_ones() -> None:
    seen = shown([trial(n) for n in range(100)], NOW)
    blind = shown([trial(n).replace(shown=False) for n in range(100)], NOW)
    assert blind.earned
    assert not seen.earned
    assert seen.missing is not None
    assert blind.error_at_most < 0.05 < seen.error_at_most
    assert shown([trial(1, wrong=True)], NOW).wrong == 1
