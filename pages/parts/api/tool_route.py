"""The MCP server's address: who may call is looked at as for the API, and no other site's page may call at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.parts.api.doorkeeper import Doorkeeper
from pages.parts.api.lazy import MadeWhenCalled
from pages.parts.api.problems import problem

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

PATH = "/mcp"
MOST_BYTES = 100_000
"""Of a request: no tool takes more than a few words."""


class ToolRoute:
    """ASGI middleware around the protocol: POST alone, and from no page but Rung's own.

    A page of another site that has its name point here (DNS rebinding) still names itself as Origin.
    """

    def __init__(self, app: ASGIApp, desk: Callable[[], Desk]) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin")
        if scope["method"] != "POST":
            refusal = problem(405, "Only POST is answered here: there are no sessions.", headers={"Allow": "POST"})
            await refusal(scope, receive, send)
        elif origin is not None and not await to_thread.run_sync(self._ours, origin):
            await problem(403, "This request came from another site.")(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _ours(self, origin: str) -> bool:
        return self._desk().agent_access.comes_from_us(origin)


def routes(desk: Callable[[], Desk], server: Callable[[Callable[[], Desk]], ASGIApp]) -> list[Route]:
    """`server` makes the protocol's application when it is first called."""
    made = MadeWhenCalled(lambda: server(desk))
    return [Route(PATH, ToolRoute(Doorkeeper(made, lambda: desk().api_tokens, MOST_BYTES), desk))]
