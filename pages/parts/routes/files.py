"""/files/ID: an attachment to be saved, never opened here; /files/ID/preview: what is seen in a picture, drawn anew.

The session is checked at the gate, the role in the desk. Nothing that a customer sent is served as what a browser
would run: saved under a name of ours, and even if it were opened, in a sandbox without scripts, forms or an origin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cx_core.errors import NotAllowed
from cx_core.records import AttachmentId, File, Person
from cx_core.views import Refusal
from pages.parts.routes.sessions import HEADER, SessionWatch

_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PICTURE = f"{_POLICY}; style-src 'unsafe-inline'"
"""Browsers centre a picture on its page by styles of their own."""


class Filed(Protocol):
    """The part of the desk that is asked."""

    def file(self, person: Person, id: AttachmentId, *, preview: bool = False) -> File | Refusal: ...


def routes(desk: Callable[[], Filed], watch: SessionWatch) -> list[Route]:
    """Two paths to each attachment."""

    async def answer(request: Request, *, preview: bool) -> Response:
        someone = await watch.who(request.headers.get(HEADER, ""))
        if someone is None:
            return PlainTextResponse("Sign in first.", 401)
        id = AttachmentId(request.path_params["id"])
        try:
            found = await to_thread.run_sync(lambda: desk().file(someone, id, preview=preview))
        except NotAllowed as error:
            return PlainTextResponse(str(error), 403)
        if isinstance(found, Refusal):
            return PlainTextResponse(found.text, 404)
        return _shown(found) if preview else _saved(found)

    async def original(request: Request) -> Response:
        return await answer(request, preview=False)

    async def preview(request: Request) -> Response:
        return await answer(request, preview=True)

    return [Route("/files/{id}", original), Route("/files/{id}/preview", preview)]


def _saved(file: File) -> Response:
    """Whatever it is, it is bytes to be saved; its name says what it is to whoever opens it."""
    plain = "".join(mark if mark.isascii() and mark not in '"\\%' else "_" for mark in file.name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(
        file.content,
        media_type="application/octet-stream",
        headers={"content-disposition": disposition, "content-security-policy": _POLICY},
    )


def _shown(file: File) -> Response:
    return Response(
        file.content,
        media_type=file.media_type,
        headers={"content-disposition": "inline", "content-security-policy": _PICTURE},
    )
