"""Systems connected by their OpenAPI files do what any back office does: once per key, read back, refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from cx_core.act.effect_verification import verified
from cx_core.adapters.openapi.calls import Secret
from cx_core.adapters.openapi.effects import request_digest
from cx_core.adapters.policy.policy_in_force import with_connected_rule
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.records import ActionName, Connector, Money, Receipt, SecurityScheme, Value
from cx_core.views.policy_views import CONNECTED_FILE
from tests.conftest import SetClock
from tests.connectors import shop, stringly
from tests.connectors.connected import ConnectedOffice, connected_office, imported, marked
from tests.connectors.served import Request, served

SHOP_SECRET, STRINGLY_SECRET = Secret(shop.TOKEN), Secret(stringly.API_KEY)
REFUND, CANCEL, ADDRESS, BOOK = (
    ActionName(one) for one in ("shop_refund", "shop_cancel", "shop_address", "book_refund")
)
GOOD: Mapping[ActionName, Mapping[str, Value]] = {
    REFUND: {"order": "o1", "amount": Money(minor=1250), "reason": "late"},
    CANCEL: {"order": "o2"},
    ADDRESS: {"order": "o1", "address": "9 New Road"},
    BOOK: {"order": "000001", "amount": Money(minor=1250, currency="EUR"), "day": "2026-11-27", "notify": True},
}


class Both(NamedTuple):
    """The shop as it is, and connected."""

    shop: shop.Shop
    connected: ConnectedOffice
    connector: Connector


@pytest.fixture
def both(tmp_path: Path, clock: SetClock) -> Iterator[Both]:
    state = shop.Shop()
    with served(state.handle) as address:
        connector = shop.connected(address, imported(shop.api(address)))
        with connected_office(tmp_path, connector, SHOP_SECRET, clock) as made:
            yield Both(state, made, connector)


@pytest.fixture
def texts(tmp_path: Path, clock: SetClock) -> Iterator[tuple[stringly.Stringly, ConnectedOffice]]:
    state = stringly.Stringly()
    with served(state.handle) as address:
        connector = stringly.connected(address, imported(stringly.api(address)))
        with connected_office(tmp_path, connector, STRINGLY_SECRET, clock) as made:
            yield state, made


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SystemRefused) as error:
        call()
    return str(error.value)


# --- reads --------------------------------------------------------------------------------------


def test_that_only_the_customer_with_exactly_this_address_is_found(both: Both) -> None:
    (found,) = both.connected.office.find_customers("ida@example.com")
    assert (found.id, found.kind, found.customer) == ("c1", "customer", "c1")
    assert both.connected.office.find_customers("nobody@example.com") == ()
    (by_id,) = both.connected.office.find_customers("c2")
    assert by_id.fields["name"] == "Ida Bellamy"
    assert both.connected.office.find_customers("c9") == ()


def test_that_a_read_gives_typed_fields_and_all_pages(both: Both) -> None:
    both.shop.PAGE = 2
    orders = both.connected.office.read(ActionName("shop_orders"), {"customer": "c1"})
    assert [one.id for one in orders] == ["o1", "o2", "o3"]
    assert orders[0].customer == "c1"
    assert orders[0].fields == {
        "customer": "c1", "status": "open", "total": Money(minor=12050), "address": "1 High Street",
        "placed": "2026-11-20",
    }  # fmt: skip


def test_that_a_read_takes_its_own_arguments_and_knows_no_unknown_id(both: Both) -> None:
    office, name = both.connected.office, ActionName("order")
    assert office.read(name, {"order": "does-not-exist"}) == ()
    assert "missing" in refused(lambda: office.read(name, {}))
    assert "no argument called colour" in refused(lambda: office.read(name, {"order": "o1", "colour": "red"}))
    assert "no reading called" in refused(lambda: office.read(ActionName("delete_everything"), {}))
    assert "no reading called" in refused(lambda: office.read(REFUND, GOOD[REFUND]))


@pytest.mark.parametrize("id", ["../customers", "..", ".", "o1/cancel", "o1?x=1", "o1#x", "o1\r\nX: 1", "%2e%2e", " "])
def test_that_an_id_never_leads_to_another_path(both: Both, id: str) -> None:
    paths_before = len(both.shop.requests)
    try:
        both.connected.office.read(ActionName("order"), {"order": id})
    except SystemRefused:
        assert len(both.shop.requests) == paths_before
    for request in both.shop.requests[paths_before:]:
        assert request.path.startswith("/orders/")
        assert request.path.count("/") == 2
        assert not request.query


# --- writes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [REFUND, CANCEL, ADDRESS])
def test_that_a_write_is_done_once_per_key_and_read_back(both: Both, name: ActionName) -> None:
    office, spec = both.connected.office, both.connected.actions[name]
    assert office.receipt("k-1") is None
    receipt = office.write(name, GOOD[name], "k-1")
    assert (receipt.key, receipt.action) == ("k-1", name)
    assert set(spec.receipt) <= set(receipt.fields)
    assert (receipt.undo_until is not None) == spec.reversible
    assert verified(spec, GOOD[name], receipt, office)
    both.connected.clock.forward(minutes=1)
    assert office.write(name, GOOD[name], "k-1") == receipt
    assert office.receipt("k-1") == receipt
    assert both.shop.effects == {marked("k-1"): 1}
    if not spec.reversible:
        refused(lambda: office.undo("k-1", "u-1"))


def test_that_a_key_of_one_request_serves_no_other_and_two_keys_are_two_writes(both: Both) -> None:
    office = both.connected.office
    first = office.write(REFUND, GOOD[REFUND], "k-1")
    for name, given in ((CANCEL, GOOD[CANCEL]), (REFUND, {**GOOD[REFUND], "amount": Money(minor=1)})):
        assert "another request" in refused(lambda: office.write(name, given, "k-1"))  # noqa: B023
    assert office.write(REFUND, GOOD[REFUND], "k-2").reference != first.reference
    assert "key is needed" in refused(lambda: office.write(REFUND, GOOD[REFUND], ""))
    assert sum(both.shop.effects.values()) == 2


def test_that_callers_with_one_key_at_once_have_one_effect(both: Both) -> None:
    def call(_: int) -> Receipt | SystemTrouble:
        try:
            return both.connected.office.write(REFUND, GOOD[REFUND], "k-1")
        except SystemTrouble as trouble:
            return trouble

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(call, range(6)))
    receipt = both.connected.office.receipt("k-1")
    assert receipt is not None
    assert all(answer == receipt or isinstance(answer, SystemUnreachable) for answer in answers)
    assert both.shop.effects == {marked("k-1"): 1}


def test_that_the_same_holds_on_postgresql(tmp_path: Path, clock: SetClock, fresh_postgresql: str) -> None:
    state, url = shop.Shop(), fresh_postgresql
    with served(state.handle) as address:
        connector = shop.connected(address, imported(shop.api(address)))
        with connected_office(tmp_path, connector, SHOP_SECRET, clock, url=url) as made:

            def call(_: int) -> Receipt | SystemTrouble:
                try:
                    return made.office.write(ADDRESS, GOOD[ADDRESS], "k-1")
                except SystemTrouble as trouble:
                    return trouble

            with ThreadPoolExecutor(6) as pool:
                answers = list(pool.map(call, range(6)))
            assert sum(isinstance(answer, Receipt) for answer in answers) >= 1
            assert state.effects == {marked("k-1"): 1}
            assert made.office.undo("k-1", "u-1") == made.office.receipt("u-1")
            assert "already" in refused(lambda: made.office.undo("k-1", "u-2"))


def test_that_a_write_is_taken_back_once_and_in_time(both: Both) -> None:
    office, clock = both.connected.office, both.connected.clock
    office.write(ADDRESS, GOOD[ADDRESS], "k-1")
    undone = office.undo("k-1", "u-1")
    assert (undone.key, undone.action) == ("u-1", ADDRESS)
    assert both.shop.orders["o1"]["delivery"]["address"] == "1 High Street"
    assert office.undo("k-1", "u-1") == undone == office.receipt("u-1")
    assert "already" in refused(lambda: office.undo("k-1", "u-2"))
    assert "nothing to take back" in refused(lambda: office.undo("u-1", "u-3"))
    assert "nothing to take back" in refused(lambda: office.undo("k-9", "u-4"))
    assert "key is needed" in refused(lambda: office.undo("k-1", ""))
    second = office.write(ADDRESS, GOOD[ADDRESS], "k-2")
    assert second.undo_until is not None
    clock.now = second.undo_until
    clock.forward(seconds=1)
    assert "too late" in refused(lambda: office.undo("k-2", "u-5"))
    assert office.receipt("u-5") is None


def test_that_what_the_system_refuses_is_a_refusal_in_its_words_and_leaves_no_trace(both: Both) -> None:
    office = both.connected.office
    said = refused(lambda: office.write(REFUND, {**GOOD[REFUND], "amount": Money(minor=99999)}, "k-1"))
    assert "This cannot be refunded" in said
    assert office.receipt("k-1") is None
    assert "GBP" in refused(
        lambda: office.write(REFUND, {**GOOD[REFUND], "amount": Money(minor=5, currency="EUR")}, "k-2")
    )
    assert not both.shop.effects


def test_that_an_operation_that_changed_stops_and_the_others_go_on(tmp_path: Path, both: Both) -> None:
    changed = shop.api(both.connector.address)
    changed["paths"]["/refunds"]["post"]["description"] = "Now it also closes the account"
    connector = both.connector.replace(api=imported(changed))
    other = tmp_path / "other"
    other.mkdir()
    with connected_office(other, connector, SHOP_SECRET, both.connected.clock) as made:
        assert "not what was classified" in refused(lambda: made.office.write(REFUND, GOOD[REFUND], "k-1"))
        assert made.office.write(CANCEL, GOOD[CANCEL], "k-2").reference == "o2"
    assert sum(both.shop.effects.values()) == 1


# --- credentials and where they go ---------------------------------------------------------------


def test_that_nothing_of_a_secret_is_in_what_is_said_or_kept(tmp_path: Path, both: Both, clock: SetClock) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with connected_office(other, both.connector, Secret("wrong-secret-0815"), clock) as made:
        said = refused(lambda: made.office.read(ActionName("order"), {"order": "o1"}))
        assert "wrong-secret" not in said
        assert "wrong-secret" not in repr(Secret("wrong-secret-0815"))
    for file in other.iterdir():
        assert b"wrong-secret" not in file.read_bytes()


def test_that_a_redirect_is_not_followed_and_shows_nothing_to_where_it_leads(tmp_path: Path, clock: SetClock) -> None:
    seen: list[Request] = []

    def thief(request: Request) -> tuple[int, object]:
        seen.append(request)
        return 200, {"id": "o1"}

    with served(thief) as trap:

        def redirecting(_: Request) -> tuple[int, object]:
            return 302, {"Location": trap}

        with served(redirecting) as address:
            connector = shop.connected(address, imported(shop.api(address)))
            with connected_office(tmp_path, connector, SHOP_SECRET, clock) as made, pytest.raises(SystemUnreachable):
                made.office.read(ActionName("order"), {"order": "o1"})
    assert not seen


def test_that_a_private_network_is_reached_only_where_the_host_is_listed(tmp_path: Path, both: Both) -> None:
    other = tmp_path / "other"
    other.mkdir()
    address = both.connector.address.replace("http://", "https://")
    for connector in (both.connector, both.connector.replace(address=address)):
        with (
            connected_office(other, connector, SHOP_SECRET, both.connected.clock, listed=()) as made,
            pytest.raises(SystemUnreachable, match="CX_CONNECTOR_HOSTS"),
        ):
            made.office.write(REFUND, GOOD[REFUND], "k-1")
    assert not both.shop.requests


# --- a system of texts ----------------------------------------------------------------------------


def test_that_texts_are_written_and_read_as_the_system_has_them(
    texts: tuple[stringly.Stringly, ConnectedOffice],
) -> None:
    state, made = texts
    (customer,) = made.office.find_customers("ida@example.com")
    assert customer.id == "0007"
    assert made.office.read(ActionName("get_order"), {"order": "999999"}) == ()
    receipt = made.office.write(BOOK, GOOD[BOOK], "k-1")
    (booked,) = state.bookings
    assert (booked["Amount"], booked["Day"], booked["Notify"]) == ("12,50", "27.11.2026", "J")
    assert verified(made.actions[BOOK], GOOD[BOOK], receipt, made.office)
    (record,) = made.office.read(ActionName("bookings"), {"order": "000001"})
    assert (record.fields["amount"], record.fields["day"]) == (Money(minor=1250, currency="EUR"), "2026-11-27")
    assert record.fields["notified"] is True


def test_that_an_error_inside_a_200_is_a_refusal(texts: tuple[stringly.Stringly, ConnectedOffice]) -> None:
    state, made = texts
    said = refused(lambda: made.office.write(BOOK, {**GOOD[BOOK], "order": "777777"}, "k-1"))
    assert "Order or amount not accepted" in said
    assert made.office.receipt("k-1") is None
    assert not state.bookings


# --- OAuth2, and who may do it ---------------------------------------------------------------------


class Tokens(NamedTuple):
    """A server that gives tokens by client credentials, and a shop behind it."""

    shop: shop.Shop
    asked: list[Request]

    def handle(self, request: Request) -> tuple[int, object]:
        if request.path == "/token":
            self.asked.append(request)
            return 200, {"access_token": shop.TOKEN, "expires_in": 3600}
        return self.shop.handle(request)


def oauth(address: str, token_url: str) -> Connector:
    security = SecurityScheme(kind="oauth2", token_url=token_url, scope="orders")
    return shop.connected(address, imported(shop.api(address))).replace(security=security)


def test_that_a_token_is_got_once_by_client_credentials(tmp_path: Path, clock: SetClock) -> None:
    server = Tokens(shop.Shop(), [])
    with served(server.handle) as address:
        connector = oauth(address, f"{address}/token")
        with connected_office(tmp_path, connector, Secret("s3cret", "rung"), clock) as made:
            for id in ("o1", "o2"):
                assert made.office.read(ActionName("order"), {"order": id})
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Basic cnVuZzpzM2NyZXQ="
    assert asked.body == {"grant_type": "client_credentials", "scope": "orders"}


def test_that_client_credentials_go_to_no_other_host(tmp_path: Path, clock: SetClock) -> None:
    server = Tokens(shop.Shop(), [])
    with served(server.handle) as address:
        connector = oauth(address, address.replace("127.0.0.1", "localhost") + "/token")
        listed = ("127.0.0.1", "localhost")
        with (
            connected_office(tmp_path, connector, Secret("s3cret", "rung"), clock, listed=listed) as made,
            pytest.raises(SystemUnreachable, match="another host"),
        ):
            made.office.write(REFUND, GOOD[REFUND], "k-1")
    assert not server.asked


def test_that_a_connected_write_is_a_supervisors_unless_a_rule_names_it(tmp_path: Path) -> None:
    named = with_connected_rule({"a.cedar": 'permit (principal, action == Action::"shop_refund", resource);'}, [REFUND])
    assert list(named) == ["a.cedar"]
    added = with_connected_rule({}, [REFUND, CANCEL])[CONNECTED_FILE]
    assert 'Action::"shop_cancel"' in added or str(CANCEL) in added
    assert "principal is Role" in added
    assert "principal.rank >= 2" in added


# --- processes that die or are slow ------------------------------------------------------------------


def test_that_whoever_was_overtaken_sends_nothing_and_changes_nothing(both: Both) -> None:
    acts, clock = both.connected.acts, both.connected.clock
    first = acts.take("k-1", REFUND, "exact", GOOD[REFUND], clock())
    with pytest.raises(SystemUnreachable, match="at this moment"):
        acts.take("k-1", REFUND, "exact", GOOD[REFUND], clock())
    clock.forward(minutes=5)
    second = acts.take("k-1", REFUND, "exact", GOOD[REFUND], clock())
    with pytest.raises(SystemUnreachable, match="somebody else"):
        acts.sent(first, (), clock())
    acts.sent(second, (), clock())
    acts.not_done(first, "begun", clock())
    acts.let_go(first, clock())
    kept = acts.get("k-1", clock())
    assert kept is not None
    assert (kept.state, kept.held) == ("sent", True)


@pytest.mark.parametrize("done", [False, True])
def test_that_an_act_of_a_process_that_died_is_looked_up_before_anything_is_repeated(
    texts: tuple[stringly.Stringly, ConnectedOffice], done: bool
) -> None:
    state, made = texts
    act = made.acts.take("k-1", BOOK, request_digest(BOOK, GOOD[BOOK], ""), GOOD[BOOK], made.clock())
    made.acts.sent(act, (), made.clock())
    if done:
        body = {"OrderNo": "000001", "Amount": "12,50", "Day": "27.11.2026", "Notify": "J", "ExtRef": marked("k-1")}
        state._book(body)
    made.clock.forward(minutes=5)
    assert (made.office.receipt("k-1") is not None) == done
    receipt = made.office.write(BOOK, GOOD[BOOK], "k-1")
    assert receipt == made.office.receipt("k-1")
    assert state.effects == {marked("k-1"): 1}
