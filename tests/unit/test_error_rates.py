"""The bound of errors in what was done alone: no answer to the reviews that wait can break it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from cx_core.desk.governance.cases_done_alone import TOLERATED, DoneAlone, ErrorRates, error_rates
from cx_core.records import AutonomousCase, CaseReview, PersonId, Scorecard, TaskTypeName, TicketId, Versions

NAME = TaskTypeName("duplicate_charge")
START = datetime(2026, 9, 1, tzinfo=UTC)


def case(number: int, probability: float | None = 1.0, *, drawn: bool = True) -> AutonomousCase:
    return AutonomousCase(
        ticket=TicketId(f"T-{number}"),
        version=1,
        task_types=(NAME,),
        at=START + timedelta(hours=number),
        versions=Versions(rung="1", encoder="e", classifier="c", knowledge="k", policy="p"),
        stratum=NAME,
        probability=probability,
        drawn=drawn,
    )


def review(one: AutonomousCase, *, wrong: bool) -> CaseReview:
    card = Scorecard(right_act=not wrong, severity="minor" if wrong else "fine", note="-")
    return CaseReview(ticket=one.ticket, version=1, person=PersonId("p"), at=one.at, card=card)


def rates(
    cases: list[AutonomousCase], waiting: set[int], wrong: set[int], twice: frozenset[int] = frozenset()
) -> ErrorRates:
    """`twice`: cases that a second person is to review as well."""
    again = {cases[number].ticket for number in twice}
    reviews = {
        (one.ticket, 1): [review(one, wrong=number in wrong)]
        for number, one in enumerate(cases)
        if number not in waiting and one.drawn
    }
    found = DoneAlone(tuple(cases), (), Counter(), False, frozenset(), reviews)
    return error_rates(NAME, found, lambda one, done: one.drawn and len(done) < 1 + (one.ticket in again))


@pytest.mark.parametrize("probability", [1.0, 0.4, None])
@pytest.mark.parametrize("also_wrong", [set(), {7}, {7, 30, 41, 58}])
def test_that_what_waits_cannot_break_the_bound(probability: float | None, also_wrong: set[int]) -> None:
    """59 done alone, 55 reviewed, 1 of them wrong, whatever the other four turn out to be."""
    waiting = {7, 30, 41, 58}
    before = [case(number, probability if number in waiting else 1.0) for number in range(59)]
    said = rates(before, waiting, {3})
    assert (said.cases, said.reviewed, said.wrong, said.waiting) == (59, 55, 1, 4)
    after = [one.replace(probability=1.0) if one.probability is None else one for one in before]
    then = rates(after, set(), {3} | also_wrong)
    assert (1 + len(also_wrong)) / 59 <= then.at_most <= said.at_most


def test_that_a_second_review_that_waits_cannot_break_the_bound_either() -> None:
    cases = [case(number) for number in range(59)]
    said = rates(cases, set(), {3}, twice=frozenset({3, 7}))
    assert (said.reviewed, said.wrong, said.waiting) == (59, 1, 1), "what was found wrong stays wrong"
    assert said.estimate == pytest.approx(1 / 59)
    assert said.at_most >= 2 / 59


def test_that_the_bound_is_the_rate_where_all_is_reviewed() -> None:
    said = rates([case(number) for number in range(59)], set(), {3})
    assert said.at_most == pytest.approx(1 / 59)
    assert said.more is None


def test_that_right_reviews_of_what_waits_count_among_those_that_are_missing() -> None:
    cases = [case(number) for number in range(59)]
    said = rates(cases, {7, 30, 41, 58}, {3})
    assert said.at_most == pytest.approx(5 / 59)
    assert said.more == 4, "once these are right, 1 of 59 is wrong"
    few = rates(cases[:20], {7}, {3})
    assert few.more is not None
    grown = [case(number) for number in range(19 + few.more)]
    assert rates(grown, set(), {3}).at_most <= TOLERATED
