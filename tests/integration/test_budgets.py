"""Limits in money: no two workers spend the same pound, and what is known of an act decides whether it counts."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as thoroughly
from hypothesis import strategies as st

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.store import SqlStore
from cx_core.catalogue import Company
from cx_core.errors import NoProof
from cx_core.ports import Unit
from cx_core.records import (
    UNKNOWN_SUM,
    ActionName,
    CustomerId,
    Money,
    Outcome,
    Role,
    Spending,
    Spent,
    StepId,
    TicketId,
)
from cx_core.service_rules.money_budgets import Budgets, Payout, settle
from tests.integration.spending_driver import NOW, REFUND, UNSEALED, Silent, approved, asked, company, spend

MARIA, TASK = CustomerId("C-1"), "duplicate_charge"
POUNDS = 100
WORKERS = 3


@pytest.fixture(scope="module")
def fernline() -> Company:
    return company()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    sqlite = f"sqlite:///{tmp_path / 'rung.db'}"
    made: str = sqlite if request.param == "sqlite" else request.getfixturevalue("fresh_postgresql")
    engine = connect(made)
    with engine.begin() as connection:
        t.metadata.create_all(connection)
    engine.dispose()
    return made


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    made = connect(f"sqlite:///{tmp_path / 'rung.db'}")
    with made.begin() as connection:
        t.metadata.create_all(connection)
    return made


@pytest.fixture
def store(engine: sa.Engine) -> SqlStore:
    return SqlStore(engine, Silent(), UNSEALED)


def spending(key: str = "k", minor: int = 40 * POUNDS, **changes: object) -> Spending:
    made = Spending(
        key=key,
        ticket=TicketId("T-1"),
        version=1,
        step=StepId("s1"),
        customer=MARIA,
        task_type=TASK,
        action=ActionName("refund_payment"),
        alone=True,
        amount=Money(minor=minor),
        at=NOW,
    )
    return made.replace(**changes)


def outcome(key: str, status: str, *, unknown: bool = False) -> Outcome:
    known = {"step": "s1", "action": "refund_payment", "key": key, "at": NOW}
    return Outcome.model_validate({**known, "status": status, "unknown": unknown})


def put(store: SqlStore, *entries: Spending) -> None:
    with store.begin() as unit:
        for one in entries:
            unit.spending.reserve(one)


def sums(store: SqlStore, fernline: Company, now: datetime = NOW, but: str = "") -> Spent:
    with store.look() as unit:
        return Budgets(fernline, lambda: now).spent(unit, Payout(MARIA, TASK, Money(minor=1)), but)


# --- two workers and the last pound -----------------------------------------------------------


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessPoolExecutor]:
    """Processes that have read the policies, so that they all try at once."""
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        for _ in range(WORKERS):
            pool.submit(company)
        yield pool


def together(pool: ProcessPoolExecutor, url: str, customer: str, role: Role | None, minor: int) -> list[str]:
    """What each of them got through, of five tries."""
    keys = [[f"{worker}-{n}" for n in range(5)] for worker in range(WORKERS)]
    work = [pool.submit(spend, url, mine, customer, role, minor) for mine in keys]
    return [key for one in work for key in one.result()]


def kept(url: str) -> set[str]:
    engine = connect(url)
    with engine.begin() as connection:
        rows = set(connection.execute(sa.select(t.spending.c.key).where(t.spending.c.key != "before")).scalars())
    engine.dispose()
    return rows


@pytest.mark.parametrize(
    ("customer", "role", "minor", "before", "suffices_for"),
    [
        pytest.param("", None, 40 * POUNDS, 880 * POUNDS, 3, id="of a task type's day"),
        pytest.param(MARIA, None, 49 * POUNDS, 60 * POUNDS, 1, id="of a customer's month, alone"),
        pytest.param(MARIA, Role.ADVISOR, 100 * POUNDS, 0, 2, id="of a customer's day"),
        pytest.param(MARIA, Role.ADVISOR, 200 * POUNDS, 200 * POUNDS, 1, id="of a customer's month"),
    ],
)
def test_that_many_workers_spend_what_there_is_and_not_a_pound_more(
    url: str, workers: ProcessPoolExecutor, customer: str, role: Role | None, minor: int, before: int, suffices_for: int
) -> None:
    if before:
        engine = connect(url)
        earlier = NOW - (timedelta(days=2) if customer else timedelta(minutes=5))
        put(SqlStore(engine, Silent(), UNSEALED), spending("before", before, at=earlier, customer=customer or "C-0"))
        engine.dispose()
    done = together(workers, url, customer, role, minor)
    assert len(done) == suffices_for
    assert kept(url) == set(done)


# --- what counts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "counts"),
    [
        (outcome("k", "done"), True),
        (outcome("k", "failed", unknown=True), True),
        (outcome("k", "failed"), False),
        (outcome("k", "undone"), False),
        (outcome("another", "undone"), True),
        (outcome("", "failed"), True),
    ],
)
def test_that_only_what_certainly_did_not_stay_out_is_free_again(
    store: SqlStore, fernline: Company, made: Outcome, counts: bool
) -> None:
    put(store, spending())
    with store.begin() as unit:
        settle(unit, made)
    assert (sums(store, fernline).customer, sums(store, fernline).payouts_day) == ((4000, 1) if counts else (0, 0))


def test_that_the_same_act_again_is_not_counted_against_itself(store: SqlStore, fernline: Company) -> None:
    question = asked(Budgets(fernline, lambda: NOW), MARIA, 49 * POUNDS, None)
    put(store, spending("before", 100 * POUNDS, at=NOW - timedelta(days=3)))
    for _ in range(3):
        with store.begin() as unit:
            question.take(unit, approved("T-1"), REFUND, "k")
    assert sums(store, fernline).payouts_day == 1
    with store.begin() as unit, pytest.raises(NoProof, match=r"£49.00 after £149.00 in 30 days: alone the copilot"):
        question.take(unit, approved("T-2"), REFUND, "other")


def test_that_what_may_have_gone_out_alone_stays_so_when_a_person_tries_it_again(
    store: SqlStore, fernline: Company
) -> None:
    put(store, spending(), spending(alone=False))
    assert sums(store, fernline).alone_today == 4000
    with store.begin() as unit:
        unit.spending.settle("k", "released")
    put(store, spending(alone=False))
    assert sums(store, fernline).alone_today == 0


def test_that_a_refused_act_leaves_nothing_counted(store: SqlStore, fernline: Company) -> None:
    question = asked(Budgets(fernline, lambda: NOW), MARIA, 50 * POUNDS, None)
    with pytest.raises(NoProof, match="never goes out alone"), store.begin() as unit:
        question.take(unit, approved("T-1"), REFUND, "k")
    assert sums(store, fernline) == Spent(customer=0, alone_today=0, payouts_day=0)


@pytest.mark.parametrize("minor", [0, -4000])
def test_that_no_money_goes_out_while_nobody_knows_how_much(store: SqlStore, fernline: Company, minor: int) -> None:
    question = asked(Budgets(fernline, lambda: NOW), MARIA, minor, Role.ADMINISTRATOR)
    with store.begin() as unit, pytest.raises(NoProof, match="not known how much"):
        question.take(unit, approved("T-1", Role.ADMINISTRATOR), REFUND, "k")


def test_that_money_that_cannot_be_added_up_makes_a_sum_unknown(store: SqlStore, fernline: Company) -> None:
    put(store, spending("a"), spending("b", amount=Money(minor=100, currency="EUR")))
    assert sums(store, fernline).customer >= UNKNOWN_SUM
    put(store, spending("b", minor=-4000))
    assert sums(store, fernline).alone_today >= UNKNOWN_SUM


def test_that_a_day_is_the_companys_day(store: SqlStore, fernline: Company) -> None:
    """In July London is an hour ahead of UTC: its day begins at 23:00."""
    put(
        store,
        spending("a", at=datetime(2026, 7, 9, 22, 59, tzinfo=UTC)),
        spending("b", 100, at=datetime(2026, 7, 9, 23, 1, tzinfo=UTC)),
    )
    assert sums(store, fernline, datetime(2026, 7, 10, 12, 0, tzinfo=UTC)).alone_today == 100


# --- sums, whatever happened before -----------------------------------------------------------

happenings = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from("abcde"),
            st.sampled_from(["C-1", "C-2"]),
            st.sampled_from([TASK, "late_fee"]),
            st.booleans(),
            st.integers(1, 20_000),
            st.integers(0, 45 * 24),
        ),
        st.tuples(st.sampled_from("abcde"), st.sampled_from(["done", "unknown", "failed", "undone"])),
    ),
    max_size=25,
)


Happening = tuple[str, str] | tuple[str, str, str, bool, int, int]


def replay(unit: Unit, happened: list[Happening]) -> list[Spending]:
    """Do it, and say what should be on file then."""
    known: dict[str, Spending] = {}
    for one in happened:
        if len(one) == 2:
            key, fate = one
            status = "failed" if fate == "unknown" else fate
            settle(unit, outcome(key, status, unknown=fate == "unknown"))
            if key in known and fate != "unknown":
                known[key] = known[key].replace(state="spent" if fate == "done" else "released")
            continue
        key, customer, task, alone, minor, hours = one
        before = known.get(key)
        at = NOW - timedelta(hours=hours)
        made = spending(key, minor, customer=customer, task_type=task, alone=alone, at=at)
        unit.spending.reserve(made)
        was_alone = before is not None and before.state != "released" and before.alone
        known[key] = made.replace(alone=alone or was_alone)
    return list(known.values())


@thoroughly(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=happenings, but=st.sampled_from(["", "a"]))
def test_that_the_sums_are_those_of_what_was_begun_and_not_given_back(
    store: SqlStore, engine: sa.Engine, fernline: Company, happened: list[Happening], but: str
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.delete(t.spending))
    with store.begin() as unit:
        known = replay(unit, happened)
    counted = [one for one in known if one.state != "released" and one.key != but]
    theirs = [one for one in counted if one.customer == MARIA]
    alone = [one for one in counted if one.alone and one.task_type == TASK]
    assert sums(store, fernline, but=but) == Spent(
        customer=sum(one.amount.minor for one in theirs if one.at > NOW - timedelta(days=30)),
        alone_today=sum(one.amount.minor for one in alone if one.at >= NOW.replace(hour=0)),
        payouts_day=sum(one.at > NOW - timedelta(days=1) for one in theirs),
    )


def test_that_a_clock_set_back_frees_no_money(store: SqlStore, fernline: Company) -> None:
    put(store, spending())
    assert sums(store, fernline, NOW - timedelta(days=2)) == Spent(customer=4000, alone_today=4000, payouts_day=1)
