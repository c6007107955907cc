"""Files of tickets for a simulation: JSON lines or CSV, read whole or refused with what is wrong, line by line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from cx_core.errors import BadInput
from cx_core.records import Channel, Identity
from cx_core.understand import intake

MOST_BYTES = 2_000_000
MOST_LINES = 2_000
MOST_CHARACTERS = 20_000
"""Of one text, subject or address with its line."""
ERRORS_TOLD = 20
NOBODY = "unknown sender"
"""Whom no customer's record is found for."""


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("write ISO 8601 text with a time zone, such as 2026-11-21T09:00:00Z")
    return moment


def _address(value: str) -> str:
    try:
        return intake.one_address(value)
    except BadInput as error:
        raise ValueError(str(error)) from error


class _Row(BaseModel):
    """One ticket of a file, as it is written there."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(default="", max_length=180)
    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    subject: str = Field(default="", max_length=intake.LONGEST_SUBJECT)
    channel: Channel = "email"
    address: Annotated[str, AfterValidator(_address)] = Field(default="", max_length=320)
    customer: Annotated[str, AfterValidator(_address)] = Field(default="", max_length=320)
    identity: Identity = 0
    received_at: Annotated[datetime, BeforeValidator(_moment)] | None = None

    @model_validator(mode="after")
    def _one_sender(self) -> _Row:
        if self.address and self.customer and self.address != self.customer:
            raise ValueError("give either address or customer")
        if not self.text.strip():
            raise ValueError("text is empty")
        return self


FIELDS = ", ".join(_Row.model_fields)


class SimulationLine(NamedTuple):
    """One ticket of a file."""

    line: int
    text: str
    subject: str
    channel: Channel
    address: str
    identity: Identity
    received_at: datetime | None


class SimulationFile(NamedTuple):
    """The tickets of a file; or what is wrong with it, in words, and then no tickets."""

    lines: tuple[SimulationLine, ...] = ()
    errors: tuple[str, ...] = ()


def read_file(name: str, content: bytes) -> SimulationFile:
    """Read JSON lines (.jsonl, .ndjson, .json) or CSV with a header (.csv)."""
    kind = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if kind not in ("jsonl", "ndjson", "json", "csv"):
        return SimulationFile(errors=("Give a file of JSON lines (.jsonl) or a CSV file with a header (.csv).",))
    if len(content) > MOST_BYTES:
        return SimulationFile(errors=(f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are taken.",))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return SimulationFile(errors=(f"Line {line}: it is not text in UTF-8. Save the file as UTF-8.",))
    return _checked(_csv_rows(text) if kind == "csv" else _json_rows(text))


def _checked(rows: Iterator[tuple[int, Mapping[str, object] | str]]) -> SimulationFile:
    lines: list[SimulationLine] = []
    errors: list[str] = []
    for number, row in rows:
        if len(lines) + len(errors) >= MOST_LINES:
            return SimulationFile(errors=(f"The file has more than {MOST_LINES:,} tickets. Divide it.",))
        made = row if isinstance(row, str) else _line(number, row)
        if isinstance(made, str):
            errors.append(f"Line {number}: {made}")
        else:
            lines.append(made)
    if errors:
        more = len(errors) - ERRORS_TOLD
        return SimulationFile(errors=(*errors[:ERRORS_TOLD], *([f"And {more} more lines."] if more > 0 else [])))
    if not lines:
        return SimulationFile(errors=("There are no tickets in the file.",))
    return SimulationFile(lines=tuple(lines))


def _line(number: int, given: Mapping[str, object]) -> SimulationLine | str:
    """The ticket, or what is wrong with it."""
    try:
        row = _Row.model_validate(given)
    except ValidationError as error:
        return "; ".join(_words(one["loc"], one["type"], one["msg"]) for one in error.errors(include_input=False)[:3])
    sender = row.address or row.customer or NOBODY
    return SimulationLine(number, row.text, row.subject, row.channel, sender, row.identity, row.received_at)


def _words(place: tuple[int | str, ...], kind: str, message: str) -> str:
    field = intake.legible(".".join(map(str, place)))[:60]
    if kind == "extra_forbidden":
        return f"“{field}” is not known; the fields are {FIELDS}"
    if kind == "missing":
        return f"{field} is missing"
    plain = message.removeprefix("Value error, ")
    return f"{field}: {plain}" if field else plain


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    for number, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            given = json.loads(raw)
        except (ValueError, RecursionError):
            yield number, "it is not a JSON object"
            continue
        yield number, given if isinstance(given, dict) else "it is not a JSON object"


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] | None = None
    begins = 1
    try:
        for cells in reader:
            at, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [cell.strip().lower() for cell in cells]
                if "text" not in names or len(set(names)) < len(names):
                    yield at, f"the header must name text, and each field once; the fields are {FIELDS}"
                    return
            elif len(cells) != len(names):
                yield at, f"it has {len(cells)} values, and the header names {len(names)}"
            else:
                given = {name: cell for name, cell in zip(names, cells, strict=True) if cell.strip()}
                known = given.get("identity", "").strip()
                yield at, {**given, **({"identity": int(known)} if known in ("0", "1", "2") else {})}
    except csv.Error as error:
        yield begins, f"it is not CSV: {error}"
