"""Exports are read in a process of their own, which is handed pieces of the file and may fail, hang or be killed.

A record that ends the process is a fault of its own: another process goes on behind it. Where that one ends at once,
the rest cannot be divided into records, and the file ends with a fault that says so.
"""

from __future__ import annotations

import json
import struct
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from pydantic import ValidationError

from cx_core.adapters.conversion.process import ADVICE, MEMORY_MB, MOST_FRAME, WorkerDied, WorkerProcess
from cx_core.errors import BadInput, NotIsolated
from cx_core.ports.outside.imports import StoredFile
from cx_core.records.imports import ImportRecord, RowFault

SECONDS = 20
"""Of the processor, for one record; three times that by the clock, until it asks for the next piece or tells one."""
_GAVE_UP = "what reads it gave up on it, or it took too long: it is damaged, or made to do harm"
_REST = "the rest of the file cannot be read: it is damaged from here on, or made to do harm"


class ImportProcess(WorkerProcess):
    """One process for one file."""

    def __init__(self, memory: int, seconds: int, unprotected: int, launch: Sequence[str]) -> None:
        super().__init__(memory, seconds, 0, unprotected, launch, "cx_core.adapters.imports.import_worker")
        self._clock_seconds = 3.0 * seconds

    def tell(self, file: StoredFile, ours: Sequence[str], zone: str, start: int) -> Iterator[dict[str, object]]:
        """What it says of the file, piece by piece. Raises WorkerDied."""
        try:
            self._answer(json.dumps({"size": file.size, "ours": list(ours), "zone": zone, "start": start}).encode())
            while True:
                told = self._told(file)
                yield told
                if "record" not in told:
                    return
        except (OSError, ValueError, EOFError, struct.error) as error:
            raise WorkerDied(_GAVE_UP) from error

    def _told(self, file: StoredFile) -> dict[str, object]:
        """The next that is no question for a piece of the file."""
        while True:
            with self._in_time():
                told = json.loads(self._frame())
            if not isinstance(told, dict):
                raise ValueError("it says nothing that is known")
            if "want" not in told:
                return told
            offset, size = (int(one) for one in told["want"])
            self._answer(file.read_at(offset, size))

    def _frame(self) -> bytes:
        out = _pipe(self._process.stdout)
        size = struct.unpack(">I", _exactly(out, 4))[0]
        if size > MOST_FRAME:
            raise ValueError("what it says is too long")
        return _exactly(out, size)

    def _answer(self, raw: bytes) -> None:
        into = _pipe(self._process.stdin)
        into.write(struct.pack(">I", len(raw)) + raw)
        into.flush()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        timer = threading.Timer(self._clock_seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class ExportProcesses:
    """See ports.imports.ExportReader."""

    def __init__(
        self,
        *,
        seconds: int = SECONDS,
        memory_mb: int = MEMORY_MB,
        unprotected: bool = False,
        launch: Sequence[str] = (sys.executable, "-B"),
    ) -> None:
        self._limits = (memory_mb * 1_000_000, seconds, int(unprotected))
        self._launch = tuple(launch)

    def records(self, file: StoredFile, *, ours: Sequence[str], zone: str, start: int = 0) -> Iterator[ImportRecord]:
        at, died_at = start, -1
        while True:
            try:
                for record in self._of_one_process(file, ours, zone, at):
                    at = record.number
                    yield record
                return
            except WorkerDied:
                ended = died_at == at
                at += 1
                died_at = at
                why = _REST if ended else _GAVE_UP
                yield ImportRecord(number=at, rows=(RowFault(place=f"record {at}", why=why),))
                if ended:
                    return

    def _of_one_process(self, file: StoredFile, ours: Sequence[str], zone: str, start: int) -> Iterator[ImportRecord]:
        process = ImportProcess(*self._limits, self._launch)
        try:
            for told in process.tell(file, ours, zone, start):
                if why := told.get("unprotected"):
                    raise NotIsolated(ADVICE.format(why=why))
                if why := told.get("refused"):
                    raise BadInput(str(why)[:500])
                if "record" in told:
                    yield _checked(told["record"], start)
        finally:
            with suppress(OSError):
                process.end()


def _checked(told: object, start: int) -> ImportRecord:
    """What parsed a stranger's file is believed no more than the file."""
    try:
        record = ImportRecord.model_validate(told)
    except ValidationError as error:
        raise WorkerDied(_GAVE_UP) from error
    if record.number <= start:
        raise WorkerDied(_GAVE_UP)
    return record


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  # both are pipes
    return pipe


def _exactly(source: IO[bytes], size: int) -> bytes:
    found = source.read(size)
    if len(found) != size:
        raise EOFError("the process ended")
    return found
