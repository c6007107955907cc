"""What an export is, by what is in it, and its records one after the other; of an archive, those of its files."""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import BinaryIO, NamedTuple

from pydantic import ValidationError

from cx_core.adapters.conversion.encodings import windows_1252
from cx_core.adapters.conversion.kinds import BROKEN
from cx_core.adapters.imports import csv_exports, freshdesk, mail_archive, record_splitting, zendesk
from cx_core.adapters.imports.desk_users import DeskUser, contact
from cx_core.adapters.imports.record_fields import Fields, RowError, line, unwrapped
from cx_core.adapters.imports.record_splitting import RawRecord
from cx_core.adapters.imports.xml_trees import tree
from cx_core.errors import BadInput
from cx_core.records.imports import ImportedRow, ImportRecord, RowFault

HEAD = 64 * 1024
MOST_USERS = 300_000
"""Users that are remembered; each takes some hundred bytes."""
MOST_FILES = 5_000
MOST_UNPACKED = 20_000_000_000
MOST_RATIO = 300
"""What text shrinks to at best is a hundredth; a bomb goes to a thousandth."""
WANTED = "Rung reads exports of Zendesk and Freshdesk as JSON, XML or CSV, alone or in a ZIP, and mbox files"
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]{2,20})["']""")
_LISTED = re.compile(rb'"(?:' + "|".join(record_splitting.LISTS).encode() + rb')"\s*:\s*\[')

Told = Callable[[ImportRecord], None]


class ExportReading(NamedTuple):
    """How a file is to be read. `ours`: our own addresses and domains; `zone`: of times in CSV."""

    ours: Sequence[str] = ()
    zone: str = "UTC"
    start: int = 0
    """So many records are passed over: they were read before."""


