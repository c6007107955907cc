"""Before a call reaches the API: whose token it is, how often it calls, and how much it sends."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cx_core.errors import RungError
from cx_core.records import ApiToken
from pages.parts.api.problems import problem
from pages.parts.routes.rate_limits import RateLimit

BURST, PER_MINUTE = 40, 600.0
"""Calls of one token: so many in a row, and so many on the whole."""
WRONG_BURST, WRONG_PER_MINUTE = 20, 12.0
"""Calls with a token that is not valid, from one network address."""
MOST_BYTES = 15_000_000
"""Of one request: a message of the greatest length, or one file in base64."""


class TokenCheck(Protocol):
    """The part of the desk that knows tokens."""

    def who(self, secret: str) -> ApiToken | None: ...


class Doorkeeper:
    """ASGI middleware around the API; leaves the token in `request.state.token`."""

    def __init__(self, app: ASGIApp, tokens: Callable[[], TokenCheck], most_bytes: int = MOST_BYTES) -> None:
        self._app = app
        self._tokens = tokens
        self._most = most_bytes
        self._calls = RateLimit(BURST, PER_MINUTE)
        self._wrong = RateLimit(WRONG_BURST, WRONG_PER_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        token = await self._admitted(scope)
        if isinstance(token, Response):
            await token(scope, receive, send)
            return
        body = await _body(scope, receive, self._most)
        if body is None:
            refusal = problem(413, f"A request may have {self._most:,} bytes at most.", headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})["token"] = token
        await self._app(scope, _again(body, receive), send)

    async def _admitted(self, scope: Scope) -> ApiToken | Response:
        client = scope["client"][0] if scope.get("client") else ""
        scheme, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
        try:
            found = None
            if scheme.casefold() == "bearer":
                found = await to_thread.run_sync(lambda: self._tokens().who(secret.strip()))
        except RungError:
            return problem(503, "Tokens cannot be checked now. Try again later.", headers={"Retry-After": "10"})
        if found is None:
            if wait := self._wrong.wait(client):
                return _later(wait)
            detail = "Send a valid token: Authorization: Bearer rung_…  An administrator issues one under Connections."
            return problem(401, detail, headers={"WWW-Authenticate": 'Bearer realm="Rung"'})
        if wait := self._calls.wait(found.id):
            return _later(wait)
        return found


def _later(wait: float) -> Response:
    seconds = max(1, math.ceil(wait))
    return problem(429, f"Too many calls. Wait {seconds} s.", headers={"Retry-After": str(seconds)})


async def _body(scope: Scope, receive: Receive, most: int) -> bytes | None:
    """All of the request's body; None where it is longer than may be."""
    stated = Headers(scope=scope).get("content-length", "")
    if stated.isdecimal() and int(stated) > most:
        return None
    whole = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(whole)
        whole += message.get("body", b"")
        if len(whole) > most:
            return None
        if not message.get("more_body"):
            return bytes(whole)


def _again(body: bytes, receive: Receive) -> Receive:
    """`receive` that begins with a body that was read already."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
