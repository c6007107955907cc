"""An open chat ends when the server stops or the session does, however seldom it looks by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

from cx_core.desk.desk import Desk
from cx_core.records.chat import ChatSession
from pages.parts.routes.chat_streams import ChatStreams

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SESSION = ChatSession(id="s1", widget="w1", thread="w-1", address="visitor-1", at=NOW, seen_at=NOW)
PATIENCE = 20.0


class Silent:
    """A desk on which nothing happens; `alive` says whether the session goes on, `broken` that it cannot be asked."""

    def __init__(self) -> None:
        self.alive, self.broken = True, False
        self.chat_visitors = self
        self.chat_presence = SimpleNamespace(
            came=lambda _session: None, went=lambda _session: None, advisors_typing=frozenset
        )

    def events(self, _session: ChatSession, _after: int) -> tuple[()]:
        return ()

    def lives(self, _session: ChatSession) -> bool:
        return self.alive

    def newest(self, _sessions: Collection[str]) -> dict[str, int]:
        if self.broken:
            raise ZeroDivisionError
        return {}


def streams_of(desk: Silent, heartbeat: float) -> ChatStreams:
    return ChatStreams(lambda: cast(Desk, desk), heartbeat=heartbeat, poll=0.01)


async def rest(told: AsyncIterator[str]) -> list[str]:
    return [event async for event in told]


def test_that_a_stream_that_has_nothing_to_say_ends_when_the_server_stops_or_the_poller_dies() -> None:
    async def ended(*, broken: bool) -> list[str]:
        desk = Silent()
        streams = streams_of(desk, heartbeat=3_600)
        told = streams.told(SESSION, 0)
        assert await anext(told) == ": open\n\n"
        ending = asyncio.create_task(rest(told))
        await asyncio.sleep(0.05)
        assert not ending.done()
        if broken:
            desk.broken = True
        else:
            streams.close()
        return await asyncio.wait_for(ending, PATIENCE)

    assert asyncio.run(ended(broken=False)) == []
    assert asyncio.run(ended(broken=True)) == []


def test_that_a_quiet_stream_says_that_it_is_there_until_its_session_has_ended() -> None:
    async def heard() -> list[str]:
        desk = Silent()
        told = streams_of(desk, heartbeat=0.01).told(SESSION, 0)
        events = [await anext(told), await anext(told)]
        desk.alive = False
        return [*events, *await asyncio.wait_for(rest(told), PATIENCE)]

    first, *still, last = asyncio.run(heard())
    assert (first, set(still), last) == (": open\n\n", {": still here\n\n"}, "event: ended\ndata: {}\n\n")
