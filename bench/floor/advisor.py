"""One advisor at work over the protocol: opens a ticket, reads, types, decides, goes on. Writes all into the ledger."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass

import httpx2

from bench.floor.ledger import Click, Ledger, Typed
from bench.floor.pace import BETWEEN, DECIDING, PAUSE, READING, Pace
from bench.floor.tab import Gone, Tab
from cx_core.records import PersonId, TicketId

PATIENCE = 60.0
"""Seconds after which an answer that did not come counts as an error."""

APPROVED = {"Approved.", "Answered."}
"""Words with which the page says how an approved ticket stands."""

HELD = re.compile(r"has this ticket\.|before your text could be saved|nothing was overwritten")
"""Of what the page says instead of keeping words: somebody else works on it, or has changed it. That others have it
open is no refusal."""

STANDING = ("paper-standing", "paper-not-sent")
"""Papers that say how the ticket stands, and why it was not sent."""

FREE = ("ready", "person")


@dataclass(frozen=True)
class Account:
    """Somebody who signs in."""

    id: PersonId
    email: str
    password: str


class Advisor:
    """`number` makes the tokens in their texts their own. `http` is their browser's: no two share its cookies."""

    def __init__(
        self, url: str, account: Account, number: int, ledger: Ledger, pace: Pace, http: httpx2.AsyncClient
    ) -> None:
        self._url, self._account, self._number = url, account, number
        self._ledger, self._pace, self._http = ledger, pace, http
        self._count, self._until = 0, 0.0
        self._tab: Tab

    def shown(self) -> list[str]:
        """The tickets in the queue as it is drawn now that have a proposal, or are for a person to answer."""
        rows = self._tab.rows() if hasattr(self, "_tab") else ()
        return [str(row["id"]) for row in rows if row["work"]["code"] in FREE]

    async def work(self, until: float) -> None:
        """Sign in and answer tickets until this moment of the monotonic clock; an act begun is finished."""
        self._until = until
        answer = await self._http.post(
            f"{self._url}/login",
            data={"email": self._account.email, "password": self._account.password},
            headers={"origin": self._url},
        )
        if answer.headers.get("location") != "/":
            raise Gone(f"{self._account.email} was not let in: HTTP {answer.status_code}")
        await self._load()
        try:
            while time.monotonic() < until:
                await self._turn()
        finally:
            await self._tab.close()
            self._heard()

    async def _turn(self) -> None:
        try:
            if not await self._opened():
                await asyncio.sleep(self._pace.seconds(BETWEEN))
            else:
                await self._ticket()
        except Gone as gone:
            self._ledger.errors.append(f"advisor {self._number}: {gone}")
            with suppress(Gone):  # the next turn tries again
                await self._reload()

    async def _load(self, query: str = "") -> None:
        self._tab = Tab(self._url, self._http, self._ledger.waited)
        began = time.perf_counter()
        await self._tab.open(query)
        self._ledger.waited("load", time.perf_counter() - began)

    async def _reload(self) -> None:
        query = self._tab.screen.query
        await self._tab.close()
        self._heard()
        await self._load(query)

    def _heard(self) -> None:
        """Errors that the page showed, taken over once."""
        self._ledger.errors += [f"advisor {self._number}: {error}" for error in self._tab.screen.errors]
        self._tab.screen.errors.clear()

    async def _opened(self) -> bool:
        """Open one of the first tickets in the queue that are free. False: there is none."""
        now = self._tab.watched()[0]
        free = [row["id"] for row in self._tab.rows() if row["work"]["code"] in FREE and row["who"] in ("", "you")]
        free = [id for id in free if id != now]
        if not free:
            self._ledger.did["wait for a ticket"] += 1
            return False
        id = free[self._pace.among_first(len(free))]
        began = time.perf_counter()
        await self._tab.choose(id)
        await self._tab.until(lambda: self._tab.watched()[0] == id, PATIENCE, f"ticket {id}")
        self._ledger.waited("open", time.perf_counter() - began)
        self._ledger.did["open"] += 1
        return True

    async def _ticket(self) -> None:
        """Read it, write, decide. After "send and next" the next ticket is open already, so this goes on there."""
        while True:
            await asyncio.sleep(self._pace.seconds(READING))
            self._heard()
            if not self._tab.watched()[2]:
                self._ledger.did["read along"] += 1
                return
            await self._type()
            await asyncio.sleep(self._pace.seconds(DECIDING))
            before = self._tab.watched()[0]
            decided = await self._decide()
            if not decided or time.monotonic() >= self._until or self._tab.watched()[0] in ("", before):
                return

    # --- typing -----------------------------------------------------------------------------

    async def _type(self) -> None:
        reloads = self._pace.reloads()
        for burst in range(self._pace.bursts()):
            if not await self._burst():
                return
            if reloads and burst == 0:
                self._ledger.did["reload while typing"] += 1
                await self._reload()
            await asyncio.sleep(self._pace.seconds(PAUSE))

    async def _burst(self) -> bool:
        """Some words, saved by watch.js as soon as typing rests. False: there is nothing to type into any more."""
        ticket, _, area = self._tab.watched()
        if not area:
            return False
        typed = Typed(TicketId(ticket), self._token())
        text = f"{self._tab.value(area).rstrip()}\n\nThank you for your patience, we note {typed.token} for you."
        self._tab.type(area, text)
        began, above = time.perf_counter(), self._tab.paper("paper-above")

        def refused() -> str:
            said = self._words_of("paper-standing", "paper-aside")
            return said if HELD.search(said) or APPROVED & set(said.split()) else ""

        def answered() -> bool:
            saved = self._tab.paper("paper-above") != above and "your words" in self._tab.words("paper-above")
            return saved or refused() != ""

        await self._tab.trigger("watch", "typed", self._tab.typed(text))
        self._ledger.texts.append(typed)
        await self._tab.until(answered, PATIENCE, "that typed text is kept")
        self._ledger.waited("save", time.perf_counter() - began)
        typed.words = refused()
        return True

    def _token(self) -> str:
        """Letters only, so that no rule about numbers looks at it."""
        self._count += 1
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{self._number:03d}{self._count:04d}")
        return f"zq{letters}"

    # --- deciding ---------------------------------------------------------------------------

    async def _decide(self) -> bool:
        """Whether the page may have gone on to the next ticket by itself."""
        act = self._pace.act()
        match act:
            case "approve" | "approve and next":
                return await self._approve("approve" if act == "approve" else "approve-next")
            case "put off":
                await self._put_off()
            case "note":
                await self._note()
            case "leave":
                self._ledger.did["leave"] += 1
        await asyncio.sleep(self._pace.seconds(BETWEEN))
        return False

    async def _approve(self, key: str) -> bool:
        """Blur and click are one message, as in a browser; then wait for the state, or for words that refuse."""
        ticket, version, _ = self._tab.watched()
        before = self._words_of(*STANDING)
        click = Click((TicketId(ticket), version, self._account.id))
        began = time.perf_counter()
        if not await self._tab.press(key):
            self._ledger.did["approve not possible"] += 1
            return False
        self._ledger.clicks.append(click)

        def answered() -> bool:
            click.shown = self._shown(ticket)
            click.words = "" if click.shown else self._words_of(*STANDING)
            return click.shown or click.words not in ("", before)

        await self._tab.until(answered, PATIENCE, f"the answer to approving {ticket}")
        what = "approved" if click.shown else "refused"
        self._ledger.did[what] += 1
        self._ledger.waited("approve" if click.shown else "refusal", time.perf_counter() - began)
        await asyncio.sleep(self._pace.seconds(BETWEEN))
        return key == "approve-next" and click.shown

    def _words_of(self, *papers: str) -> str:
        return " ".join(filter(None, map(self._tab.words, papers)))

    def _shown(self, ticket: str) -> bool:
        """The ticket is shown as approved, or the page went on to another, which it does for nothing else.

        The offer to take it back is no sign: on a busy machine it may have run out before the page is drawn.
        """
        if self._tab.watched()[0] != ticket:
            return self._tab.watched()[0] != ""
        return bool(APPROVED & set(self._tab.words("paper-standing").split()))

    async def _put_off(self) -> None:
        before = self._tab.words("paper-standing")
        began = time.perf_counter()
        if await self._tab.press("snooze"):
            await self._tab.until(
                lambda: self._tab.words("paper-standing") not in ("", before), PATIENCE, "that it is put off"
            )
            self._ledger.waited("put off", time.perf_counter() - began)
            self._ledger.did["put off"] += 1

    async def _note(self) -> None:
        ticket = self._tab.watched()[0]
        typed = Typed(TicketId(ticket), self._token())
        if self._tab.screen[f"note-{ticket}"] is None:
            return
        self._tab.type(f"note-{ticket}", f"For whoever goes on with this: {typed.token}.")
        began = time.perf_counter()
        if await self._tab.press("add-note"):
            await self._tab.until(lambda: typed.token in self._tab.words("paper-notes"), PATIENCE, "the note")
            self._ledger.waited("note", time.perf_counter() - began)
            self._tab.type(f"note-{ticket}", "")
            self._ledger.texts.append(typed)
            self._ledger.did["note"] += 1
