"""A small shop with a REST interface: amounts in decimals, idempotency keys honoured, lists in pages."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from cx_core.records import (
    ActionName,
    ArgumentUse,
    ClassifiedOperation,
    Connector,
    EffectProof,
    FieldUse,
    IdempotencyKey,
    ImportedApi,
    ResultPages,
    SecurityScheme,
    ValueFormat,
)
from tests.connectors.served import Json, Request

TOKEN = "shop-token-4711"
POUNDS = ValueFormat(type="money", currency="GBP")
STRING, NUMBER = {"type": "string"}, {"type": "number"}


def body(**properties: Json) -> Json:
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def gives(schema: Json) -> Json:
    return {"200": {"content": {"application/json": {"schema": schema}}}}


def page_of(schema: Json) -> Json:
    return {
        "type": "object",
        "properties": {"data": {"type": "array", "items": schema}, "next": {"type": "string"}},
    }


def in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": STRING}


def in_query(name: str, *, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": STRING}


def api(address: str) -> Json:
    """The shop's OpenAPI file."""
    of = "#/components/schemas/"
    order, refund, customer = ({"$ref": of + one} for one in ("Order", "Refund", "Customer"))
    text = {"type": "object", "properties": {}}
    schemas = {
        "Customer": text | {
            "properties": {"id": STRING, "name": STRING, "email": STRING, "minor": {"type": "boolean"}}
        },
        "Order": text
        | {
            "properties": {
                "id": STRING, "customer_id": STRING, "status": STRING, "total": NUMBER,
                "delivery": {"type": "object", "properties": {"address": STRING}}, "previous": STRING,
                "placed_on": {"type": "string", "format": "date"},
            }
        },
        "Refund": text
        | {"properties": {"id": STRING, "order_id": STRING, "amount": NUMBER, "reason": STRING, "status": STRING}},
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "Corner Shop", "version": "1"},
        "servers": [{"url": address}],
        "paths": {
            "/customers": {"get": {
                "operationId": "findCustomers", "parameters": [in_query("email", required=True)],
                "responses": gives(page_of(customer)),
            }},
            "/customers/{id}": {"get": {
                "operationId": "getCustomer", "parameters": [in_path("id")], "responses": gives(customer),
            }},
            "/customers/{id}/orders": {"get": {
                "operationId": "listOrders", "parameters": [in_path("id"), in_query("after")],
                "responses": gives(page_of(order)),
            }},
            "/orders/{id}": {"get": {
                "operationId": "getOrder", "parameters": [in_path("id")], "responses": gives(order),
            }},
            "/orders/{id}/cancel": {"post": {
                "operationId": "cancelOrder", "parameters": [in_path("id")], "responses": gives(order),
            }},
            "/orders/{id}/address": {"put": {
                "operationId": "changeAddress", "parameters": [in_path("id")],
                "requestBody": body(address=STRING), "responses": gives(order),
            }},
            "/refunds": {
                "get": {"operationId": "listRefunds", "parameters": [in_query("order_id", required=True),
                        in_query("after")], "responses": gives(page_of(refund))},
                "post": {"operationId": "createRefund",
                         "requestBody": body(order_id=STRING, amount=NUMBER, reason=STRING),
                         "responses": gives(refund)},
            },
        },
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip


