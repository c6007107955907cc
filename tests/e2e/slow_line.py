"""A line to the server on which answers can be held back, as a busy one does."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocketRoute

QUIET = 400  # ms without a message after which the server is taken to have said all


class SlowLine:
    """What the server says to a page waits from `hold` to `release`, and then arrives in order."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._to_page: WebSocketRoute | None = None
        self._held = False
        self._waiting: list[str | bytes] = []
        page.route_web_socket(re.compile("_stcore/stream"), self._connected)

    def hold(self) -> None:
        self._held = True

    def answered(self) -> None:
        """Wait until the server has said all that it says to what the page did since it was asked last."""
        before, count = len(self._waiting), -1
        while len(self._waiting) == before or len(self._waiting) != count:
            count = len(self._waiting)
            self._page.wait_for_timeout(QUIET)

    def release(self) -> None:
        self._held = False
        for message in self._waiting:
            self._send(message)
        self._waiting.clear()

    def _connected(self, to_page: WebSocketRoute) -> None:
        server = to_page.connect_to_server()
        self._to_page = to_page
        to_page.on_message(server.send)
        server.on_message(self._arrived)

    def _arrived(self, message: str | bytes) -> None:
        if self._held:
            self._waiting.append(message)
        else:
            self._send(message)

    def _send(self, message: str | bytes) -> None:
        assert self._to_page is not None
        self._to_page.send(message)
