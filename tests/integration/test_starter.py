"""A business of its own begins with a folder that names nobody, works with no system, and keeps callbacks by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.policy.case_files import checked
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk, with_own_business
from cx_core.bootstrap.starter import STARTER
from cx_core.catalogue import Knowledge
from cx_core.errors import BadInput, SystemRefused
from cx_core.ports import BackOffice
from cx_core.records import ActionName, CustomerId, Money, Role, TicketId
from cx_core.settings import ROOT
from cx_core.settings import load as load_settings
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import InlineWorks, enrolled, erased, letter, person

ADMIN, SECOND = person(Role.ADMINISTRATOR, "Root First"), person(Role.ADMINISTRATOR, "Second Admin")
SAM, EDITOR = person(Role.SUPERVISOR, "Sam Lead"), person(Role.EDITOR, "Ed Writer")
SCHEDULE, CALLBACKS = ActionName("schedule_callback"), ActionName("callbacks")
CALL = {"number": "020 7946 0123", "at": "2026-11-24", "time": "after 16:00", "topic": "my booking"}


class OwnWorks(InlineWorks):
    """With the back office that the settings name."""

    @cached_property
    def back_office(self) -> BackOffice:
        return self.with_callbacks(self.business.back_office)


@pytest.fixture
def works(data_dir: Path, clock: SetClock) -> Iterator[OwnWorks]:
    given = {"CX_DATA_DIR": str(data_dir), "CX_UNDO_SECONDS": "0", "CX_GATHER_SECONDS": "0"}
    with closing(OwnWorks(with_own_business(load_settings(given), begin=True), clock)) as made:
        enrolled(made, ADMIN, SECOND, SAM)
        yield made


@pytest.fixture(scope="module")
def starter() -> Knowledge:
    return load(STARTER)


def test_that_the_starter_passes_its_own_check_with_a_case_for_each_answer(starter: Knowledge) -> None:
    engine, cases = checked(STARTER / "policies", starter.actions)
    assert not cases.wrong
    assert len(cases.tried) > len(engine.rules)


def test_that_it_names_no_other_business() -> None:
    for file in STARTER.rglob("*"):
        if file.is_file():
            assert "fernline" not in file.read_text("utf-8").casefold(), file


def test_that_what_is_for_people_is_and_nothing_pretends_that_a_system_exists(starter: Knowledge) -> None:
    people = {name for name, task_type in starter.task_types.items() if task_type.people_only}
    assert people == {"complaint", "privacy_request", "cancel_service", "suspected_fraud"}
    assert {"general_question", "order_status", "invoice_question", "callback"} <= set(starter.task_types)
    assert {action.system for action in starter.actions.values()} == {"rung"}
    assert not [article for article in starter.articles.values() if article.audience == "customer"]


# --- whose folder it is ---------------------------------------------------------------------------


def test_that_the_first_start_copies_the_starter_and_later_ones_keep_what_was_changed(data_dir: Path) -> None:
    given = load_settings({"CX_DATA_DIR": str(data_dir)})
    assert with_own_business(given) == given, "a command on a folder without a business works on what is shipped"
    begun = with_own_business(given, begin=True)
    assert (begun.knowledge, begun.back_office) == (data_dir / "knowledge", "connectors")
    company = begun.knowledge / "company.yaml"
    company.write_text(company.read_text().replace("name: Customer Service", "name: Kettle"))
    assert with_own_business(given, begin=True) == begun == with_own_business(given)
    assert load(begun.knowledge).company.name == "Kettle"


def test_that_a_named_folder_and_the_demonstration_are_left_alone(data_dir: Path) -> None:
    named = load_settings({"CX_DATA_DIR": str(data_dir), "CX_KNOWLEDGE": str(ROOT / "knowledge")})
    assert with_own_business(named, begin=True).knowledge == ROOT / "knowledge"
    assert with_own_business(named, begin=True).back_office == "connectors"
    demo = load_settings({"CX_DATA_DIR": str(data_dir), "CX_DEMO": "1"})
    assert with_own_business(demo, begin=True) == demo
    assert not (data_dir / "knowledge").exists()


def test_that_no_business_begins_among_the_demonstrations_tickets(data_dir: Path) -> None:
    (data_dir / "fernline.db").touch()
    with pytest.raises(BadInput, match="CX_DATA_DIR"):
        with_own_business(load_settings({"CX_DATA_DIR": str(data_dir)}), begin=True)


# --- callbacks ------------------------------------------------------------------------------------


def test_that_a_callback_is_scheduled_once_per_key_read_back_and_cancelled(works: OwnWorks, clock: SetClock) -> None:
    office = works.back_office
    receipt = office.write(SCHEDULE, CALL, "T-1:1:s1:k")
    clock.forward(minutes=1)
    assert office.write(SCHEDULE, CALL, "T-1:1:s1:k") == receipt == office.receipt("T-1:1:s1:k")
    (kept,) = office.read(CALLBACKS, {"at": "2026-11-24"})
    assert (kept.id, kept.fields["status"], kept.fields["when"]) == (
        receipt.reference, "scheduled", "Tuesday 24 November, after 16:00",
    )  # fmt: skip
    undone = office.undo("T-1:1:s1:k", "T-1:1:s1:u")
    assert office.undo("T-1:1:s1:k", "T-1:1:s1:u") == undone == office.receipt("T-1:1:s1:u")
    assert office.read(CALLBACKS, {"at": "2026-11-24"})[0].fields["status"] == "cancelled"
    with pytest.raises(SystemRefused, match="cancelled already"):
        office.undo("T-1:1:s1:k", "T-1:1:s1:other")


WRONG: tuple[tuple[dict[str, str | None], str], ...] = (
    ({"number": "soon"}, "no telephone number"),
    ({"number": None}, "no telephone number"),
    ({"at": "2026-11-22"}, "in the past"),
    ({"at": "tomorrow"}, "is not a date"),
    ({"topic": ""}, "what the call is about"),
    ({"topic": "x" * 501}, "too long"),
)


def test_that_a_callback_that_nobody_could_make_is_refused(works: OwnWorks) -> None:
    for changed, why in WRONG:
        with pytest.raises(SystemRefused, match=why):
            works.back_office.write(SCHEDULE, {**CALL, **changed}, "T-1:1:s1:k")
    assert works.back_office.read(CALLBACKS, {"at": "2026-11-24"}) == ()


def test_that_everything_else_is_asked_of_the_systems_of_which_there_are_none(works: OwnWorks) -> None:
    office = works.back_office
    assert office.find_customers("kim@example.com") == ()
    assert office.search("kim", 5) == ()
    with pytest.raises(SystemRefused):
        office.write(ActionName("refund_payment"), {"amount": Money(minor=1)}, "k")


def test_that_the_team_sees_a_call_until_it_was_made_and_erasure_reaches_it(works: OwnWorks) -> None:
    desk = open_desk(works.settings, works.clock, works)
    ticket = desk.inbound_messages.receive(letter("Please ring me.", works.clock, id="<1@x>", sender="kim@example.com"))
    works.back_office.write(SCHEDULE, CALL, f"{ticket}:1:s1:a")
    works.back_office.write(SCHEDULE, {**CALL, "topic": "quibblefish"}, f"{ticket}:1:s2:b")
    first, second = desk.callbacks.open(SAM)
    assert (first.at, first.topic, second.topic) == (date(2026, 11, 24), "my booking", "quibblefish")
    with pytest.raises(Exception, match="This is for"):
        desk.callbacks.open(EDITOR)
    assert desk.callbacks.finish(SAM, first.id) is None
    assert isinstance(desk.callbacks.finish(SAM, first.id), Refusal)
    assert [call.id for call in desk.callbacks.open(SAM)] == [second.id]
    assert [event.kind for event in works.audit.events(most=500)].count("callback_made") == 1
    erased(desk, CustomerId("address:kim@example.com"))
    with works.engine.connect() as connection:
        assert not connection.execute(sa.select(tables.callback)).all()


# --- the first ticket -----------------------------------------------------------------------------


def test_that_a_test_message_comes_by_the_one_door_and_its_reply_stays_in_rung(works: OwnWorks) -> None:
    desk = open_desk(works.settings, works.clock, works)
    assert desk.set_up.progress(ADMIN).next == "business"
    refused = desk.set_up.write_test(ADMIN, "  ")
    assert isinstance(refused, Refusal)
    ticket = desk.set_up.write_test(ADMIN, "Hello, do you sell kettles?")
    assert isinstance(ticket, str)
    answered = desk.approvals.approve(SAM, TicketId(ticket), 1, reply="We do.")
    assert not isinstance(answered, Refusal), answered
    with works.store.look() as unit:
        found = unit.tickets.get(TicketId(ticket))
        said = [message.text for message in unit.tickets.messages(TicketId(ticket))]
    assert found is not None
    assert (found.test, found.work, found.subject) == (True, "done", "Test: Hello, do you sell kettles?")
    assert "We do." in said[-1]
    steps = {step.name: step.done for step in desk.set_up.progress(ADMIN).steps}
    assert steps == {
        "business": False, "channel": False, "documents": False, "ticket": True, "people": True, "systems": False,
    }  # fmt: skip


def test_that_another_ticket_without_a_way_out_is_not_said_to_be_answered(works: OwnWorks) -> None:
    desk = open_desk(works.settings, works.clock, works)
    ticket = desk.inbound_messages.receive(
        letter("Do you sell kettles?", works.clock, id="<1@x>", sender="kim@x.example")
    )
    desk.approvals.approve(SAM, ticket, 1, reply="We do.")
    with works.store.look() as unit:
        found = unit.tickets.get(ticket)
    assert found is not None
    assert found.work == "returned"
