"""What a person is offered to begin with when an operation is classified: all of it is theirs to change."""

from __future__ import annotations

import re
from typing import Literal

from cx_core.records import (
    ActionName,
    AnswerField,
    ArgumentUse,
    ClassifiedOperation,
    EffectProof,
    FieldUse,
    IdempotencyKey,
    ImportedOperation,
    OperationArgument,
    ValueFormat,
    ValueType,
)

MOST_FIELDS = 12
CUSTOMER = "customer"
_PLAIN = re.compile(r"[^a-z0-9]+")
_WHOSE = ("customer_id", "customer", "customer_number", "client_id", "user_id", "account_id", "buyer_id")
"""Names under which a record says whose it is."""
_AMOUNTS = ("amount", "refund_amount", "amount_refunded")
"""Names under which an operation takes the sum that it moves."""


def proposed(operation: ImportedOperation, currency: str) -> ClassifiedOperation:
    """A read where the method is one (GET), else a write that nothing takes back; with the arguments it must have.

    `currency`: the business's own, taken for what looks like money.
    """
    kind = _kind(operation.path)
    read, single = operation.method == "GET", operation.path.endswith("}")
    arguments = tuple(_argument(one, currency) for one in operation.arguments if _taken(one, kind, read=read))
    fields = {field.name: field for field in operation.fields}
    id_at = _id_at(operation, kind, fields)
    customer_at = id_at if kind == CUSTOMER else next((fields[name].at for name in _WHOSE if name in fields), "")
    looks_up = read and single and kind and len(arguments) == 1
    named = _plain(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation.id))[:60]
    return ClassifiedOperation(
        operation=operation.id,
        hash=operation.hash,
        action=ActionName(kind if looks_up else named),
        title=_title(operation)[:80],
        kind="read" if read else "write",
        arguments=arguments,
        record=kind,
        records_at=operation.records_at,
        id_at=id_at,
        customer_at=customer_at,
        reference_at=id_at,
        finds=_finds(arguments, kind) if read else "",
        fields=tuple(
            _field(field, customer_at, currency) for field in operation.fields[:MOST_FIELDS] if field.at != id_at
        ),
        money="" if read else _money(arguments),
        key=_key(operation),
        proof=None if read else _proof(arguments, kind),
    )


def _title(operation: ImportedOperation) -> str:
    """As the file sums it up, else its name in words: "Find customers" for findCustomers."""
    if " " in operation.title.strip():
        return operation.title
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+", " ", operation.title or operation.id).strip().capitalize()


def _kind(path: str) -> str:
    """The kind of record that a path seems to be about: "order" for /customers/{id}/orders and /orders/{id}/cancel."""
    steps = [step for step in path.split("/") if step]
    words = [step for step in steps if not step.startswith("{")]
    if len(words) > 1 and len(steps) > 2 and steps[-2].startswith("{") and not steps[-1].endswith("s"):
        words.pop()  # what is done to a record: /orders/{id}/cancel
    word = _plain(words[-1]) if words else ""
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _plain(text: str) -> str:
    return _PLAIN.sub("_", text.lower()).strip("_")


def _taken(one: OperationArgument, kind: str, *, read: bool) -> bool:
    """What is required, the address by which customers are looked up, and a sum that a write moves, which many systems
    work out themselves where it is left out; the key has a field of its own."""
    if _is_key(one):
        return False
    moved = not read and one.proposed == "money" and one.name in _AMOUNTS
    return one.required or moved or (read and kind == CUSTOMER and "mail" in one.name.lower())


def _argument(one: OperationArgument, currency: str) -> ArgumentUse:
    format = _format(one.proposed, one.of, one.wire, currency)
    return ArgumentUse(argument=one.name, name=format.of, format=format)


def _field(one: AnswerField, customer_at: str, currency: str) -> FieldUse:
    if one.at == customer_at:
        return FieldUse(name=CUSTOMER, at=one.at, format=ValueFormat(type="record", of=CUSTOMER))
    return FieldUse(name=one.name, at=one.at, format=_format(one.proposed, "", one.wire, currency))


def _format(kind: ValueType, of: str, wire: str, currency: str) -> ValueFormat:
    """An id of what is for a person to say; until then it is text. Whole numbers of money are cents more often."""
    if kind == "record" and of:
        return ValueFormat(type="record", of=of)
    if kind == "money":
        return ValueFormat(type="money", currency=currency, unit="minor" if wire == "integer" else "decimal")
    return ValueFormat(type=kind if kind in ("date", "integer", "boolean", "items") else "text")


def _id_at(operation: ImportedOperation, kind: str, fields: dict[str, AnswerField]) -> str:
    """Where the record's id stands: as such, or under the name by which the path asks for it."""
    asked = [_plain(one.name) for one in operation.arguments if one.place == "path"]
    names = ("id", *(name for name in asked[-1:] if name in fields), f"{kind}_id", f"{kind}_number", "number")
    return next((fields[name].at for name in names if name in fields), "")


def _finds(arguments: tuple[ArgumentUse, ...], kind: str) -> Literal["", "customers_by_address", "customers_by_id"]:
    if kind != CUSTOMER or len(arguments) != 1:
        return ""
    return "customers_by_address" if "mail" in arguments[0].argument.lower() else "customers_by_id"


def _money(arguments: tuple[ArgumentUse, ...]) -> str:
    """The argument that is taken for money out: the one of money, of several the one called so. Rules about sums hold
    for it until somebody says that none goes out."""
    sums = [use.called for use in arguments if use.format.type == "money"]
    return next((name for name in sums if name in _AMOUNTS), sums[0] if sums else "")


def _is_key(one: OperationArgument) -> bool:
    return one.place == "header" and "idempoten" in one.name.lower()


def _key(operation: ImportedOperation) -> IdempotencyKey | None:
    """The header that the file describes for keys."""
    if operation.method == "GET":
        return None
    return next((IdempotencyKey(place="header", at=one.at) for one in operation.arguments if _is_key(one)), None)


def _proof(arguments: tuple[ArgumentUse, ...], kind: str) -> EffectProof | None:
    """The read of the record that the act changes; what it must show is for a person to say."""
    changed = next((use for use in arguments if use.format.of == kind), None)
    if changed is None:
        return None
    return EffectProof(read=ActionName(kind), arguments={kind: changed.called}, expect={"id": changed.called})
