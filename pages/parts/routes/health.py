"""/health: whether this process can work, for whoever watches over it. States only; reasons are in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class Healthy(Protocol):
    """The part of the desk that is asked."""

    def health(self) -> dict[str, str]: ...


def routes(desk: Callable[[], Healthy]) -> list[Route]:
    """503 when something failed; while the encoder is loading, Rung works already."""

    async def health(_request: Request) -> JSONResponse:
        parts = await to_thread.run_sync(lambda: desk().health())
        states = {name: state.partition(":")[0] for name, state in parts.items()}
        return JSONResponse(states, 503 if "failed" in states.values() else 200)

    return [Route("/health", health)]
