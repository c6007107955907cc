"""The audit log's newest place, kept in a small file outside the database."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cx_core.audit.audit_chain import ANCHOR_BYTES, ChainPlace, read_anchor, write_anchor


class Anchor:
    """One sealed line of 256 bytes that never goes back. Safe across threads and processes.

    It is written over in place, by one write inside one sector of the disk, which a power cut leaves either
    old or new: PostgreSQL keeps its pg_control so. Nor does it wait for the disk: the events are there before
    it, so a power cut can only leave it behind them, which is allowed. Replacing the file costs ext4 4 ms more.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def start(self) -> None:
        """Make the file, for a log without events, or leave the one that is there. Raises OSError."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(self.path.name + ".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(write_anchor(self._key, ChainPlace()))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self) -> ChainPlace | None:
        """What the file says; None without a file. Raises AuditBroken if it was forged, OSError if unreadable."""
        try:
            with self._held(os.O_RDONLY, fcntl.LOCK_SH) as file:
                return read_anchor(self._key, os.pread(file, ANCHOR_BYTES + 1, 0))
        except FileNotFoundError:
            return None

    def advance(self, place: ChainPlace) -> None:
        """Move on to `place`, if that is further. Raises AuditBroken if the file was forged, OSError.

        A file that has gone is not made anew: that would cover up that it has.
        """
        with self._held(os.O_RDWR, fcntl.LOCK_EX) as file:
            if place.events > read_anchor(self._key, os.pread(file, ANCHOR_BYTES + 1, 0)).events:
                os.pwrite(file, write_anchor(self._key, place), 0)

    @contextmanager
    def _held(self, mode: int, lock: int) -> Iterator[int]:
        # Each opening has a lock of its own, so flock holds threads apart as well as processes.
        file = os.open(self.path, mode)
        try:
            fcntl.flock(file, lock)
            yield file
        finally:
            os.close(file)
