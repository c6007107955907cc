"""How soon a visitor's message is on the advisor's side while 500 chat widgets are open on the running app."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.desks import KNOWLEDGE, take_over_learnt
from bench.figures import Figures, spread
from bench.floor.process import Process
from cx_core.adapters.accounts.local_accounts import DEMO_PASSWORD
from cx_core.bootstrap import Works, open_desk
from cx_core.records import Inbound, MessageId, Person, PersonId, Role
from cx_core.records.chat import ChatWidget
from cx_core.settings import Settings
from cx_core.understand.intake import ticket_id
from cx_core.views.channels.chat import ChatOpened
from scripts.serving import serving

WIDGETS = 500
MESSAGES = 120
APART = 0.5
"""Seconds between two messages: each is also read by the copilot, on the same core."""
ORIGIN = "https://shop.example"
ADVISOR = "ines.duarte@example.com"
SETTLED = 20.0
"""Seconds after the streams are open: the encoder loads once, which is no one's wait."""
LATEST = 30.0


class Tab(NamedTuple):
    """A visitor's widget: its token, and the ticket that its first message opens."""

    token: str
    client_id: str
    ticket: str


def measure(knowledge: Path = KNOWLEDGE) -> Figures:
    """The app with all that it does, its streams held by this process."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        widget, tabs = _furnished(data, knowledge)
        take_over_learnt(data)
        with serving(data, {"CX_KNOWLEDGE": str(knowledge), "CX_FEED_SECONDS": "0"}) as server:
            used = Process(server.process.pid)
            figures = asyncio.run(_run(server.url, widget, tabs))
            return {"widgets": WIDGETS, "messages": MESSAGES, **figures, **used.used()}


def _furnished(data: Path, knowledge: Path) -> tuple[str, list[Tab]]:
    """Sessions begun before the app starts: of one address only so many may begin a minute."""
    made = Works(Settings(data_dir=data, knowledge=knowledge, demo=True, feed_seconds=0))
    try:
        desk = open_desk(made.settings, works=made)
        administrator = Person(id=PersonId("P-bench"), email="b@example.com", name="B", role=Role.ADMINISTRATOR)
        widget = desk.chat_widgets.add(administrator, "Bench", [ORIGIN])
        assert isinstance(widget, ChatWidget)
        tabs = []
        for number in range(WIDGETS):
            opened = desk.chat_visitors.begin(widget)
            assert isinstance(opened, ChatOpened)
            session = desk.chat_visitors.who(widget, opened.token)
            assert session is not None
            client_id = f"bench-{number:06d}"
            inbound = Inbound(
                id=MessageId(f"{session.id}:{client_id}"),
                channel="chat",
                address=session.address,
                text="-",
                received_at=datetime.now(UTC),
            )
            tabs.append(Tab(opened.token, client_id, ticket_id(inbound)))
        return widget.id, tabs
    finally:
        made.close()


async def _run(url: str, widget: str, tabs: list[Tab]) -> Figures:
    seen: dict[str, float] = {}
    echoed: dict[str, float] = {}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(60.0), limits=limits, trust_env=False) as client:
        await _sign_in(client, url)
        listening = [asyncio.create_task(_advisor(client, seen))]
        listening += [asyncio.create_task(_visitor(client, widget, tab, echoed)) for tab in tabs]
        await asyncio.sleep(SETTLED)
        sent, answered = await _send(client, widget, tabs[:MESSAGES])
        until = time.perf_counter() + LATEST
        while len(seen.keys() & sent.keys()) < len(sent) and time.perf_counter() < until:
            await asyncio.sleep(0.1)
        ended = sum(task.done() for task in listening)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    arrived = [1000 * (seen[ticket] - at) for ticket, at in sent.items() if ticket in seen]
    shown = [1000 * (echoed[tab.client_id] - sent[tab.ticket]) for tab in tabs[:MESSAGES] if tab.client_id in echoed]
    return {
        "missing": len(sent) - len(arrived),
        "streams_lost": ended,
        **spread("taken", answered),
        **spread("advisor", arrived),
        **spread("own_tab", shown),
    }


async def _sign_in(client: httpx.AsyncClient, url: str) -> None:
    given = {"email": ADVISOR, "password": DEMO_PASSWORD}
    answer = await client.post("/login", data=given, headers={"origin": url})
    assert answer.status_code == 303, answer.status_code


async def _advisor(client: httpx.AsyncClient, seen: dict[str, float]) -> None:
    """What tells the Inbox to look."""
    async with client.stream("GET", "/events") as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                for ticket in json.loads(line[6:]).get("tickets", ()):
                    seen.setdefault(ticket, time.perf_counter())


async def _visitor(client: httpx.AsyncClient, widget: str, tab: Tab, echoed: dict[str, float]) -> None:
    async with client.stream("POST", f"/chat/{widget}/stream", json={}, headers=_headers(tab)) as answer:
        assert answer.status_code == 200, answer.status_code
        async for line in answer.aiter_lines():
            if line.startswith("data: ") and tab.client_id in line:
                echoed.setdefault(tab.client_id, time.perf_counter())


async def _send(client: httpx.AsyncClient, widget: str, tabs: list[Tab]) -> tuple[dict[str, float], list[float]]:
    """When each was sent, and how long each took to be taken."""
    sent: dict[str, float] = {}
    answered: list[float] = []

    async def one(tab: Tab, number: int) -> None:
        text = f"Hello, this is visitor {number}. My line has been slow since Monday evening."
        sent[tab.ticket] = began = time.perf_counter()
        body = {"id": tab.client_id, "text": text}
        answer = await client.post(f"/chat/{widget}/messages", json=body, headers=_headers(tab))
        assert answer.status_code == 204, answer.text
        answered.append(1000 * (time.perf_counter() - began))

    sending = []
    for number, tab in enumerate(tabs):
        sending.append(asyncio.create_task(one(tab, number)))
        await asyncio.sleep(APART)
    await asyncio.gather(*sending)
    return sent, answered


def _headers(tab: Tab) -> dict[str, str]:
    return {"origin": ORIGIN, "authorization": f"Bearer {tab.token}"}
