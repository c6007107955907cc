"""Sessions as the web sees them: the cookie, who it belongs to, and noticing within seconds that it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Protocol

from anyio import to_thread
from starlette.requests import cookie_parser

from cx_core.records import Person
from cx_core.views import DemoAccount, Refusal

HEADER = "x-auth-session"
"""Carries the token from the gate to `st.user`; a client that sends it has it stripped."""


def mark(token: str) -> str:
    """Tells one session from another, for a page that must notice that its browser now carries another one."""
    return sha256(b"mark of " + token.encode()).hexdigest()[:16]


class SignIn(Protocol):
    """The part of the desk that sign-in needs."""

    def sign_in(self, email: str, password: str, address: str) -> str | Refusal: ...

    def sign_out(self, token: str) -> None: ...

    def who(self, token: str) -> Person | None: ...

    def demo_accounts(self) -> tuple[DemoAccount, ...]: ...

    def without_accounts(self) -> bool:
        """Whether nobody can sign in yet, so that the first account has to be made."""
        ...


class Cookie:
    """The session cookie. Secure ones take the __Host- prefix, so that no other host can plant one."""

    def __init__(self, *, secure: bool) -> None:
        self.secure = secure
        self.name = "__Host-rung" if secure else "rung"

    def token(self, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """The token a request carries; empty if none.

        Read as leniently as browsers do: cookies of other programs on this host, however odd, lock nobody out.
        """
        cookies = (value.decode("latin-1") for name, value in headers if name.lower() == b"cookie")
        return next((token for cookie in cookies if (token := cookie_parser(cookie).get(self.name))), "")


class SessionWatch:
    """Asks every few seconds which of the sessions that somebody has open still live: all in one question.

    `living` answers it; by default each session is asked for by `who`.
    """

    def __init__(
        self,
        who: Callable[[str], Person | None],
        living: Callable[[Collection[str]], Collection[str]] | None = None,
        *,
        every: float = 2.0,
    ) -> None:
        self._who = who
        self._living = living or self._each
        self._every = every
        self._followed: dict[str, list[asyncio.Event]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def alive(self, token: str) -> bool:
        """Whether this session lives now."""
        return await self.who(token) is not None

    async def who(self, token: str) -> Person | None:
        """Whose session this is, if it lives now."""
        return await to_thread.run_sync(self._who, token) if token else None

    @asynccontextmanager
    async def following(self, token: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set soon after the session ended."""
        ended = asyncio.Event()
        self._followed.setdefault(token, []).append(ended)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        try:
            yield ended
        finally:
            self._followed[token].remove(ended)
            if not self._followed[token]:
                del self._followed[token]

    async def _ask(self) -> None:
        while self._followed:
            await asyncio.sleep(self._every)
            ended = list(self._followed)
            try:
                living = await to_thread.run_sync(self._living, ended)
                ended = [token for token in ended if token not in living]
            finally:  # not knowing is no permission: all are closed, and a live one connects again by itself
                for token in ended:
                    for event in self._followed.get(token, ()):
                        event.set()

    def _each(self, tokens: Collection[str]) -> Collection[str]:
        return [token for token in tokens if self._who(token) is not None]
