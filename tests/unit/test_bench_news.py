"""The floor's protocol client asks for the list as queue.js does: gathered, at once, then every few seconds at most."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.floor.news import News

Told = tuple[list[float], list[frozenset[str]]]


def heard(*changes: tuple[float, Sequence[str]], rest: float) -> Told:
    """When the list was asked for (seconds from the first news), and what the open ticket was told."""

    async def run() -> Told:
        loop = asyncio.get_running_loop()
        asked: list[float] = []
        told: list[frozenset[str]] = []
        began = loop.time()
        news = News(lambda since: asked.append(loop.time() - began), told.append, gathered=0.02, apart=0.03, calm=0.4)
        for pause, tickets in changes:
            await asyncio.sleep(pause)
            news.heard(tickets)
        await asyncio.sleep(rest)
        news.close()
        return asked, told

    return asyncio.run(run())


def test_that_news_arriving_together_make_one_refresh_at_once() -> None:
    asked, told = heard((0, ["T-1"]), (0.005, ["T-2"]), (0.005, ["T-1"]), rest=0.15)
    assert len(asked) == 1
    assert asked[0] < 0.2
    assert told == [{"T-1", "T-2"}]


def test_that_a_busy_desk_refreshes_the_list_once_in_a_calm_and_tells_the_ticket_each_time() -> None:
    asked, told = heard((0, ["T-1"]), (0.1, ["T-2"]), (0.1, ["T-3"]), rest=0.5)
    assert len(asked) == 2, "at once, and once for all that came meanwhile"
    assert asked[1] - asked[0] >= 0.39
    assert told == [{"T-1"}, {"T-2"}, {"T-3"}]


def test_that_a_refresh_is_timed_from_the_oldest_news_the_list_does_not_show() -> None:
    async def run() -> list[float]:
        loop = asyncio.get_running_loop()
        waited: list[float] = []
        news = News(lambda since: waited.append(loop.time() - since), lambda _: None, gathered=0.02, apart=0, calm=0.3)
        for pause in (0.0, 0.1, 0.1):
            await asyncio.sleep(pause)
            news.heard(["T-1"])
        await asyncio.sleep(0.35)
        news.close()
        return waited

    first, second = asyncio.run(run())
    assert first < 0.1
    assert second > 0.2, "the calm is part of what people wait for"


def test_that_nothing_is_asked_for_after_the_page_is_closed() -> None:
    async def run() -> list[object]:
        done: list[object] = []
        news = News(done.append, done.append, gathered=0.02, apart=0.02, calm=0)
        news.heard(["T-1"])
        await asyncio.sleep(0.03)
        news.close()
        del done[:]
        await asyncio.sleep(0.1)
        return done

    assert asyncio.run(run()) == []


def test_that_the_list_is_not_asked_for_while_a_ticket_is_about_to_open() -> None:
    async def run() -> tuple[list[float], list[float]]:
        held, asked = [True], list[float]()
        news = News(asked.append, lambda _: None, lambda: held[0], gathered=0.02, apart=0.02, calm=0.1)
        news.heard(["T-1"])
        await asyncio.sleep(0.15)
        before = list(asked)
        held[0] = False
        await asyncio.sleep(0.1)
        news.close()
        return before, asked

    before, after = asyncio.run(run())
    assert not before
    assert len(after) == 1
