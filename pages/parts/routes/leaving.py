"""/leave: a page that is closed says so, and the ticket it held is free for others at once, not minutes later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cx_core.records import APPROVERS, Person, TicketId
from pages.parts.routes.sessions import HEADER, SessionWatch


class Releases(Protocol):
    """The part of the desk that is told."""

    def release(self, person: Person, ticket_id: TicketId) -> None: ...


def routes(desk: Callable[[], Releases], watch: SessionWatch) -> list[Route]:
    """POST /leave?ticket=…; a ticket that somebody else has stays theirs."""

    async def leave(request: Request) -> Response:
        someone = await watch.who(request.headers.get(HEADER, ""))
        ticket = request.query_params.get("ticket", "")
        if someone is None or someone.role not in APPROVERS:
            return PlainTextResponse("This is for people who answer tickets.", 403)
        if ticket:
            await to_thread.run_sync(lambda: desk().release(someone, TicketId(ticket)))
        return Response(status_code=204)

    return [Route("/leave", leave, methods=["POST"])]
