"""The Systems page over the real desk and a real shop: import, classify, sign by two, test a read, stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import ActionName, Connector, PersonId, Role
from cx_core.settings import Settings
from tests.connectors import shop, tool_shop
from tests.connectors.connected import imported
from tests.connectors.served import served as system
from tests.pages.pressing import served, shown
from tests.signed_in import someone, token

Opened = Callable[[], AppTest]


@pytest.fixture
def address() -> Iterator[str]:
    with system(shop.Shop().handle) as url:
        yield url


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings.replace(connector_hosts="127.0.0.1")) as made:
        yield made


@pytest.fixture
def opened(desk: Desk) -> Opened:
    return lambda: shown("systems", token(desk, Role.ADMINISTRATOR))


@pytest.fixture
def drafted(desk: Desk, address: str) -> Connector:
    """The shop, with everything decided but how a refund is done."""
    admin, document = someone(desk, Role.ADMINISTRATOR), shop.api(address)
    whole = shop.connected(address, imported(document))
    one = desk.connectors.import_file(admin, "Corner Shop", json.dumps(document).encode())
    assert isinstance(one, Connector)
    desk.connectors.set_access(admin, one.id, whole.security, shop.TOKEN)
    for decided in whole.classified:
        if decided.operation != "createRefund":
            desk.connectors.classify(admin, one.id, decided)
    return one


def at_refund(opened: Opened, one: Connector) -> AppTest:
    at = opened()
    at.selectbox(key=f"operation-{one.id}").set_value("createRefund").run()
    assert not at.exception
    return at


def keyed(at: AppTest, name: str) -> str:
    """The whole key of a field of the form."""
    return next(
        str(one.key)
        for one in (*at.text_input, *at.selectbox, *at.button)
        if one.key and one.key.startswith(f"{name}-")
    )


def test_that_a_file_that_is_uploaded_is_shown_as_operations(opened: Opened, desk: Desk, address: str) -> None:
    at = opened()
    at.text_input(key="new-name").set_value("Corner Shop")
    at.file_uploader(key="file-").set_value(("shop.json", json.dumps(shop.api(address)).encode(), "application/json"))
    at.button(key="import-").click().run()
    assert not at.exception
    (view,) = desk.connectors.all(someone(desk, Role.ADMINISTRATOR))
    assert {one.operation.id for one in view.operations} >= {"createRefund", "getOrder"}
    assert "createRefund" in at.selectbox(key=f"operation-{view.draft.id}").options


def test_that_a_hostile_file_is_refused_in_words(opened: Opened, desk: Desk, papers: list[str]) -> None:
    at = opened()
    at.text_input(key="new-name").set_value("Shop")
    hostile = b'{"openapi": "3.0.0", "paths": {"/a": {"$ref": "http://169.254.169.254/"}}}'
    at.file_uploader(key="file-").set_value(("shop.json", hostile, "application/json"))
    at.button(key="import-").click().run()
    assert any("leads out of the file" in text for text in papers)
    assert desk.connectors.all(someone(desk, Role.ADMINISTRATOR)) == ()


def test_that_a_refund_is_classified_by_the_form(
    opened: Opened, desk: Desk, drafted: Connector, papers: list[str]
) -> None:
    at = at_refund(opened, drafted)
    assert at.selectbox(key=keyed(at, "money")).value == "amount", "what is recognised as money is taken for it"
    for name, value in {
        "action": "shop_refund",
        "reference_at": "/id",
        "key_at": "Idempotency-Key",
        "proof_arguments": "order = order_id",
        "expect": "id = @receipt; status = =paid",
    }.items():
        at.text_input(key=keyed(at, name)).set_value(value)
    for name, value in {"key_place": "header", "proof_read": "shop_refunds"}.items():
        at.selectbox(key=keyed(at, name)).set_value(value)
    at.button(key=keyed(at, "save")).click().run()
    assert not at.exception
    assert any("is classified" in text for text in papers)
    (view,) = desk.connectors.all(someone(desk, Role.ADMINISTRATOR))
    decided = next(one for one in view.draft.classified if one.operation == "createRefund")
    assert (decided.kind, decided.risk, decided.reversible) == ("write", "high", False)
    assert decided.money == "amount"
    assert decided.proof is not None
    assert decided.proof.expect == {"id": "@receipt", "status": "=paid"}
    assert decided.key is not None
    assert decided.key.at == "Idempotency-Key"


def test_that_two_administrators_put_it_in_force_and_one_stops_it(
    opened: Opened, desk: Desk, drafted: Connector, papers: list[str]
) -> None:
    at = opened()
    at.button(key="ask").click().run()
    assert not [one for one in at.button if one.key == "sign"], "nobody signs what they asked for"
    assert any("Another administrator puts it in force." in text for text in papers)
    assert "Your password" not in [one.label for one in at.text_input]
    signed = next(text for text in papers if "asks to put this in force" in text)
    for told in ("POST /orders/{id}/cancel as shop_cancel", "Proven by order", "new", "Nothing takes it back"):
        assert told in signed
    (view,) = desk.connectors.all(someone(desk, Role.ADMINISTRATOR))
    assert view.in_force is None
    other = someone(desk, Role.ADMINISTRATOR).replace(id=PersonId("another"))
    assert not isinstance(desk.connectors.put_in_force(other, view.draft), str)
    at = opened()
    states = {row["Operation"]: row["State"] for row in at.dataframe[0].value.to_dict("records")}
    assert (states["cancelOrder"], states["createRefund"]) == ("in force", "not used")
    at.text_input(key="stop-reason").set_value("Sold").run()
    at.button(key="stop").click().run()
    (view,) = desk.connectors.all(someone(desk, Role.ADMINISTRATOR))
    assert view.draft.state == "stopped"


def test_that_the_page_says_what_a_newer_file_stops_before_it_is_imported(
    opened: Opened, desk: Desk, drafted: Connector, address: str, papers: list[str]
) -> None:
    at = opened()
    assert not any("stops at once" in one.value for one in at.caption), "nothing is in force yet"
    asked = desk.connectors.ask(someone(desk, Role.ADMINISTRATOR), drafted.id)
    assert isinstance(asked, Connector)
    other = someone(desk, Role.ADMINISTRATOR).replace(id=PersonId("another"))
    signed = desk.connectors.put_in_force(other, asked)
    assert isinstance(signed, Connector)
    at = opened()
    assert any("stops at once" in one.value for one in at.caption)
    newer = shop.api(address)
    newer["components"]["schemas"]["Customer"]["properties"]["phone"] = {"type": "string"}
    file = ("shop.json", json.dumps(newer).encode(), "application/json")
    papers.clear()
    at.file_uploader(key=f"file-{drafted.id}").set_value(file).run()
    assert not at.exception
    told = next(text for text in papers if "stop at once" in text)
    assert "2 of the actions in force" in told
    assert "Customers by mail: field phone is new" in told
    assert "customers are not found" in told
    (view,) = desk.connectors.all(someone(desk, Role.ADMINISTRATOR))
    assert view.draft == signed, "the file is only looked at"
    at.file_uploader(key=f"file-{drafted.id}").set_value(("shop.json", b"{}", "application/json")).run()
    assert any("/openapi" in text for text in papers)


def test_that_a_read_is_tested_from_the_page(opened: Opened, drafted: Connector) -> None:
    at = opened()
    at.selectbox(key="try-action").set_value(ActionName("order")).run()
    at.text_input(key="try-order").set_value("o1")
    at.button(key="try").click().run()
    assert not at.exception
    assert any(text.value == "1 record" for text in at.text)


def test_that_tools_of_a_server_are_listed_shown_word_by_word_and_listed_again(
    opened: Opened, desk: Desk, papers: list[str]
) -> None:
    shop = tool_shop.ToolShop()
    with tool_shop.tool_server(shop) as url:
        at = opened()
        at.segmented_control(key="new-by").set_value("MCP server").run()
        at.text_input(key="new-name").set_value("Tool Shop")
        at.text_input(key="tools-address").set_value(url)
        at.text_input(key="tools-secret").set_value(tool_shop.TOKEN)
        at.button(key="list-tools").click().run()
        assert not at.exception
        assert any("5 tools listed" in text for text in papers)
        (view,) = desk.connectors.all(someone(desk, Role.ADMINISTRATOR))
        at.selectbox(key=f"operation-{view.draft.id}").set_value("refund_order").run()
        assert any(text.value == "Gives money back." for text in at.text)
        assert any("destructiveHint" in code.value for code in at.code)
        shop.tools = [one.model_copy(update={"description": "Gives all back.\u200b"}) for one in shop.tools]
        at.button(key="look-again").click().run()
        assert any(text.value == "Gives all back.‹U+200B›" for text in at.text)
