"""Medusa, a shop system that others wrote: installed from its packages, started as a process of its own.

Its packages bring no OpenAPI file, so `api` describes the operations that a customer service needs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import sqlalchemy as sa

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
from tests.connectors.served import Json
from tests.connectors.shop import NUMBER, STRING, gives, in_path, in_query, record_of
from tests.mail_servers import free_port

VERSION = "2.21.2"
PACKAGES = [f"@medusajs/{name}@{VERSION}" for name in ("medusa", "cli", "framework")]
IDA = "ida@example.com"
POUNDS = ValueFormat(type="money", currency="GBP")
_CONFIG = """
const { defineConfig } = require("@medusajs/framework/utils")
const here = "http://127.0.0.1"
module.exports = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { ssl: false },
    http: { jwtSecret: "tests", cookieSecret: "tests", storeCors: here, adminCors: here, authCors: here },
  },
})
"""
_STAFF = {"email": "staff@example.com", "password": "a-password-for-tests"}
ORDER_PARTS = (
    "id,display_id,status,payment_status,customer_id,created_at,currency_code,total,*shipping_address,"
    "payment_collections.refunded_amount,payment_collections.payments.id"
)
PAYMENT_PARTS = "+refunds.note,+payment_collection.order.customer_id"


class Medusa(NamedTuple):
    """A running one with a customer, Ida Bell. Orders are placed as a web shop does."""

    address: str
    key: str
    shop_key: str
    region: str
    variant: str

    @property
    def staff(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=30, auth=(self.key, ""))

    def paid_order(self) -> str:
        """The id of a new order of two lamps for £109.00, paid."""
        where = {
            "first_name": "Ida", "last_name": "Bell", "address_1": "1 High Street", "city": "Leeds",
            "postal_code": "LS1 1AA", "country_code": "gb",
        }  # fmt: skip
        items = [{"variant_id": self.variant, "quantity": 2}]
        with (
            httpx.Client(base_url=self.address, timeout=30, headers={"x-publishable-api-key": self.shop_key}) as shop,
            self.staff as staff,
        ):
            wanted = {"region_id": self.region, "email": IDA, "shipping_address": where, "items": items}
            cart = _sent(shop, "/store/carts", wanted)["cart"]
            money = _sent(shop, "/store/payment-collections", {"cart_id": cart["id"]})["payment_collection"]
            way = {"provider_id": "pp_system_default"}
            _sent(shop, f"/store/payment-collections/{money['id']}/payment-sessions", way)
            order = str(_sent(shop, f"/store/carts/{cart['id']}/complete", {})["order"]["id"])
            _sent(
                staff, f"/admin/payments/{self.seen(order)['payment_collections'][0]['payments'][0]['id']}/capture", {}
            )
        return order

    def seen(self, order: str) -> Json:
        """The order as Medusa shows it, with its payments and their refunds."""
        with self.staff as staff:
            fields = f"{ORDER_PARTS},payment_collections.payments.refunds.*"
            return staff.get(f"/admin/orders/{order}", params={"fields": fields}).raise_for_status().json()["order"]

    def refunds(self, order: str) -> list[float]:
        return [one["amount"] for one in self.seen(order)["payment_collections"][0]["payments"][0]["refunds"]]


def folder() -> Path | None:
    """The folder of `RUNG_MEDUSA`, or one that it is installed into; None where it cannot be had."""
    if named := os.environ.get("RUNG_MEDUSA"):
        return Path(named) if (Path(named) / "node_modules/.bin/medusa").exists() else None
    place = Path(tempfile.gettempdir()) / f"rung-medusa-{VERSION}"
    if not (place / "node_modules/.bin/medusa").exists():
        if os.environ.get("RUNG_INSTALL_SYSTEMS") != "1" or shutil.which("npm") is None:
            return None
        place.mkdir(exist_ok=True)
        (place / "package.json").write_text('{"private": true}')
        install = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *PACKAGES]
        if subprocess.run(install, cwd=place, check=False, capture_output=True, timeout=900).returncode != 0:
            return None
    return place


@contextmanager
def running(database: sa.URL) -> Iterator[Medusa]:
    """A Medusa with a region, a lamp, a customer and a secret key, on a new database of this PostgreSQL server."""
    place = folder()
    assert place is not None
    (place / "medusa-config.js").write_text(_CONFIG)
    name = f"medusa_{os.getpid()}_{time.monotonic_ns()}"
    with sa.create_engine(database, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    within = str(database.query.get("host") or database.host).replace("/", "%2F")
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{database.username}@{within}{f':{database.port}' if database.port else ''}/{name}",
        "NODE_ENV": "production",
        "MEDUSA_DISABLE_TELEMETRY": "1",
    }
    program = [str(place / "node_modules/.bin/medusa")]
    for command in (["db:migrate"], ["user", "-e", _STAFF["email"], "-p", _STAFF["password"]]):
        subprocess.run(program + command, cwd=place, env=environment, check=True, capture_output=True, timeout=300)
    process = subprocess.Popen(
        [*program, "start", "-H", "127.0.0.1", "-p", str(port)], cwd=place, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield _furnished(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def _furnished(address: str) -> Medusa:
    for _ in range(300):
        try:
            httpx.get(f"{address}/health").raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.2)
    with httpx.Client(base_url=address, timeout=30) as anybody:
        token = _sent(anybody, "/auth/user/emailpass", _STAFF)["token"]
    with httpx.Client(base_url=address, timeout=30, headers={"Authorization": f"Bearer {token}"}) as staff:
        secret = _sent(staff, "/admin/api-keys", {"title": "Rung", "type": "secret"})["api_key"]["token"]
        web = _sent(staff, "/admin/api-keys", {"title": "Web shop", "type": "publishable"})["api_key"]
        channel = staff.get("/admin/sales-channels").json()["sales_channels"][0]["id"]
        _sent(staff, f"/admin/api-keys/{web['id']}/sales-channels", {"add": [channel]})
        region = {"name": "UK", "currency_code": "gbp", "countries": ["gb"], "payment_providers": ["pp_system_default"]}
        lamp = {
            "title": "Lamp", "status": "published", "options": [{"title": "Size", "values": ["One"]}],
            "sales_channels": [{"id": channel}],
            "variants": [{"title": "One", "options": {"Size": "One"}, "manage_inventory": False,
                          "prices": [{"currency_code": "gbp", "amount": 54.5}]}],
        }  # fmt: skip
        _sent(staff, "/admin/customers", {"email": IDA, "first_name": "Ida", "last_name": "Bell"})
        return Medusa(
            address, secret, web["token"], _sent(staff, "/admin/regions", region)["region"]["id"],
            _sent(staff, "/admin/products", lamp)["product"]["variants"][0]["id"],
        )  # fmt: skip


def _sent(client: httpx.Client, path: str, body: Json) -> Json:
    return client.post(path, json=body).raise_for_status().json()


# --- as an administrator describes and connects it ----------------------------------------------------


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def api(address: str) -> Json:
    """The operations that are needed, as Medusa's documentation describes them."""
    customer = _object(id=STRING, email=STRING, first_name=STRING, last_name=STRING)
    where = _object(address_1=STRING, city=STRING, postal_code=STRING)
    order = _object(
        id=STRING, display_id={"type": "integer"}, status=STRING, payment_status=STRING, customer_id=STRING,
        created_at=STRING, currency_code=STRING, total=NUMBER, shipping_address=where,
    )  # fmt: skip
    payment = _object(id=STRING, amount=NUMBER, currency_code=STRING)
    refund = {"type": "object", "required": ["amount"], "properties": {"amount": NUMBER, "note": STRING}}
    parts, listed = in_query("fields"), [in_query("fields"), in_query("limit"), in_query("offset")]

    def sends(schema: Json) -> Json:
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    def wrapped(**answer: Json) -> Json:
        return gives(_object(**answer))

    many = {"type": "array"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Medusa Admin API", "version": VERSION},
        "servers": [{"url": address}],
        "paths": {
            "/admin/customers": {"get": {
                "operationId": "GetCustomers", "parameters": [in_query("email"), *listed],
                "responses": wrapped(customers=many | {"items": customer}),
            }},
            "/admin/customers/{id}": {"get": {
                "operationId": "GetCustomersId", "parameters": [in_path("id")], "responses": wrapped(customer=customer),
            }},
            "/admin/orders": {"get": {
                "operationId": "GetOrders", "parameters": [in_query("customer_id"), *listed],
                "responses": wrapped(orders=many | {"items": order}),
            }},
            "/admin/orders/{id}": {
                "get": {"operationId": "GetOrdersId", "parameters": [in_path("id"), parts],
                        "responses": wrapped(order=order)},
                "post": {"operationId": "PostOrdersId", "parameters": [in_path("id")],
                         "requestBody": sends(_object(shipping_address=where)), "responses": wrapped(order=order)},
            },
            "/admin/orders/{id}/cancel": {"post": {
                "operationId": "PostOrdersIdCancel", "parameters": [in_path("id")], "responses": wrapped(order=order),
            }},
            "/admin/payments": {"get": {
                "operationId": "GetPayments", "parameters": [in_query("id"), parts],
                "responses": wrapped(payments=many | {"items": payment}),
            }},
            "/admin/payments/{id}": {"get": {
                "operationId": "GetPaymentsId", "parameters": [in_path("id"), parts],
                "responses": wrapped(payment=payment),
            }},
            "/admin/payments/{id}/refund": {"post": {
                "operationId": "PostPaymentsIdRefund", "parameters": [in_path("id")], "requestBody": sends(refund),
                "responses": wrapped(payment=payment),
            }},
        },
        "components": {"securitySchemes": {"api_token": {"type": "http", "scheme": "basic"}}},
    }  # fmt: skip


