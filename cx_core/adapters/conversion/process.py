"""Untrusted files are read in processes of their own, which may fail, hang or be killed without anybody noticing.

A process serves many files, since starting one takes a third of a second, and is replaced when it dies or is worn.
"""

from __future__ import annotations

import json
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO

from pydantic import ValidationError

from cx_core.errors import BadInput, NotIsolated
from cx_core.ports.conversion import DocumentReading, Piece, Unpacked

SECONDS = 30
"""Of the processor, for one file; twice that by the clock."""
MEMORY_MB = 1_024
MOST_FRAME = 64_000_000
ADVICE = (
    "This machine does not let Rung read files in a process without a network ({why}), so no document is read. "
    "An administrator can allow user namespaces: with sysctl kernel.unprivileged_userns_clone=1, "
    "user.max_user_namespaces above 0 and kernel.apparmor_restrict_unprivileged_userns=0, or for a container with a "
    "seccomp profile that allows unshare. "
    "CX_UPLOADS_UNPROTECTED=1 reads documents without this protection: only where all who hand them in are trusted."
)
"""Where the kernel refuses; nothing but its own words is put in."""
MOST_SERVED = 200
"""Files after which a process is replaced: parsers leak."""

_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT", "HOME")
"""Of the environment: a process that reads strangers' files is told no keys."""


class WorkerDied(Exception):
    """The process ended in the middle of a file."""


class Conversions:
    """See ports.conversion.Converter."""

    def __init__(
        self,
        most_bytes: int,
        *,
        seconds: int = SECONDS,
        memory_mb: int = MEMORY_MB,
        unprotected: bool = False,
        launch: Sequence[str] = (sys.executable, "-B"),
    ) -> None:
        """`unprotected`: files are read even where the process cannot be cut off from the network. `launch`: what runs
        a Python module, before `-m`."""
        self.unprotected = unprotected
        self._limits = (memory_mb * 1_000_000, seconds, most_bytes, int(unprotected))
        self._launch = tuple(launch)
        self._trouble: str | None = None
        self._idle: queue.LifoQueue[WorkerProcess] = queue.LifoQueue()

    def read(self, name: str, content: bytes) -> DocumentReading:
        if len(content) > 4 * self._limits[2]:
            raise BadInput(f"it has {len(content) / 1e6:.0f} MB, which is too large. Divide it")
        process = self._one()
        keep = False
        try:
            answer, members = process.ask(name, content)
            keep = not answer.get("worn") and process.served < MOST_SERVED
            if why := answer.get("unprotected"):
                raise NotIsolated(ADVICE.format(why=why))
        except WorkerDied as error:
            raise BadInput(str(error)) from error
        finally:
            if keep:
                self._idle.put(process)
            else:
                process.end()
        if refused := answer.get("refused"):
            raise BadInput(str(refused)[:500])
        return _reading(answer, members)

    def trouble(self) -> str:
        if self._trouble is None:
            process = self._one()
            try:
                answer, _ = process.ask("probe.txt", b"Whether files can be read here.")
            except WorkerDied:  # the file that comes next says so
                process.end()
                return ""
            self._idle.put(process)
            why = answer.get("unprotected")
            self._trouble = ADVICE.format(why=why) if why else ""
        return self._trouble

    def rest(self) -> None:
        while True:
            try:
                self._idle.get_nowait().end()
            except queue.Empty:
                return

    def _one(self) -> WorkerProcess:
        while True:
            try:
                process = self._idle.get_nowait()
            except queue.Empty:
                return WorkerProcess(*self._limits, launch=self._launch)
            if process.alive():
                return process
            process.end()


class WorkerProcess:
    """One process, used by one thread at a time."""

    def __init__(
        self,
        memory: int,
        seconds: int,
        most_bytes: int,
        unprotected: int = 0,
        launch: Sequence[str] = (sys.executable, "-B"),
        module: str = "cx_core.adapters.conversion.worker",
    ) -> None:
        command = [
            *launch,
            "-m",
            module,
            str(memory),
            str(seconds),
            str(most_bytes),
            str(unprotected),
        ]
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        kept |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(  # noqa: S603  # our own module, by our own interpreter
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept,
            start_new_session=True,
        )
        self._patience = 2.0 * seconds
        self.served = 0

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, name: str, content: bytes) -> tuple[dict[str, object], list[bytes]]:
        """Raises WorkerDied with words for whoever handed the file in."""
        self.served += 1
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(self._patience, give_up)
        timer.daemon = True
        timer.start()
        try:
            return self._asked(name, content)
        except (OSError, ValueError, EOFError, struct.error) as error:
            self._process.kill()
            status = self._process.wait()
            words = (
                "it took too long to read, as a file does that was made to. Save it anew, or divide it"
                if late.is_set() or status == -24  # SIGXCPU
                else "what reads files of its kind gave up on it: it is damaged, or made to do harm. Save it anew"
            )
            raise WorkerDied(words) from error
        finally:
            timer.cancel()

    def _asked(self, name: str, content: bytes) -> tuple[dict[str, object], list[bytes]]:
        into, out = self._process.stdin, self._process.stdout
        assert into is not None  # noqa: S101  # both are pipes
        assert out is not None  # noqa: S101
        head = json.dumps({"name": name, "size": len(content)}).encode()
        into.write(struct.pack(">I", len(head)) + head + content)
        into.flush()
        size = struct.unpack(">I", _exactly(out, 4))[0]
        if size > MOST_FRAME:
            raise ValueError("the answer is too long")
        answer = json.loads(_exactly(out, size))
        if not isinstance(answer, dict):
            raise ValueError("the answer is none")
        return answer, [_exactly(out, int(one["size"])) for one in answer.get("members", ())]

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written cannot be
                    continue


def _exactly(source: IO[bytes], size: int) -> bytes:
    found = source.read(size)
    if len(found) != size:
        raise EOFError("the process ended")
    return found


def _reading(answer: dict[str, object], members: list[bytes]) -> DocumentReading:
    """Checked: what parsed a stranger's file is believed no more than the file."""
    try:
        told = answer.get("members") or ()
        return DocumentReading(
            pieces=tuple(Piece.model_validate(one) for one in answer.get("parts") or ()),  # type: ignore[attr-defined]
            notes=tuple(str(one) for one in answer.get("notes") or ()),  # type: ignore[attr-defined]
            hidden=tuple(str(one) for one in answer.get("hidden") or ()),  # type: ignore[attr-defined]
            members=tuple(
                Unpacked(name=str(one["name"]), content=content, trouble=str(one["trouble"]))
                for one, content in zip(told, members, strict=True)  # type: ignore[call-overload]
            ),
        )
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise BadInput("it is damaged: what was read of it cannot be used. Save it again") from error
