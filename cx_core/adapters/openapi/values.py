"""Values as the core has them, and as a business system writes them. Money is never a float on either side."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.records import Money, Value, ValueFormat, Wire

Exact = None | bool | int | str | Decimal | list["Exact"] | dict[str, "Exact"]
"""JSON with fractions as decimals."""

LONGEST_TEXT = 20_000
_DECIMALS: Mapping[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217 currencies whose minor unit is not a hundredth."""
_UNITS = re.compile(r"-?\d{1,15}")


class Unreadable(SystemUnreachable):
    """The system answered something that its classification does not describe."""


def decimals(currency: str) -> int:
    return _DECIMALS.get(currency, 2)


# --- to the system ----------------------------------------------------------------------------


def written(value: Value, format: ValueFormat, wire: Wire, name: str) -> Exact:
    """The value as the system takes it. Raises SystemRefused, before anything was sent."""
    if format.type == "money":
        return _as(_money(value, format, name), wire)
    if format.type == "date":
        return _as(_date(value, format, name), wire)
    if format.type == "boolean":
        if not isinstance(value, bool):
            raise SystemRefused(f"{name}: {value!s} is neither yes nor no.")
        return value if wire == "boolean" else format.yes if value else format.no
    if format.type == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            raise SystemRefused(f"{name}: {value!s} is not a whole number.")
        return _as(Decimal(value), wire)
    if format.type == "items":
        if not isinstance(value, tuple) or not value:
            raise SystemRefused(f"{name}: a list is needed.")
        items: list[Exact] = [_text(one, name) for one in value]
        return items if wire == "array" else ",".join(str(one) for one in items)
    text = _text(value, name)
    return fixed(text, wire, name)


def fixed(text: str, wire: Wire, name: str) -> Exact:
    """A text that is written as the file's type wants it."""
    if wire in ("integer", "number"):
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?" if wire == "number" else r"-?\d{1,15}", text):
            raise SystemRefused(f"{name}: {text[:60]!r} is not a number.")
        return _as(Decimal(text), wire)
    if wire == "boolean":
        if text not in ("true", "false"):
            raise SystemRefused(f"{name}: {text[:60]!r} is neither true nor false.")
        return text == "true"
    return [text] if wire == "array" else text


def _money(value: Value, format: ValueFormat, name: str) -> str | Decimal:
    if not isinstance(value, Money):
        raise SystemRefused(f"{name}: {value!s} is not an amount of money.")
    if value.currency != format.currency:
        raise SystemRefused(f"{name}: the amount is in {value.currency}, the system takes {format.currency}.")
    if format.unit == "minor":
        return Decimal(value.minor)
    places = decimals(format.currency)
    text = f"{Decimal(value.minor).scaleb(-places):.{places}f}"
    return Decimal(text) if format.decimal_mark == "." else text.replace(".", ",")


def _date(value: Value, format: ValueFormat, name: str) -> str | Decimal:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        raise SystemRefused(f"{name}: {value!s} is not a date. Write it as 2026-11-27.")
    if format.date_format == "unix":
        return Decimal(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))
    return day.strftime(format.date_format)


def _text(value: Value, name: str) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > LONGEST_TEXT or "\0" in text:
        raise SystemRefused(f"{name}: {value!s:.60} cannot be sent." if value is not None else f"{name} is missing.")
    return text


def _as(number: str | Decimal, wire: Wire) -> Exact:
    if isinstance(number, str):
        return number
    return f"{number:f}" if wire == "string" else int(number) if wire == "integer" else number


# --- from the system --------------------------------------------------------------------------


def read_value(value: Exact, format: ValueFormat, currency: Exact = None) -> Value:
    """The value as the core has it; None where there is none. Raises Unreadable, which never quotes the value."""
    if value is None or (value == "" and format.type != "text"):
        return None
    if format.type == "money":
        return _read_money(value, format, currency)
    if format.type == "date":
        return _read_date(value, format)
    if format.type == "boolean":
        if isinstance(value, bool) or value in (format.yes, format.no):
            return value if isinstance(value, bool) else value == format.yes
        raise Unreadable("yes or no was expected")
    if format.type == "integer":
        if not isinstance(value, bool) and re.fullmatch(r"-?\d{1,15}(\.0+)?", str(value)):
            return int(Decimal(str(value)))
        raise Unreadable("a whole number was expected")
    if format.type == "items":
        return tuple(_plain(one) for one in value) if isinstance(value, list) else (_plain(value),)
    return _plain(value)


def _plain(value: Exact) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list) or value is None:
        raise Unreadable("one value was expected, not an object")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)[:LONGEST_TEXT]


def _read_money(value: Exact, format: ValueFormat, currency: Exact) -> Money:
    if currency is not None and str(currency).upper() != format.currency:
        raise Unreadable(f"an amount in {format.currency} was expected")
    text = "" if isinstance(value, bool | dict | list) else _plain(value)
    if format.decimal_mark == "," and isinstance(value, str):
        text = text.replace(",", ".", 1) if "." not in text else ""
    places = 0 if format.unit == "minor" else decimals(format.currency)
    match = re.fullmatch(r"(-?\d{1,15})(?:\.(\d{1,12}))?", text)
    fraction = (match[2] or "").rstrip("0") if match else ""
    if match is None or len(fraction) > places:
        raise Unreadable("an exact amount was expected")
    return Money(minor=int(Decimal(text).scaleb(places)), currency=format.currency)


def _read_date(value: Exact, format: ValueFormat) -> str:
    text = _plain(value)
    try:
        if format.date_format == "unix":
            if not _UNITS.fullmatch(text):
                raise ValueError(text)
            return datetime.fromtimestamp(int(text), UTC).date().isoformat()
        if format.date_format == "%Y-%m-%d":
            return date.fromisoformat(text[:10]).isoformat()
        return datetime.strptime(text, format.date_format).replace(tzinfo=UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("a date was expected") from error


def as_json(value: Exact) -> str:
    """JSON with decimals written out exactly."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{as_json(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(as_json(one) for one in value) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
