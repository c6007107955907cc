"""Where a record begins and ends in a stream of JSON or XML, so that only one is ever in memory.

Records are cut out by their brackets or tags and parsed one by one afterwards: one that is broken is a fault of its
own, and the next is read. A document type is never parsed, so no entity of it exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from cx_core.records.imports import CUT_SHORT

MOST_RECORD = 32_000_000
"""Bytes of one record; the longest tickets, of five thousand comments, have a few."""
CHUNK = 1 << 20
LISTS = ("tickets", "articles", "users", "results")
"""Keys under which a page of an API has its records."""

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]', re.S)
_STRING_END = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.S)
_OPENS_LIST = re.compile(rb"\s*:\s*\[")
_NEAR = 64
"""Bytes behind a key in which its list begins."""
_ROWS = re.compile(
    rb"<(helpdesk[-_]ticket|solution[-_]category|solution[-_]folder|solution[-_]article|ticket|user|category|article)"
    rb"(?=[\s>])[^>]*(?<!/)>"
)


class RawRecord(NamedTuple):
    """The bytes of one record, under the key of the list or tag it stands in; or why it cannot be one."""

    content: bytes = b""
    key: str = ""
    fault: str = ""


TOO_LONG = RawRecord(fault=f"it has more than {MOST_RECORD // 1_000_000} MB, as no ticket has")
HALF = RawRecord(fault=CUT_SHORT)
UNCLOSED = RawRecord(fault="it has no end: the next one begins inside it")


def lines(source: BinaryIO) -> Iterator[RawRecord]:
    """One record a line. A line that is too long is skipped to its end."""
    while line := source.readline(MOST_RECORD + 1):
        if len(line) > MOST_RECORD and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = source.readline(CHUNK)
            yield TOO_LONG
        elif stripped := line.strip(b"\xef\xbb\xbf\r\n\t \x00"):
            yield RawRecord(stripped)


def elements(source: BinaryIO) -> Iterator[RawRecord]:
    """The objects of an array, or of the arrays of an object under one of `LISTS`; else each object as it stands."""
    return _Elements(source).read()


def tagged(source: BinaryIO) -> Iterator[RawRecord]:
    """The outermost elements of XML that are a record, each as a fragment of its own."""
    return _Fragments(source).read()


class _Stream:
    """A stretch of the file around the place that is read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._text, self._ended = b"", False

    def _read_on(self, keep: int) -> bool:
        """Forget what stands before `keep` and read more; False: there is no more."""
        if self._ended:
            return False
        chunk = self._source.read(CHUNK)
        self._ended = not chunk
        self._text = self._text[keep:] + chunk
        return True


class _Elements(_Stream):
    """Follows brackets and passes over strings."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__(source)
        self._at = self._depth = 0
        self._list = 0
        """The depth of the array whose objects are wanted; 0: the objects stand by themselves."""
        self._key = self._last = ""
        self._begin: int | None = None
        """Where the record that is open begins."""
        self._skipped = False
        """The record that is open is too long, and not kept."""
        self._in_string = False
        """What was read last was dropped in the middle of a string that is too long."""

    def read(self) -> Iterator[RawRecord]:
        for token in self._brackets():
            if token in (b"{", b"["):
                self._opened(token)
                continue
            self._depth = max(0, self._depth - 1)
            if token == b"}" and self._depth == self._list and (self._skipped or self._begin is not None):
                yield TOO_LONG if self._skipped else RawRecord(self._text[self._begin : self._at], self._key)
                self._begin, self._skipped = None, False
            if self._depth < self._list:
                self._list, self._key = 0, ""
        if self._depth:
            yield HALF

    def _opened(self, token: bytes) -> None:
        self._depth += 1
        within = self._depth == 2 and self._list == 0 and self._last in LISTS
        if token == b"[" and (self._depth == 1 or within):
            self._list, self._key = self._depth, self._last if within else ""
            self._begin, self._skipped = None, False
        elif token == b"{" and self._depth == self._list + 1 and self._begin is None and not self._skipped:
            self._begin = self._at - 1

    def _brackets(self) -> Iterator[bytes]:
        while True:
            if self._in_string and not self._passed():
                return
            found = _TOKEN.search(self._text, self._at)
            if found is None or self._text.find(b'"', self._at, found.start()) >= 0:  # a string that is not whole
                if not self._more():
                    return
            elif found[0][:1] != b'"':
                self._at = found.end()
                yield found[0]
            elif self._depth == 1 and self._list == 0:
                if len(self._text) - found.end() < _NEAR and self._more():
                    continue
                opens = _OPENS_LIST.match(self._text, found.end())
                self._last = found[0][1:-1].decode("utf-8", "replace") if opens else ""
                self._at = found.end()
            else:
                self._at = found.end()

    def _passed(self) -> bool:
        """Go on behind the string that is too long; False: it has no end."""
        while (end := _STRING_END.match(self._text, self._at)) is None:
            self._at = len(self._text)
            if not self._read_on(self._at):
                return False
            self._at = 0
        self._at, self._in_string = end.end(), False
        return True

    def _more(self) -> bool:
        if self._begin is not None and len(self._text) - self._begin > MOST_RECORD:
            self._begin, self._skipped = None, True
        keep = self._at if self._begin is None else self._begin
        if len(self._text) - keep > MOST_RECORD:  # a string without an end
            keep = self._at = len(self._text)
            self._in_string = True
        if not self._read_on(keep):
            return False
        self._at -= keep
        self._begin = None if self._begin is None else 0
        return True


class _Fragments(_Stream):
    """Looks for tags only: what stands between them is parsed by whoever gets the fragment."""

    def read(self) -> Iterator[RawRecord]:
        while (opening := self._opening()) is not None:
            self._text = self._text[opening.start() :]
            yield self._cut(opening[1], opening.end() - opening.start())

    def _opening(self) -> re.Match[bytes] | None:
        while True:
            if found := _ROWS.search(self._text):
                return found
            tail = self._text.rfind(b"<")
            if not self._read_on(tail if tail >= 0 and len(self._text) - tail < CHUNK else len(self._text)):
                return None

    def _cut(self, name: bytes, at: int) -> RawRecord:
        """The element at the beginning of the text, which is dropped from it."""
        closing, begun = b"</" + name + b">", at
        while (end := self._text.find(closing, at)) < 0 and len(self._text) <= MOST_RECORD:
            at = max(at, len(self._text) - len(closing))
            if not self._read_on(0):
                break
        again = re.compile(rb"<" + name + rb"[\s>]").search(self._text, begun, end if end >= 0 else len(self._text))
        if again:
            self._text = self._text[again.start() :]
            return UNCLOSED
        if end < 0:
            self._text = b""
            return HALF if self._ended else TOO_LONG
        content, self._text = self._text[: end + len(closing)], self._text[end + len(closing) :]
        return RawRecord(content, name.decode().replace("_", "-"))
