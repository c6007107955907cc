"""A file that another process has, read by asking for pieces of it.

The process that parses an export sees nothing of the disk. It asks its parent for a range, which also lets an archive
be opened from its end, and neither side ever holds the whole file.
"""

from __future__ import annotations

import io
import json
import struct
from typing import BinaryIO

PIECE = 256 * 1024


class RangeFile(io.RawIOBase):
    """Asks on `out` and is answered on `source`: frames of a length in four bytes, then JSON or, as answer, bytes."""

    def __init__(self, source: BinaryIO, out: BinaryIO, size: int) -> None:
        super().__init__()
        self._source, self._out = source, out
        self._size, self._at = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands over
        want = min(len(buffer), self._size - self._at, PIECE)
        if want <= 0:
            return 0
        send(self._out, {"want": [self._at, want]})
        got = framed(self._source)
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)


def buffered(source: BinaryIO, out: BinaryIO, size: int) -> io.BufferedReader:
    return io.BufferedReader(RangeFile(source, out, size), PIECE)


def send(out: BinaryIO, told: object) -> None:
    raw = json.dumps(told).encode()
    out.write(struct.pack(">I", len(raw)) + raw)
    out.flush()


def framed(source: BinaryIO) -> bytes:
    """Raises EOFError where the other side has gone."""
    head = source.read(4)
    if len(head) != 4:
        raise EOFError("nobody asks any more")
    size = struct.unpack(">I", head)[0]
    raw = source.read(size)
    if len(raw) != size:
        raise EOFError("nobody answers any more")
    return raw
