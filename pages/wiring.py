"""The process's one Desk, and who is looking at the page that is being drawn."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import streamlit as st
from anyio import to_thread
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cx_core import settings
from cx_core.errors import NotAllowed, RungError
from cx_core.records import Person

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from cx_core.desk.desk import Desk

log = logging.getLogger("rung")

GRACE = 1.0
"""Seconds before the workers start: loading the encoder must not delay the first sign-in page."""


LOOK_SECONDS = 3.0
"""How often it is looked whether the desk was opened with what is on file now."""


def _open() -> Desk:
    from cx_core.bootstrap import open_desk, with_own_business

    return open_desk(with_own_business(settings.load(), begin=True))


def _reopen(desk: Desk) -> Desk | None:
    from cx_core.bootstrap import reopened

    return reopened(desk)


def _address() -> str:
    return settings.load().public_url.rstrip("/")


def tool_server(desk: Callable[[], Desk]) -> ASGIApp:
    """Make the MCP server's application, which loads its library."""
    from cx_core.bootstrap.tool_server import tool_server as made

    return made(desk)


class Wiring:
    """Opens the Desk when somebody first asks, once, whichever thread it is; and another when what it was opened with
    has changed."""

    def __init__(self, opener: Callable[[], Desk] = _open, reopener: Callable[[Desk], Desk | None] = _reopen) -> None:
        self._opener = opener
        self._reopener = reopener
        self._lock = threading.Lock()
        self._handing_over = threading.Lock()
        """Held while one desk ends and the next starts: a desk that was closed is not started afterwards."""
        self._desk: Desk | None = None
        self._stopping = threading.Event()

    def desk(self) -> Desk:
        """The Desk, its database ready. Raises what opening raises, and tries again on the next call."""
        if self._desk is None:
            with self._lock:
                if self._desk is None:
                    self._desk = self._opener()
        return self._desk

    def put(self, desk: Desk | None) -> None:
        """Use this Desk instead of opening one, for whoever opened one already."""
        with self._lock:
            self._desk = desk

    def start(self) -> None:
        """Open, then start the workers. A wrong setting or knowledge file is logged in words, not as a traceback."""
        try:
            desk = self.desk()
            if key := desk.first_administrator.key():
                log.warning(
                    "There is no account yet.\n\n    Open %s/setup\n    with this one-time key: %s\n", _address(), key
                )
            if not self._stopping.wait(GRACE):
                desk.start()
            for part, state in desk.health().items():
                if state.startswith("failed"):
                    log.critical("Rung works with less: %s %s", part, state)
        except RungError as error:
            log.critical("Rung cannot start: %s", error)
        except Exception:
            log.exception("Rung could not start all its work")
        self._go_on_looking()

    def _go_on_looking(self) -> None:
        """Whatever goes wrong with one look, or went wrong at the start, what is set on pages is looked for again."""
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                log.exception("It could not be looked whether the desk should reopen")

    def look(self) -> None:
        """Put a desk with what is on file now in place of the one at work, if that was opened with something else.

        Pages, streams and chats ask for the desk each time, so they go on with the new one.
        """
        before = self._desk
        after = self._reopener(before) if before is not None else None
        if before is None or after is None:
            return
        with self._handing_over:
            with self._lock:
                stopped = self._stopping.is_set() or self._desk is not before
                if not stopped:
                    self._desk = after
            if stopped:
                after.close()
                return
            try:
                before.close()
            except Exception:
                log.exception("The desk from before could not end all its work")
            try:
                after.start()
            except Exception:
                log.exception("The desk that reopened could not start all its work")

    def stop(self) -> None:
        """End the workers, if they were started."""
        self._stopping.set()
        with self._handing_over, self._lock:
            if self._desk is not None:
                self._desk.close()
                self._desk = None


_wiring = Wiring()
desk = _wiring.desk
put = _wiring.put


@asynccontextmanager
async def running(_app: object) -> AsyncIterator[None]:
    """The server's lifespan: work begins in the background, so that the first page need not wait for it."""
    started = time.monotonic()
    threading.Thread(target=_wiring.start, name="rung-start", daemon=True).start()
    try:
        yield
    finally:
        await to_thread.run_sync(_wiring.stop)
        log.info("stopped after %.0f s", time.monotonic() - started)


def token() -> str:
    """The session token of the browser that this run draws for, as the gate passed it on."""
    return str(st.user.get("session") or "")


_asked: WeakKeyDictionary[object, Person | None] = WeakKeyDictionary()
"""Who each run that goes on was drawn for, by an object that Streamlit makes for each run and drops with it."""


def signed_in() -> Person | None:
    """Who is signed in, asked anew on every run: a session may have ended since the page was opened.

    Once in a run, though its parts ask twenty times: each look into the database lets every other thread go first.
    """
    run = get_script_run_ctx(suppress_warning=True)
    mark = run.parallel_coordinator if run is not None else None
    if mark is not None and mark in _asked:
        return _asked[mark]
    given = token()
    someone = desk().who(given) if given else None
    if mark is not None:
        _asked[mark] = someone
    return someone


def person() -> Person:
    """Who is signed in. Raises NotAllowed when the session ended meanwhile."""
    someone = signed_in()
    if someone is None:
        raise NotAllowed("You have been signed out. Sign in to continue.")
    return someone


def secure_cookies() -> bool:
    """Whether this installation is served over HTTPS."""
    return settings.load().secure_cookies
