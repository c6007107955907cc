"""/events: which tickets changed, pushed to every page that is open. Ids only, nothing about anybody.

Whoever answers no tickets hears only that something changed which every page shows.
"""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType
from typing import Protocol

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from cx_core.records import APPROVERS, EVERY_TICKET, TicketId
from pages.parts.routes.sessions import HEADER, SessionWatch

POLL = 0.25
HEARTBEAT = 15.0
STREAMS = 4
"""Open at once per session. A browser keeps six connections to one host for all its tabs together: more streams
than this would leave none for pages. A tab that gets none refreshes on its own timer."""


class ChangedTickets(Protocol):
    """The part of the desk that live updates need."""

    def changes_since(self, id: int) -> tuple[int, tuple[TicketId, ...]]: ...


class LiveStream:
    """One open page: what it has not been told yet. Bounded by the number of tickets, however slow the reader."""

    def __init__(self, *, answers: bool) -> None:
        """`answers`: whether whoever reads it answers tickets."""
        self._answers = answers
        self.tickets: set[TicketId] = set()
        self.newest = 0
        self.news = asyncio.Event()

    def tell(self, newest: int, tickets: tuple[TicketId, ...]) -> None:
        heard = tickets if self._answers else [EVERY_TICKET] if EVERY_TICKET in tickets else []
        if not heard:
            return
        self.tickets.update(heard)
        self.newest = newest
        self.news.set()

    def take(self) -> str:
        """Everything untold, as one event."""
        data = {"tickets": sorted(self.tickets), "id": self.newest}
        self.tickets.clear()
        self.news.clear()
        return f"id: {self.newest}\ndata: {json.dumps(data)}\n\n"


class Live:
    """One poller for the whole process, and only while somebody looks."""

    def __init__(
        self, desk: Callable[[], ChangedTickets], watch: SessionWatch, *, heartbeat: float = HEARTBEAT
    ) -> None:
        self._desk = desk
        self._watch = watch
        self._heartbeat = heartbeat
        self._streams: set[LiveStream] = set()
        self._open: Counter[str] = Counter()
        self._polling: asyncio.Task[None] | None = None
        self._closing = False
        self._newest = 0
        self._wake = asyncio.Event()
        self._others: list[Callable[[], None]] = []

    def look_now(self) -> None:
        """A ticket has just changed in this process: do not wait for the next look."""
        self._wake.set()

    def closes_too(self, close: Callable[[], None]) -> None:
        """Something else with open streams ends when this does."""
        self._others.append(close)

    def routes(self) -> list[Route]:
        return [Route("/events", self._events)]

    async def _events(self, request: Request) -> Response:
        token = request.headers.get(HEADER, "")
        someone = await self._watch.who(token)
        if someone is None:
            return PlainTextResponse("Sign in first.", 401)
        if self._open[token] >= STREAMS:
            return Response(status_code=204)  # tells EventSource not to try again by itself
        if self._closing:
            return PlainTextResponse("Stopping.", 503)
        return StreamingResponse(
            self._told(token, answers=someone.role in APPROVERS),
            media_type="text/event-stream",
            headers={"x-accel-buffering": "no"},
        )

    async def _told(self, token: str, *, answers: bool) -> AsyncIterator[str]:
        """The first event names no ticket: it says that the stream stands. Afterwards one event per batch of news.

        Should the poller die, the stream ends too: the page connects again, and that starts another poller.
        """
        with self._counted(token):
            async with self._watch.following(token) as ended, self._joined(answers) as stream:
                yield "retry: 2000\n" + stream.take()
                quiet = 0.0
                while not (ended.is_set() or self._closing or self._polling is None or self._polling.done()):
                    try:
                        await asyncio.wait_for(stream.news.wait(), 1.0)
                    except TimeoutError:
                        quiet += 1.0
                        if quiet >= self._heartbeat:
                            quiet = 0.0
                            yield ": still here\n\n"
                        continue
                    quiet = 0.0
                    yield stream.take()
                if ended.is_set():
                    yield "event: ended\ndata: {}\n\n"

    @contextmanager
    def _counted(self, token: str) -> Iterator[None]:
        self._open[token] += 1
        try:
            yield
        finally:
            self._open[token] -= 1
            if not self._open[token]:
                del self._open[token]

    @asynccontextmanager
    async def _joined(self, answers: bool) -> AsyncIterator[LiveStream]:
        stream = LiveStream(answers=answers)
        self._streams.add(stream)
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())
        try:
            yield stream
        finally:
            self._streams.discard(stream)

    async def _poll(self) -> None:
        self._newest = await to_thread.run_sync(self._caught_up, self._newest)
        while self._streams and not self._closing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL)
            self._wake.clear()
            self._newest, tickets = await to_thread.run_sync(self._since, self._newest)
            if tickets:
                for stream in self._streams:
                    stream.tell(self._newest, tickets)

    def _since(self, newest: int) -> tuple[int, tuple[TicketId, ...]]:
        return self._desk().changes_since(newest)

    def _caught_up(self, newest: int) -> int:
        """The newest change there is. Changes come in batches; nobody who only just connected needs the old ones."""
        tickets: tuple[TicketId, ...] = (TicketId(""),)
        while tickets:
            newest, tickets = self._since(newest)
        return newest

    def close(self) -> None:
        """End every stream within a second: the server waits for open responses before it stops."""
        self._closing = True
        for close in self._others:
            close()

    def close_on_signal(self) -> None:
        """Close when the process is told to stop; the server's own handler only sets a flag, then waits for us."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)

            def handle(signum: int, frame: FrameType | None, before: object = before) -> None:
                self.close()
                if callable(before):
                    before(signum, frame)

            if callable(before):
                signal.signal(number, handle)