class ExportFile:
    """The records of one file that was handed in."""

    def __init__(
        self, source: BinaryIO, reading: ExportReading, before_each: Callable[[], None] = lambda: None
    ) -> None:
        """`before_each` is called before a record is read: it gives it its time."""
        self._source, self._reading, self._before = source, reading, before_each
        self._users: dict[str, DeskUser] = {}
        self._number = 0

    def records(self) -> Iterator[ImportRecord]:
        """Numbered from 1, always alike. Raises BadInput where it is no export at all."""
        self._source.seek(0)
        head = self._source.read(HEAD)
        self._source.seek(0)
        if head.startswith(b"PK\x03\x04"):
            yield from self._archive()
        else:
            self._remember(self._source, head)
            self._source.seek(0)
            yield from self._file(self._source, head, "")

    # --- archives ---------------------------------------------------------------------------

    def _archive(self) -> Iterator[ImportRecord]:
        try:
            archive = zipfile.ZipFile(self._source)
        except BROKEN as error:
            raise BadInput("the archive is damaged: it cannot be opened. Export it again") from error
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_UNPACKED:
            raise BadInput("the archive holds more than any export does")
        entries.sort(key=lambda one: (not _is_users(one.filename), one.filename))
        for entry in entries:
            if _is_users(entry.filename):
                yield from self._member(archive, entry, remember=True)
        for entry in entries:
            if not _is_users(entry.filename):
                yield from self._member(archive, entry, remember=False)

    def _member(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, remember: bool) -> Iterator[ImportRecord]:
        name = re.split(r"[/\\]", entry.filename)[-1][-80:]
        if not name.lower().endswith((".json", ".ndjson", ".jsonl", ".xml", ".csv", ".mbox", ".txt")):
            return
        if entry.flag_bits & 1:
            yield self._fault(name, "it is locked with a password")
            return
        if entry.file_size > 10_000_000 and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            yield self._fault(name, "it unpacks to far more than it is, as a bomb would: it is not read")
            return
        try:
            with archive.open(entry) as packed:
                source = io.BufferedReader(packed)  # type: ignore[type-var]  # it has all that is asked of it
                head = source.peek(HEAD)[:HEAD]
                if remember:
                    self._remember(source, head)
                else:
                    yield from self._file(source, head, name)
        except BadInput as error:
            yield self._fault(name, str(error))
        except (*BROKEN, RuntimeError) as error:
            yield self._fault(name, f"it is damaged: the rest of it cannot be unpacked ({type(error).__name__})")

    # --- one file ---------------------------------------------------------------------------

    def _file(self, source: BinaryIO, head: bytes, name: str) -> Iterator[ImportRecord]:
        source, head = _as_utf_8(source, head)
        if head.startswith(b"From ") or name.lower().endswith(".mbox"):
            yield from self._mails(source, name)
        elif divided := _divided(source, head):
            raws, parse = divided
            for raw in raws:
                yield self._of_raw(raw, name, parse)
        elif columns := csv_exports.columns_of(_first_line(_bare(head))):
            yield from self._csv(source, columns, name)
        else:
            raise BadInput(f"this is not an export that can be imported. {WANTED}")

    def _mails(self, source: BinaryIO, name: str) -> Iterator[ImportRecord]:
        for raw in mail_archive.mails(source):
            if raw is None:
                yield self._fault(name, "the mail is longer than any that is read")
            else:
                yield self._record(name, "mail", partial(self._mail, raw))

    def _csv(self, source: BinaryIO, columns: csv_exports.Columns, name: str) -> Iterator[ImportRecord]:
        for one in csv_exports.rows(source):
            if isinstance(one, str):
                yield self._fault(name, one)
            else:
                yield self._record(name, "row", partial(self._listed, one, columns))

    def _mail(self, raw: bytes) -> Sequence[ImportedRow]:
        return (mail_archive.ticket(raw, self._reading.ours),)

    def _listed(self, fields: Mapping[str, str], columns: csv_exports.Columns) -> Sequence[ImportedRow]:
        return (csv_exports.ticket(fields, columns, self._reading.zone),)

    def _of_raw(self, raw: RawRecord, name: str, parse: Callable[[bytes], Fields]) -> ImportRecord:
        if raw.fault:
            return self._fault(name, raw.fault)
        return self._record(name, "record", lambda: self._rows(unwrapped(parse(raw.content)), raw.key))

    def _rows(self, fields: Fields, key: str) -> Sequence[ImportedRow]:
        kind = _kind(fields, key)
        if kind == "user":
            return ()
        if kind == "page":
            pages = [one for name in record_splitting.LISTS for one in _dicts(fields.get(name))]
            return list(chain.from_iterable(self._rows(unwrapped(one), "") for one in pages))
        if kind == "solutions":
            return list(freshdesk.articles(fields))
        made: Mapping[str, Callable[[], ImportedRow]] = {
            "article": lambda: zendesk.article(fields),
            "freshdesk": lambda: freshdesk.ticket(fields, self._users),
            "zendesk": lambda: zendesk.ticket(fields, self._users),
        }
        if kind not in made:
            raise RowError("it is neither a ticket nor an article")
        return (made[kind](),)

    def _record(self, name: str, what: str, make: Callable[[], Sequence[ImportedRow]]) -> ImportRecord:
        self._number += 1
        self._before()
        if self._number <= self._reading.start:
            return ImportRecord(number=self._number)
        place = f"{name}, {what} {self._number}" if name else f"{what} {self._number}"
        try:
            return ImportRecord(number=self._number, rows=tuple(make()))
        except RowError as error:
            why = str(error)
        except ValidationError:
            why = "a field of it is longer than it may be, or empty"
        except RecursionError:
            why = "what is in it stands in each other too deep"
        except Exception as error:  # noqa: BLE001  # what nobody foresaw in one record must not end the rest
            why = f"it cannot be read ({type(error).__name__})"
        return ImportRecord(number=self._number, rows=(RowFault(place=place, why=why[:500]),))

    def _fault(self, name: str, why: str) -> ImportRecord:
        def make() -> Sequence[ImportedRow]:
            raise RowError(why)

        return self._record(name, "record", make)

    # --- users ------------------------------------------------------------------------------

    def _remember(self, source: BinaryIO, head: bytes) -> None:
        """Whom the file names by number: read before the tickets that do."""
        source, head = _as_utf_8(source, head)
        divided = _divided(source, head)
        if divided is None or (_is_lines(_bare(head)) and not _may_be_users(head)):
            return
        raws, parse = divided
        for raw in raws:
            self._before()
            if raw.key not in ("", "user", "users") or raw.fault or len(self._users) >= MOST_USERS:
                continue
            with suppress(RowError, RecursionError):
                fields = unwrapped(parse(raw.content))
                if _kind(fields, raw.key) == "user" and (id := line(fields, "id")):
                    self._users[id] = contact(fields)


