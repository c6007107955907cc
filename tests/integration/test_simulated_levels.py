"""Levels of the simulated past: earned, lost and proposed by the rules for real ones, and without any effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from cx_core.adapters.fernline.past import FernlinePast, customers
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import Works, open_desk
from cx_core.demo.level_history import LevelHistorian
from cx_core.desk.desk import Desk
from cx_core.records import Person, PersonId, Role, Scorecard, TaskTypeName, UndoScope
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from cx_core.views.level_views import LevelView
from tests.conftest import SetClock

SAM = Person(id=PersonId("p-sam"), email="sam@example.com", name="Sam", role=Role.SUPERVISOR)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TWICE, COPY = TaskTypeName("duplicate_charge"), TaskTypeName("invoice_copy")
MISSING, CALLBACK = TaskTypeName("missing_item"), TaskTypeName("callback")


def historian(works: Works) -> LevelHistorian:
    parts = (works.knowledge, works.store, works.accounts.people(), customers(works.fernline), FernlinePast())
    return LevelHistorian(*parts, works.clock)


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    folder = tmp_path_factory.mktemp("levels") / "data"
    made = Works(Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True, feed_seconds=0), SetClock(NOW))
    assert historian(made).write(months=4, seed=1) > 400
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(works: Works) -> Desk:
    return open_desk(works.settings, works.clock, works)


def views(desk: Desk) -> dict[TaskTypeName, LevelView]:
    return {one.task_type: one for one in desk.autonomy_levels.levels(SAM)}


def test_that_two_earned_level_three_with_two_signatures_and_one_came_down(desk: Desk) -> None:
    shown = views(desk)
    for name in (TWICE, COPY):
        (level,) = shown[name].past
        assert (level.level, level.how) == (3, "earned")
        assert level.by
        assert level.asked_by not in ("", level.by)
        assert level.perimeter is not None
    earned, down = shown[MISSING].past
    assert (earned.how, down.how, down.level) == ("earned", "came_down", 2)
    assert earned.at < down.at
    (incident,) = desk.coming_down.incidents(SAM)
    assert incident.simulated
    assert 0 < incident.wrong < incident.reviewed
    assert len(incident.cases) >= incident.reviewed
    assert incident.closing


def test_that_the_evidence_was_enough_by_the_rules_for_real_cases_when_it_was_decided(desk: Desk) -> None:
    for name in (TWICE, COPY, CALLBACK):
        picture = desk.autonomy_levels.evidence(SAM, name)
        assert picture is not None
        assert picture.stands.simulated == picture.stands.cases
        assert picture.stands.error_at_most <= picture.bound
        bounds = [one.error_at_most for one in picture.weeks]
        assert bounds[-1] < bounds[0] / 4
        assert sum(after > before for before, after in pairwise(bounds)) <= 2, "it rises with an error only"
    charged = desk.autonomy_levels.evidence(SAM, TWICE)
    assert charged is not None
    assert [(one.level, one.simulated) for one in charged.decisions] == [(3, True)]


def test_that_no_real_level_follows_and_nothing_may_act(works: Works, desk: Desk) -> None:
    assert {one.level for one in views(desk).values()} == {0, 2}
    assert all(one.how == "starting" for one in views(desk).values())
    assert not any(one.evidence and one.evidence.earned for one in views(desk).values())
    with works.store.look() as unit:
        assert unit.levels.all() == ()
        assert unit.reviews.cases() == ()
        past = unit.levels.decisions(simulated=True)
    assert past
    assert not any(desk.autonomy_levels._levels().genuine(one) for one in past)
    assert desk.autonomy_levels.left_alone(SAM) == ()
    assert desk.mass_undo.reach(SAM, UndoScope(since=NOW - timedelta(days=200))).acts == ()


def test_that_an_error_found_in_a_simulated_case_brings_nothing_down(works: Works, desk: Desk) -> None:
    waiting = desk.case_reviews.open(SAM).waiting
    assert waiting
    assert all(one.simulated for one in waiting)
    first = waiting[0]
    story = desk.case_reviews.story(SAM, first.ticket, first.version)
    assert not isinstance(story, Refusal)
    assert all(act.verified for act in story.acts)
    card = Scorecard(right_act=False, severity="critical", note="Another one was meant")
    before = views(desk)
    assert desk.case_reviews.review(SAM, first.ticket, first.version, card) is None
    desk.coming_down.round()
    assert views(desk) == before
    with works.store.look() as unit:
        assert len(unit.reviews.incidents()) == 1


def test_that_figures_of_the_past_are_apart(desk: Desk) -> None:
    figures = {one.task_type: one for one in desk.case_reviews.figures(SAM)}
    assert set(figures) == {TWICE, COPY, MISSING}
    assert all(one.simulated for one in figures.values())
    assert figures[TWICE].reviewed > 20


def test_that_an_incident_of_the_past_cannot_be_closed_here(works: Works, desk: Desk) -> None:
    with works.store.begin() as unit:
        (incident,) = unit.reviews.incidents()
        unit.reviews.put_incident(incident.replace(closed_by=None, closed_at=None))
    answer = desk.coming_down.close(SAM, incident.id, "Looked into")
    assert isinstance(answer, Refusal)
    assert "never happened" in answer.text


def test_that_it_is_told_once_and_stands_in_the_audit_chain_as_simulated(works: Works, desk: Desk) -> None:
    with works.engine.connect() as connection:
        kinds = set(connection.execute(sa.select(t.audit_event.c.kind).distinct()).scalars())
    told = {"level_asked", "level_granted", "level_came_down", "incident_closed", "raise_proposed", "answered_first"}
    assert {f"simulated_{kind}" for kind in told} <= kinds
    assert not told & kinds
    assert works.audit.verify().ok
    assert historian(works).write(months=4, seed=1) == 0
    with works.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(t.notification)).scalar_one() == 0
