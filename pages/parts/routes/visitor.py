"""/visitor/TICKET: whether the visitor of a chat is there and typing; and that an advisor is typing, told to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cx_core.records import APPROVERS, Person, TicketId
from cx_core.views.channels.chat import VisitorPresence
from pages.parts.routes.sessions import HEADER, SessionWatch


class Presence(Protocol):
    """The part of the desk that knows."""

    def visitor(self, person: Person, ticket: TicketId) -> VisitorPresence | None: ...

    def advisor_types(self, person: Person, ticket: TicketId) -> None: ...


def routes(desk: Callable[[], Presence], watch: SessionWatch) -> list[Route]:
    """GET asks, POST says that an advisor is typing. For those who answer tickets."""

    async def state(request: Request) -> Response:
        someone = await watch.who(request.headers.get(HEADER, ""))
        if someone is None or someone.role not in APPROVERS:
            return PlainTextResponse("This is for people who answer tickets.", 403)
        ticket = TicketId(request.path_params["ticket"])
        if request.method == "POST":
            await to_thread.run_sync(lambda: desk().advisor_types(someone, ticket))
            return Response(status_code=204)
        found = await to_thread.run_sync(lambda: desk().visitor(someone, ticket))
        if found is None:
            return Response(status_code=204)
        return JSONResponse(found.model_dump(mode="json"))

    return [Route("/visitor/{ticket}", state, methods=["GET", "POST"])]