class Shop:
    """The shop's state. `effects` counts them by the key that was sent."""

    PAGE = 50

    def __init__(self, orders: int = 3, *, honours: bool = True) -> None:
        self.honours = honours
        self.customers: dict[str, dict[str, Any]] = {
            "c1": {"id": "c1", "name": "Ida Bell", "email": "ida@example.com", "minor": False},
            "c2": {"id": "c2", "name": "Ida Bellamy", "email": "ida.bellamy@example.com", "minor": False},
        }
        self.orders: dict[str, dict[str, Any]] = {
            f"o{number}": {
                "id": f"o{number}", "customer_id": "c1", "status": "open", "total": 120.5, "previous": None,
                "delivery": {"address": f"{number} High Street"}, "placed_on": "2026-11-20",
            }
            for number in range(1, orders + 1)
        }  # fmt: skip
        self.refunds: dict[str, dict[str, Any]] = {}
        self.effects: Counter[str] = Counter()
        self.kept: dict[str, tuple[int, Json]] = {}
        self.requests: list[Request] = []

    def handle(self, request: Request) -> tuple[int, Json]:
        self.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Unauthorised"}
        key = request.headers.get("idempotency-key", "")
        if self.honours and key in self.kept:
            return self.kept[key]
        answer = self._routed(request, [part for part in request.path.split("/") if part])
        if key and request.method != "GET" and answer[0] < 300:
            self.effects[key] += 1
            self.kept[key] = answer
        return answer

    def _routed(self, request: Request, parts: list[str]) -> tuple[int, Json]:
        match request.method, parts:
            case "GET", ["customers"]:
                wanted = request.query.get("email", "")  # finds by the beginning, as careless systems do
                found = [one for one in self.customers.values() if one["email"].startswith(wanted.split("@")[0])]
                return 200, {"data": found}
            case "GET", ["customers", id]:
                return self._one(self.customers, id)
            case "GET", ["customers", id, "orders"]:
                return self._page([one for one in self.orders.values() if one["customer_id"] == id], request)
            case "GET", ["orders", id]:
                return self._one(self.orders, id)
            case "GET", ["refunds"]:
                wanted = request.query.get("order_id", "")
                return self._page([one for one in self.refunds.values() if one["order_id"] == wanted], request)
            case "POST", ["refunds"]:
                return self._refund(request.body)
            case (("POST" | "PUT"), ["orders", id, what]) if id in self.orders:
                return self._change(self.orders[id], what, request.body)
        return 404, {"message": "There is nothing here"}

    def _one(self, place: dict[str, dict[str, Any]], id: str) -> tuple[int, Json]:
        return (200, place[id]) if id in place else (404, {"message": "No such record"})

    def _page(self, found: list[dict[str, Any]], request: Request) -> tuple[int, Json]:
        begin = int(request.query.get("after") or 0)
        more = {"next": str(begin + self.PAGE)} if begin + self.PAGE < len(found) else {}
        return 200, {"data": found[begin : begin + self.PAGE], **more}

    def _refund(self, body: Json) -> tuple[int, Json]:
        order = self.orders.get(body["order_id"])
        amount = Decimal(str(body["amount"]))
        if order is None or amount <= 0 or amount > Decimal(str(order["total"])):
            return 422, {"message": "This cannot be refunded"}
        made = {"id": f"r{len(self.refunds) + 1}", "status": "paid", **body}
        self.refunds[made["id"]] = made
        return 201, made

    def _change(self, order: dict[str, Any], what: str, body: Json) -> tuple[int, Json]:
        if what == "cancel":
            if order["status"] != "open":
                return 409, {"message": "The order has left"}
            order["status"] = "cancelled"
            return 200, order
        order["previous"] = order["delivery"]["address"]
        order["delivery"] = {"address": body["address"]}
        return 200, order


def record_of(kind: str) -> ValueFormat:
    return ValueFormat(type="record", of=kind)


ORDER_FIELDS = (
    FieldUse(name="customer", at="/customer_id", format=record_of("customer")),
    FieldUse(name="status", at="/status"),
    FieldUse(name="total", at="/total", format=POUNDS),
    FieldUse(name="address", at="/delivery/address"),
    FieldUse(name="placed", at="/placed_on", format=ValueFormat(type="date")),
)
REFUND_FIELDS = (
    FieldUse(name="order", at="/order_id", format=record_of("order")),
    FieldUse(name="amount", at="/amount", format=POUNDS),
    FieldUse(name="reason", at="/reason"),
    FieldUse(name="status", at="/status"),
)
CUSTOMER_FIELDS = (
    FieldUse(name="name", at="/name"),
    FieldUse(name="email", at="/email"),
    FieldUse(name="minor", at="/minor", format=ValueFormat(type="boolean")),
)
PAGES = ResultPages(by="mark", argument="after", next_at="/next")


