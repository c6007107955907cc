"""When a level comes down by itself, given cases, reviews and what customers did afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.desk.governance.coming_down import seen
from cx_core.records import AutonomousCase, CaseReview, PersonId, Scorecard, TaskTypeName, TicketId, Versions

NOW = datetime(2027, 1, 11, 12, tzinfo=UTC)
MADE = Versions(rung="1", encoder="e", classifier="c", knowledge="k", policy="p")
WRONG = Scorecard(right_act=False, severity="minor", note="Another one was meant")


def case(number: int, came: str = "", **more: object) -> AutonomousCase:
    one = AutonomousCase(
        ticket=TicketId(f"T-{number}"),
        version=1,
        task_types=(TaskTypeName("callback"),),
        at=NOW + timedelta(hours=number),
        versions=MADE,
        stratum="callback",
        came=came,
    )
    return one.replace(**more)


def review(number: int, card: Scorecard) -> CaseReview:
    at = NOW + timedelta(hours=number, minutes=30)
    return CaseReview(ticket=TicketId(f"T-{number}"), version=1, person=PersonId("p"), at=at, card=card)


def down(cases: list[AutonomousCase], reviews: list[CaseReview]) -> bool:
    return bool(seen(cases, reviews).why)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 400))
def test_that_right_cases_never_bring_it_down(number: int) -> None:
    cases = [case(n) for n in range(number)]
    assert not down(cases, [review(n, Scorecard()) for n in range(0, number, 3)])


@pytest.mark.parametrize("which", ["critical", "unverified"])
def test_that_one_grave_thing_is_enough(which: str) -> None:
    cases = [case(n, unverified=which == "unverified" and n == 250) for n in range(300)]
    grave = Scorecard(severity="critical", note="Paid to a stranger")
    reviews = [review(n, grave if which == "critical" and n == 250 else Scorecard()) for n in range(300)]
    assert down(cases, reviews)


def test_that_many_wrong_reviews_bring_it_down_and_one_in_fifty_does_not() -> None:
    cases = [case(n) for n in range(100)]
    assert not down(cases, [review(n, WRONG if n % 50 == 25 else Scorecard()) for n in range(100)])
    assert down(cases, [review(n, WRONG if n % 4 == 0 else Scorecard()) for n in range(100)])


@pytest.mark.parametrize(("every", "falls"), [(20, False), (3, True)])
def test_that_customers_who_come_back_count_and_some_always_do(every: int, falls: bool) -> None:
    cases = [case(n, "came_back" if n % every == 0 else "") for n in range(120)]
    assert down(cases, []) is falls


@pytest.mark.parametrize("came", ["undone", "given_back", "flagged"])
def test_that_what_speaks_for_itself_needs_no_review(came: str) -> None:
    assert down([case(n, came if n % 2 else "") for n in range(20)], [])


def test_that_words_alone_which_did_no_harm_are_no_error() -> None:
    assert not Scorecard(right_words=False, severity="minor", note="Stiff").wrong
    assert Scorecard(right_words=False, severity="critical", note="Promised money").wrong
