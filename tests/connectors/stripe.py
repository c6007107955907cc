"""localstripe, which others wrote: started as a process of its own, described in Stripe's way by a small file."""

from __future__ import annotations

import os
import socket
import subprocess
import sysconfig
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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
from tests.connectors.served import Json
from tests.connectors.shop import STRING, gives, in_path, in_query, record_of

PACKAGE = "localstripe==1.15.10"
TOKEN = "sk_test_12345"
MONEY = ValueFormat(type="money", currency="GBP", unit="minor")
CUSTOMER, CHARGE, REFUND = (ActionName(f"stripe_{one}") for one in ("customer", "charge", "refund"))


def program() -> Path | None:
    """The program of `RUNG_LOCALSTRIPE`, or of a virtual environment made for it; None where it cannot be had."""
    if named := os.environ.get("RUNG_LOCALSTRIPE"):
        return Path(named) if Path(named).exists() else None
    place = Path(tempfile.gettempdir()) / "rung-localstripe-1.15.10"
    made = place / "bin" / "localstripe"
    if not made.exists():
        if os.environ.get("RUNG_INSTALL_SYSTEMS") != "1":
            return None
        venv.create(place, with_pip=True)
        install = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", PACKAGE]
        if subprocess.run(install, check=False, capture_output=True, timeout=300).returncode != 0:
            return None
    return made


@contextmanager
def running(where: Path) -> Iterator[str]:
    """The address of a localstripe without data. Its folder for what it keeps is `where`."""
    with socket.socket(socket.AF_INET6) as free:
        free.bind(("::", 0))
        port = free.getsockname()[1]
    found = program()
    assert found is not None
    command = [str(found), "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(
        command, cwd=where, env={"PATH": sysconfig.get_path("scripts"), "TMPDIR": str(where)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def form(**properties: Json) -> Json:
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def listed(schema: Json) -> Json:
    return {
        "type": "object",
        "properties": {"data": {"type": "array", "items": schema}, "has_more": {"type": "boolean"}, "url": STRING},
    }


def api(address: str) -> Json:
    """The routes that a customer service needs, as Stripe's own file describes them."""
    number = {"type": "integer"}
    customer = {"type": "object", "properties": {"id": STRING, "email": STRING, "name": STRING}}
    charge = {"type": "object", "properties": {"id": STRING, "amount": number, "currency": STRING, "status": STRING}}
    refund = {"type": "object", "properties": {"id": STRING, "amount": number, "charge": STRING, "status": STRING}}
    paging = [in_query("limit"), in_query("starting_after")]
    return {
        "openapi": "3.0.0",
        "info": {"title": "Stripe API", "version": "2020-08-27"},
        "servers": [{"url": address}],
        "paths": {
            "/v1/customers": {
                "get": {"operationId": "GetCustomers", "parameters": paging, "responses": gives(listed(customer))},
            },
            "/v1/customers/{customer}": {
                "get": {"operationId": "GetCustomer", "parameters": [in_path("customer")],
                        "responses": gives(customer)},
            },
            "/v1/charges": {
                "get": {"operationId": "GetCharges", "parameters": [in_query("customer"), *paging],
                        "responses": gives(listed(charge))},
                "post": {"operationId": "PostCharges",
                         "requestBody": form(amount=number, currency=STRING, customer=STRING, description=STRING),
                         "responses": gives(charge)},
            },
            "/v1/charges/{charge}": {
                "get": {"operationId": "GetCharge", "parameters": [in_path("charge")], "responses": gives(charge)},
            },
            "/v1/refunds": {
                "get": {"operationId": "GetRefunds", "parameters": [in_query("charge"), *paging],
                        "responses": gives(listed(refund))},
                "post": {"operationId": "PostRefunds", "requestBody": form(charge=STRING, amount=number),
                         "responses": gives(refund)},
            },
        },
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip


def connected(address: str, read: ImportedApi, *, settles: int = 60) -> Connector:
    """As an administrator would connect it. It honours no key, but shows the one that it was given in `metadata`."""
    hashes = {one.id: one.hash for one in read.operations}

    def one(operation: str, action: ActionName, title: str, **decided: Any) -> ClassifiedOperation:  # noqa: ANN401
        return ClassifiedOperation(operation=operation, hash=hashes[operation], action=action, title=title, **decided)

    pages = ResultPages(by="last_id", argument="starting_after", more_at="/has_more", most_pages=100)
    hundred = ArgumentUse(argument="limit", fixed="100")
    key = IdempotencyKey(place="body", at="/metadata/rung_key", honoured=False)
    ours = FieldUse(name="rung_key", at="/metadata/rung_key")
    amount = FieldUse(name="amount", at="/amount", format=MONEY, currency_at="/currency")
    charge = ArgumentUse(argument="charge", format=record_of("charge"))
    customer = ArgumentUse(argument="customer", format=record_of("customer"))
    rows = {"kind": "read", "records_at": "/data", "id_at": "/id", "pages": pages}
    status = FieldUse(name="status", at="/status")
    of_charge = FieldUse(name="charge", at="/charge", format=record_of("charge"))
    decided = (
        one("GetCustomers", ActionName("stripe_customers"), "Customers", **rows, record="customer",
            finds="customers_by_address", arguments=(hundred,),
            fields=(FieldUse(name="email", at="/email"), FieldUse(name="name", at="/name"))),
        one("GetCustomer", ActionName("customer"), "Customer", kind="read", record="customer", id_at="/id",
            finds="customers_by_id", arguments=(customer,),
            fields=(FieldUse(name="email", at="/email"), FieldUse(name="name", at="/name"))),
        one("GetCharges", ActionName("stripe_charges"), "Charges of a customer", **rows, record="charge",
            customer_at="/customer", fields=(amount, status, ours), arguments=(customer, hundred)),
        one("GetCharge", ActionName("charge"), "Charge", kind="read", record="charge", id_at="/id",
            customer_at="/customer", fields=(amount, status), arguments=(charge,)),
        one("GetRefunds", ActionName("stripe_refunds"), "Refunds of a charge", **rows, record="refund",
            fields=(of_charge, amount, status, ours), arguments=(charge, hundred)),
        one("PostCharges", CHARGE, "Charge a customer", key=key, reference_at="/id", settles_seconds=settles,
            arguments=(customer, ArgumentUse(argument="amount", format=MONEY),
                       ArgumentUse(argument="currency", fixed="gbp"), ArgumentUse(argument="description")),
            proof=EffectProof(read=ActionName("stripe_charges"), arguments={"customer": "customer"},
                              key_field="rung_key", expect={"id": "@receipt", "amount": "amount",
                                                            "status": "=succeeded"})),
        one("PostRefunds", REFUND, "Refund a charge", key=key, reference_at="/id", money="amount",
            words="Refund {amount} of charge {charge}", settles_seconds=settles,
            arguments=(charge, ArgumentUse(argument="amount", format=MONEY)),
            proof=EffectProof(read=ActionName("stripe_refunds"), arguments={"charge": "charge"},
                              key_field="rung_key", expect={"id": "@receipt", "amount": "amount",
                                                            "status": "=succeeded"})),
    )  # fmt: skip
    return Connector(
        id="stripe", name="Stripe", address=address, api=read, classified=decided, state="active",
        security=SecurityScheme(kind="bearer"),
    )  # fmt: skip