def _divided(source: BinaryIO, head: bytes) -> tuple[Iterator[RawRecord], Callable[[bytes], Fields]] | None:
    """The records of JSON or XML, and how each is parsed; None: it is neither."""
    bare = _bare(head)
    if bare[:1] in (b"{", b"["):
        return (record_splitting.lines if _is_lines(bare) else record_splitting.elements)(source), _json
    return (record_splitting.tagged(source), partial(tree, encoding=_encoding(head))) if bare[:1] == b"<" else None


def _bare(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def _is_users(name: str) -> bool:
    return re.split(r"[/\\]", name.lower())[-1].startswith(("user", "contact", "agent"))


def _may_be_users(head: bytes) -> bool:
    return b'"email"' in head and b'"subject"' not in head and b'"comments"' not in head


def _kind(fields: Fields, key: str) -> str:
    if any(isinstance(fields.get(name), list) for name in record_splitting.LISTS) and "subject" not in fields:
        return "page"
    if key in ("user", "users") or ("email" in fields and not {"subject", "status", "title"} & fields.keys()):
        return "user"
    if key.startswith("solution") or {"folders", "all_folders", "public_folders", "solution_folders"} & fields.keys():
        return "solutions"
    if "category_id" in fields and "folder_id" in fields and "title" in fields:
        return "solutions"
    if "title" in fields and "body" in fields:
        return "article"
    if key == "helpdesk-ticket" or {"display_id", "helpdesk_notes", "conversations", "responder_id"} & fields.keys():
        return "freshdesk"
    return "zendesk" if {"subject", "description", "comments"} & fields.keys() else ""


def _dicts(value: object) -> Iterator[Fields]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _json(raw: bytes) -> Fields:
    try:
        said = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = windows_1252(raw)
        if found is None:
            raise RowError("it is not UTF-8") from error
        said = found
    try:
        value = json.loads(said, strict=False)
    except ValueError as error:
        raise RowError("it is no whole JSON: half a line, or damaged") from error
    if not isinstance(value, dict):
        raise RowError("it is no object of JSON")
    return value


def _is_lines(head: bytes) -> bool:
    """Whether each line is a record, as the JSON export of Zendesk has it; not of one that is set over many lines."""
    if head[:1] != b"{" or _LISTED.search(head):
        return False
    return head.partition(b"\n")[0].strip() != b"{"


def _first_line(head: bytes) -> str:
    line = head.partition(b"\n")[0]
    return line.decode("utf-8", "replace")


def _encoding(head: bytes) -> str:
    found = _ENCODING.match(head.removeprefix(codecs.BOM_UTF8).lstrip())
    named = found[1].decode().lower() if found else "utf-8"
    return named if named in ("utf-8", "iso-8859-1", "us-ascii") else "utf-8"


def _as_utf_8(source: BinaryIO, head: bytes) -> tuple[BinaryIO, bytes]:
    """The same words in UTF-8, where they begin with the mark of UTF-16."""
    if head[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return source, head
    stream = codecs.EncodedFile(source, "utf-8", "utf-16", "replace")
    return stream, head.decode("utf-16", "replace").encode()
