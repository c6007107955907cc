"""What is set on pages counts without a restart: a desk opens beside the one at work and takes over."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa

from cx_core.adapters.fernline import tables as fernline
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk, reopened
from cx_core.catalogue.company_facts import CompanyFacts
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Approval, Money, Role, TicketId
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from pages.wiring import Wiring
from tests.conftest import SetClock, sooner_or_later
from tests.connectors import shop
from tests.connectors.connected import step
from tests.connectors.served import served
from tests.integration.desk.test_connecting_systems import (
    ROOTS,
    SAM,
    SECOND,
    OwnWorks,
    connected_shop,
    in_force,
    ticket_with,
)
from tests.scripted import COPY, LENA, InlineWorks, ScriptedWorks, enrolled, letter, person

ADMIN = person(Role.ADMINISTRATOR, "Root Admin")


def facts(desk: Desk, **changed: object) -> dict[str, object]:
    return {**desk.company.facts(ADMIN).model_dump(exclude={"set_by", "set_at"}), **changed}


def saved(desk: Desk, **changed: object) -> CompanyFacts:
    made = desk.company.save(ADMIN, facts(desk, **changed))
    assert isinstance(made, CompanyFacts), made
    return made


def looked(desk: Desk) -> Desk:
    """The desk that a process has after it has looked whether it should reopen."""
    wiring = Wiring(lambda: desk, reopened)
    wiring.put(desk)
    wiring.look()
    return wiring.desk()


# --- the business's own facts -------------------------------------------------------------------


def test_that_facts_count_in_drafts_once_the_desk_has_reopened(desk: Desk, works: InlineWorks) -> None:
    saved(desk, name="Kettle & Co", signature="Warm wishes,\nKettle & Co", timezone="Europe/Dublin")
    assert desk.timezone() == "Europe/London"
    after = looked(desk)
    assert after is not desk
    assert after.timezone() == "Europe/Dublin"
    assert after.reopening().trouble == ""
    ticket = after.inbound_messages.receive(letter(COPY, works.clock, id="<1@kettle.example>"))
    assert "Warm wishes,\nKettle & Co" in _drafted(works, ticket)
    assert looked(after) is after, "it works with what is on file"
    assert desk.timezone() == "Europe/London", "a page that still holds the earlier desk is answered"
    after.close()


def test_that_only_administrators_set_facts_and_each_change_is_on_record(desk: Desk, works: InlineWorks) -> None:
    with pytest.raises(NotAllowed):
        desk.company.save(SAM, facts(desk))
    saved(desk, currency="EUR", hours={"monday": "10:00-16:00"})
    (event,) = (one for one in works.audit.events(most=500) if one.kind == "company_set")
    assert event.actor == ADMIN.id
    assert event.payload is not None
    changed = cast("dict[str, object]", event.payload["changed"])
    assert changed["currency"] == {"from": "GBP", "to": "EUR"}
    assert "name" not in changed


WRONG: tuple[tuple[str, object, str], ...] = (
    ("name", "  ", "Name"),
    ("greeting", "Dear {customer.name},", "only {name} does"),
    ("signature", "Kindly yours", "a word to avoid"),
    ("timezone", "Europe/Atlantis", "Time zone"),
    ("timezone", "../../etc/passwd", "Time zone"),
    ("currency", "pounds", "Currency"),
    ("country", "UKK", "Country"),
    ("languages", ("xx",), "Languages"),
    ("languages", (), "Languages"),
    ("hours", {"monday": "17:00-09:00"}, "Opening hours"),
    ("holidays", ("13-45",), "Closed days"),
    ("contacts", ("x" * 201,), "Contact addresses"),
)


def test_that_hours_are_taken_as_people_write_them(desk: Desk) -> None:
    written = {"monday": "9-17", "tuesday": "9:00–17:00", "wednesday": "8.30 - 16"}
    assert saved(desk, hours=written).hours == {
        "monday": "09:00-17:00",
        "tuesday": "09:00-17:00",
        "wednesday": "08:30-16:00",
    }


def test_that_a_wrong_fact_is_refused_in_words_and_nothing_is_kept(desk: Desk, works: InlineWorks) -> None:
    for field, value, why in WRONG:
        refused = desk.company.save(ADMIN, facts(desk, **{field: value}))
        assert isinstance(refused, Refusal), (field, value)
        assert why in refused.text
    with works.store.look() as unit:
        assert unit.company_facts.get() is None


def test_that_facts_changed_in_the_database_do_not_count(desk: Desk, works: InlineWorks) -> None:
    saved(desk, name="Kettle & Co")
    with works.engine.begin() as connection:
        body = connection.execute(sa.select(tables.company_facts.c.body)).scalar_one()
        connection.execute(sa.update(tables.company_facts).values(body={**body, "name": "Somebody Else"}))
    assert looked(desk) is desk
    assert desk.company.facts(ADMIN).name == "Fernline"


# --- connected systems --------------------------------------------------------------------------


@pytest.fixture
def own(data_dir: Path, tmp_path: Path) -> Settings:
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    return Settings(
        data_dir=data_dir, knowledge=tmp_path / "knowledge", back_office="connectors", connector_hosts="127.0.0.1",
        feed_seconds=0, gather_seconds=0, undo_seconds=0,
    )  # fmt: skip


@pytest.fixture
def own_works(own: Settings, clock: SetClock) -> Iterator[OwnWorks]:
    with closing(OwnWorks(own, clock)) as made:
        enrolled(made, ROOTS, SECOND, SAM)
        yield made


def test_that_a_system_in_force_is_called_without_a_restart(own_works: OwnWorks) -> None:
    desk, state = open_desk(own_works.settings, own_works.clock, own_works), shop.Shop()
    with served(state.handle) as address:
        in_force(desk, connected_shop(desk, address))
        after = looked(desk)
        works = cast("OwnWorks", after.machinery)
        what = step("shop_refund", {"order": "o1", "amount": Money(minor=1250), "reason": "late"})
        ticket = ticket_with(works, what, "ida@example.com")
        approval = after.approvals.approve(SAM, ticket, 1, reply="")
        if isinstance(approval, Approval) and approval.waits:
            approval = after.approvals.approve(ROOTS, ticket, 1, reply="")
        assert isinstance(approval, Approval), approval
        with works.store.look() as unit:
            (outcome,) = unit.proposals.outcomes(ticket).values()
        assert (outcome.status, outcome.verified) == ("done", True), outcome.message
        assert len(state.refunds) == 1
        after.connectors.stop(ROOTS, next(iter(after.connectors.all(ROOTS))).draft.id, "No longer used")
        last = looked(after)
        assert last is not after
        assert "shop_refund" not in cast("OwnWorks", last.machinery).knowledge.actions
        last.close()


def test_that_a_desk_that_cannot_open_leaves_the_one_at_work(own_works: OwnWorks, clock: SetClock) -> None:
    desk, state = open_desk(own_works.settings, clock, own_works), shop.Shop()
    broken = own_works.settings.knowledge / "task_types" / "outage.yaml"
    with served(state.handle) as address:
        in_force(desk, connected_shop(desk, address))
        written = broken.read_text()
        broken.write_text("name: outage\n")
        assert looked(desk) is desk
        told = desk.reopening()
        assert "task_types/outage.yaml" in told.trouble
        assert (told.failed_at, told.next_try) == (clock(), clock() + timedelta(minutes=1))
        clock.forward(minutes=1)
        assert looked(desk) is desk
        assert desk.reopening().next_try == clock() + timedelta(minutes=2), "the same again after twice the time"
        assert desk.inbound_messages.receive(letter(COPY, clock, id="<1@own.example>"))
        broken.write_text(written)
        assert looked(desk) is desk, "the same is not tried again at once"
        clock.forward(minutes=1)
        assert looked(desk) is desk
        saved(desk, name="Something changed")
        after = looked(desk)
        assert after is not desk, "what is changed is tried at once"
        after.close()


# --- one desk ends, the next starts -------------------------------------------------------------


class Stub:
    """Stands for a desk that notes what is asked of it."""

    def __init__(self, name: str, told: list[str], trouble: str = "") -> None:
        self._name, self._told, self._trouble = name, told, trouble

    def start(self) -> None:
        self._do("starts")

    def close(self) -> None:
        self._do("ends")

    def _do(self, what: str) -> None:
        self._told.append(f"{self._name} {what}")
        if what == self._trouble:
            raise RuntimeError(what)


def test_that_the_next_desk_starts_though_the_one_before_cannot_end() -> None:
    told: list[str] = []
    before, after = (cast("Desk", Stub(*one)) for one in (("before", told, "ends"), ("after", told)))
    wiring = Wiring(lambda: before, lambda _: after)
    wiring.put(before)
    wiring.look()
    assert told == ["before ends", "after starts"]
    assert wiring.desk() is after


def test_that_nothing_starts_any_more_once_the_server_stops_while_desks_change() -> None:
    told: list[str] = []
    before, after = (cast("Desk", Stub(name, told)) for name in ("before", "after"))
    wiring = Wiring(lambda: before, lambda _: after)
    wiring.put(before)
    stopping = threading.Thread(target=wiring.stop)
    monkey = before.close

    def close() -> None:
        stopping.start()
        time.sleep(0.1)
        monkey()

    before.close = close  # type: ignore[method-assign]
    wiring.look()
    stopping.join(5)
    assert told == ["before ends", "after starts", "after ends"]


def test_that_a_look_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.wiring.LOOK_SECONDS", 0.01)
    looks, told = list[Desk](), list[str]()

    def reopener(desk: Desk) -> None:
        looks.append(desk)
        if len(looks) == 1:
            raise RuntimeError("the row cannot be read")
        threading.Thread(target=wiring.stop).start()

    started = Stub("desk", told, "starts")
    wiring = Wiring(lambda: cast("Desk", started), reopener)
    monkeypatch.setattr("pages.wiring.GRACE", 0.0)
    monkeypatch.setattr(Stub, "first_administrator", Stub("nobody", told), raising=False)
    monkeypatch.setattr(Stub, "key", lambda _: "", raising=False)
    wiring.start()
    assert len(looks) >= 2


def test_that_a_desk_ends_all_its_work_though_a_part_of_it_cannot_be_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    def fails() -> None:
        raise RuntimeError("its server does not answer")

    monkeypatch.setattr(desk.mailbox_watch, "close", fails)
    monkeypatch.setattr(desk.machinery, "close", lambda: ended.append("rounds"))
    with pytest.raises(RuntimeError):
        desk.close()
    assert ended == ["rounds"]


# --- work in flight -----------------------------------------------------------------------------


def test_that_work_in_flight_is_done_once_and_later_work_by_the_new_desk(
    furnished: Path, settings: Settings, clock: SetClock
) -> None:
    shutil.copytree(furnished, settings.data_dir, dirs_exist_ok=True)
    works = ScriptedWorks(settings.replace(undo_seconds=0), clock)
    called, go_on = threading.Event(), threading.Event()

    def trouble(name: str) -> None:
        if name == "resend_invoice":
            called.set()
            assert go_on.wait(15)

    works.trouble = trouble
    desk = open_desk(works.settings, clock, works)
    works.journey()
    works.durable.start()
    ticket = desk.inbound_messages.receive(letter(COPY, clock, id="<1@x.example>", sender=LENA))
    sooner_or_later(lambda: _version(works, ticket) == 1)
    approval = desk.approvals.approve(SAM, ticket, 1, reply=_drafted(works, ticket))
    assert isinstance(approval, Approval), approval
    assert called.wait(15)
    saved(desk, name="Kettle & Co", signature="Kettle & Co")
    after = reopened(desk)
    assert after is not None
    desk.close()
    go_on.set()
    sooner_or_later(lambda: _work(works, ticket) == "done")
    with works.fernline.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(fernline.receipt)).scalar_one() == 1
    other = after.inbound_messages.receive(letter(COPY, clock, id="<2@x.example>", sender="tom.okafor@example.org"))
    sooner_or_later(lambda: _version(works, other) == 1)
    assert "Kettle & Co" in _drafted(works, other)
    after.close()


def _drafted(works: ScriptedWorks, ticket: TicketId) -> str:
    with works.store.look() as unit:
        proposal = unit.proposals.get(ticket, 1)
    assert proposal is not None
    assert proposal.reply is not None
    return proposal.reply.text


def _version(works: ScriptedWorks, ticket: TicketId) -> int:
    with works.store.look() as unit:
        found = unit.tickets.get(ticket)
    return found.version if found is not None else 0


def _work(works: ScriptedWorks, ticket: TicketId) -> str:
    with works.store.look() as unit:
        found = unit.tickets.get(ticket)
    return found.work if found is not None else ""
