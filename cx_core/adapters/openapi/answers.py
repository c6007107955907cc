"""What a system answered, read by the classification of its operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple, NoReturn

from cx_core.adapters.openapi.values import Exact, Unreadable, read_value
from cx_core.errors import SystemRefused
from cx_core.records import BusinessRecord, ClassifiedOperation, CustomerId, FieldUse, Value

LONGEST_REASON = 200
LONGEST_NUMBER = 40
"""Characters; a longer one in an answer cannot be read."""
MOST_MAGNITUDE = 30
"""Powers of ten, up or down."""
ONLY = "*"


class WireAnswer(NamedTuple):
    """Status and body of an answer that came whole."""

    status: int
    body: bytes


def parsed(answer: WireAnswer) -> Exact:
    """The body as JSON. Raises Unreadable."""
    if not answer.body.strip():
        return None
    try:
        made: Exact = json.loads(answer.body, parse_float=_fraction, parse_int=_whole, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The system answered {answer.status} with something that is not JSON.") from error
    return made


def _fraction(text: str) -> Decimal:
    """A number of a size that can be written out; 1e2000000000 would take all memory."""
    number = Decimal(text) if len(text) <= LONGEST_NUMBER else None
    if number is None or abs(number.adjusted()) > MOST_MAGNITUDE:
        raise ValueError("a number is too long")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def at(value: Exact, where: str) -> Exact:
    """What stands at a JSON pointer; None where there is nothing.

    `*` is the only element of a list: of several, none is taken for the one that is meant.
    """
    for raw in where.split("/")[1:] if where else ():
        key = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and raw == ONLY:
            value = value[0] if len(value) == 1 else None
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


class NothingFound(SystemRefused):
    """The system says, in an answer with status 200, that there is no such record."""


def check_success(classified: ClassifiedOperation, body: Exact) -> None:
    """Raise SystemRefused where an answer with status 200 says that it failed, Unreadable where it does not say."""
    sign = classified.failure
    if sign is None:
        return
    said = at(body, sign.at)
    if said is None or isinstance(said, dict | list):
        raise Unreadable("The system answered without saying whether it was done.")
    if _word(said) in sign.nothing:
        raise NothingFound("The system knows no such record.")
    if _word(said) not in sign.success:
        raise SystemRefused(f"The system refused: {_reason(at(body, sign.message_at) if sign.message_at else said)}")


def refusal(answer: WireAnswer) -> SystemRefused:
    """What a client error says, in the system's words where it has some."""
    try:
        body = parsed(answer)
    except Unreadable:
        body = None
    words = next(
        (text for place in ("/error/message", "/message", "/error", "/detail", "/title") if (text := at(body, place))),
        None,
    )
    said = _reason(words) if isinstance(words, str) else ""
    return SystemRefused(f"The system refused ({answer.status}){': ' + said if said else '.'}")


def _word(value: Exact) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _reason(value: Exact) -> str:
    text = "".join(mark if mark.isprintable() else " " for mark in _word(value))
    return " ".join(text.split())[:LONGEST_REASON] or "no reason given."


def records_in(
    classified: ClassifiedOperation, body: Exact, arguments: Mapping[str, Value]
) -> tuple[BusinessRecord, ...]:
    """The records of a read. Raises Unreadable where one is not as described."""
    held = at(body, classified.records_at)
    rows = held if isinstance(held, list) else [] if held is None else [held]
    return tuple(_record(classified, row, arguments) for row in rows)


def _record(classified: ClassifiedOperation, row: Exact, arguments: Mapping[str, Value]) -> BusinessRecord:
    id = at(row, classified.id_at)
    if id is None or isinstance(id, dict | list | bool) or not str(id).strip():
        raise Unreadable("The system answered a record without its id.")
    whose = at(row, classified.customer_at) if classified.customer_at else None
    if whose is None and classified.customer_argument:
        asked = arguments.get(classified.customer_argument)
        whose = asked if isinstance(asked, str) else None
    if whose is None and classified.record == "customer":
        whose = id
    owner = CustomerId(str(whose)) if isinstance(whose, str | int) and str(whose) else None
    return BusinessRecord(kind=classified.record, id=str(id), customer=owner, fields=fields_in(classified.fields, row))


def fields_in(uses: tuple[FieldUse, ...], row: Exact) -> dict[str, Value]:
    return {use.name: _field(use, row) for use in uses}


def _field(use: FieldUse, row: Exact) -> Value:
    try:
        return read_value(_held(use, row), use.format, at(row, use.currency_at) if use.currency_at else None)
    except Unreadable as error:
        raise Unreadable(f"The system’s answer cannot be read: {use.name}: {error}.") from None


def _held(use: FieldUse, row: Exact) -> Exact:
    """What stands at the field's place; of a list of things (`/items/*/name`) what each has there."""
    before, every, behind = use.at.partition(f"/{ONLY}/")
    if use.format.type != "items" or not every:
        return at(row, use.at)
    listed = at(row, before)
    if not isinstance(listed, list):
        return None
    return [told for one in listed if (told := at(one, f"/{behind}")) is not None]


def reference_in(classified: ClassifiedOperation, body: Exact) -> str:
    """What the receipt is called by. Raises Unreadable where the answer has none."""
    found = at(body, classified.reference_at)
    if found is None or isinstance(found, dict | list | bool) or not str(found).strip():
        raise Unreadable("The system answered, but without the reference of what it did.")
    return str(found)[:200]
