"""Whether a connected system answers is known from its own answers alone, to questions that it was really asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import SystemUnreachable
from cx_core.records import ActionName, ArgumentUse, ClassifiedOperation, FieldUse
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.connectors.served import Request, served
from tests.integration.desk.test_connecting_systems import ROOTS, SAM, OwnWorks, desk, in_force, made, own, works

__all__ = ["desk", "own", "works"]
BY_MAIL = ActionName("customer_by_mail")
ADDRESS = "maria@example.com"


@dataclass
class Crm:
    """A system that finds customers by their address and does nothing else."""

    url: str = ""
    status: int = 503
    asked: list[str] = field(default_factory=list)

    def handle(self, request: Request) -> tuple[int, object]:
        self.asked.append(request.query.get("email", ""))
        return self.status, {"data": []}


@pytest.fixture
def crm() -> Iterator[Crm]:
    one = Crm()
    with served(one.handle) as url:
        one.url = url
        yield one


def connected(desk: Desk, crm: Crm) -> None:
    parameter = {"in": "query", "name": "email", "required": True, "schema": {"type": "string"}}
    operation = {"operationId": "find", "parameters": [parameter], "responses": {"200": {"description": "x"}}}
    document = {
        "openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "servers": [{"url": crm.url}],
        "paths": {"/customers": {"get": operation}},
    }  # fmt: skip
    one = made(desk.connectors.import_file(ROOTS, "Crm", json.dumps(document).encode()))
    (found,) = one.api.operations
    decided = ClassifiedOperation(
        operation=found.id, hash=found.hash, action=BY_MAIL, title="Customer", kind="read", record="customer",
        records_at="/data", id_at="/id", finds="customers_by_address", fields=(FieldUse(name="email", at="/email"),),
        arguments=(ArgumentUse(argument="email"),),
    )  # fmt: skip
    in_force(desk, made(desk.connectors.classify(ROOTS, one.id, decided)))


def rounds(desk: Desk, clock: SetClock, count: int) -> None:
    for _ in range(count):
        clock.forward(seconds=10)
        desk.system_watch.round()


def paused(desk: Desk) -> list[str]:
    return [one.system for one in desk.system_watch.pauses(SAM)]


def test_that_an_outage_of_a_connected_system_begins_and_ends_by_its_own_answers(
    desk: Desk, works: OwnWorks, clock: SetClock, crm: Crm
) -> None:
    connected(desk, crm)
    with pytest.raises(SystemUnreachable):
        works.watched_office.find_customers(ADDRESS)
    rounds(desk, clock, 3)
    assert paused(desk) == ["the back office"]
    rounds(desk, clock, 20)
    assert paused(desk) == ["the back office"], "it is still down"
    assert all(one.endswith("@rung.invalid") for one in crm.asked[2:])
    crm.status = 200
    rounds(desk, clock, 11)
    assert paused(desk) == ["the back office"], "two minutes are not over"
    rounds(desk, clock, 3)
    assert paused(desk) == []


def test_that_a_call_that_asks_no_system_says_nothing_of_it(
    desk: Desk, works: OwnWorks, clock: SetClock, crm: Crm
) -> None:
    connected(desk, crm)
    for _ in range(3):
        with pytest.raises(SystemUnreachable):
            works.watched_office.find_customers(ADDRESS)
        works.watched_office.find_customers("C-1")
        assert works.watched_office.receipt("nobody") is None
        clock.forward(seconds=10)
    works.systems.settle()
    assert paused(desk) == ["the back office"]


def test_that_no_system_is_vouched_for_by_another(desk: Desk, works: OwnWorks, clock: SetClock, crm: Crm) -> None:
    crm.status = 200
    connected(desk, crm)
    for _ in range(3):
        works.systems.note("Payments", answered=False, write=True)
        clock.forward(seconds=10)
    rounds(desk, clock, 30)
    assert paused(desk) == ["Payments"]


def test_that_a_named_system_is_asked_by_an_address_where_it_knows_nothing_else(
    desk: Desk, works: OwnWorks, own: Settings, clock: SetClock, crm: Crm
) -> None:
    connected(desk, crm)
    works.close()
    folder = own.data_dir.parent / "knowledge"  # rules of the shipped folder are read once for all tests
    shutil.copytree(own.knowledge, folder)
    with closing(OwnWorks(own.replace(knowledge=folder), clock)) as after:
        again = open_desk(after.settings, clock, after)
        with pytest.raises(SystemUnreachable):
            after.watched_office.read(BY_MAIL, {"email": ADDRESS})
        rounds(again, clock, 3)
        assert paused(again) == ["Crm"]
        crm.status = 200
        rounds(again, clock, 14)
        assert paused(again) == []
