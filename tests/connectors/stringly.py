"""A system whose every route is POST and every value a text: dates, amounts and yes written out, errors inside 200."""

from __future__ import annotations

from collections import Counter
from typing import Any

from cx_core.records import (
    ActionName,
    ArgumentUse,
    ClassifiedOperation,
    Connector,
    EffectProof,
    FailureSign,
    FieldUse,
    IdempotencyKey,
    ImportedApi,
    ResultPages,
    SecurityScheme,
    ValueFormat,
)
from tests.connectors.served import Json, Request
from tests.connectors.shop import STRING, record_of

API_KEY = "K-0815"
EUROS = ValueFormat(type="money", currency="EUR", decimal_mark=",")
DAY = ValueFormat(type="date", date_format="%d.%m.%Y")
JA = ValueFormat(type="boolean", yes="J", no="N")
OK = FailureSign(at="/Result", success=("OK",), nothing=("NOT_FOUND",), message_at="/Message")


def api(address: str) -> Json:
    """The system's OpenAPI file."""
    order = {"type": "object", "properties": {"OrderNo": STRING, "CustNo": STRING, "State": STRING}}
    booking = {"type": "object", "properties": {"BookingNo": STRING, "OrderNo": STRING, "Amount": STRING}}

    def call(name: str, rows: Json, *needed: str, optional: tuple[str, ...] = ()) -> Json:
        fields = {one: STRING for one in (*needed, *optional)}
        schema = {"type": "object", "required": list(needed), "properties": fields}
        answer = {
            "type": "object",
            "properties": {"Result": STRING, "Message": STRING, "Rows": {"type": "array", "items": rows}},
        }
        return {
            "post": {
                "operationId": name,
                "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                "responses": {"200": {"content": {"application/json": {"schema": answer}}}},
            }
        }

    return {
        "openapi": "3.0.1",
        "info": {"title": "Backend", "version": "7"},
        "servers": [{"url": address}],
        "paths": {
            "/rpc/FindCustomer": call("FindCustomer", order, "Mail"),
            "/rpc/GetOrder": call("GetOrder", order, "OrderNo"),
            "/rpc/ListBookings": call("ListBookings", booking, "OrderNo", optional=("Page",)),
            "/rpc/BookRefund": call("BookRefund", booking, "OrderNo", "Amount", "Day", "Notify", optional=("ExtRef",)),
        },
    }


class Stringly:
    """Its state. It takes every call as a new one, and shows the reference it was given."""

    PAGE = 3

    def __init__(self, orders: int = 3) -> None:
        self.orders = {
            f"{number:06d}": {"OrderNo": f"{number:06d}", "CustNo": "0007", "State": "OPEN"}
            for number in range(1, orders + 1)
        }
        self.bookings: list[dict[str, Any]] = []
        self.effects: Counter[str] = Counter()
        self.requests: list[Request] = []

    def handle(self, request: Request) -> tuple[int, Json]:
        self.requests.append(request)
        body = request.body
        if request.query.get("apikey") != API_KEY or request.method != "POST":
            return 200, {"Result": "ERR", "Message": "No access"}
        if any(not isinstance(value, str) for value in body.values()):
            return 200, {"Result": "ERR", "Message": "Every value must be a text"}
        match request.path:
            case "/rpc/FindCustomer":
                found = [{"CustNo": "0007", "Name": "Ida Bell", "Mail": "IDA@EXAMPLE.COM"}]
                return 200, {"Result": "OK", "Rows": found if body["Mail"].lower() == "ida@example.com" else []}
            case "/rpc/GetOrder":
                one = self.orders.get(body["OrderNo"])
                return 200, {"Result": "OK", "Rows": [one]} if one else {"Result": "NOT_FOUND", "Message": "-"}
            case "/rpc/ListBookings":
                rows = [one for one in self.bookings if one["OrderNo"] == body["OrderNo"]]
                begin = (int(body.get("Page", "1")) - 1) * self.PAGE
                more = "true" if begin + self.PAGE < len(rows) else "false"
                return 200, {"Result": "OK", "More": more, "Rows": rows[begin : begin + self.PAGE]}
            case "/rpc/BookRefund":
                return self._book(body)
        return 200, {"Result": "ERR", "Message": "Unknown call"}

    def _book(self, body: Json) -> tuple[int, Json]:
        if body["OrderNo"] not in self.orders or "," not in body["Amount"] or body["Day"][2] != ".":
            return 200, {"Result": "ERR", "Message": "Order or amount not accepted"}
        if body["Notify"] not in ("J", "N"):
            return 200, {"Result": "ERR", "Message": "Notify must be J or N"}
        number = f"B{len(self.bookings) + 1:05d}"
        self.bookings.append({"BookingNo": number, **body})
        self.effects[body.get("ExtRef", "")] += 1
        return 200, {"Result": "OK", "Rows": [self.bookings[-1]]}


def connected(address: str, read: ImportedApi, *, settles: int = 60) -> Connector:
    """As an administrator would connect it."""
    hashes = {one.id: one.hash for one in read.operations}

    def one(operation: str, action: str, title: str, **decided: Any) -> ClassifiedOperation:  # noqa: ANN401
        return ClassifiedOperation(
            operation=operation, hash=hashes[operation], action=ActionName(action), title=title, failure=OK, **decided
        )

    order = ArgumentUse(argument="order_no", name="order", format=record_of("order"))
    bookings = (
        FieldUse(name="order", at="/OrderNo", format=record_of("order")),
        FieldUse(name="amount", at="/Amount", format=EUROS),
        FieldUse(name="day", at="/Day", format=DAY),
        FieldUse(name="notified", at="/Notify", format=JA),
        FieldUse(name="our_reference", at="/ExtRef"),
    )
    decided = (
        one("FindCustomer", "find_customer", "Customer by mail", kind="read", record="customer", records_at="/Rows",
            id_at="/CustNo", fields=(FieldUse(name="name", at="/Name"), FieldUse(name="email", at="/Mail")),
            finds="customers_by_address", arguments=(ArgumentUse(argument="mail"),)),
        one("GetOrder", "get_order", "Order", kind="read", record="order", records_at="/Rows", id_at="/OrderNo",
            customer_at="/CustNo", fields=(FieldUse(name="state", at="/State"),), arguments=(order,)),
        one("ListBookings", "bookings", "Bookings of an order", kind="read", record="booking", records_at="/Rows",
            id_at="/BookingNo", fields=bookings, arguments=(order,),
            pages=ResultPages(by="page", argument="page", more_at="/More", most_pages=200)),
        one("BookRefund", "book_refund", "Book a refund", reference_at="/Rows/0/BookingNo", money="amount",
            key=IdempotencyKey(place="body", at="/ExtRef", honoured=False), settles_seconds=settles,
            arguments=(order, ArgumentUse(argument="amount", format=EUROS), ArgumentUse(argument="day", format=DAY),
                       ArgumentUse(argument="notify", format=JA)),
            proof=EffectProof(read=ActionName("bookings"), arguments={"order": "order"}, key_field="our_reference",
                              expect={"id": "@receipt", "amount": "amount", "day": "day"})),
    )  # fmt: skip
    return Connector(
        id="stringly", name="Backend", address=address, api=read, classified=decided, state="active",
        security=SecurityScheme(kind="query", name="apikey"),
    )  # fmt: skip
