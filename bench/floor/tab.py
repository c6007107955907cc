"""One open page as a browser holds it: Streamlit's websocket and the page's live events, without the drawing.

It speaks the protocol of the shipped front end (streamlit.proto, measured against Chromium beside it): what is
typed and clicked goes out as widget states with the fragment they belong to, what comes back is kept by `Screen`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.floor.news import APART, News
from bench.floor.screen import Screen, Shown, texts

ARRIVES = 3.0
"""Seconds after typed text for which watch.js asks for no refresh."""

HEARD, ASKED = 5.0, 4
"""Seconds after which queue.js asks again for a ticket that did not open, and how often at most."""


class Gone(Exception):
    """The page did not show in time what it had to; `args[0]` says what."""


class Tab:
    """A page of somebody signed in. `http` holds the cookies, as the browser does that has the page open.

    `told` is called with what was waited for, and seconds: "refresh" from the first live news to the list that
    shows it (queue.js gathers news on purpose), "rerun" from asking for that list to it.
    """

    def __init__(self, url: str, http: httpx2.AsyncClient, told: Callable[[str, float], None]) -> None:
        self.screen = Screen()
        self._url, self._http, self._told = url, http, told
        self._values: dict[str, WidgetState] = {}
        self._typing: dict[str, str] = {}
        self._put_in: dict[str, Shown] = {}
        self._messages: dict[str, ForwardMsg] = {}
        self._ended = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self._asked: set[asyncio.Task[None]] = set()
        self._free = 0.0
        self._typed = float("-inf")
        self._choosing: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._socket: ClientConnection | None = None
        self._open_ticket: Callable[[], str] = lambda: str(self._data("watch").get("ticket", ""))

    async def open(self, query: str = "", patience: float = 60) -> None:
        """Load the page as a browser does, until its first run is shown."""
        for path in (f"/?{query}" if query else "/", "/_stcore/health", "/_stcore/host-config"):
            answer = await self._http.get(self._url + path)
            answer.raise_for_status()
        self.screen.query = query
        self._socket = await connect(
            f"ws://{urlsplit(self._url).netloc}/_stcore/stream",
            origin=self._url,  # type: ignore[arg-type]  # a NewType of str
            additional_headers={"cookie": "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())},
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]  # the same
            max_size=None,
            ping_interval=None,  # a browser asks no server whether it is still there
        )
        self._tasks = [asyncio.create_task(work()) for work in (self._read, self._tick, self._listen)]
        await self.send()
        await self.until(lambda: self.screen["queue-list"] is not None, patience, "the queue")

    async def close(self) -> None:
        """As pagehide does: what the page holds is let go of, and the connection goes."""
        if ticket := self._open_ticket():
            address = f"{self._url}/leave?ticket={quote(ticket)}"
            await self._http.post(address, headers={"origin": self._url})
        tasks = [*self._tasks, *self._asked]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    def value(self, key: str) -> str:
        """What a text area holds: what is being typed, what was committed, else what the server gave it."""
        shown = self.screen[key]
        if shown is None:
            return ""
        kept = self._values[shown.id].string_value if shown.id in self._values else shown.element.text_area.default
        return self._typing.get(shown.id, kept)

    def type(self, key: str, text: str) -> None:
        """Have an area hold this text. It is committed when focus leaves it, which a click does."""
        if shown := self.screen[key]:
            self._typing[shown.id] = text

    def take(self, message: ForwardMsg) -> bool:
        """Show what a message says; whether it ended a run. What was typed into an area that is gone goes with it:
        one that comes in its place later holds what the server gives it.
        """
        ended = self.screen.apply(message)
        if ended:
            mounted = {shown.id for shown in self.screen}
            self._typing = {id: text for id, text in self._typing.items() if id in mounted}
            self._take_what_is_put_in()
        return ended

    def _take_what_is_put_in(self) -> None:
        """An area into which the server has just put text holds that, as in a browser."""
        for shown in self.screen:
            area = shown.element.text_area
            if shown.kind == "text_area" and area.set_value and self._put_in.get(shown.id) is not shown:
                self._put_in[shown.id] = shown
                self._values[shown.id] = WidgetState(id=shown.id, string_value=area.value)
                self._typing.pop(shown.id, None)

    async def press(self, key: str) -> bool:
        """Click a button, by its key without ticket and version; False if it is not there or cannot be pressed."""
        shown = self.screen[key] or self.screen.of_ticket(key)
        if shown is None or shown.element.button.disabled:
            return False
        mounted = {one.id for one in self.screen}
        for id, text in self._typing.items():
            if id in mounted:
                self._values[id] = WidgetState(id=id, string_value=text)
        self._typing.clear()
        await self.send(shown.fragment, WidgetState(id=shown.id, trigger_value=True))
        return True

    async def trigger(self, key: str, event: str, value: object) -> None:
        """What one of our components sends by itself."""
        if shown := self.screen[key]:
            if event == "typed":
                self._typed = time.monotonic()
            id = f"$$STREAMLIT_INTERNAL_KEY_{shown.id}__events"
            told = json.dumps([{"event": event, "value": value}])
            await self.send(shown.fragment, WidgetState(id=id, json_trigger_value=told))

    async def send(self, fragment: str = "", fired: WidgetState | None = None, *, by_itself: bool = False) -> None:
        """Ask for a run, with everything the page's widgets hold."""
        mounted = {shown.id for shown in self.screen}
        self._values = {id: state for id, state in self._values.items() if id in mounted}
        asked = BackMsg()
        run = asked.rerun_script
        run.query_string, run.page_script_hash, run.fragment_id = self.screen.query, self.screen.page, fragment
        run.is_auto_rerun = by_itself
        run.cached_message_hashes.extend(self._messages)
        run.widget_states.widgets.extend([*self._values.values(), *([fired] if fired else [])])
        run.context_info.timezone, run.context_info.locale, run.context_info.url = "Europe/London", "en-GB", self._url
        assert self._socket is not None
        with suppress(ConnectionClosed):  # the reader has noticed, and whoever waits is told
            await self._socket.send(asked.SerializeToString())

    async def until(self, holds: Callable[[], bool], patience: float, what: str) -> float:
        """Seconds until a finished run shows it. Raises Gone."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(patience), self._ended:
                await self._ended.wait_for(lambda: holds() or self._lost())
        except TimeoutError:
            raise Gone(f"{what} was not shown within {patience:.0f} s") from None
        if not holds():
            raise Gone(f"the connection ended before {what} was shown")
        return time.perf_counter() - began

    async def choose(self, ticket: str) -> None:
        """Click a ticket in the queue, which asks again for one that does not open."""
        if self._choosing:
            self._choosing.cancel()
        self._choosing = self._soon(self._ask(ticket))

    async def _ask(self, ticket: str) -> None:
        for _ in range(ASKED):
            await self._say("opened", ticket)
            with suppress(Gone):
                await self.until(lambda: self._data("queue-list").get("open") == ticket, HEARD, "the ticket")
                return

    def rows(self) -> Sequence[dict[str, Any]]:
        """The queue as it is drawn."""
        return list(self._data("queue-list").get("rows", ()))

    def paper(self, key: str) -> Sequence[dict[str, Any]]:
        """What one of our papers draws."""
        return list(self._data(key).get("nodes", ()))

    def words(self, key: str) -> str:
        """All text of one of our papers."""
        return " ".join(texts(self.paper(key)))

    def watched(self) -> tuple[str, int, str]:
        """The open ticket, the version worked on, and the key of its text area (empty: none)."""
        data = self._data("watch")
        return str(data.get("ticket", "")), int(data.get("version", 0)), str(data.get("area", ""))

    def typed(self, text: str) -> dict[str, object]:
        """What watch.js sends of words that are being typed: the draft they began from, and the words."""
        data = self._data("watch")
        return {name: data[name] for name in ("ticket", "version", "area", "revision")} | {"text": text}

    def _data(self, key: str) -> dict[str, Any]:
        shown = self.screen[key]
        return shown.data if shown else {}

    def _lost(self) -> bool:
        return bool(self._tasks) and self._tasks[0].done()

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for raw in self._socket:
                message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
                if message.WhichOneof("type") == "ref_hash":
                    kept = ForwardMsg()
                    kept.CopyFrom(self._messages[message.ref_hash])
                    kept.metadata.CopyFrom(message.metadata)
                    message = kept
                elif message.metadata.cacheable and message.hash:
                    self._messages[message.hash] = message
                if self.take(message):
                    async with self._ended:
                        self._ended.notify_all()
        except ConnectionClosed as error:
            self.screen.errors.append(f"websocket: {error}")
        finally:
            async with self._ended:
                self._ended.notify_all()

    async def _tick(self) -> None:
        """Fragments with `run_every`, on their own clock."""
        last: dict[str, float] = {}
        while True:
            await asyncio.sleep(0.5)
            now = time.monotonic()
            for fragment, seconds in list(self.screen.ticks.items()):
                if now - last.setdefault(fragment, now) >= seconds:
                    last[fragment] = now
                    await self.send(fragment, by_itself=True)

    async def _listen(self) -> None:
        """The page's live events, and what queue.js makes of them."""
        headers = {"accept": "text/event-stream"}
        news = News(
            lambda since: self._soon(self._refresh(since)),
            lambda tickets: self._soon(self._tell(tickets)),
            lambda: self._choosing is not None and not self._choosing.done(),
        )
        try:
            while True:
                with suppress(httpx2.TransportError):
                    async with self._http.stream("GET", f"{self._url}/events", headers=headers, timeout=None) as answer:
                        async for line in answer.aiter_lines():
                            if line.startswith("data:") and (tickets := json.loads(line[5:]).get("tickets")):
                                news.heard(tickets)
                await asyncio.sleep(2)
                news.heard(["*"])
        finally:
            news.close()

    def _soon(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        return task

    async def _refresh(self, since: float) -> None:
        before, asked = self.screen["queue-list"], asyncio.get_running_loop().time()
        await self._say("changed", int(time.time() * 1000))
        with suppress(Gone):
            await self.until(lambda: self.screen["queue-list"] is not before, 30, "the refreshed queue")
            shown = asyncio.get_running_loop().time()
            self._told("refresh", shown - since)
            self._told("rerun", shown - asked)

    async def _tell(self, tickets: frozenset[str]) -> None:
        if not {"*", self._open_ticket()} & tickets:
            return
        if self._telling and self._telling is not asyncio.current_task():
            self._telling.cancel()
        self._telling = asyncio.current_task()
        while (wait := self._typed + ARRIVES - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        await self.trigger("watch", "changed", int(time.time() * 1000))

    async def _say(self, event: str, value: object) -> None:
        """What the queue sends, apart from what it sent before: two in one moment would be one message."""
        now = time.monotonic()
        wait = max(0.0, self._free - now)
        self._free = now + wait + APART
        await asyncio.sleep(wait)
        await self.trigger("queue-list", event, value)
