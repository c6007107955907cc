"""Sign-in and sign-out as plain HTML, so that they work without JavaScript and before anything else is up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from cx_core.errors import BadInput, StoreUnavailable
from cx_core.records import Person, Role
from cx_core.views import DemoAccount, Refusal
from pages.parts.routes.sessions import HEADER, Cookie, SignIn, mark

log = logging.getLogger("rung")

MOST_BYTES = 64 * 1024
AT_ONCE = 4
"""Sign-ins in work. More wait at the door: hashing is slow, and its threads are those that all requests share."""

_FRAME = (Path(__file__).parent / "signin.html").read_text(encoding="utf-8")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_ROLES = {
    Role.ADVISOR: "Advisor",
    Role.SUPERVISOR: "Supervisor",
    Role.EDITOR: "Knowledge editor",
    Role.ADMINISTRATOR: "Administrator",
}


class Door:
    """/login, /logout, and /session: 204 while the gate lets it through, which is while the session lives.

    Its `x-session-mark` tells whose session it is now: signing in as somebody else in another tab changes it.
    """

    def __init__(self, desk: Callable[[], SignIn], cookie: Cookie) -> None:
        self._desk = desk
        self._cookie = cookie
        self._hashing = CapacityLimiter(AT_ONCE)

    def routes(self) -> list[Route]:
        return [
            Route("/login", self._ask),
            Route("/login", self._sign_in, methods=["POST"]),
            Route("/logout", _confirm),
            Route("/logout", self._sign_out, methods=["POST"]),
            Route("/session", _session),
        ]

    async def _ask(self, request: Request) -> Response:
        back = _own_path(request.query_params.get("next", ""))
        token = self._cookie.token(request.scope["headers"])
        someone = await to_thread.run_sync(self._who, token) if token else None
        if someone:
            return RedirectResponse(back, 303)
        if await to_thread.run_sync(lambda: self._desk().without_accounts()):
            return RedirectResponse("/setup", 303)
        note = "You were signed out. Sign in to go on." if token or "ended" in request.query_params else ""
        response = _page(await self._demo(), back=back, note=note)
        return self._without_cookie(response) if token else response

    async def _sign_in(self, request: Request) -> Response:
        try:
            form = await form_of(request)
        except BadInput as error:
            return _page(await self._demo(), alert=str(error), status=413)
        email, back = form.get("email", ""), _own_path(form.get("next", ""))
        address = request.client.host if request.client else ""
        answer = await to_thread.run_sync(
            lambda: self._desk().sign_in(email, form.get("password", ""), address), limiter=self._hashing
        )
        if isinstance(answer, Refusal):
            status = 429 if answer.code == "later" else 401
            return _page(await self._demo(), email=email, back=back, alert=answer.text, status=status)
        if before := self._cookie.token(request.scope["headers"]):
            await to_thread.run_sync(lambda: self._desk().sign_out(before))
        response = RedirectResponse(back, 303)
        secure = self._cookie.secure
        response.set_cookie(self._cookie.name, answer, httponly=True, samesite="lax", secure=secure, path="/")
        return response

    async def _sign_out(self, request: Request) -> Response:
        if token := self._cookie.token(request.scope["headers"]):
            await to_thread.run_sync(lambda: self._desk().sign_out(token))
        return self._without_cookie(RedirectResponse("/login", 303))

    def _who(self, token: str) -> Person | None:
        return self._desk().who(token)

    async def _demo(self) -> tuple[DemoAccount, ...]:
        return await to_thread.run_sync(lambda: self._desk().demo_accounts())

    def _without_cookie(self, response: Response) -> Response:
        response.delete_cookie(self._cookie.name, path="/", secure=self._cookie.secure, httponly=True, samesite="lax")
        return response


async def _session(request: Request) -> Response:
    return Response(status_code=204, headers={"x-session-mark": mark(request.headers.get(HEADER, ""))})


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a small form. Raises BadInput when it is not one."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise BadInput("That was too much for a sign-in. Try again.")
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
        if any("\0" in value for values in fields.values() for value in values):  # no database keeps one
            raise ValueError
    except (ClientDisconnect, ValueError) as error:
        raise BadInput("That sign-in could not be read. Try again.") from error
    return {name: values[0] for name, values in fields.items()}


def _own_path(wanted: str) -> str:
    """Where to go after sign-in: a path of ours, never another site's address in disguise."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/login", "/logout"))
    return quote(wanted, safe="/?&=%+-._~:,@") if ours and "\\" not in wanted else "/"


def _page(
    demo: tuple[DemoAccount, ...],
    *,
    email: str = "",
    back: str = "/",
    alert: str = "",
    note: str = "",
    status: int = 200,
) -> HTMLResponse:
    back_field = f'<input type="hidden" name="next" value="{escape(back)}">'
    said = f'<p class="say" role="alert">{escape(alert)}</p>' if alert else ""
    said += f'<p class="say" role="status">{escape(note)}</p>' if note and not alert else ""
    first, second = ("", " autofocus") if email else (" autofocus", "")
    content = (
        f"<h1>Sign in</h1>{said}"
        f'<form method="post" action="/login">{back_field}'
        '<label for="email">E-mail</label>'
        f'<input id="email" name="email" type="email" autocomplete="username" required value="{escape(email)}"{first}>'
        '<label for="password">Password</label>'
        f'<input id="password" name="password" type="password" autocomplete="current-password" required{second}>'
        '<button class="go">Sign in</button></form>'
    )
    return framed(content + _offered(demo, back_field), status)


def _offered(demo: tuple[DemoAccount, ...], back_field: str) -> str:
    """One form an account, so that one click signs in without JavaScript."""
    if not demo:
        return ""
    rows = "".join(
        f'<li><form method="post" action="/login">{back_field}'
        f'<input type="hidden" name="email" value="{escape(one.email)}">'
        f'<input type="hidden" name="password" value="{escape(one.password)}">'
        f'<button><span class="face" aria-hidden="true">{escape(_initials(one.name))}</span>'
        f'<span class="name">{escape(one.name)}</span> <span class="role">{_ROLES[one.role]}</span>'
        "</button></form></li>"
        for one in demo
    )
    said = "<h2>Demonstration</h2><p>Choose who to be. Nothing here is real.</p>"
    return f'<section class="demo">{said}<ul>{rows}</ul></section>'


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2])


async def _confirm(_request: Request) -> Response:
    """Following a link must not sign anybody out, so a link gets a button."""
    button = '<form method="post" action="/logout"><button class="go">Sign out</button></form>'
    return framed(f"<h1>Sign out of Rung?</h1>{button}")


async def failed(_request: Request, error: Exception) -> Response:
    """For routes of our own that could not do their part."""
    return unavailable(error)


def unavailable(error: Exception, *, in_words: bool = True) -> Response:
    """What everybody sees while Rung cannot start, or its database is away. Why is in the log: it may name paths."""
    log.error("not available: %s", error, exc_info=error.__cause__)
    said = str(error) if isinstance(error, StoreUnavailable) else "Rung cannot start. Its log says what to mend."
    if not in_words:
        return PlainTextResponse(said, 503)
    return framed(f'<h1>Not available</h1><p class="say" role="alert">{escape(said)}</p>', 503)


def framed(content: str, status: int = 200, *, title: str = "Sign in") -> HTMLResponse:
    """A page in the house's plain frame. `content` is markup of ours, everything else in it escaped."""
    page = _FRAME.replace("{title}", title).replace("{content}", content)
    return HTMLResponse(page, status, headers={"content-security-policy": _POLICY, "cache-control": "no-store"})
