"""Mails are read in a process of their own, so that one which harms what reads it stops only itself.

The process has the limits of the one that reads documents: memory, time, no file written, and no network where the
system allows that. Where it does not, mails are still read: a desk that gets no mail is worse, and neither the parser
of MIME nor that of HTML asks for a network.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

from pydantic import ValidationError

from cx_core.adapters.conversion.process import MOST_SERVED, WorkerDied, WorkerProcess
from cx_core.adapters.mail.mail_reading import MOST_BYTES
from cx_core.errors import UnreadableMail
from cx_core.records import File, ReadMail, Trust

SECONDS = 8
"""Of the processor, for one mail; twice that by the clock."""
MEMORY_MB = 1_024
_GAVE_UP = "what reads mails gave up on it, or it took too long: it is damaged, or made to do harm"


class MailReader:
    """Reads one mail at a time; a mail that ends the process is unreadable, and the next gets a new process."""

    def __init__(
        self, *, seconds: int = SECONDS, memory_mb: int = MEMORY_MB, launch: Sequence[str] = (sys.executable, "-B")
    ) -> None:
        self._limits = (memory_mb * 1_000_000, seconds, MOST_BYTES)
        self._launch = tuple(launch)
        self._process: WorkerProcess | None = None
        self._one_at_a_time = threading.Lock()

    def read(self, raw: bytes, trust: Trust) -> ReadMail:
        """Raises UnreadableMail."""
        if len(raw) > MOST_BYTES:
            raise UnreadableMail(
                f"it has {len(raw) / 1e6:.0f} MB, more than the {MOST_BYTES / 1e6:.0f} MB that are read"
            )
        with self._one_at_a_time:
            try:
                answer, members = self._running().ask(trust.model_dump_json(), raw)
            except WorkerDied as error:
                self._end()
                raise UnreadableMail(_GAVE_UP) from error
        if refused := answer.get("refused"):
            raise UnreadableMail(str(refused)[:500])
        return _checked(answer, members)

    def rest(self) -> None:
        """End the process, if there is one."""
        with self._one_at_a_time:
            self._end()

    def _running(self) -> WorkerProcess:
        if self._process is None or not self._process.alive() or self._process.served >= MOST_SERVED:
            self._end()
            self._process = WorkerProcess(
                *self._limits, launch=self._launch, module="cx_core.adapters.mail.mail_worker"
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


def _checked(answer: dict[str, object], members: list[bytes]) -> ReadMail:
    """What parsed a stranger's mail is believed no more than the mail."""
    try:
        named = answer.get("members") or ()
        files = tuple(
            File(name=str(one["name"]), content=content)
            for one, content in zip(named, members, strict=True)  # type: ignore[call-overload]
        )
        return ReadMail.model_validate(answer["mail"]).replace(files=files)
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise UnreadableMail("it is damaged: what was read of it cannot be used") from error
