"""Cases of evidence, added up by the database: what counts, what is an error, and when; and what it amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import connect, to_text
from cx_core.adapters.sql.levels.evidence_rows import TrialRows
from cx_core.desk.governance import earned_levels
from cx_core.desk.governance.earned_levels import RIPE
from cx_core.records import EvidenceCase, TaskTypeName, TicketId
from cx_core.views.level_views import Evidenced, EvidencePicture

NOW = datetime(2027, 1, 11, 12, tzinfo=UTC)
CALLBACK = TaskTypeName("callback")


class Counted(NamedTuple):
    """How many cases count, how many of them wrong, and how many do not count yet."""

    cases: int
    wrong: int
    too_new: int


class House:
    """Rows of a database of its own, emptied before each question."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def rows(self, connection: sa.Connection, trials: Iterable[EvidenceCase]) -> TrialRows:
        for table in (t.trial, t.measure):
            connection.execute(sa.delete(table))
        rows = TrialRows(connection)
        for one in trials:
            rows.put(one)
            if one.spoiled:
                values = {"kind": one.spoiled, "at": to_text(one.at + timedelta(hours=1)), "channel": "email"}
                connection.execute(sa.insert(t.measure).values(ticket=one.ticket, **values))
        return rows

    def counted(
        self, trials: Iterable[EvidenceCase], since: dict[tuple[TaskTypeName, bool], datetime] | None = None
    ) -> Counted:
        with self._engine.begin() as connection:
            found = self.rows(connection, trials).count(NOW, since or {}, CALLBACK)
        wrong = sum(one.cases for one in found.tallies if one.wrong)
        return Counted(sum(one.cases for one in found.tallies), wrong, sum(found.too_new.values()))

    def shown(self, trials: Iterable[EvidenceCase]) -> Evidenced:
        return self.pictured(trials).stands

    def pictured(self, trials: Iterable[EvidenceCase]) -> EvidencePicture:
        with self._engine.begin() as connection:
            rows = self.rows(connection, trials)
            wrong = rows.wrong(NOW, {}, CALLBACK, 100)
            return earned_levels.pictured(rows.count(NOW, {}, CALLBACK), wrong, (), NOW)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('count') / 'rung.db'}")
    t.metadata.create_all(engine)
    yield House(engine)
    engine.dispose()


def trial(
    number: int, days_ago: float = 30, *, wrong: bool = False, customer: str = "", basis: str = "a"
) -> EvidenceCase:
    return EvidenceCase(
        ticket=TicketId(f"T-{number}"),
        version=1,
        task_type=CALLBACK,
        customer=customer or f"C-{number}",
        at=NOW - timedelta(days=days_ago),
        differences=("left out",) if wrong else (),
        basis=basis,
    )


def by_hand(trials: Sequence[EvidenceCase]) -> Counted:
    """The same, case by case, as the rule is written."""
    given = [one for one in trials if one.permitted]
    newest = {one.simulated: one.basis for one in sorted(given, key=lambda one: one.proposed_at)}
    alike = [one for one in given if one.basis == newest[one.simulated]]
    ripe = [one for one in alike if one.wrong or one.at + RIPE <= NOW]
    kept: dict[tuple[bool, str, date], bool] = {}
    for one in ripe:
        day = (one.simulated, one.customer, one.at.date())
        kept[day] = kept.get(day, False) or one.wrong
    return Counted(len(kept), sum(kept.values()), len(alike) - len(ripe))


CASES = st.tuples(
    st.integers(0, 20), st.booleans(), st.sampled_from(["", "reopened", "undone"]), st.integers(0, 3), st.booleans()
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CASES, max_size=25), st.lists(st.sampled_from("ab"), min_size=25, max_size=25))
def test_that_the_database_counts_as_the_rule_is_written(
    house: House, given: list[tuple[int, bool, str, int, bool]], bases: list[str]
) -> None:
    trials = [
        trial(n, days + n / 1000, wrong=wrong, customer=f"C-{customer}", basis=bases[n]).replace(
            spoiled=spoiled, simulated=simulated, permitted=n % 7 != 6
        )
        for n, (days, wrong, spoiled, customer, simulated) in enumerate(given)
    ]
    assert house.counted(trials) == by_hand(trials)


@pytest.mark.parametrize("wrong", [True, False])
def test_that_one_customer_counts_once_a_day_and_the_wrong_case_stays(house: House, wrong: bool) -> None:
    trials = [trial(1, customer="C-1"), trial(2, customer="C-1", wrong=wrong), trial(3, customer="C-1")]
    assert house.counted(trials) == (1, int(wrong), 0)
    assert house.counted([*trials, trial(4, 31, customer="C-1")]).cases == 2


