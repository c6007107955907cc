"""Tickets done alone, of which plain ones are only counted: the figures and alarms are those of reading every one."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from cx_core.desk.governance import case_reviews
from cx_core.desk.governance.coming_down import seen
from cx_core.evidence.demotion import Demotion
from cx_core.evidence.sampled_error import SampledError
from cx_core.records import (
    AutonomousCase,
    CaseReview,
    Perimeter,
    PersonId,
    Role,
    Scorecard,
    TaskTypeName,
    Ticket,
    TicketId,
    Versions,
)
from cx_core.service_rules.levels_in_force import Levels
from cx_core.views.level_views import LevelSet
from tests.conftest import MONDAY
from tests.scripted import Hand, InlineWorks, person

NED = person(Role.SUPERVISOR, "Ned")
ONE, TWO = TaskTypeName("callback"), TaskTypeName("invoice_copy")
MADE = Versions(rung="1", encoder="e", classifier="c", knowledge="k", policy="p")
BEGAN = MONDAY - timedelta(days=40)


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_reviews, "TWICE", 0.0)


def filled(works: InlineWorks, seed: int, *, wrong: float) -> None:
    """Two task types at level 3 since some days, a fifth of whose cases were drawn."""
    dice, levels = Random(seed), Levels(works.store, works.knowledge.task_types, works.sealer)
    with works.store.begin() as unit:
        for name, at in ((ONE, BEGAN), (TWO, BEGAN + timedelta(days=10))):
            level = LevelSet(task_type=name, level=3, how="earned", at=at, perimeter=Perimeter())
            unit.levels.put(levels.marked(unit, level))
        for number in range(400):
            at = BEGAN - timedelta(days=3) + timedelta(hours=2 * number, minutes=dice.random() * 60)
            types = dice.choice([(ONE,), (ONE,), (TWO,), (ONE, TWO)])
            share = 1.0 if number < 80 else 0.2
            case = AutonomousCase(
                ticket=TicketId(f"T-{number}"),
                version=1,
                task_types=types,
                at=at,
                versions=MADE,
                stratum=", ".join([*types, dice.choice(["no money", "up to 20.00"])]),
                probability=share,
                drawn=dice.random() < share,
                failed=dice.random() < 0.01,
                trouble="A system did not answer" if dice.random() < 0.01 else "",
            )
            unit.reviews.put_case(case)
            if case.drawn and (number < 330 or dice.random() < 0.5):
                card = Scorecard(right_act=dice.random() > wrong, severity="minor", note="-")
                made = CaseReview(ticket=case.ticket, version=1, person=PersonId("p"), at=at, card=card)
                unit.reviews.put_review(made)
            if dice.random() < 0.1:
                kind, hours = dice.choice(["undone", "reopened", "came_back"]), dice.choice([5, 24 * 9])
                about = {"id": case.ticket, "subject": "", "channel": "email", "address": "", "updated_at": at}
                ticket = Ticket.model_validate({**about, "opened_at": at})
                unit.tickets.measure(ticket, kind, at + timedelta(hours=hours))


@pytest.fixture(params=[(1, 0.02), (2, 0.02), (3, 0.3)], ids=str)
def hand(request: pytest.FixtureRequest, hand: Hand, works: InlineWorks) -> Hand:
    seed, wrong = request.param
    filled(works, seed, wrong=wrong)
    return hand


def test_that_figures_are_those_of_reading_every_case(hand: Hand, works: InlineWorks) -> None:
    figures = {one.task_type: one for one in hand.desk.case_reviews.figures(NED)}
    with works.store.look() as unit:
        cases, reviews = unit.reviews.cases(), {one.ticket: one for one in unit.reviews.reviews()}
    began = {ONE: BEGAN, TWO: BEGAN + timedelta(days=10)}
    cases = tuple(case for case in cases if all(case.at >= began[name] for name in case.task_types))
    plain = [case for case in cases if case.plain and not case.came]
    reviewers = hand.desk.case_reviews.reviewers()
    assert 100 < len(plain) < len(cases)
    for name in (ONE, TWO):
        mine = [case for case in cases if name in case.task_types]
        error, worst, whole = SampledError(), SampledError(), True
        for case in mine:
            review = reviews.get(case.ticket)
            whole = whole and not (case.drawn and review is None)
            if whole and case.probability is not None:
                error = error.see(case.probability, int(review.card.wrong) if case.drawn and review else None)
            once_more = review is None or hand.desk.case_reviews._may_come(reviewers, case, (review,))
            lost = int(once_more or bool(review and review.card.wrong))  # what waits may be wrong
            worst = worst.see(case.probability or 1.0, lost if case.drawn else None)
        shown = figures[name]
        assert (shown.cases, shown.reviewed) == (len(mine), sum(case.ticket in reviews for case in mine))
        assert shown.error == pytest.approx(max(error.estimate, 0.0))
        assert shown.error_at_most == pytest.approx(max(worst.upper, (shown.wrong + shown.waiting) / shown.cases))


def test_that_alarms_are_those_of_reading_every_case(hand: Hand, works: InlineWorks) -> None:
    watching = hand.desk.coming_down
    with works.store.look() as unit:
        for level in unit.levels.all():
            mine = [one for one in unit.reviews.cases(level.at) if level.task_type in one.task_types]
            assert watching._seen(unit, level, watching._known(unit)) == seen(mine, unit.reviews.reviews())


@pytest.mark.parametrize("right", [0, 1, 7, 300])
def test_that_right_acts_at_once_are_the_same_as_one_by_one(right: int) -> None:
    detector = Demotion().see(True).see(False).see(True)
    one_by_one = detector
    for _ in range(right):
        one_by_one = one_by_one.see(False)
    at_once = detector.see_right(right)
    assert at_once.won == pytest.approx(one_by_one.won)
    assert at_once.called == one_by_one.called
