"""A small shop as an MCP server made with the SDK's own classes, over a real socket; a test may have it turn bad."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from mcp import types
from mcp.server import Server, ServerRequestContext
from starlette.types import ASGIApp, Receive, Scope, Send

from cx_core.records import (
    ActionName,
    ArgumentUse,
    ClassifiedOperation,
    EffectProof,
    FieldUse,
    IdempotencyKey,
    ImportedApi,
    ValueFormat,
)

TOKEN = "tool-token-4711"
POUNDS = ValueFormat(type="money", currency="GBP")
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
Json = dict[str, Any]
Context = ServerRequestContext[Any, Any]
Answer = Callable[[Context, str, Json], Awaitable[types.CallToolResult]]


def record(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def listed(name: str, schema: Json) -> Json:
    return record(**{name: {"type": "array", "items": schema}})


ORDER = record(id=TEXT, customer_id=TEXT, status=TEXT, total=NUMBER)
REFUND = record(id=TEXT, order_id=TEXT, amount=NUMBER, status=TEXT, mark=TEXT)
CUSTOMER = record(id=TEXT, name=TEXT, email=TEXT)


def tool(name: str, description: str, given: Json, gives: Json, **hints: bool) -> types.Tool:
    annotations = types.ToolAnnotations.model_validate(hints, by_name=True) if hints else None
    return types.Tool(
        name=name, description=description, input_schema=given, output_schema=gives, annotations=annotations
    )


def tools() -> list[types.Tool]:
    return [
        tool("get_customer", "A customer by id.", record(customer_id=TEXT), CUSTOMER, read_only_hint=True),
        tool("find_customers", "By e-mail address.", record(email=TEXT), listed("customers", CUSTOMER)),
        tool("get_order", "An order by id.", record(order_id=TEXT), ORDER, read_only_hint=True),
        tool("list_refunds", "Refunds of an order.", record(order_id=TEXT), listed("refunds", REFUND)),
        tool(
            "refund_order",
            "Gives money back.",
            record(order_id=TEXT, amount=NUMBER, mark=TEXT),
            REFUND,
            destructive_hint=True,
        ),
    ]


@dataclass
class ToolShop:
    """What the shop holds and was asked; `answer` takes the place of a tool's work."""

    name: str = "Corner Shop"
    token: str = TOKEN
    tools: list[types.Tool] = field(default_factory=tools)
    refunds: list[Json] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    answer: Answer | None = None

    async def list_tools(self, _: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=self.tools)

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        self.called.append(params.name)
        given = params.arguments or {}
        if self.answer is not None:
            return await self.answer(context, params.name, given)
        return result(self.work(params.name, given))

    def work(self, name: str, given: Json) -> Json:
        customer = {"id": "c1", "name": "Ida Bell", "email": "ida@example.com"}
        if name == "get_customer":
            return customer
        if name == "find_customers":
            return {"customers": [customer] if given["email"] == customer["email"] else []}
        if name == "get_order":
            return {"id": given["order_id"], "customer_id": "c1", "status": "open", "total": 120.5}
        if name == "list_refunds":
            return {"refunds": [one for one in self.refunds if one["order_id"] == given["order_id"]]}
        refund = {"id": f"r{len(self.refunds) + 1}", "status": "paid", **given}
        self.refunds.append(refund)
        return refund

    def server(self) -> Server[Any]:
        return Server(self.name, version="3", on_list_tools=self.list_tools, on_call_tool=self.call_tool)


def result(structured: Json) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text="done")], structured_content=structured)


class Guarded:
    """Lets in only who shows the token, and keeps what came."""

    def __init__(self, app: ASGIApp, shop: ToolShop) -> None:
        self._app = app
        self._shop = shop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            self._shop.heard.append((scope["method"], headers.get(b"authorization", b"")))
            if headers.get(b"authorization") != f"Bearer {self._shop.token}".encode():
                await send({"type": "http.response.start", "status": 401, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
        await self._app(scope, receive, send)


@contextmanager
def tool_server(shop: ToolShop, port: int = 0) -> Iterator[str]:
    """The address of the shop's MCP server."""
    app = shop.server().streamable_http_app()
    with over_socket(Guarded(app, shop), port) as address:
        yield f"{address}/mcp"


@contextmanager
def over_socket(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """The address of an ASGI application."""
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
        listening.close()


def as_record(kind: str) -> ValueFormat:
    return ValueFormat(type="record", of=kind)


def decisions(api: ImportedApi) -> tuple[ClassifiedOperation, ...]:
    """Everything decided about the shop's tools."""
    hashes = {one.id: one.hash for one in api.operations}

    def read(operation: str, action: str, record: str, **more: object) -> ClassifiedOperation:
        return ClassifiedOperation.model_validate({
            "operation": operation, "hash": hashes[operation], "action": action, "kind": "read", "title": action,
            "record": record, "id_at": "/id", **more,
        })  # fmt: skip

    def order(name: str) -> ArgumentUse:
        return ArgumentUse(argument="order_id", name=name, format=as_record("order"))

    customer = (FieldUse(name="name", at="/name"), FieldUse(name="email", at="/email"))
    return (
        read(
            "get_customer", "customer", "customer", finds="customers_by_id", fields=customer,
            arguments=(ArgumentUse(argument="customer_id", name="customer", format=as_record("customer")),),
        ),
        read(
            "find_customers", "customer_by_mail", "customer", finds="customers_by_address", fields=customer,
            records_at="/customers", arguments=(ArgumentUse(argument="email"),),
        ),
        read(
            "get_order", "order", "order", customer_at="/customer_id", arguments=(order("order"),),
            fields=(FieldUse(name="status", at="/status"), FieldUse(name="total", at="/total", format=POUNDS)),
        ),
        read(
            "list_refunds", "refunds", "refund", records_at="/refunds", arguments=(order("order"),),
            fields=(
                FieldUse(name="amount", at="/amount", format=POUNDS), FieldUse(name="status", at="/status"),
                FieldUse(name="mark", at="/mark"),
            ),
        ),
        ClassifiedOperation(
            operation="refund_order", hash=hashes["refund_order"], action=ActionName("tool_refund"), title="Refund",
            arguments=(order("order"), ArgumentUse(argument="amount", format=POUNDS),
                       ArgumentUse(argument="mark", fixed="-")),
            reference_at="/id", money="amount", key=IdempotencyKey(place="body", at="/mark", honoured=False),
            fields=(FieldUse(name="status", at="/status"),),
            proof=EffectProof(
                read=ActionName("refunds"), arguments={"order": "order"}, key_field="mark",
                expect={"id": "@receipt", "amount": "amount", "status": "=paid"},
            ),
        ),
    )  # fmt: skip
