"""/desk-state: what every page shows of the whole desk, for pages that are open while it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cx_core.records import Person, Role
from pages.parts.routes.sessions import HEADER, SessionWatch
from pages.parts.times import in_words

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk


def desk_state(desk: Desk, person: Person) -> dict[str, object]:
    """Return what this person's pages show, as a browser reads it."""
    now, zone, stops = datetime.now(UTC), ZoneInfo(desk.timezone()), desk.kill_switches.stops(person)
    return {
        "stops": [stop.model_dump(mode="json") | {"since": in_words(stop.at, now, zone)} for stop in stops],
        "waiting": desk.pending_decisions.decisions_waiting(person),
        "may_resume": person.role in (Role.SUPERVISOR, Role.ADMINISTRATOR),
    }


def routes(desk: Callable[[], Desk], watch: SessionWatch) -> list[Route]:
    """GET /desk-state, for anybody who is signed in."""

    async def state(request: Request) -> Response:
        someone = await watch.who(request.headers.get(HEADER, ""))
        if someone is None:
            return PlainTextResponse("Sign in first.", 401)
        told = await to_thread.run_sync(lambda: desk_state(desk(), someone))
        return JSONResponse(told, headers={"cache-control": "no-store"})

    return [Route("/desk-state", state)]
