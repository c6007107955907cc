"""Answered proposals as evidence: what counts, what is an error, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.desk.governance.earned_levels import RIPE, counted, pictured, shown
from cx_core.records import EvidenceCase, TaskTypeName, TicketId
from cx_core.service_rules.trial_cases import stated

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


def test_that_a_simulated_case_takes_no_real_one_away() -> None:
    real, told = trial(1, customer="C-1", wrong=True), trial(2, customer="C-1", wrong=True).replace(simulated=True)
    assert set(counted([real, told], NOW)[0]) == {real, told}


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


def test_that_a_simulated_past_is_told_and_earns_nothing() -> None:
    past = [trial(n, basis="past").replace(shown=False, simulated=True) for n in range(300)]
    stands = shown([*past, trial(999)], NOW)
    assert (stands.cases, stands.simulated, stands.earned) == (301, 300, False)
    assert stands.missing == shown([trial(999)], NOW).missing
    picture = pictured(past, NOW)
    assert (picture.a_day, picture.reached, picture.stands.simulated) == (0, None, 300)
    assert shown([trial(n).replace(shown=False) for n in range(300)], NOW).earned


def test_that_a_picture_has_each_case_in_its_week_and_says_what_is_against_it() -> None:
    came_back = trial(3, 9).replace(spoiled="reopened")
    picture = pictured([trial(1, 30), trial(2, 16, wrong=True), came_back, trial(4, 8), trial(5, 1)], NOW)
    assert [(str(week.monday), week.right, week.wrong) for week in picture.weeks] == [
        ("2026-12-07", 1, 0),
        ("2026-12-14", 0, 0),
        ("2026-12-21", 0, 1),
        ("2026-12-28", 1, 1),
    ]
    assert [one.ticket for one in picture.wrong] == ["T-3", "T-2"]
    assert [one.why for one in picture.wrong] == [("the customer wrote again within a week",), ("left out",)]
    assert (picture.stands.too_new, picture.shown_first) == (1, 4)


def test_that_it_is_foreseen_when_right_cases_keep_coming_and_not_when_they_are_wrong() -> None:
    right = [trial(n, 7 + n % 28).replace(shown=False) for n in range(42)]
    picture = pictured(right, NOW)
    missing = picture.stands.missing
    assert missing is not None
    assert picture.a_day == 1.5
    assert picture.reached == (NOW + timedelta(days=missing / 1.5)).date()
    spoilt = [one.replace(spoiled="undone") if n % 5 == 0 else one for n, one in enumerate(right)]
    assert pictured(spoilt, NOW).reached is None
    assert pictured([trial(1, 3)], NOW).reached is None, "nothing counts yet"


@pytest.mark.parametrize(
    ("drafted", "sent", "same"),
    [
        ("It comes on 12th June at 9am.", "We bring it on 12 June, 9am.", True),
        ("It comes on 12th June.", "It comes on 13th June.", False),
        ("Between 9am and 11am.", "Between 9am and 12pm.", False),
        ("It comes on Friday.", "It comes on Saturday.", False),
        ("£45 goes back.", "£45.00 goes back.", True),
        ("£5 goes back.", "£6 goes back.", False),
        ("You have 20GB.", "You have 30GB.", False),
        ("In five days.", "In 5 days.", True),
        ("In five days.", "In three days.", False),
        ("It will arrive tomorrow.", "It will arrive today.", False),
        ("You may ring us.", "You can ring us.", True),
        ("There is a fee.", "There is no fee.", False),
        ("Write to a@b.example.", "Write to c@b.example.", False),
        ("It's £1,045.00.", "That is £1045.", True),
    ],
)
def test_that_other_words_are_the_same_and_other_facts_are_not(drafted: str, sent: str, same: bool) -> None:
    assert (stated(drafted) == stated(sent)) is same


def test_that_what_no_policy_lets_go_alone_is_no_evidence() -> None:
    assert counted([trial(1), trial(2).replace(permitted=False)], NOW) == ((trial(1),), 0)


def test_that_an_old_proposal_that_is_answered_late_brings_no_old_evidence_back() -> None:
    fresh = [trial(n, 20, basis="b").replace(made_at=NOW - timedelta(days=20)) for n in range(3)]
    late = trial(9, 10, basis="a").replace(made_at=NOW - timedelta(days=40))
    assert set(counted([*fresh, late], NOW)[0]) == set(fresh)
