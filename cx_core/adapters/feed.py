"""The live feed of demonstration mode: customers writing in, through the same door as any channel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from cx_core.adapters.knowledge_folder import FeedMessage
from cx_core.ports import Clock
from cx_core.records import File, Inbound, MessageId, TicketId

FIRST = 12
"""So many arrive at once on a new installation, so that the first queue is not empty."""


class Feed:
    """Plays messages in order, one every `seconds`; a restart goes on where the last process stopped."""

    def __init__(
        self,
        messages: Sequence[FeedMessage],
        receive: Callable[[Inbound], TicketId],
        known: Callable[[Sequence[MessageId]], frozenset[MessageId]],
        clock: Clock,
        seconds: float,
        folder: Path,
    ) -> None:
        self._messages = messages
        self._receive = receive
        self._known = known
        self._clock = clock
        self._seconds = seconds
        self._folder = folder
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._seconds > 0 and self._messages and self._thread is None:
            self._thread = threading.Thread(target=self._play, name="rung-feed", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _play(self) -> None:
        day = 1
        while not self._stop.is_set():
            todo = self.left(day)
            for number, inbound in enumerate(todo):
                self._receive(inbound)
                fresh = day == 1 and len(todo) == len(self._messages) and number < FIRST - 1
                if self._stop.wait(0 if fresh else self._seconds):
                    return
            day += 1

    def left(self, day: int) -> list[Inbound]:
        """The messages of this round that have not arrived yet, received now."""
        round_ = [self._inbound(message, day) for message in self._messages]
        known = self._known([MessageId(f"{inbound.channel}:{inbound.id}") for inbound in round_])
        return [inbound for inbound in round_ if f"{inbound.channel}:{inbound.id}" not in known]

    def _inbound(self, message: FeedMessage, day: int) -> Inbound:
        return Inbound(
            id=MessageId(f"feed-{day}-{message.id}"),
            channel=message.channel,
            address=message.sender,
            identity=message.identity,
            subject=message.subject,
            text=message.text,
            received_at=self._clock(),
            thread=f"feed-{day}-{self._first(message)}",
            files=tuple(self._file(name) for name in message.files),
        )

    def _file(self, name: str) -> File:
        return File(name=Path(name).name, content=(self._folder / name).read_bytes())

    def _first(self, message: FeedMessage) -> str:
        """The message that began this conversation."""
        by_id = {each.id: each for each in self._messages}
        while message.after is not None:
            message = by_id[message.after]
        return message.id
