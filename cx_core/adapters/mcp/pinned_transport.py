"""Carries the SDK's requests to one MCP server over pinned connections, within bounds of time, size and number.

The SDK sees neither credentials nor cookies, nor an answer that redirects. Only POSTs leave, and the DELETE that ends a
session: the server gets no stream of its own to send by.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

import httpx2

from cx_core.adapters.network.pinned_connections import PinnedConnections, WebAddress, call_trouble
from cx_core.errors import SystemTrouble, SystemUnreachable

MOST_BYTES = 4_000_000
"""Of all answers of an exchange together."""
MOST_REQUESTS = 24
"""Of an exchange: greeting, pages of tools, the call, and answers to what a server asks of us."""
CALL = "tools/call"
_CHUNK = 65_536
_PASSED_ON = ("content-type", "mcp-session-id")
_EVENTS = "text/event-stream"
_T = TypeVar("_T")


class PinnedTransport(httpx2.AsyncBaseTransport):
    """For one exchange. `called`: whether a tool's call may have left; `trouble`: what went wrong on the way, first."""

    def __init__(
        self, ways: PinnedConnections, address: str, shown: Mapping[str, str], query: list[tuple[str, str]]
    ) -> None:
        """`shown` and `query` say who we are; they go to `address` and nowhere else. Raises SystemRefused."""
        self._ways = ways
        mark = "&" if "?" in address else "?"
        self._place = ways.place(address + (f"{mark}{urlencode(query)}" if query else ""))
        self._shown = shown
        self._bytes = MOST_BYTES
        self._requests = MOST_REQUESTS
        self._threads = ThreadPoolExecutor(4, "mcp")
        self.called = False
        self.answered = False
        self.trouble: SystemTrouble | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method not in ("POST", "DELETE"):
            return httpx2.Response(405, request=request)
        self._requests -= 1
        body = await request.aread()
        try:
            if self._requests < 0:
                raise SystemUnreachable("The server asks for more than an exchange may take.")
            return await self._sent(request, body)
        except SystemTrouble as trouble:
            self.trouble = self.trouble or trouble
            return httpx2.Response(502, request=request)

    async def _sent(self, request: httpx2.Request, body: bytes) -> httpx2.Response:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.startswith("mcp-") or name in ("accept", "content-type")
        }
        full = {
            **headers,
            "Host": self._place.named,
            "User-Agent": "Rung-Connector/1",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **self._shown,
        }
        exchange = _Exchange(self._ways, self._place)
        try:
            answer = await self.in_thread(partial(exchange.begin, request.method, body, full))
            self.answered = True
            if 300 <= answer.status < 400:
                raise SystemUnreachable("The server answered with a redirect, which is not followed.")
            if answer.status in (401, 403):
                raise SystemUnreachable(f"The server does not let us in ({answer.status}). Check its credentials.")
            passed = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
            stream = _Counted(self, exchange, answer)
            if passed.get("content-type", "").lower().startswith(_EVENTS):
                return httpx2.Response(answer.status, headers=passed, stream=stream, request=request)
            content = b"".join([chunk async for chunk in stream])
        except BaseException:
            exchange.end()
            raise
        finally:
            self.called = self.called or (exchange.left and _calls(body))
        exchange.end()
        return httpx2.Response(answer.status, headers=passed, content=content, request=request)

    async def in_thread(self, call: Callable[[], _T]) -> _T:
        """Run what waits for the network; whoever stops waiting for it leaves the thread to end by itself."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def aclose(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def count(self, size: int) -> None:
        """Raises SystemUnreachable when more came than an exchange may have."""
        self._bytes -= size
        if self._bytes < 0:
            raise SystemUnreachable(f"The server answered more than {MOST_BYTES:,} bytes.")


class _Exchange:
    """One request on one connection."""

    def __init__(self, ways: PinnedConnections, place: WebAddress) -> None:
        self._ways = ways
        self._place = place
        self._stack = ExitStack()
        self._socket: socket.socket | None = None
        self.left = False

    def begin(self, method: str, body: bytes, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        with call_trouble():
            connection = self._stack.enter_context(self._ways.connected(self._place))
            self._socket, self.left = connection.sock, True
            connection.request(method, self._place.path, body, dict(headers))
            return connection.getresponse()

    def end(self) -> None:
        """Close it; whoever reads it in another thread hears so at once."""
        if self._socket is not None:
            with suppress(OSError):  # the server had closed it
                self._socket.shutdown(socket.SHUT_RDWR)
        self._stack.close()


class _Counted(httpx2.AsyncByteStream):
    """An answer's body as it comes."""

    def __init__(self, transport: PinnedTransport, exchange: _Exchange, answer: http.client.HTTPResponse) -> None:
        self._transport = transport
        self._exchange = exchange
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while chunk := await self._transport.in_thread(self._read):
            try:
                self._transport.count(len(chunk))
            except SystemTrouble as trouble:
                self._transport.trouble = self._transport.trouble or trouble
                raise
            yield chunk

    def _read(self) -> bytes:
        try:
            with call_trouble():
                return self._answer.read1(_CHUNK)
        except SystemTrouble as trouble:
            self._transport.trouble = self._transport.trouble or trouble
            raise

    async def aclose(self) -> None:
        self._exchange.end()


def _calls(body: bytes) -> bool:
    """Whether this is the call of a tool."""
    try:
        message = json.loads(body) if body else {}
    except ValueError:
        return True
    return not isinstance(message, dict) or message.get("method") == CALL