def classified(api: ImportedApi, *, honours: bool = True, settles: int = 60) -> tuple[ClassifiedOperation, ...]:
    """What an administrator would decide about the shop's operations."""
    hashes = {one.id: one.hash for one in api.operations}
    key = IdempotencyKey(place="header", at="Idempotency-Key", honoured=honours)

    def one(operation: str, action: str, title: str, **decided: Any) -> ClassifiedOperation:  # noqa: ANN401
        return ClassifiedOperation(
            operation=operation, hash=hashes[operation], action=ActionName(action), title=title, **decided
        )

    order = ArgumentUse(argument="id", name="order", format=record_of("order"))
    customer = ArgumentUse(argument="id", name="customer", format=record_of("customer"))
    whose = {"customer_at": "/customer_id", "id_at": "/id"}
    return (
        one("findCustomers", "shop_customers_by_mail", "Customers by mail", kind="read", record="customer",
            records_at="/data", id_at="/id", fields=CUSTOMER_FIELDS, finds="customers_by_address",
            arguments=(ArgumentUse(argument="email"),)),
        one("getCustomer", "customer", "Customer", kind="read", record="customer", id_at="/id",
            fields=CUSTOMER_FIELDS, finds="customers_by_id", arguments=(customer,)),
        one("listOrders", "shop_orders", "Orders", kind="read", record="order", records_at="/data", **whose,
            fields=ORDER_FIELDS, arguments=(customer,), pages=PAGES),
        one("getOrder", "order", "Order", kind="read", record="order", **whose, fields=ORDER_FIELDS,
            arguments=(order,)),
        one("listRefunds", "shop_refunds", "Refunds of an order", kind="read", record="refund", records_at="/data",
            id_at="/id", fields=REFUND_FIELDS, pages=PAGES,
            arguments=(ArgumentUse(argument="order_id", name="order", format=record_of("order")),)),
        one("createRefund", "shop_refund", "Refund an order", key=key, reference_at="/id", money="amount",
            words="Refund {amount} of order {order}: {reason}", settles_seconds=settles,
            arguments=(ArgumentUse(argument="order_id", name="order", format=record_of("order")),
                       ArgumentUse(argument="amount", format=POUNDS), ArgumentUse(argument="reason")),
            proof=EffectProof(read=ActionName("shop_refunds"), arguments={"order": "order"},
                              expect={"id": "@receipt", "amount": "amount", "status": "=paid"})),
        one("cancelOrder", "shop_cancel", "Cancel an order", key=key, reference_at="/id", arguments=(order,),
            settles_seconds=settles,
            proof=EffectProof(read=ActionName("order"), arguments={"order": "order"},
                              expect={"id": "order", "status": "=cancelled"})),
        one("changeAddress", "shop_address", "Change the delivery address", key=key, reference_at="/id",
            arguments=(order, ArgumentUse(argument="address")), reversible=True, settles_seconds=settles,
            fields=(FieldUse(name="previous", at="/previous"),), undo=ActionName("shop_address"), undo_minutes=60,
            undo_arguments={"order": "order", "address": "previous"},
            proof=EffectProof(read=ActionName("order"), arguments={"order": "order"},
                              expect={"id": "order", "address": "address"})),
    )  # fmt: skip


def connected(address: str, read: ImportedApi, *, honours: bool = True, settles: int = 60) -> Connector:
    return Connector(
        id="shop",
        name="Corner Shop",
        address=address,
        security=SecurityScheme(kind="bearer"),
        api=read,
        classified=classified(read, honours=honours, settles=settles),
        state="active",
    )
