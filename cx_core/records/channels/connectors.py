"""Business systems that are called by an OpenAPI file: what the file says, and what a person decided about it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName
from cx_core.records.values import Record

ValueType = Literal["text", "money", "date", "integer", "boolean", "items", "record"]
Place = Literal["path", "query", "header", "body"]
Wire = Literal["string", "integer", "number", "boolean", "array"]
RECEIPT_REFERENCE = "@receipt"


# --- what a file says -------------------------------------------------------------------------


class OperationArgument(Record):
    """One value that an operation takes. `at` is a parameter's name, or a JSON pointer into the body."""

    name: str
    title: str = ""
    place: Place
    at: str
    wire: Wire = "string"
    proposed: ValueType = "text"
    of: str = Field(default="", description="the kind of record that an id seems to belong to")
    required: bool = False
    one_of: tuple[str, ...] = ()


class AnswerField(Record):
    """One value of an operation's answer. `at` is a JSON pointer into one record of it."""

    name: str
    at: str
    wire: Wire = "string"
    proposed: ValueType = "text"


class ImportedOperation(Record):
    """One operation as its file describes it."""

    id: str = Field(description="its operationId, or its method and path")
    method: Literal["GET", "PUT", "POST", "PATCH", "DELETE"]
    path: str
    title: str = ""
    description: str = Field(default="", description="for people alone; no model ever reads it")
    body: Literal["", "json", "form"] = ""
    arguments: tuple[OperationArgument, ...] = ()
    records_at: str = Field(default="", description="pointer to the list of records in the answer; empty: the answer")
    fields: tuple[AnswerField, ...] = ()
    hash: str = Field(default="", description="over all else; a classification holds for this one alone")


class SkippedOperation(Record):
    """An operation that cannot be used, and why."""

    at: str = Field(description="JSON pointer into the file")
    why: str


class SecurityScheme(Record):
    """How a system wants to be shown who calls."""

    kind: Literal["none", "bearer", "basic", "header", "query", "oauth2"] = "none"
    name: str = Field(default="", description="of the header or query parameter that holds an API key")
    token_url: str = Field(default="", description="where OAuth2 client credentials get a token")
    scope: str = ""


class ImportedApi(Record):
    """An OpenAPI file, read."""

    title: str
    version: str
    servers: tuple[str, ...] = Field(default=(), description="templates filled with their defaults")
    security: tuple[SecurityScheme, ...] = ()
    operations: tuple[ImportedOperation, ...]
    skipped: tuple[SkippedOperation, ...] = ()
    hash: str = Field(description="SHA-256 of the file's bytes")


# --- what a person decided --------------------------------------------------------------------


class ValueFormat(Record):
    """How a value is written on the way to the system and back."""

    type: ValueType = "text"
    of: str = Field(default="", description="of a record's id: the kind of record")
    currency: str = Field(default="", description="of money, by ISO 4217")
    unit: Literal["minor", "decimal"] = "decimal"
    decimal_mark: Literal[".", ","] = "."
    date_format: str = Field(default="%Y-%m-%d", description="as strftime writes it, or `unix` for seconds")
    yes: str = "true"
    no: str = "false"


class ArgumentUse(Record):
    """How one argument of an operation is used. What is required by the file and not named here stops the action."""

    argument: str = Field(description="as the file's operation names it")
    name: str = Field(default="", description="as the action names it; empty: the same")
    title: str = ""
    format: ValueFormat = ValueFormat()
    optional: bool = False
    fixed: str = Field(default="", description="always sent, and no argument of the action")

    @property
    def called(self) -> str:
        return self.name or self.argument


class FieldUse(Record):
    """One field of a record, or of a receipt, and where it stands in the answer."""

    name: str
    at: str = Field(description="JSON pointer")
    format: ValueFormat = ValueFormat()
    currency_at: str = Field(default="", description="pointer to a currency, which must be the format's")


class FailureSign(Record):
    """How an answer with status 200 is told from a failure: this value must be one of `success`."""

    at: str
    success: tuple[str, ...] = Field(min_length=1)
    nothing: tuple[str, ...] = Field(default=(), description="values that mean that there is no such record")
    message_at: str = ""


