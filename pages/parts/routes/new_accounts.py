"""/setup and /join: the first administrator with the key from the log, and whoever was invited, choose a password.

Plain HTML as the sign-in page is.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cx_core.errors import BadInput
from cx_core.views import Refusal
from pages.parts.routes.sessions import Cookie
from pages.parts.routes.signin import AT_ONCE, form_of, framed

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

SETUP, JOIN = "/setup", "/join"
CHECKLIST = "/set-up"
"""The page on which a new administrator begins."""
_CHOOSE = (
    '<label for="password">Password, 12 characters or more</label>'
    '<input id="password" name="password" type="password" autocomplete="new-password" required minlength="12">'
)


class NewAccounts:
    """Both end in a session, so that nobody types the new password twice."""

    def __init__(self, desk: Callable[[], Desk], cookie: Cookie) -> None:
        self._desk = desk
        self._cookie = cookie
        self._hashing = CapacityLimiter(AT_ONCE)

    def routes(self) -> list[Route]:
        return [
            Route(SETUP, self._ask_first),
            Route(SETUP, self._make_first, methods=["POST"]),
            Route(JOIN, self._ask_invited),
            Route(JOIN, self._accept, methods=["POST"]),
        ]

    async def _ask_first(self, _request: Request) -> Response:
        if not await to_thread.run_sync(self._wanted):
            return RedirectResponse(CHECKLIST, 303)
        return _first({})

    async def _make_first(self, request: Request) -> Response:
        try:
            form = await form_of(request)
        except BadInput as error:
            return _first({}, alert=str(error), status=413)
        key, name, email, password = (form.get(field, "") for field in ("key", "name", "email", "password"))
        address = request.client.host if request.client else ""
        answer = await to_thread.run_sync(
            lambda: self._desk().first_administrator.make(key, name, email, password, address), limiter=self._hashing
        )
        if isinstance(answer, Refusal):
            if answer.code == "stale":
                return RedirectResponse("/login", 303)
            return _first(form, alert=answer.text, status=429 if answer.code == "later" else 400)
        return self._signed_in(answer, CHECKLIST)

    async def _ask_invited(self, request: Request) -> Response:
        return await self._invited(request.query_params.get("invitation", ""))

    async def _accept(self, request: Request) -> Response:
        try:
            form = await form_of(request)
        except BadInput as error:
            return framed(f'<h1>Join</h1><p class="say" role="alert">{escape(str(error))}</p>', 413, title="Join")
        sealed, address = form.get("invitation", ""), request.client.host if request.client else ""
        answer = await to_thread.run_sync(
            lambda: self._desk().invitations.accept(sealed, form.get("password", ""), address), limiter=self._hashing
        )
        if isinstance(answer, Refusal):
            return await self._invited(sealed, alert=answer.text, status=429 if answer.code == "later" else 400)
        return self._signed_in(answer, "/")

    async def _invited(self, sealed: str, alert: str = "", status: int = 200) -> Response:
        found = await to_thread.run_sync(lambda: self._desk().invitations.read(sealed))
        if isinstance(found, Refusal):
            return framed(f'<h1>Join</h1><p class="say" role="alert">{escape(found.text)}</p>', 410, title="Join")
        said = f'<p class="say" role="alert">{escape(alert)}</p>' if alert else ""
        return framed(
            f"<h1>Welcome, {escape(found.name)}</h1>{said}"
            f'<form method="post" action="{JOIN}"><input type="hidden" name="invitation" value="{escape(sealed)}">'
            '<label for="email">E-mail</label>'
            '<input id="email" name="email" type="email" autocomplete="username" readonly '
            f'value="{escape(found.email)}">'
            f'{_CHOOSE}<button class="go">Make my account</button></form>',
            status,
            title="Join",
        )

    def _wanted(self) -> bool:
        return self._desk().without_accounts()

    def _signed_in(self, token: str, to: str) -> Response:
        response = RedirectResponse(to, 303)
        secure = self._cookie.secure
        response.set_cookie(self._cookie.name, token, httponly=True, samesite="lax", secure=secure, path="/")
        return response


def _first(form: dict[str, str], *, alert: str = "", status: int = 200) -> Response:
    said = f'<p class="say" role="alert">{escape(alert)}</p>' if alert else ""
    key, name, email = (escape(form.get(field, "")) for field in ("key", "name", "email"))
    return framed(
        f"<h1>Make the first administrator</h1>{said}"
        '<p class="hint">Rung has printed a one-time key in its log, where you started it.</p>'
        f'<form method="post" action="{SETUP}">'
        '<label for="key">One-time key</label>'
        f'<input id="key" name="key" autocomplete="off" spellcheck="false" required value="{key}" autofocus>'
        '<label for="name">Your name</label>'
        f'<input id="name" name="name" autocomplete="name" required maxlength="120" value="{name}">'
        '<label for="email">Your e-mail address</label>'
        f'<input id="email" name="email" type="email" autocomplete="username" required value="{email}">'
        f'{_CHOOSE}<button class="go">Make my account</button></form>',
        status,
        title="Set up",
    )
