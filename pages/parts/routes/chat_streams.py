"""What visitors are sent as it happens: server-sent events, resumed by the number of the last one that arrived."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from anyio import CancelScope, to_thread

from cx_core.records.chat import ChatEvent, ChatSession

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

POLL = 0.25
HEARTBEAT = 15.0
STREAMS = 4
"""Open at once per session: more than the tabs that somebody has the same conversation open in."""


class OpenStream:
    """One open widget. `news` is set when it should look."""

    def __init__(self, session: ChatSession, told: int) -> None:
        self.session = session
        self.told = told
        self.typing = False
        self.news = asyncio.Event()


class ChatStreams:
    """One poller for all open widgets of the process, and only while there are any."""

    def __init__(self, desk: Callable[[], Desk], *, heartbeat: float = HEARTBEAT, poll: float = POLL) -> None:
        self._desk = desk
        self._heartbeat = heartbeat
        self._poll = poll
        self._streams: dict[str, set[OpenStream]] = defaultdict(set)
        self._open: Counter[str] = Counter()
        self._polling: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._closing = False

    def close(self) -> None:
        """End every stream within a second: the server waits for open responses before it stops."""
        self._closing = True

    def look_now(self) -> None:
        """Something was just kept for a visitor: do not wait for the next look."""
        self._wake.set()

    def full(self, session: ChatSession) -> bool:
        return self._closing or self._open[session.id] >= STREAMS

    async def told(self, session: ChatSession, after: int) -> AsyncIterator[str]:
        """Every event after this number, then each as it comes. Ends when the session does, or the poller dies."""
        async with self._joined(session, after) as stream:
            yield ": open\n\n"
            stream.news.set()
            while not self._over():
                try:
                    await asyncio.wait_for(stream.news.wait(), self._heartbeat)
                except TimeoutError:
                    if not await to_thread.run_sync(self._lives, session):
                        yield "event: ended\ndata: {}\n\n"
                        return
                    yield ": still here\n\n"
                else:
                    stream.news.clear()  # what comes while it is read sets it again at the next look
                    async for event in self._fresh(stream):
                        yield event

    async def _fresh(self, stream: OpenStream) -> AsyncIterator[str]:
        """What it has not been told yet."""
        while events := await to_thread.run_sync(self._events, stream.session, stream.told):
            for event in events:
                stream.told = event.number
                yield shown(event)
        typing = stream.session.id in self._desk().chat_presence.advisors_typing()
        if typing != stream.typing:
            stream.typing = typing
            yield f"event: typing\ndata: {json.dumps(typing)}\n\n"

    def _over(self) -> bool:
        return self._closing or self._polling is None or self._polling.done()

    def _events(self, session: ChatSession, after: int) -> tuple[ChatEvent, ...]:
        return self._desk().chat_visitors.events(session, after)

    def _lives(self, session: ChatSession) -> bool:
        return self._desk().chat_visitors.lives(session)

    @asynccontextmanager
    async def _joined(self, session: ChatSession, after: int) -> AsyncIterator[OpenStream]:
        stream = OpenStream(session, after)
        self._open[session.id] += 1
        self._streams[session.id].add(stream)
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._look())
        self._desk().chat_presence.came(session)
        try:
            yield stream
        finally:
            self._streams[session.id].discard(stream)
            if not self._streams[session.id]:
                del self._streams[session.id]
            self._open[session.id] -= 1
            if not self._open[session.id]:
                del self._open[session.id]
            with CancelScope(shield=True):  # the visitor has gone, which is just what is to be kept
                await to_thread.run_sync(self._desk().chat_presence.went, session)

    async def _look(self) -> None:
        """Wake the streams that there is news for; all of them when this ends, since they end with it."""
        try:
            while self._streams and not self._closing:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._poll)
                self._wake.clear()
                newest = await to_thread.run_sync(self._desk().chat_visitors.newest, frozenset(self._streams))
                typing = self._desk().chat_presence.advisors_typing()
                for stream in self._each():
                    id = stream.session.id
                    if newest.get(id, 0) > stream.told or (id in typing) != stream.typing:
                        stream.news.set()
        finally:
            for stream in self._each():
                stream.news.set()

    def _each(self) -> tuple[OpenStream, ...]:
        return tuple(stream for streams in self._streams.values() for stream in streams)


def shown(event: ChatEvent) -> str:
    """The event as a browser reads it. What only the desk needs stays here."""
    body = {name: value for name, value in event.body.items() if name != "exact"}
    if "files" in body:
        body["files"] = [{"name": file["name"], "size": file["size"]} for file in body["files"]]
    data = {**body, "at": event.at.isoformat()}
    return f"id: {event.number}\nevent: {event.kind}\ndata: {json.dumps(data)}\n\n"
