"""Systems whose answers say less than ours need: what was made, what was there before, and what it came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from cx_core.adapters.openapi.answers import at, fields_in
from cx_core.adapters.openapi.calls import Secret
from cx_core.adapters.openapi.values import Exact
from cx_core.catalogue.connector_check import operation_faults
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.records import (
    ActionName,
    ArgumentUse,
    Connector,
    EffectProof,
    FieldUse,
    Money,
    SecurityScheme,
    Value,
    ValueFormat,
)
from tests.conftest import SetClock
from tests.connectors import shop
from tests.connectors.connected import ConnectedOffice, connected_office, imported, step
from tests.connectors.served import Request, served

REFUND, CANCEL, ADDRESS = (ActionName(f"shop_{name}") for name in ("refund", "cancel", "address"))
MONEY: Mapping[str, Value] = {"order": "o1", "amount": Money(minor=1250), "reason": "late"}


def changed(connector: Connector, action: ActionName, **changes: object) -> Connector:
    return connector.replace(
        classified=tuple(one.replace(**changes) if one.action == action else one for one in connector.classified)
    )


@contextmanager
def office(
    folder: Path, clock: SetClock, state: shop.Shop, action: ActionName, **changes: object
) -> Iterator[ConnectedOffice]:
    with served(state.handle) as address:
        connector = changed(shop.connected(address, imported(shop.api(address))), action, **changes)
        with connected_office(folder, connector, Secret(shop.TOKEN), clock) as made:
            yield made


def test_that_only_the_one_element_of_a_list_is_taken() -> None:
    assert at({"payments": [{"id": "p1"}]}, "/payments/*/id") == "p1"
    assert at({"payments": [{"id": "p1"}, {"id": "p2"}]}, "/payments/*/id") is None
    assert at({"payments": []}, "/payments/*/id") is None


@pytest.mark.parametrize(
    ("row", "items"),
    [
        ({"items": [{"name": "Fern"}, {"name": "Ivy", "quantity": 2}]}, ("Fern", "Ivy")),
        ({"items": [{"name": "Fern"}, {"sku": "I-1"}]}, ("Fern",)),
        ({"items": []}, ()),
        ({"items": None}, None),
        ({}, None),
    ],
)
def test_that_the_things_of_a_list_are_called_by_their_names(row: Exact, items: tuple[str, ...] | None) -> None:
    use = FieldUse(name="items", at="/items/*/name", format=ValueFormat(type="items"))
    assert fields_in((use,), row) == {"items": items}


def test_that_a_reference_that_no_answer_tells_is_that_of_the_new_record(tmp_path: Path, clock: SetClock) -> None:
    with office(tmp_path, clock, shop.Shop(), REFUND, reference_at="") as made:
        assert [made.office.write(REFUND, MONEY, f"T-1:{key}").reference for key in "aab"] == ["r1", "r1", "r2"]


def test_that_done_without_a_new_record_is_unknown(tmp_path: Path, clock: SetClock) -> None:
    class Forgetful(shop.Shop):
        def _refund(self, body: object) -> tuple[int, object]:
            return 201, {"id": "r9", "status": "paid"}

    with (
        office(tmp_path, clock, Forgetful(), REFUND, reference_at="") as made,
        pytest.raises(SystemUnreachable, match="said done, and does not show it"),
    ):
        made.office.write(REFUND, MONEY, "T-1:a")


UNDO = {"order": "order", "address": "@before.address"}


def test_that_an_undo_puts_back_what_was_read_before_the_act(tmp_path: Path, clock: SetClock) -> None:
    state = shop.Shop()
    with office(tmp_path, clock, state, ADDRESS, undo_arguments=UNDO, fields=()) as made:
        receipt = made.office.write(ADDRESS, {"order": "o1", "address": "9 New Road"}, "T-1:a")
        assert receipt.undo_until is not None
        assert "1 High Street" not in str(receipt.fields)
        made.office.undo("T-1:a", "T-1:a:undo")
    assert state.orders["o1"]["delivery"] == {"address": "1 High Street"}


def test_that_an_undo_is_believed_only_when_the_system_shows_it(tmp_path: Path, clock: SetClock) -> None:
    class Late(shop.Shop):
        def _change(self, order: dict[str, object], what: str, body: Mapping[str, object]) -> tuple[int, object]:
            if body["address"] == "1 High Street":
                return 200, {"id": "o1"}
            return super()._change(order, what, body)

    state = Late()
    with office(tmp_path, clock, state, ADDRESS, undo_arguments=UNDO, fields=()) as made:
        made.office.write(ADDRESS, {"order": "o1", "address": "9 New Road"}, "T-1:a")
        for _ in range(2):
            with pytest.raises(SystemUnreachable, match="said taken back, and does not show it"):
                made.office.undo("T-1:a", "T-1:a:undo")
        with pytest.raises(SystemUnreachable, match="does not show it yet"):
            made.office.receipt("T-1:a:undo")
        state.orders["o1"]["delivery"] = {"address": "1 High Street"}
        assert made.office.undo("T-1:a", "T-1:a:undo") == made.office.receipt("T-1:a:undo")


def test_that_what_was_not_there_before_cannot_be_put_back(tmp_path: Path, clock: SetClock) -> None:
    state = shop.Shop()
    state.orders["o1"]["delivery"] = {"address": None}
    with office(tmp_path, clock, state, ADDRESS, undo_arguments=UNDO, fields=()) as made:
        assert made.office.write(ADDRESS, {"order": "o1", "address": "9 New Road"}, "T-1:a").undo_until is None
        with pytest.raises(SystemRefused, match="cannot be taken back"):
            made.office.undo("T-1:a", "T-1:a:undo")


GIVES_BACK = {
    "arguments": (
        ArgumentUse(argument="id", name="order", format=shop.record_of("order")),
        ArgumentUse(argument="", name="amount", format=shop.POUNDS),
    ),
    "money": "amount",
    "proof": EffectProof(
        read=ActionName("order"),
        arguments={"order": "order"},
        expect={"id": "order", "status": "=cancelled", "total": "amount"},
    ),
}


@pytest.mark.parametrize(("minor", "status"), [(12050, "done"), (12049, "failed")])
def test_that_an_amount_that_is_not_sent_must_be_shown(
    tmp_path: Path, clock: SetClock, minor: int, status: str
) -> None:
    state = shop.Shop()
    with office(tmp_path, clock, state, CANCEL, **GIVES_BACK) as made:
        outcome = made.effects.do(step(CANCEL, {"order": "o1", "amount": Money(minor=minor)}), "T-1:a")
        assert (outcome.status, outcome.verified) == (status, status == "done"), outcome.message
    assert [one.body for one in state.requests if one.method == "POST"] == [{}]


def test_that_what_cannot_be_read_or_put_back_is_not_put_in_force() -> None:
    whole = shop.connected("http://127.0.0.1:9", imported(shop.api("http://127.0.0.1:9")))
    for action, changes, why in (
        (ADDRESS, {"undo_arguments": UNDO | {"address": "@before.colour"}}, "@before.colour"),
        (ADDRESS, {"undo_arguments": {"order": "order"}}, "nothing says what"),
        (CANCEL, {"arguments": GIVES_BACK["arguments"]}, "the proof must show it"),
        (REFUND, {"reference_at": "id"}, "is not where the reference of what was done stands"),
    ):
        other = changed(whole, action, **changes)
        one = next(one for one in other.classified if one.action == action)
        assert any(why in fault for fault in operation_faults(other, one)), why


def test_that_an_address_kept_in_small_letters_is_found(tmp_path: Path, clock: SetClock) -> None:
    class Exact(shop.Shop):
        def _routed(self, request: Request, parts: list[str]) -> tuple[int, object]:
            wanted = request.query.get("email")
            found = [one for one in self.customers.values() if one["email"] == wanted]
            return (200, {"data": found}) if parts == ["customers"] else super()._routed(request, parts)

    with office(tmp_path, clock, Exact(), REFUND) as made:
        assert [one.id for one in made.office.find_customers("Ida@Example.com")] == ["c1"]


def test_that_a_secret_without_a_user_name_is_the_user_name(tmp_path: Path, clock: SetClock) -> None:
    shown: list[str] = []

    def handle(request: Request) -> tuple[int, object]:
        shown.append(request.headers["authorization"])
        return 404, {}

    with served(handle) as address:
        connector = shop.connected(address, imported(shop.api(address))).replace(security=SecurityScheme(kind="basic"))
        for secret in (Secret("sk_1"), Secret("word", "name")):
            folder = tmp_path / secret.value
            folder.mkdir()
            with connected_office(folder, connector, secret, clock) as made:
                made.office.read(ActionName("order"), {"order": "o1"})
    assert shown == ["Basic c2tfMTo=", "Basic bmFtZTp3b3Jk"]


def test_that_a_record_is_found_by_its_number(tmp_path: Path, clock: SetClock) -> None:
    with office(tmp_path, clock, shop.Shop(), REFUND) as made:
        assert [one.ref for one in made.office.search("o2", 5)] == ["order/o2"]
        assert [one.ref for one in made.office.search(" #o2 ", 5)] == ["order/o2"]
        assert made.office.search("o77", 5) == ()
        assert made.office.search("two words 2", 5) == ()
