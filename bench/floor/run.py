"""The whole floor: the app in a process of its own, its advisors, the measuring, and the account at the end."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import httpx2

from bench.desks import KNOWLEDGE, take_over_learnt
from bench.figures import Figures
from bench.floor.advisor import Account, Advisor
from bench.floor.browser import Watcher
from bench.floor.ledger import Ledger, figures, lost_clicks, lost_texts, read, sent_twice
from bench.floor.pace import Pace
from bench.floor.process import Process
from bench.floor.sources import Customers, customers, sources_of
from cx_core.adapters.fernline import FernlineOutbox
from cx_core.bootstrap import Works
from cx_core.records import Role
from cx_core.settings import Settings
from scripts.chromium import CHROMIUM
from scripts.serving import Server, serving

SEED = 7
FEED_SECONDS = 2.0
"""Pause between two customers who write: about what 25 advisors answer."""

READY_SECONDS, GRACE = 1_200.0, 120.0
"""How long the app may take to be all ok (it learns to read first, unless that was learnt), and the last act after the
time is up."""

COMES_AFTER = 0.4
"""Seconds between two who sign in: a password takes a fraction of a second to check, on purpose."""

TOLD = 10
"""How many of each kind of trouble are printed in words."""

_TROUBLE = re.compile(r"\b(?:ERROR|CRITICAL)\b|^Traceback ")


def measure(
    knowledge: Path = KNOWLEDGE, *, advisors: int = 5, minutes: float = 1, browsers: int = 0, source: str = ""
) -> Figures:
    """So many advisors for so many minutes over the feed of this knowledge folder; `browsers` more are in Chromium.

    Where Chromium or what drives it is missing there are none, and the figures say so. `source` is mail, chat or
    both ("mail,chat"), by which customers then write in place of the feed.
    """
    named = sources_of(source)
    browsers = browsers if CHROMIUM.exists() and find_spec("playwright") is not None else 0
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        settings = Settings(
            data_dir=Path(folder) / "data",
            knowledge=knowledge,
            demo=True,
            feed_seconds=0 if named else FEED_SECONDS,
            planted_errors=False,
        )
        writing = ends.enter_context(customers(named, knowledge))
        accounts = _accounts(settings, advisors + browsers, writing, int(minutes * 60 / FEED_SECONDS))
        ledger = Ledger()
        take_over_learnt(settings.data_dir)
        given = {"CX_KNOWLEDGE": str(knowledge), "CX_FEED_SECONDS": str(settings.feed_seconds)}
        with serving(settings.data_dir, given) as server:
            _await_ready(server)
            process = Process(server.process.pid)
            asyncio.run(_floor(server, accounts, ledger, minutes, browsers, writing if named else None))
            used = process.used()
            time.sleep(settings.undo_seconds + 10)  # what was approved last goes out
            log = server.log.read_text(errors="replace")
        found: Figures = {"advisors": advisors, "minutes": minutes, "browsers": browsers}
        return found | _account(settings, log, ledger, writing) | used


def _accounts(settings: Settings, count: int, writing: Customers, visits: int) -> list[Account]:
    """Accounts of their own, with passwords nobody else knows; and what customers need to write."""
    works = Works(settings)
    writing.furnish(works, visits)
    made = []
    for number in range(1, count + 1):
        email, password = f"advisor{number}@example.org", secrets.token_urlsafe(16)
        person = works.accounts.create(email, f"Advisor {number}", Role.ADVISOR, password)
        made.append(Account(person.id, email, password))
    works.close()
    return made


def _await_ready(server: Server) -> None:
    """Every part of /health says ok. Raises RuntimeError if not in time."""
    until = time.monotonic() + READY_SECONDS
    states: dict[str, str] = {}
    while time.monotonic() < until:
        states = json.loads(httpx2.get(f"{server.url}/health", timeout=30).text)
        if all(state == "ok" for state in states.values()):
            return
        time.sleep(0.5)
    raise RuntimeError(f"The app was not ready: {states}")


async def _floor(
    server: Server,
    accounts: Sequence[Account],
    ledger: Ledger,
    minutes: float,
    browsers: int,
    writing: Customers | None,
) -> None:
    """Everybody comes within a few seconds, works, and leaves."""
    until = time.monotonic() + minutes * 60
    seen = {"response": [_counted(ledger)]}
    at_work: list[Advisor] = []

    async def one(number: int, account: Account) -> None:
        await asyncio.sleep(number * COMES_AFTER)
        advisor: Advisor | Watcher
        # Signing in ends the session the browser had before, so each advisor has cookies of their own.
        async with httpx2.AsyncClient(timeout=60, event_hooks=seen) as http:
            if number <= browsers:
                advisor = Watcher(server.url, account, number, ledger, Pace(SEED, number))
            else:
                advisor = Advisor(server.url, account, number, ledger, Pace(SEED, number), http)
                at_work.append(advisor)
            try:
                await asyncio.wait_for(advisor.work(until), minutes * 60 + GRACE)
            except Exception as error:  # noqa: BLE001  one advisor's end is a finding; the others work on
                ledger.errors.append(f"advisor {number} ended: {type(error).__name__}: {error}")

    working = [one(number, account) for number, account in enumerate(accounts, start=1)]
    if writing is None:
        await asyncio.gather(*working)
        return
    watching = asyncio.create_task(writing.watch(lambda: (id for advisor in at_work for id in advisor.shown())))
    await asyncio.gather(writing.write(server.url, FEED_SECONDS, int(minutes * 60 / FEED_SECONDS)), *working)
    watching.cancel()


def _counted(ledger: Ledger) -> Callable[[httpx2.Response], Awaitable[None]]:
    """Every answer that says the server failed is an error, whoever asked."""

    async def hook(response: httpx2.Response) -> None:
        if response.status_code >= 500:
            ledger.errors.append(f"HTTP {response.status_code} {response.url.path}")

    return hook


def _account(settings: Settings, log: str, ledger: Ledger, writing: Customers) -> Figures:
    """What the database and the log say, with the first of every kind of trouble in words."""
    works = Works(settings)
    try:
        sent = [one.text for one in FernlineOutbox(works.fernline, works.clock).sent()] + writing.sent()
        tickets = [typed.ticket for typed in ledger.texts] + [click.answer[0] for click in ledger.clicks]
        kept = read(works, tickets, sent)
        arrived = writing.figures(works)
    finally:
        works.close()
    lines = [line for line in log.splitlines() if _TROUBLE.search(line)]
    for what, found in {
        "error": ledger.errors,
        "customer": writing.errors,
        "server log": lines,
        "lost click": lost_clicks(ledger.clicks, kept),
        "lost text": lost_texts(ledger.texts, kept),
        "sent twice": sent_twice(ledger.texts, kept),
    }.items():
        for one in found[:TOLD]:
            print(f"{what}: {one}")
    return figures(ledger, kept) | arrived | {"server_log_errors": len(lines)}
