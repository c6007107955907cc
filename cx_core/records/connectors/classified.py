"""What a person decided about an operation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records.connectors.imported import ValueType
from cx_core.records.ids import ActionName
from cx_core.records.values import Record

RECEIPT_REFERENCE = "@receipt"
EARLIER = "@before."
"""Before a field of the proof's read: what it was before the act, which an undo puts back."""


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
    """How one argument of an operation is used. What is required by the file and not named here stops the action.

    One without `argument` is not sent. It says what the system works out by itself, such as the money that a
    cancellation gives back, so that rules hold for it; the proof must show it.
    """

    argument: str = Field(description="as the file's operation names it; empty: it is not sent")
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
    reference_at: str = Field(
        default="", description="pointer to what the receipt is called by; empty: the id of the record that proves it"
    )
    proof: EffectProof | None = None
    settles_seconds: int = Field(
        default=60, ge=0, le=86_400, description="after a lost answer, how long an effect may take to be seen"
    )


def earlier_values(one: ClassifiedOperation) -> tuple[str, ...]:
    """Return the fields of the proof's read whose value before the act is needed to take it back."""
    return tuple(
        place.removeprefix(EARLIER) for place in one.undo_arguments.values() if place.startswith(EARLIER) and one.undo
    )
