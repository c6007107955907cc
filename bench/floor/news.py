"""What queue.js makes of the page's live events: when it asks for a fresh list, when it tells the open ticket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

GATHERED = 0.2
"""Seconds without news after which what came is passed on."""

APART = 0.25
"""Seconds between two triggers of the queue, and until the open ticket hears."""

CALM = 4.0
"""Seconds between two refreshes of the list."""


class News:
    """Timers as queue.js has them, on the running loop.

    `refresh` is called with the moment (of the loop's clock) of the oldest news that the list does not show yet,
    `tell` with the tickets that changed. Neither waits for what the other one's run takes. While `held` a ticket is
    about to open, and the list is not asked for.
    """

    def __init__(
        self,
        refresh: Callable[[float], object],
        tell: Callable[[frozenset[str]], object],
        held: Callable[[], bool] = lambda: False,
        *,
        gathered: float = GATHERED,
        apart: float = APART,
        calm: float = CALM,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._refresh, self._tell, self._held = refresh, tell, held
        self._gathered, self._apart, self._calm = gathered, apart, calm
        self._changed: set[str] = set()
        self._since: float | None = None
        self._fresh = float("-inf")
        self._telling: asyncio.TimerHandle | None = None
        self._refreshing: asyncio.TimerHandle | None = None
        self._spreading: set[asyncio.TimerHandle] = set()

    def heard(self, tickets: Iterable[str]) -> None:
        """Tickets that changed; "*" stands for all of them, after the connection was lost."""
        self._changed.update(tickets)
        if self._since is None:
            self._since = self._loop.time()
        if self._telling:
            self._telling.cancel()
        self._telling = self._loop.call_later(self._gathered, self._flush)

    def close(self) -> None:
        """Nothing more is asked for."""
        for timer in (self._telling, self._refreshing, *self._spreading):
            if timer:
                timer.cancel()

    def _flush(self) -> None:
        tickets = frozenset(self._changed)
        self._changed.clear()
        if self._refreshing:
            self._refreshing.cancel()
        wait = max(0.0, self._fresh + self._calm - self._loop.time())
        self._refreshing = self._loop.call_later(wait, self._ask)
        self._spread(tickets)

    def _spread(self, tickets: frozenset[str]) -> None:
        def tell() -> None:
            self._spreading.discard(timer)
            self._tell(tickets)

        timer = self._loop.call_later(self._apart, tell)
        self._spreading.add(timer)

    def _ask(self) -> None:
        if self._held():
            self._refreshing = self._loop.call_later(self._apart, self._ask)
            return
        now = self._loop.time()
        self._fresh, since, self._since = now, self._since, None
        self._refresh(now if since is None else since)