def test_that_a_simulated_case_takes_no_real_one_away(house: House) -> None:
    real, told = trial(1, customer="C-1", wrong=True), trial(2, customer="C-1", wrong=True).replace(simulated=True)
    assert house.counted([real, told]) == (2, 2, 0)


def test_that_another_classifier_rule_or_task_type_begins_anew(house: House) -> None:
    trials = [trial(n) for n in range(50)]
    assert house.counted(trials).cases == 50
    assert house.counted([*trials, trial(99, 1, basis="b")]) == (0, 0, 1)


def test_that_shown_cases_earn_far_more_slowly_than_blind_ones(house: House) -> None:
    seen = house.shown([trial(n) for n in range(100)])
    blind = house.shown([trial(n).replace(shown=False) for n in range(100)])
    assert blind.earned
    assert not seen.earned
    assert seen.missing is not None
    assert blind.error_at_most < 0.05 < seen.error_at_most
    assert house.shown([trial(1, wrong=True)]).wrong == 1


def test_that_a_simulated_past_is_told_and_earns_nothing(house: House) -> None:
    past = [trial(n, basis="past").replace(shown=False, simulated=True) for n in range(300)]
    stands = house.shown([*past, trial(999)])
    assert (stands.cases, stands.simulated, stands.earned) == (301, 300, False)
    assert stands.missing == house.shown([trial(999)]).missing
    picture = house.pictured(past)
    assert (picture.a_day, picture.reached, picture.stands.simulated) == (0, None, 300)
    assert house.shown([trial(n).replace(shown=False) for n in range(300)]).earned


def test_that_a_picture_has_each_case_in_its_week_and_says_what_is_against_it(house: House) -> None:
    came_back = trial(3, 9).replace(spoiled="reopened")
    picture = house.pictured([trial(1, 30), trial(2, 16, wrong=True), came_back, trial(4, 8), trial(5, 1)])
    assert [(str(week.monday), week.right, week.wrong) for week in picture.weeks] == [
        ("2026-12-07", 1, 0),
        ("2026-12-14", 0, 0),
        ("2026-12-21", 0, 1),
        ("2026-12-28", 1, 1),
    ]
    assert [one.ticket for one in picture.wrong] == ["T-3", "T-2"]
    assert [one.why for one in picture.wrong] == [("the customer wrote again within a week",), ("left out",)]
    assert (picture.stands.too_new, picture.shown_first) == (1, 4)


def test_that_it_is_foreseen_when_right_cases_keep_coming_and_not_when_they_are_wrong(house: House) -> None:
    right = [trial(n, 7 + n % 28).replace(shown=False) for n in range(42)]
    picture = house.pictured(right)
    missing = picture.stands.missing
    assert missing is not None
    assert picture.a_day == 1.5
    assert picture.reached == (NOW + timedelta(days=missing / 1.5)).date()
    spoilt = [one.replace(spoiled="undone") if n % 5 == 0 else one for n, one in enumerate(right)]
    assert house.pictured(spoilt).reached is None
    assert house.pictured([trial(1, 3)]).reached is None, "nothing counts yet"


def test_that_what_no_policy_lets_go_alone_is_no_evidence(house: House) -> None:
    assert house.counted([trial(1), trial(2).replace(permitted=False)]) == (1, 0, 0)


def test_that_an_old_proposal_that_is_answered_late_brings_no_old_evidence_back(house: House) -> None:
    fresh = [trial(n, 20, basis="b").replace(made_at=NOW - timedelta(days=20)) for n in range(3)]
    late = trial(9, 10, basis="a").replace(made_at=NOW - timedelta(days=40))
    assert house.counted([*fresh, late]).cases == 3


def test_that_what_was_before_a_level_came_down_is_no_evidence_any_more(house: House) -> None:
    trials = [trial(n, 30 - n) for n in range(20)]
    down = NOW - timedelta(days=20.5)
    assert house.counted(trials, {(CALLBACK, False): down}).cases == 10
    assert house.counted(trials, {(CALLBACK, True): down}).cases == 20, "it came down in the simulated past"


def test_that_the_bound_is_told_week_by_week_and_falls_with_right_cases(house: House) -> None:
    picture = house.pictured([trial(n, 8 + n % 60).replace(shown=False) for n in range(180)])
    bounds = [one.error_at_most for one in picture.weeks]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] > 0.05 > bounds[-1] == picture.stands.error_at_most
