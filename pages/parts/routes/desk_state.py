"""/desk-state: what every page shows of the whole desk, for pages that are open while it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cx_core.records import Person, Role
from cx_core.views import Stop
from pages.parts.routes.sessions import HEADER, SessionWatch
from pages.parts.times import in_words


class DeskReader(Protocol):
    """The part of the desk that is asked."""

    def stops(self, person: Person) -> tuple[Stop, ...]: ...

    def timezone(self) -> str: ...

    def decisions_waiting(self, person: Person) -> dict[str, int]: ...


def desk_state(desk: DeskReader, person: Person) -> dict[str, object]:
    """Return what this person's pages show, as a browser reads it."""
    now, zone = datetime.now(UTC), ZoneInfo(desk.timezone())
    return {
        "stops": [
            stop.model_dump(mode="json") | {"since": in_words(stop.at, now, zone)} for stop in desk.stops(person)
        ],
        "waiting": desk.decisions_waiting(person),
        "may_resume": person.role in (Role.SUPERVISOR, Role.ADMINISTRATOR),
    }


def routes(desk: Callable[[], DeskReader], watch: SessionWatch) -> list[Route]:
    """GET /desk-state, for anybody who is signed in."""

    async def state(request: Request) -> Response:
        someone = await watch.who(request.headers.get(HEADER, ""))
        if someone is None:
            return PlainTextResponse("Sign in first.", 401)
        told = await to_thread.run_sync(lambda: desk_state(desk(), someone))
        return JSONResponse(told, headers={"cache-control": "no-store"})

    return [Route("/desk-state", state)]
