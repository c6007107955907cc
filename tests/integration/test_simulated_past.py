"""The simulated past on real stores: written once, on record, marked, readable, and apart from the live business."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.fernline import tables as business
from cx_core.adapters.fernline.past import FernlinePast, customers
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import Works, open_desk
from cx_core.cli import commands as command
from cx_core.demo.history import Historian, WrittenPast
from cx_core.desk.desk import Desk
from cx_core.errors import BadInput, NotAllowed
from cx_core.records import Person, PersonId, Role, Ticket, TicketId
from cx_core.settings import ROOT, Settings
from cx_core.views import CaseFile, LookedUp, QueueFilter, Refusal, TicketView
from tests.conftest import SetClock
from tests.scripted import erased

ADA = Person(id=PersonId("p-ada"), email="ada@example.com", name="Ada", role=Role.ADVISOR)
ROOT_ADMIN = Person(id=PersonId("p-root"), email="root@example.com", name="Root", role=Role.ADMINISTRATOR)
TICKETS = 80
PAST = QueueFilter(statuses=("solved", "closed"))


def historian(works: Works) -> Historian:
    return Historian(
        works.knowledge, works.store, works.accounts.people(), customers(works.fernline), FernlinePast(), works.clock
    )


def opened(folder: Path) -> Works:
    settings = Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True, feed_seconds=0)
    return Works(settings, SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a past, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("past") / "data"
    works = opened(folder)
    assert historian(works).write(months=3, tickets=TICKETS, seed=1) == WrittenPast(tickets=TICKETS, new=TICKETS)
    works.close()
    return folder


@pytest.fixture
def works(written: Path, tmp_path: Path) -> Iterator[Works]:
    shutil.copytree(written, tmp_path / "data")
    made = opened(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def desk(works: Works) -> Desk:
    return open_desk(works.settings, works.clock, works)


def rows(works: Works, table: sa.Table) -> int:
    with works.engine.begin() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def tickets(desk: Desk) -> list[TicketId]:
    return [row.id for page in (1, 2) for row in desk.inbox.queue(ADA, PAST, page).rows]


def test_that_the_past_is_written_once_and_grows_only_by_what_is_missing(works: Works) -> None:
    counted = (
        t.ticket,
        t.message,
        t.proposal,
        t.approval,
        t.outcome,
        t.measure,
        t.rating,
        t.note,
        t.flag,
        t.audit_event,
    )
    before = {table.name: rows(works, table) for table in counted}
    assert historian(works).write(months=3, tickets=TICKETS, seed=1).new == 0
    assert {table.name: rows(works, table) for table in counted} == before
    assert historian(works).write(months=3, tickets=TICKETS + 5, seed=1).new == 5
    assert rows(works, t.ticket) == TICKETS + 5


def test_that_all_of_it_is_in_the_audit_chain_as_simulated(works: Works, desk: Desk) -> None:
    report = works.audit.verify()
    assert report.ok
    assert report.events > 5 * TICKETS
    events = works.audit.events(most=1000)
    assert all(event.kind.startswith("simulated_") for event in events)
    assert all(
        event.payload and event.payload["simulated"] is True and event.payload["simulated_at"] for event in events
    )
    first = [
        event for event in events if event.kind == "simulated_received" and "simulated_labels" in (event.payload or {})
    ]
    assert len({event.ticket for event in first}) == len(first) > 0


def test_that_the_queue_shows_none_of_it_until_it_is_looked_for(desk: Desk) -> None:
    assert desk.inbox.queue(ADA, QueueFilter()).total == 0
    found = desk.inbox.queue(ADA, PAST)
    assert found.total == TICKETS
    assert all(row.simulated for row in found.rows)
    one = found.rows[0]
    assert one.id in [row.id for row in desk.inbox.queue(ADA, PAST.replace(text=one.id)).rows]


def test_that_every_ticket_opens_and_none_can_be_worked_on(desk: Desk) -> None:
    for id in tickets(desk):
        view = desk.inbox.ticket(ADA, id)
        assert isinstance(view, TicketView)
        assert view.proposal is not None
        assert view.ticket.simulated
        assert not any(card.may_approve or card.may_undo for card in view.cards)
        assert isinstance(desk.inbox.read_again(ADA, id), Refusal)
        assert isinstance(desk.ticket_lifecycle.wait_for_customer(ADA, id), Refusal)
        answer = desk.approvals.approve(ADA, id, view.ticket.version, reply="Hello")
        assert isinstance(answer, Refusal)


def test_that_the_case_file_tells_it_in_the_storys_own_time(desk: Desk) -> None:
    for id in tickets(desk)[:20]:
        case = desk.case_files.case_file(ADA, id)
        view = desk.inbox.ticket(ADA, id)
        assert isinstance(case, CaseFile)
        assert isinstance(view, TicketView)
        assert case.simulated
        assert case.entries[0].title == "The customer wrote"
        assert case.entries[0].at == view.ticket.opened_at
        assert case.told == tuple(one.text for one in view.messages if one.sender == "advisor")
        assert all(not entry.title.startswith("Simulated") for entry in case.entries)
        assert not any(fact.label.startswith("Simulated") for entry in case.entries for fact in entry.facts)
    exported = desk.case_files.export_case(ADA, tickets(desk)[0], "html")
    assert isinstance(exported, bytes)
    assert b"simulated, none of it ever happened" in exported


def test_that_the_search_finds_it_marked_and_after_what_is_live(works: Works, desk: Desk) -> None:
    past = next(row for row in desk.inbox.queue(ADA, PAST).rows if row.customer_name)
    with works.store.begin() as unit:
        old = unit.tickets.get(past.id)
        assert old is not None
        live = {"id": "T-live", "simulated": False, "status": "open", "respond_by": works.clock() + timedelta(days=9)}
        unit.tickets.put(old.replace(**live))
    hits = [hit for hit in desk.lookup.find(ADA, past.customer_name).hits if hit.kind == "ticket"]
    assert hits[0].ref == "ticket/T-live"
    assert "simulated" not in hits[0].about
    assert len(hits) > 1
    assert all("simulated" in hit.about for hit in hits[1:])
    found = desk.lookup.look_up(ADA, f"ticket/{past.id}")
    assert isinstance(found, LookedUp)
    assert "closed, simulated" in {fact.value for fact in found.facts}


def test_that_no_business_system_hears_of_it(works: Works, tmp_path: Path) -> None:
    fresh = opened(tmp_path / "fresh")
    for table in business.metadata.sorted_tables:
        with works.fernline.begin() as here, fresh.fernline.begin() as there:
            query = sa.select(sa.func.count()).select_from(table)
            assert here.execute(query).scalar_one() == there.execute(query).scalar_one(), table.name
    fresh.close()


def test_that_every_figure_says_that_it_is_simulated(works: Works) -> None:
    with works.engine.begin() as connection:
        found = set(connection.execute(sa.select(t.measure.c.simulated)).scalars())
        kinds = set(connection.execute(sa.select(t.measure.c.kind)).scalars())
    assert found == {True}
    assert {"received", "proposed", "approve", "edit", "first_response", "solved", "closed"} <= kinds


def test_that_a_question_in_the_past_does_not_keep_a_live_one_away(works: Works) -> None:
    with works.engine.begin() as connection:
        id = connection.execute(sa.select(t.rating.c.ticket).order_by(t.rating.c.asked_at.desc())).scalars().first()
    with works.store.begin() as unit:
        asked = unit.tickets.get(TicketId(str(id)))
        assert asked is not None
        assert not unit.ratings.asked_since(asked.address, works.clock() - timedelta(days=200))
        unit.tickets.put(Ticket.model_validate(asked.model_dump() | {"simulated": False}))
        assert unit.ratings.asked_since(asked.address, works.clock() - timedelta(days=200))


def test_that_an_erased_customer_leaves_the_past_too(works: Works, desk: Desk) -> None:
    ticket = next(row for row in desk.inbox.queue(ADA, PAST).rows if row.customer_name)
    view = desk.inbox.ticket(ADA, ticket.id)
    assert isinstance(view, TicketView)
    assert view.ticket.customer
    erased(desk, view.ticket.customer)
    assert works.audit.verify().ok
    assert historian(works).write(months=3, tickets=TICKETS, seed=1).new == 0, "nothing comes back"


@pytest.mark.parametrize(("months", "number"), [(0, 10), (3, 0), (99, 10)])
def test_that_a_past_has_a_size(works: Works, months: int, number: int) -> None:
    with pytest.raises(BadInput):
        historian(works).write(months=months, tickets=number, seed=1)


def test_that_the_command_writes_it_but_not_into_a_business_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CX_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CX_DEMO", raising=False)
    assert command.main(["history", "--tickets", "4", "--months", "1"]) == 0
    assert "4 tickets over 1 months, 4 of them new" in capsys.readouterr().out
    assert command.main(["audit", "verify"]) == 0
    works = Works(Settings(data_dir=tmp_path, knowledge=ROOT / "knowledge"))
    works.accounts.create("real@example.org", "Real Person", Role.ADVISOR, "long enough a password")
    works.close()
    assert command.main(["history", "--tickets", "6"]) == 2
    assert "a business at work" in capsys.readouterr().err


def test_that_answers_of_a_past_are_shown_as_simulated_evidence_and_earn_nothing(desk: Desk, works: Works) -> None:
    with works.store.look() as unit:
        trials = unit.trials.all()
        tickets = {one.ticket: unit.tickets.get(one.ticket) for one in trials}
    assert trials
    assert all(one.simulated for one in trials)
    assert all(ticket is not None and ticket.simulated for ticket in tickets.values())
    told = [one for one in desk.autonomy_levels.levels(ROOT_ADMIN) if one.evidence is not None and one.evidence.cases]
    assert all(one.evidence is not None and one.evidence.simulated == one.evidence.cases for one in told)
    assert not any(one.evidence.earned for one in told if one.evidence is not None)
    picture = desk.autonomy_levels.evidence(ROOT_ADMIN, told[0].task_type)
    assert picture is not None
    assert sum(week.right + week.wrong for week in picture.weeks) == picture.stands.cases
    with pytest.raises(NotAllowed):
        desk.autonomy_levels.evidence(ADA, told[0].task_type)
