"""What an administrator is offered for the operations of a file that nobody here wrote for the purpose."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cx_core.adapters.openapi.operations import read_api
from cx_core.catalogue.operation_proposal import proposed
from cx_core.records import ClassifiedOperation

ITEM = {"type": "object", "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}}}
ORDER = {
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        "customer_id": {"type": "string"},
        "status": {"type": "string"},
        "placed_at": {"type": "string", "format": "date-time"},
        "total": {"type": "number"},
        "items": {"type": "array", "items": ITEM},
    },
}
CUSTOMER = {"type": "object", "properties": {"customer_id": {"type": "string"}, "email": {"type": "string"}}}


def gives(schema: object) -> dict[str, Any]:
    return {"200": {"content": {"application/json": {"schema": schema}}}}


def parameter(name: str, place: str, kind: str = "string", *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": kind}}


def pages_of(schema: object) -> dict[str, Any]:
    return gives(
        {"type": "object", "properties": {"total": {"type": "integer"}, "data": {"type": "array", "items": schema}}}
    )


KEY = parameter("Idempotency-Key", "header")
WHOSE = parameter("customer_id", "path")
NUMBER = parameter("order_number", "path", "integer")


def taking(required: list[str], **properties: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": required,
        "properties": {name: {"type": kind} for name, kind in properties.items()},
    }
    return {"content": {"application/json": {"schema": schema}}, "required": True}


WHOLE = taking(["order", "total"], order="string", total="number")
OF_SEVERAL = taking(["order", "fee", "amount"], order="string", fee="number", amount="integer")
LEFT_OUT = taking(["order"], order="string", amount="number", discount="number")
PATHS = {
    "/customers": {
        "get": {"parameters": [parameter("email", "query", required=False)], "responses": pages_of(CUSTOMER)},
    },
    "/customers/{customer_id}": {
        "get": {"parameters": [parameter("customer_id", "path")], "responses": gives(CUSTOMER)}
    },
    "/customers/{customer_id}/orders": {
        "get": {"parameters": [parameter("customer_id", "path")], "responses": pages_of(ORDER)}
    },
    "/orders/{order_number}": {"get": {"parameters": [NUMBER], "responses": gives(ORDER)}},
    "/whole-refunds": {"post": {"requestBody": WHOLE, "responses": gives(ORDER)}},
    "/refunds": {"post": {"requestBody": OF_SEVERAL, "responses": gives(ORDER)}},
    "/optional-refunds": {"post": {"requestBody": LEFT_OUT, "responses": gives(ORDER)}},
    "/orders/{order_number}/cancel": {"post": {"parameters": [NUMBER, KEY], "responses": gives(ORDER)}},
}


@pytest.fixture(scope="module")
def offered() -> dict[str, ClassifiedOperation]:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Plants", "version": "1"},
        "servers": [{"url": "https://shop.example"}],
        "paths": PATHS,
    }
    api = read_api(json.dumps(document).encode())
    return {f"{one.method} {one.path}": proposed(one, "EUR") for one in api.operations}


def test_that_one_record_is_read_by_its_number_with_all_it_says(offered: dict[str, ClassifiedOperation]) -> None:
    order = offered["GET /orders/{order_number}"]
    assert (order.kind, order.action, order.record) == ("read", "order", "order")
    assert [(use.called, use.format.type, use.format.of) for use in order.arguments] == [("order", "record", "order")]
    assert (order.records_at, order.id_at, order.customer_at) == ("", "/number", "/customer_id")
    told = {use.name: use.format for use in order.fields}
    assert {name: format.type for name, format in told.items()} == {
        "customer": "record",
        "status": "text",
        "placed_at": "date",
        "total": "money",
        "items": "items",
    }
    assert next(use.at for use in order.fields if use.name == "items") == "/items/*/sku"
    assert (told["total"].currency, told["total"].unit, told["customer"].of) == ("EUR", "decimal", "customer")


def test_that_lists_and_customers_are_found(offered: dict[str, ClassifiedOperation]) -> None:
    orders = offered["GET /customers/{customer_id}/orders"]
    assert (orders.kind, orders.record, orders.records_at) == ("read", "order", "/data")
    assert [(use.called, use.format.of) for use in orders.arguments] == [("customer", "customer")]
    by_mail, by_id = offered["GET /customers"], offered["GET /customers/{customer_id}"]
    assert (by_mail.finds, by_mail.records_at, by_mail.id_at) == ("customers_by_address", "/data", "/customer_id")
    assert (by_id.finds, by_id.action, by_id.customer_at) == ("customers_by_id", "customer", "/customer_id")


def test_that_a_change_is_a_write_with_its_key_and_the_read_that_shows_it(
    offered: dict[str, ClassifiedOperation],
) -> None:
    cancel = offered["POST /orders/{order_number}/cancel"]
    assert (cancel.kind, cancel.risk, cancel.reversible, cancel.record) == ("write", "high", False, "order")
    assert [use.called for use in cancel.arguments] == ["order"]
    assert cancel.key is not None
    assert (cancel.key.place, cancel.key.at) == ("header", "Idempotency-Key")
    assert cancel.proof is not None
    assert (cancel.proof.read, cancel.proof.arguments, cancel.proof.expect) == (
        "order",
        {"order": "order"},
        {"id": "order"},
    )


@pytest.mark.parametrize(
    ("operation", "money", "arguments"),
    [
        ("POST /whole-refunds", "total", ["order", "total"]),
        ("POST /refunds", "amount", ["order", "fee", "amount"]),
        ("POST /optional-refunds", "amount", ["order", "amount"]),
        ("POST /orders/{order_number}/cancel", "", ["order"]),
        ("GET /orders/{order_number}", "", ["order"]),
    ],
)
def test_that_an_argument_of_money_is_taken_for_money_out(
    offered: dict[str, ClassifiedOperation], operation: str, money: str, arguments: list[str]
) -> None:
    assert offered[operation].money == money
    assert [use.called for use in offered[operation].arguments] == arguments