def connected(address: str, read: ImportedApi) -> Connector:
    """As an administrator would connect it."""
    hashes = {one.id: one.hash for one in read.operations}
    names = {one.id: {argument.at: argument.name for argument in one.arguments} for one in read.operations}

    def one(operation: str, action: str, title: str, **decided: Any) -> ClassifiedOperation:  # noqa: ANN401
        return ClassifiedOperation(
            operation=operation, hash=hashes[operation], action=ActionName(action), title=title, **decided
        )

    def part(name: str) -> ArgumentUse:
        return ArgumentUse(argument=names["PostOrdersId"][f"/shipping_address/{name}"], name=name)

    order, payment, customer = (
        ArgumentUse(argument="id", name=kind, format=record_of(kind)) for kind in ("order", "payment", "customer")
    )
    parts = ("address_1", "city", "postal_code")
    pages = ResultPages(by="offset", argument="offset")
    hundred = ArgumentUse(argument="limit", fixed="100")
    of_customer = (FieldUse(name="email", at="/email"), FieldUse(name="name", at="/first_name"))
    of_order = (
        FieldUse(name="customer", at="/customer_id", format=record_of("customer")),
        FieldUse(name="number", at="/display_id"),
        FieldUse(name="status", at="/status"),
        FieldUse(name="payment_status", at="/payment_status"),
        FieldUse(name="placed", at="/created_at", format=ValueFormat(type="date")),
        FieldUse(name="total", at="/total", format=POUNDS, currency_at="/currency_code"),
        FieldUse(name="payment", at="/payment_collections/*/payments/*/id", format=record_of("payment")),
        FieldUse(name="refunded", at="/payment_collections/*/refunded_amount", format=POUNDS),
        *(FieldUse(name=name, at=f"/shipping_address/{name}") for name in parts),
    )
    amount = FieldUse(name="amount", at="/amount", format=POUNDS)
    shown = ArgumentUse(argument="fields", fixed=PAYMENT_PARTS)
    whose = "/payment_collection/order/customer_id"
    asked = {"order": "order"}
    decided = (
        one("GetCustomers", "medusa_customers", "Customers by address", kind="read", record="customer",
            records_at="/customers", id_at="/id", finds="customers_by_address", fields=of_customer,
            arguments=(ArgumentUse(argument="email"),)),
        one("GetCustomersId", "customer", "Customer", kind="read", record="customer", records_at="/customer",
            id_at="/id", finds="customers_by_id", fields=of_customer, arguments=(customer,)),
        one("GetOrders", "medusa_orders", "Orders", kind="read", record="order", records_at="/orders", id_at="/id",
            customer_at="/customer_id", fields=of_order, pages=pages,
            arguments=(ArgumentUse(argument="customer_id", name="customer", format=record_of("customer")), hundred,
                       ArgumentUse(argument="fields", fixed=ORDER_PARTS))),
        one("GetOrdersId", "order", "Order", kind="read", record="order", records_at="/order", id_at="/id",
            customer_at="/customer_id", fields=of_order,
            arguments=(order, ArgumentUse(argument="fields", fixed=ORDER_PARTS))),
        one("GetPaymentsId", "payment", "Payment", kind="read", record="payment", records_at="/payment", id_at="/id",
            customer_at=whose, fields=(amount,), arguments=(payment, shown)),
        one("GetPayments", "medusa_refunds", "Refunds of a payment", kind="read", record="refund",
            records_at="/payments/*/refunds", id_at="/id", fields=(amount, FieldUse(name="note", at="/note")),
            arguments=(payment, shown)),
        one("PostPaymentsIdRefund", "medusa_refund", "Refund a payment", money="amount",
            words="Refund {amount} of payment {payment}",
            key=IdempotencyKey(place="body", at="/note", honoured=False),
            arguments=(payment, ArgumentUse(argument="amount", format=POUNDS)),
            proof=EffectProof(read=ActionName("medusa_refunds"), arguments={"payment": "payment"}, key_field="note",
                              expect={"id": "@receipt", "amount": "amount"})),
        one("PostOrdersIdCancel", "medusa_cancel", "Cancel an order", money="amount", reference_at="/order/id",
            words="Cancel order {order}, which gives back {amount}",
            arguments=(order, ArgumentUse(argument="", name="amount", format=POUNDS)),
            proof=EffectProof(read=ActionName("order"), arguments=asked,
                              expect={"id": "order", "status": "=canceled", "refunded": "amount"})),
        one("PostOrdersId", "medusa_address", "Change the delivery address", risk="medium",
            words="Send order {order} to {address_1}, {city} {postal_code}", reference_at="/order/id",
            arguments=(order, *(part(name) for name in parts)), reversible=True, undo=ActionName("medusa_address"),
            undo_minutes=60, undo_arguments=asked | {name: f"@before.{name}" for name in parts},
            proof=EffectProof(read=ActionName("order"), arguments=asked,
                              expect={"id": "order", **{name: name for name in parts}})),
    )  # fmt: skip
    return Connector(
        id="medusa", name="Medusa", address=address, api=read, classified=decided, state="active",
        security=SecurityScheme(kind="basic"),
    )  # fmt: skip
