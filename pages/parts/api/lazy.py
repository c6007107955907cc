"""Mounts the API, and makes it when it is first called: no page waits for its libraries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

PATH = "/api/v1"


class MadeWhenCalled:
    """An ASGI application that is made when the first request comes."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._app: ASGIApp | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            async with self._making:
                if self._app is None:
                    self._app = await asyncio.to_thread(self._make)
        await self._app(scope, receive, send)


def routes(desk: Callable[[], Desk]) -> list[Mount]:
    def make() -> ASGIApp:
        from pages.parts.api.endpoints import api

        return api(desk)

    return [Mount(PATH, app=MadeWhenCalled(make))]
