"""Everything passes here first, HTTP and websocket alike: who is it, where does it come from, what may leave."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cx_core.errors import RungError
from pages.parts.api.problems import problem
from pages.parts.routes.sessions import HEADER, Cookie, SessionWatch
from pages.parts.routes.signin import unavailable

RATING = "/rate/"
"""A customer rates here, with a secret in the path instead of a session."""

API = "/api/v1/"
"""Programs come here, each call with a token in a header and without a cookie; see `pages.parts.api.doorkeeper`."""
TOOLS = "/mcp"
"""Other agents come here, as programs do; see `pages.parts.api.tool_route`, which looks at their Origin itself."""
CHAT = "/chat/"
"""Visitors of other sites write here, with a token of their own in a header instead of a session cookie."""

MESSENGERS = "/channels/"
"""Messengers call here, each call signed; see `pages.parts.routes.messengers`."""

WIDGET = f"{CHAT}widget.js"
"""Public code, the same for everybody: browsers may keep it for some minutes."""

OPEN = frozenset({"/login", "/logout", "/health", "/setup", "/join"})
"""Paths that need no session. Streamlit's own bundles under /static/ are public code and need none either."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ENDED = 4401
"""Websocket close code: the session ended."""

STREAMLITS_OWN = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""The one inline script of Streamlit's page, which sets `window.prerenderReady = false`."""
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    f"script-src 'self' {STREAMLITS_OWN} 'unsafe-eval' 'wasm-unsafe-eval' blob:; "
    "connect-src 'self' ws: wss:; font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # no-referrer would blank the Origin that the check below needs
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, watch: SessionWatch, cookie: Cookie) -> None:
        self._app = app
        self._watch = watch
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        token = self._cookie.token(scope["headers"])
        scope = _with_own_headers(scope, token)
        send = self._dressed(scope, send)
        if not _may_come_from_there(scope):
            await _refuse(scope, receive, send, PlainTextResponse("This request came from another site.", 403))
        elif _needs_no_session(scope):
            await self._app(scope, receive, send)
        elif (refusal := await self._refusal(token, scope)) is not None:
            await _refuse(scope, receive, send, refusal)
        elif scope["type"] == "websocket":
            await self._followed(token, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _refusal(self, token: str, scope: Scope) -> Response | None:
        """What to answer instead of letting a request through."""
        try:
            return None if await self._watch.alive(token) else _sign_in_first(scope)
        except RungError as error:
            return unavailable(error, in_words=_opening(scope))

    async def _followed(self, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a websocket until its session ends; then it looks to the application as if the client had gone."""
        async with self._watch.following(token) as ended:
            over = asyncio.create_task(ended.wait())

            async def receive_or_end() -> Message:
                message = asyncio.ensure_future(receive())
                await asyncio.wait({message, over}, return_when=asyncio.FIRST_COMPLETED)
                if message.done():
                    return message.result()
                message.cancel()
                with suppress(RuntimeError, OSError):  # the server had closed it already: the client answered no more
                    await send({"type": "websocket.close", "code": ENDED, "reason": "signed out"})
                return {"type": "websocket.disconnect", "code": ENDED}

            async def send_until_ended(message: Message) -> None:
                if not ended.is_set():
                    await send(message)

            try:
                await self._app(scope, receive_or_end, send_until_ended)
            finally:
                over.cancel()

    def _dressed(self, scope: Scope, send: Send) -> Send:
        """`send` that adds the security headers which the application did not set itself."""

        async def dressed(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._cookie.secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
                if not scope["path"].startswith("/static/") and scope["path"] != WIDGET:
                    headers["cache-control"] = "no-store"
            await send(message)

        return dressed


def _with_own_headers(scope: Scope, token: str) -> Scope:
    """The scope with the client's x-auth-* headers gone and ours in place."""
    headers = [
        (name, value) for name, value in scope["headers"] if not name.lower().startswith((b"x-auth-", b"x_auth_"))
    ]
    if token:
        headers.append((HEADER.encode(), token.encode("latin-1", "replace")))
    return {**scope, "headers": headers}


def _needs_no_session(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["type"] == "http" and (
        path in (*OPEN, TOOLS) or (path.startswith(("/static/", RATING, API, CHAT, MESSENGERS)) and _plain(path))
    )


def _plain(path: str) -> bool:
    """Whether it neither climbs nor holds a line's end, behind which routes do not look."""
    return ".." not in path.split("/") and path.isprintable()


def _may_come_from_there(scope: Scope) -> bool:
    """A websocket and anything that changes something must come from our own pages, as every browser says."""
    path = scope["path"]
    if scope["type"] == "http" and (
        scope["method"] in SAFE or path == TOOLS or path.startswith((API, CHAT, MESSENGERS))
    ):
        return (
            True  # no browser adds a token or a signature by itself; chat and tools look themselves which origin it is
        )
    headers = Headers(scope=scope)
    try:
        return bool(headers.get("host")) and urlsplit(headers.get("origin", "")).netloc == headers["host"]
    except ValueError:
        return False


def _sign_in_first(scope: Scope) -> Response:
    """A person opening a page is led to the sign-in page and back; a program is told no."""
    if scope["path"].startswith(API):  # not a plain path: those of the API need no session
        return problem(404, "There is nothing under this path.")
    if not _opening(scope):
        return PlainTextResponse("Sign in first.", 401)
    back = scope["path"] + (f"?{query}" if (query := scope["query_string"].decode("latin-1")) else "")
    return RedirectResponse("/login" if back == "/" else f"/login?next={quote(back, safe='')}", 303)


def _opening(scope: Scope) -> bool:
    """Whether a person opens a page."""
    headers = Headers(scope=scope)
    asks = headers.get("sec-fetch-mode") == "navigate" or "text/html" in headers.get("accept", "")
    return scope["type"] == "http" and scope["method"] in SAFE and asks


async def _refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    await receive()  # websocket.connect; closing before accepting answers the handshake with 403
    await send({"type": "websocket.close", "code": ENDED})
