"""Seals that were used, outcomes and sets of policies, on both databases, as the migrations make them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cx_core.act.outcomes import IN_DOUBT, OutcomeFile
from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.sql import migrate as migrating
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.policy_rows import ActiveSets
from cx_core.adapters.sql.store import SqlStore
from cx_core.records import (
    ActionName,
    Approval,
    Argument,
    Money,
    Outcome,
    PersonId,
    Receipt,
    Seal,
    Source,
    Step,
    StepId,
    Ticket,
    TicketId,
    Value,
)
from cx_core.views.policy_views import PolicySet, PolicyState
from tests.integration.spending_driver import UNSEALED, Silent

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TICKET = TicketId("T-1")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    sqlite = f"sqlite:///{tmp_path / 'rung.db'}"
    made = connect(sqlite if request.param == "sqlite" else request.getfixturevalue("fresh_postgresql"))
    migrating.migrate(made)
    yield made
    made.dispose()


@pytest.fixture
def store(engine: sa.Engine) -> SqlStore:
    made = SqlStore(engine, Silent(), UNSEALED)
    ticket = Ticket(
        id=TICKET,
        subject="",
        channel="email",
        address="ida@example.com",
        identity=1,
        version=1,
        work="ready",
        status="open",
        opened_at=NOW,
        updated_at=NOW,
    )
    with made.begin() as unit:
        unit.tickets.put(ticket, thread="")
    return made


def seal(id: str) -> Seal:
    return Seal(
        id=id,
        ticket=TICKET,
        version=1,
        step=StepId("s1"),
        action=ActionName("refund_payment"),
        digest="",
        approval="",
        person=PersonId("ada"),
        role=None,
        policy="",
        issued_at=NOW,
        expires_at=NOW,
    )


def put(store: SqlStore, id: str, state: PolicyState) -> None:
    with store.begin() as unit:
        unit.policies.put_policy_set(
            PolicySet(id=id, name=id, state=state, files={"a.cedar": id}, made_by=PersonId("ada"), made_at=NOW)
        )


def test_that_the_migrations_make_the_very_tables_the_code_uses(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), t.metadata) == []


def test_that_a_seal_is_used_under_one_key(store: SqlStore) -> None:
    with store.begin() as unit:
        assert not unit.proposals.begun("k")
        assert unit.proposals.use_seal(seal("one"), "k", NOW)
    with store.begin() as unit:
        assert unit.proposals.use_seal(seal("one"), "k", NOW)
        assert unit.proposals.use_seal(seal("two"), "k", NOW)
        assert not unit.proposals.use_seal(seal("one"), "other", NOW)
        assert (unit.proposals.begun("k"), unit.proposals.begun("other")) == (True, False)


def test_that_an_act_sees_the_set_in_force_in_its_own_transaction(store: SqlStore, engine: sa.Engine) -> None:
    sets = ActiveSets(engine)
    put(store, "first", "draft")
    with store.look() as unit:
        assert (unit.policies.policy_set_in_force(), sets.active()) == ("", "")
    put(store, "first", "active")
    with store.begin() as unit:
        assert (unit.policies.policy_set_in_force(), sets.active()) == ("first", "first")
    put(store, "first", "retired")
    put(store, "second", "active")
    with store.begin() as unit:
        assert unit.policies.policy_set_in_force() == "second"
        assert {one.id: one.state for one in unit.policies.all()} == {"first": "retired", "second": "active"}
    assert sets.one("second").files == {"a.cedar": "second"}


def approved(amount: Money) -> Approval:
    given = Argument(name="amount", value=amount, source=Source(kind="advisor", ref="ada"))
    step = Step(id=StepId("s1"), goal=0, action=ActionName("refund_payment"), arguments=(given,))
    return Approval(
        id="a", ticket=TICKET, version=1, decision="approve", person=PersonId("ada"), role=None, steps=(step,), at=NOW
    )


def test_that_an_outcome_is_believed_only_as_it_was_written_down(
    store: SqlStore, engine: sa.Engine, tmp_path: Path
) -> None:
    sealer = KeyedSealer(KeyStore(f"sqlite:///{tmp_path / 'keys.db'}"))
    file, approval, at = OutcomeFile(sealer), approved(Money(minor=5400)), (1, StepId("s1"))
    told: dict[str, Value] = {
        "payment": "P-8",
        "amount": Money(minor=5400),
        "lines": ("one", "two"),
        "gift": False,
        "note": None,
    }
    receipt = Receipt(key="k", action=ActionName("refund_payment"), reference="RF-1", fields=told, at=NOW)
    done = Outcome(step=at[1], action=receipt.action, status="done", verified=True, key="k", receipt=receipt, at=NOW)
    with store.begin() as unit:
        unit.proposals.put_approval(approval)
        marked = file.put(unit, approval, done)
    with store.look() as unit:
        read = file.read(unit, TICKET)
    assert (read.outcomes, read.doubt) == ({at: marked}, set())

    for changed in (marked.replace(mark=""), marked.replace(verified=False)):
        with store.begin() as unit:
            unit.proposals.put_outcome(TICKET, 1, changed)
        with store.look() as unit:
            read = file.read(unit, TICKET)
        doubted = read.outcomes[at]
        assert (doubted.status, doubted.unknown, doubted.message, doubted.receipt) == ("failed", True, IN_DOUBT, None)
        assert read.doubt == {at}

    with store.begin() as unit:  # the same row beside an approval for another sum
        unit.proposals.put_outcome(TICKET, 1, marked)
        body = approved(Money(minor=90000)).model_dump(mode="json")
    with engine.begin() as connection:
        connection.execute(sa.update(t.approval).values(body=body))
    with store.look() as unit:
        assert file.read(unit, TICKET).doubt == {at}
    with store.begin() as unit:  # and in the place of another version's
        unit.proposals.put_approval(approved(Money(minor=5400)).replace(id="b", version=2))
        unit.proposals.put_outcome(TICKET, 2, marked)
    with store.look() as unit:
        assert (2, at[1]) in file.read(unit, TICKET).doubt
