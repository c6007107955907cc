"""From a file to a verified outcome, through the desk: imported, classified, signed by two, done once and read back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from cx_core.adapters.openapi.requests import made_request
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import BadInput, NotAllowed, SystemRefused
from cx_core.ports import BackOffice
from cx_core.records import (
    ActionName,
    Approval,
    ArgumentUse,
    ClassifiedOperation,
    Connector,
    Evidence,
    FailureSign,
    FieldUse,
    Goal,
    IdempotencyKey,
    Money,
    Outcome,
    Proposal,
    ResultPages,
    Role,
    SecurityScheme,
    Step,
    TaskTypeName,
    Ticket,
    TicketId,
    Triage,
    ValueFormat,
)
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from tests.conftest import MONDAY, SetClock
from tests.connectors import shop, stripe
from tests.connectors.connected import imported, step
from tests.connectors.served import Request, served
from tests.integration.test_connector_faults import charged
from tests.scripted import VERSIONS, InlineWorks, enrolled, person

ROOTS = person(Role.ADMINISTRATOR, "Root First")
SECOND = person(Role.ADMINISTRATOR, "Second Admin")
SAM = person(Role.SUPERVISOR, "Sam Lead")


class OwnWorks(InlineWorks):
    """The shipped parts on connected systems."""

    @cached_property
    def back_office(self) -> BackOffice:
        return self.business.back_office


@pytest.fixture
def own(data_dir: Path) -> Settings:
    """Settings of a business that connects its own systems."""
    return Settings(
        data_dir=data_dir, knowledge=ROOT / "knowledge", back_office="connectors", connector_hosts="127.0.0.1",
        feed_seconds=0, gather_seconds=0, undo_seconds=0,
    )  # fmt: skip


@pytest.fixture
def works(own: Settings, clock: SetClock) -> Iterator[OwnWorks]:
    with closing(OwnWorks(own, clock)) as made:
        enrolled(made, ROOTS, SECOND, SAM)
        yield made


@pytest.fixture
def desk(works: OwnWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


@pytest.fixture
def state() -> shop.Shop:
    return shop.Shop()


@pytest.fixture
def address(state: shop.Shop) -> Iterator[str]:
    with served(state.handle) as url:
        yield url


def made(answer: Connector | Refusal) -> Connector:
    assert isinstance(answer, Connector), answer
    return answer


def drafted(desk: Desk, connector: Connector, document: object, token: str) -> Connector:
    """The file imported, and everything decided as in `connector`."""
    content = json.dumps(document).encode()
    one = made(desk.connectors.import_file(ROOTS, connector.name, content))
    made(desk.connectors.set_access(ROOTS, one.id, connector.security, token))
    for decided in connector.classified:
        one = made(desk.connectors.classify(ROOTS, one.id, decided))
    return one


def connected_shop(desk: Desk, address: str) -> Connector:
    document = shop.api(address)
    return drafted(desk, shop.connected(address, imported(document)), document, shop.TOKEN)


def in_force(desk: Desk, one: Connector) -> Connector:
    asked = made(desk.connectors.ask(ROOTS, one.id))
    return made(desk.connectors.put_in_force(SECOND, asked))


def ticket_with(works: OwnWorks, what: Step, customer: str) -> TicketId:
    """A ticket whose proposal is this step, about the customer as their system shows them."""
    id = TicketId("T-900")
    (record,) = works.back_office.find_customers(customer)
    goal = Goal(task_type=TaskTypeName("duplicate_charge"), probability=0.9)
    ticket = Ticket(
        id=id, subject="Charged twice", channel="email", address="ida@example.com", identity=2, version=1, work="ready",
        status="open", task_types=(goal.task_type,), opened_at=MONDAY, updated_at=MONDAY, customer=record.customer,
    )  # fmt: skip
    proposal = Proposal(
        ticket=id, version=1, messages=0, triage=Triage(goals=(goal,)), evidence=Evidence(customer=record), summary="",
        steps=(what,), route="supervisor", why="", versions=VERSIONS, made_at=MONDAY,
    )  # fmt: skip
    with works.store.begin() as unit:
        unit.tickets.put(ticket, thread="")
        unit.proposals.put(proposal)
    return id


def carried_out(own: Settings, clock: SetClock, what: Step) -> tuple[OwnWorks, Outcome]:
    """Open anew, as after a restart; a supervisor approves the step, and execution does it."""
    folder = own.data_dir.parent / "knowledge"  # rules of the shipped folder are read once for all tests
    shutil.copytree(own.knowledge, folder)
    works = OwnWorks(own.replace(knowledge=folder), clock)
    desk = open_desk(works.settings, clock, works)
    ticket = ticket_with(works, what, "ida@example.com")
    approval = desk.approvals.approve(SAM, ticket, 1, reply="")
    if isinstance(approval, Approval) and approval.waits:
        approval = desk.approvals.approve(ROOTS, ticket, 1, reply="")
    assert isinstance(approval, Approval), approval
    with works.store.look() as unit:
        (outcome,) = unit.proposals.outcomes(ticket).values()
    return works, outcome


# --- from a step to a verified outcome --------------------------------------------------------------


def test_that_a_refund_of_the_shop_is_done_and_read_back(
    desk: Desk, works: OwnWorks, own: Settings, clock: SetClock, address: str, state: shop.Shop
) -> None:
    in_force(desk, connected_shop(desk, address))
    works.close()
    what = step("shop_refund", {"order": "o1", "amount": Money(minor=1250), "reason": "late"})
    after, outcome = carried_out(own, clock, what)
    after.close()
    assert (outcome.status, outcome.verified) == ("done", True), outcome.message
    assert state.refunds["r1"]["amount"] == 12.5


def test_that_a_refund_of_a_system_by_others_is_done_and_read_back(
    desk: Desk, works: OwnWorks, own: Settings, clock: SetClock, tmp_path: Path
) -> None:
    if stripe.program() is None:
        pytest.skip("localstripe is not here: RUNG_INSTALL_SYSTEMS=1 puts it into an environment of its own")
    with stripe.running(tmp_path) as url:
        charge, document = charged(url), stripe.api(url)
        in_force(desk, drafted(desk, stripe.connected(url, imported(document)), document, stripe.TOKEN))
        works.close()
        after, outcome = carried_out(own, clock, step("stripe_refund", {"charge": charge, "amount": Money(minor=500)}))
        after.close()
        refunds = httpx.get(f"{url}/v1/refunds", params={"charge": charge}, auth=(stripe.TOKEN, "")).json()["data"]
    assert (outcome.status, outcome.verified) == ("done", True), outcome.message
    assert [one["amount"] for one in refunds] == [500]


# --- in force by two --------------------------------------------------------------------------------


def test_that_a_system_put_back_as_it_waited_cannot_be_signed(desk: Desk, works: OwnWorks) -> None:
    asked = made(desk.connectors.ask(ROOTS, connected_shop(desk, "http://127.0.0.1:9").id))
    made(desk.connectors.withdraw(ROOTS, asked.id))
    with works.store.begin() as unit:  # as somebody who writes to the database can
        unit.connectors.put(asked)
    refused = desk.connectors.put_in_force(SECOND, asked)
    assert isinstance(refused, Refusal)
    assert "not on file as somebody asked for it" in refused.text


def test_that_nothing_is_called_before_two_people_signed_it(
    desk: Desk, works: OwnWorks, address: str, state: shop.Shop
) -> None:
    one = connected_shop(desk, address)
    write = ActionName("shop_refund"), {"order": "o1", "amount": Money(minor=1), "reason": "x"}
    asked = made(desk.connectors.ask(ROOTS, one.id))
    for _ in range(2):
        with pytest.raises(SystemRefused, match="There is no action"):
            works.back_office.write(*write, "k-1")  # type: ignore[arg-type]
        own_word = desk.connectors.put_in_force(ROOTS, asked)
        assert isinstance(own_word, Refusal)
        assert "another administrator" in own_word.text
    made(desk.connectors.put_in_force(SECOND, asked))
    assert works.back_office.write(*write, "k-1").reference == "r1"  # type: ignore[arg-type]
    assert state.effects.total() == 1


def test_that_what_was_changed_behind_the_page_is_not_in_force(desk: Desk, works: OwnWorks, address: str) -> None:
    asked = made(desk.connectors.ask(ROOTS, connected_shop(desk, address).id))
    evil = asked.replace(address="https://evil.example")
    forged = {"body": evil.model_dump(mode="json")}
    with works.engine.begin() as connection:
        connection.execute(sa.update(tables.connector).values(forged))
    answer = desk.connectors.put_in_force(SECOND, evil)
    assert isinstance(answer, Refusal)
    assert "not on file as somebody asked" in answer.text
    with works.engine.begin() as connection:
        active = evil.replace(state="active").model_dump(mode="json")
        connection.execute(sa.update(tables.connector).values(in_force=active))
    assert works.connected_systems.active() == ()


def test_that_the_only_administrator_signs_again_with_the_password_after_a_delay(
    works: OwnWorks, desk: Desk, address: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with works.engine.begin() as connection:
        connection.execute(sa.delete(tables.account).where(tables.account.c.id == SECOND.id))
    asked = made(desk.connectors.ask(ROOTS, connected_shop(desk, address).id))
    early = desk.connectors.put_in_force(ROOTS, asked, "right")
    assert isinstance(early, Refusal)
    assert early.code == "later"
    clock.forward(minutes=31)
    no = Refusal(code="denied", text="That is not your password.")
    monkeypatch.setattr(works.accounts, "confirm", lambda _, password: None if password == "right" else no)
    assert desk.connectors.put_in_force(ROOTS, asked, "wrong") == no
    assert made(desk.connectors.put_in_force(ROOTS, asked, "right")).state == "active"
    events = [one for one in works.audit.events(most=500) if one.kind == "connector_in_force"]
    assert (events[0].payload or {})["alone"] is True


def test_that_a_stopped_system_cannot_be_put_back(desk: Desk, works: OwnWorks, address: str) -> None:
    one = in_force(desk, connected_shop(desk, address))
    with works.engine.connect() as connection:
        kept = connection.execute(sa.select(tables.connector.c.in_force)).scalar_one()
    made(desk.connectors.stop(ROOTS, one.id, "The shop changes hands"))
    with pytest.raises(SystemRefused):
        works.back_office.read(ActionName("order"), {"order": "o1"})
    with works.engine.begin() as connection:
        connection.execute(sa.update(tables.connector).values(in_force=kept))
    with pytest.raises(SystemRefused):
        works.back_office.read(ActionName("order"), {"order": "o1"})


def test_that_a_newer_file_stops_what_it_describes_otherwise_and_nothing_of_it_is_used(
    desk: Desk, works: OwnWorks, address: str, state: shop.Shop
) -> None:
    one = in_force(desk, connected_shop(desk, address))
    newer = shop.api(address)
    newer["paths"]["/refunds"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]["fee"] = {
        "type": "number"
    }
    made(desk.connectors.import_file(ROOTS, "", json.dumps(newer).encode(), id=one.id))
    with pytest.raises(SystemRefused, match="argument fee is new"):
        works.back_office.write(
            ActionName("shop_refund"), {"order": "o1", "amount": Money(minor=1), "reason": "x"}, "k-1"
        )
    assert works.back_office.read(ActionName("order"), {"order": "o1"})
    assert not state.effects
    (view,) = desk.connectors.all(ROOTS)
    changed = {one.operation.id: one.changes for one in view.operations if one.changes}
    assert changed == {"createRefund": ("argument fee is new",)}
    assert any("createRefund is not what was classified" in fault for fault in view.faults)


def test_that_it_is_told_before_a_newer_file_is_imported_what_would_stop(desk: Desk, address: str) -> None:
    one = in_force(desk, connected_shop(desk, address))
    same, newer = json.dumps(shop.api(address)).encode(), shop.api(address)
    assert desk.connectors.stopped_by(ROOTS, one.id, same) == ()
    newer["components"]["schemas"]["Customer"]["properties"]["phone"] = {"type": "string"}
    del newer["paths"]["/orders/{id}/cancel"]
    before = desk.connectors.all(ROOTS)
    stopping = desk.connectors.stopped_by(ROOTS, one.id, json.dumps(newer).encode())
    assert {each.title: (each.finds_customers, each.changes) for each in stopping} == {
        "Customers by mail": (True, ("field phone is new",)),
        "Customer": (True, ("field phone is new",)),
        "Cancel an order": (False, ("the file has it no more",)),
    }
    assert desk.connectors.all(ROOTS) == before, "nothing is kept of it"
    made(desk.connectors.import_file(ROOTS, "", json.dumps(newer).encode(), id=one.id))
    (system,) = desk.connectors._connected.active()  # type: ignore[attr-defined]
    assert set(system.stopped) == {"findCustomers", "getCustomer", "cancelOrder"}, "and that is what stops"
    with pytest.raises(BadInput):
        desk.connectors.stopped_by(ROOTS, one.id, b"{}")


# --- what administrators are told -------------------------------------------------------------------


def test_that_only_administrators_connect_systems(desk: Desk, address: str) -> None:
    for call in (
        lambda: desk.connectors.all(SAM),
        lambda: desk.connectors.import_file(SAM, "x", b"{}"),
        lambda: desk.connectors.stop(SAM, "x", "y"),
        lambda: desk.connectors.stopped_by(SAM, "x", b"{}"),
        lambda: desk.connectors.try_read(SAM, "x", ActionName("y"), {}),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_that_a_file_that_cannot_be_read_is_told_with_its_place(desk: Desk) -> None:
    with pytest.raises(BadInput, match="/paths"):
        desk.connectors.import_file(ROOTS, "Shop", b'{"openapi": "3.0.0", "paths": {}}')
    address = shop.api("http://10.0.0.1:80")
    refused = desk.connectors.import_file(ROOTS, "Shop", json.dumps(address).encode())
    assert isinstance(refused, Refusal)
    assert "CX_CONNECTOR_HOSTS" in refused.text


def test_that_a_read_is_tried_before_anything_is_in_force_and_failures_are_shown(
    desk: Desk, works: OwnWorks, address: str
) -> None:
    one = connected_shop(desk, address)
    tried = desk.connectors.try_read(ROOTS, one.id, ActionName("order"), {"order": "o1"})
    assert [record.id for record in tried.records] == ["o1"]
    made(desk.connectors.set_access(ROOTS, one.id, SecurityScheme(kind="bearer"), "wrong-one-4712"))
    again = desk.connectors.try_read(ROOTS, one.id, ActionName("order"), {"order": "o1"})
    assert "401" in again.trouble
    kept = [path.read_bytes() for path in works.settings.data_dir.rglob("*.db*")]
    assert not any(b"wrong-one-4712" in content or shop.TOKEN.encode() in content for content in kept)


def classified_as_read(desk: Desk, url: str, method: str, **changes: str) -> Connector:
    """A system with one operation that somebody says is a read of an order."""
    operation = {
        "operationId": "anOrder",
        "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "x"}},
    }
    document = {
        "openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "servers": [{"url": url}],
        "paths": {"/orders/{id}": {method.lower(): operation}},
    }  # fmt: skip
    one = made(desk.connectors.import_file(ROOTS, f"Orders {method}", json.dumps(document).encode()))
    (found,) = one.api.operations
    argument = ArgumentUse(argument="id", name="order", format=ValueFormat(type="text"))
    decided = ClassifiedOperation(
        operation=found.id, hash=found.hash, action=ActionName("an_order"), title="Order", kind="read", record="order",
        id_at="/id", arguments=(argument,),
    )  # fmt: skip
    return made(desk.connectors.classify(ROOTS, one.id, decided.replace(**changes)))


@pytest.fixture
def called() -> list[str]:
    return []


@pytest.fixture
def broken(called: list[str]) -> Iterator[str]:
    """The address of a system that is down, and of which every call is known."""

    def handle(request: Request) -> tuple[int, object]:
        called.append(f"{request.method} {request.path}")
        return 503, {}

    with served(handle) as url:
        yield url


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "POST"])
def test_that_nothing_but_a_read_is_tried_before_it_is_in_force(
    desk: Desk, broken: str, called: list[str], method: str
) -> None:
    one = classified_as_read(desk, broken, method)
    tried = desk.connectors.try_read(ROOTS, one.id, ActionName("an_order"), {"order": "o1"})
    assert ("changes something" if method != "POST" else "Only a read by GET") in tried.trouble
    assert called == []
    if method != "POST":
        with pytest.raises(SystemRefused, match="changes something"):
            desk.connectors._connected.try_read(one, ActionName("an_order"), {"order": "o1"})
        assert called == []


def test_that_a_read_by_post_is_tried_once_where_two_people_signed_it(
    desk: Desk, broken: str, called: list[str]
) -> None:
    one = in_force(desk, classified_as_read(desk, broken, "POST"))
    for _ in range(2):
        tried = desk.connectors.try_read(ROOTS, one.id, ActionName("an_order"), {"order": "o1"})
    assert "503" in tried.trouble
    assert called == ["POST /orders/o1"] * 2
    asked = classified_as_read(desk, broken, "GET")
    desk.connectors.try_read(ROOTS, asked.id, ActionName("an_order"), {"order": "o1"})
    assert called[2:] == ["GET /orders/o1"] * 2, "a read by GET is tried again"


def test_that_a_read_that_could_not_be_in_force_is_not_tried(desk: Desk, broken: str, called: list[str]) -> None:
    one = classified_as_read(desk, broken, "GET", id_at="")
    tried = desk.connectors.try_read(ROOTS, one.id, ActionName("an_order"), {"order": "o1"})
    assert "where a record’s id stands" in tried.trouble
    assert called == []


def test_that_what_is_not_decided_safely_cannot_be_put_in_force(desk: Desk, address: str) -> None:
    one = connected_shop(desk, address)
    refund = next(decided for decided in one.classified if decided.action == "shop_refund")
    for changed, why in (
        (refund.replace(proof=None), "which read shows"),
        (refund.replace(arguments=refund.arguments[:1]), "nothing says what it is"),
        (refund.replace(money="reason"), "arguments of money"),
        (refund.replace(reversible=True), "taken back only with"),
        (refund.replace(action=ActionName("shop_cancel")), "two operations are the action"),
    ):
        made(desk.connectors.classify(ROOTS, one.id, changed))
        answer = desk.connectors.ask(ROOTS, one.id)
        assert isinstance(answer, Refusal), why
        (view,) = desk.connectors.all(ROOTS)
        assert any(why in fault for fault in view.faults), (why, view.faults)
    made(desk.connectors.classify(ROOTS, one.id, refund))
    assert made(desk.connectors.ask(ROOTS, one.id)).state == "waiting"


def field(at: str, name: str = "minor", **format: Any) -> FieldUse:  # noqa: ANN401  # of ValueFormat
    return FieldUse(name=name, at=at, format=ValueFormat(**format))


@pytest.mark.parametrize(
    ("action", "changes", "told"),
    [
        ("customer", {"fields": (field("boolean"),)}, "“boolean” is not where minor stands: a place begins with “/”"),
        ("customer", {"fields": (field(""),)}, "say where minor stands"),
        ("customer", {"id_at": "id"}, "“id” is not where a record’s id stands"),
        ("order", {"customer_at": "customer_id"}, "“customer_id” is not where the customer’s id stands"),
        ("shop_orders", {"records_at": "data"}, "“data” is not where the list of records stands"),
        ("shop_orders", {"pages": ResultPages(by="mark", next_at="next")}, "where the mark of the next page stands"),
        ("order", {"failure": FailureSign(at="ok", success=("1",))}, "“ok” is not where the word of success stands"),
        ("shop_refund", {"reference_at": "id"}, "“id” is not where the reference of what was done stands"),
    ],
)
def test_that_what_is_no_place_in_an_answer_is_not_saved(
    desk: Desk, address: str, action: str, changes: dict[str, object], told: str
) -> None:
    one = connected_shop(desk, address)
    decided = next(each for each in one.classified if each.action == action)
    answer = desk.connectors.classify(ROOTS, one.id, decided.replace(**changes))
    assert isinstance(answer, Refusal)
    assert told in answer.text
    (view,) = desk.connectors.all(ROOTS)
    assert view.draft.classified == one.classified


@pytest.mark.parametrize("at", ["idempotency_key", "/idempotency_key"])
def test_that_a_key_in_the_body_is_named_with_or_without_a_slash(desk: Desk, address: str, at: str) -> None:
    one = connected_shop(desk, address)
    refund = next(each for each in one.classified if each.action == "shop_refund")
    keyed = refund.replace(key=IdempotencyKey(place="body", at=at))
    signed = in_force(desk, made(desk.connectors.classify(ROOTS, one.id, keyed)))
    assert keyed in signed.classified
    operation = signed.operation(refund.operation)
    assert operation is not None
    amount = Money(minor=500, currency="GBP")
    sent = made_request(operation, keyed, {"order": "o1", "amount": amount, "reason": "faulty"}, "k-1")
    assert sent.fields["idempotency_key"] == "k-1"


def test_that_what_is_no_place_and_was_kept_before_is_neither_asked_for_nor_tried(
    desk: Desk, works: OwnWorks, address: str
) -> None:
    one = connected_shop(desk, address)
    wrong = tuple(
        decided.replace(fields=(field("boolean"),)) if decided.action == "customer" else decided
        for decided in one.classified
    )
    with works.store.begin() as unit:  # as an earlier version saved it
        unit.connectors.put(one.replace(classified=wrong))
    answer = desk.connectors.ask(ROOTS, one.id)
    assert isinstance(answer, Refusal)
    assert "“boolean” is not where minor stands" in answer.text
    tried = desk.connectors.try_read(ROOTS, one.id, ActionName("customer"), {"customer": "c1"})
    assert "“boolean” is not where minor stands" in tried.trouble


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"fields": (field("/delivery", "address"),)}, "address is one value, and /delivery holds several"),
        ({"fields": (field("/status/code", "code"),)}, "nothing stands at /status/code for code: /status is one value"),
        ({"id_at": "/number"}, "the answer has nothing at /number for a record’s id. Its file describes /id, "),
        ({"customer_at": "/delivery"}, "the customer’s id is one value, and /delivery holds several"),
    ],
)
def test_that_a_read_whose_places_hold_no_value_by_its_file_is_not_put_in_force(
    desk: Desk, address: str, changes: dict[str, object], told: str
) -> None:
    one = connected_shop(desk, address)
    order = next(decided for decided in one.classified if decided.action == "order")
    made(desk.connectors.classify(ROOTS, one.id, order.replace(**changes)))
    answer = desk.connectors.ask(ROOTS, one.id)
    assert isinstance(answer, Refusal)
    (view,) = desk.connectors.all(ROOTS)
    assert any(told in fault for fault in view.faults), view.faults


def test_that_a_field_may_stand_where_the_file_describes_nothing(desk: Desk, address: str) -> None:
    one = connected_shop(desk, address)
    order = next(decided for decided in one.classified if decided.action == "order")
    more = (*order.fields, field("/payments/*/id", "payment"))
    made(desk.connectors.classify(ROOTS, one.id, order.replace(fields=more, customer_at="/buyer/id")))
    assert made(desk.connectors.ask(ROOTS, one.id)).state == "waiting"