class ResultPages(Record):
    """How a list goes on: by the last record's id, by a mark in the answer, by page number, or by offset."""

    by: Literal["none", "last_id", "mark", "page", "offset"] = "none"
    argument: str = Field(default="", description="of the operation, by which the next page is asked for")
    next_at: str = Field(default="", description="pointer to the mark; empty or missing at the end")
    more_at: str = Field(default="", description="pointer to a boolean: whether there is more")
    most_pages: int = Field(default=20, ge=1, le=200)


class EffectProof(Record):
    """Which read shows that a write happened, as `catalogue.Verification` says it.

    `key_field` names a field of the record read that shows the key that the write sent; then nothing else is mistaken
    for it. Without it, what is new since the write began counts.
    """

    read: ActionName
    arguments: dict[str, str] = Field(default_factory=dict)
    expect: dict[str, str] = Field(min_length=1)
    key_field: str = ""


class IdempotencyKey(Record):
    """Where the system takes a key. `honoured`: the same key twice has one effect; otherwise it is only shown."""

    place: Literal["header", "body", "query"]
    at: str = Field(min_length=1, description="name of the header or parameter, or a JSON pointer into the body")
    honoured: bool = True


class ClassifiedOperation(Record):
    """What a person decided about an operation. The defaults are the safe ones: a write that nothing takes back."""

    operation: str
    hash: str = Field(description="of the operation when it was decided; another one stops the action")
    action: ActionName
    kind: Literal["read", "write"] = "write"
    title: str
    words: str = ""
    done: str = ""
    told: str = ""
    arguments: tuple[ArgumentUse, ...] = ()
    failure: FailureSign | None = None
    # of a read
    record: str = Field(default="", description="the kind of record it gives")
    records_at: str = ""
    id_at: str = Field(default="", description="pointer to a record's id")
    customer_at: str = Field(default="", description="pointer to the id of the customer whose record it is")
    customer_argument: str = Field(default="", description="the argument that says whose records were asked for")
    fields: tuple[FieldUse, ...] = ()
    pages: ResultPages = ResultPages()
    finds: Literal["", "customers_by_address", "customers_by_id", "by_text"] = ""
    # of a write
    risk: Literal["low", "medium", "high"] = "high"
    reversible: bool = False
    undo: ActionName | None = Field(default=None, description="the write that takes it back")
    undo_arguments: dict[str, str] = Field(default_factory=dict, description="its arguments, from this one's receipt")
    undo_minutes: int = Field(default=0, ge=0)
    money: str = Field(default="", description="the argument that is money out")
    key: IdempotencyKey | None = None
    reference_at: str = Field(default="", description="pointer to what the receipt is called by")
    proof: EffectProof | None = None
    settles_seconds: int = Field(
        default=60, ge=0, le=86_400, description="after a lost answer, how long an effect may take to be seen"
    )


ConnectorState = Literal["draft", "waiting", "active", "stopped"]


class Connector(Record):
    """One business system: its file, how it is reached, and what was decided about its operations."""

    id: str
    name: str
    address: str = Field(description="what all paths are appended to")
    security: SecurityScheme = SecurityScheme()
    api: ImportedApi
    classified: tuple[ClassifiedOperation, ...] = ()
    state: ConnectorState = "draft"
    made_by: str = ""
    made_at: datetime | None = None
    asked_by: str = ""
    asked_at: datetime | None = None
    approved_by: str = ""
    active_at: datetime | None = None
    mark: str = Field(default="", description="over all that was signed, by the key store")
    stopped: dict[str, str] = Field(
        default_factory=dict, description="by operation: how a newer file differs from what was classified"
    )

    def operation(self, id: str) -> ImportedOperation | None:
        return next((one for one in self.api.operations if one.id == id), None)


class ConnectorFailure(Record):
    """A call of a system that went wrong, without a word of a customer."""

    action: str
    at: datetime
    trouble: str


class KeptConnector(Record):
    """A system on file: the version that is worked on, and the one in force."""

    draft: Connector
    in_force: Connector | None = None
    secret_kept: bool = False


def connector_exact(connector: Connector) -> tuple[str, str]:
    """The name of the mark over a version that waits or is in force, and all that it is made over."""
    exact = connector.model_dump(mode="json", exclude={"mark", "stopped"})
    return f"connector {connector.id}", json.dumps({"connector": exact}, sort_keys=True)
