"""The same work in a real browser: a check that the protocol client measures what people wait for."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bench.floor.advisor import Account
from bench.floor.ledger import Click, Ledger, Typed
from bench.floor.pace import DECIDING, READING, Pace
from bench.floor.tab import Gone
from cx_core.records import TicketId

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

PATIENCE = 60_000
"""Milliseconds for anything to be seen."""

LEAVES = 5_000
"""Milliseconds in which a row of the queue is clicked, or has left it."""

KEYED = "area => area.closest('[class*=st-key-draft-]').className"

LOOKS_AGAIN = 0.02
"""Seconds between two looks at what the page shows."""

_FREE = re.compile("Ready|By hand")
_CLOSED = re.compile(
    r"has this ticket\.|is working on this ticket|nothing was overwritten|^(Approved|Answered)", re.MULTILINE
)
_APPROVED = re.compile("^(Approved|Answered)", re.MULTILINE)


class Watcher:
    """Signs in, opens tickets, types with real keys, approves. Its waits are told as `chromium.…`."""

    def __init__(self, url: str, account: Account, number: int, ledger: Ledger, pace: Pace) -> None:
        self._url, self._account, self._number = url, account, number
        self._ledger, self._pace = ledger, pace
        self._count = 0

    async def work(self, until: float) -> None:
        from playwright.async_api import Error, async_playwright

        from scripts.chromium import CHROMIUM, FLAGS

        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
            page = await browser.new_page(locale="en-GB", viewport={"width": 1440, "height": 900})
            page.set_default_timeout(PATIENCE)
            await self._sign_in(page)
            while time.monotonic() < until:
                try:
                    await self._ticket(page)
                except (Gone, Error) as error:
                    self._ledger.errors.append(f"chromium {self._number}: {str(error).splitlines()[0]}")
                    await page.reload()
            await browser.close()

    async def _sign_in(self, page: Page) -> None:
        await page.goto(f"{self._url}/login")
        await page.get_by_label("E-mail").fill(self._account.email)
        await page.get_by_label("Password").fill(self._account.password)
        began = time.perf_counter()
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.get_by_role("listbox", name="Tickets").wait_for()
        self._ledger.waited("chromium.load", time.perf_counter() - began)

    async def _ticket(self, page: Page) -> None:
        """Open one, read, type, approve. One that somebody else has by then is left alone."""
        free = page.get_by_role("option", selected=False).filter(has_text=_FREE)
        if not await free.count():
            await asyncio.sleep(2)
            return
        chosen = free.nth(self._pace.among_first(await free.count()))
        ticket = (await chosen.get_attribute("data-id")) or ""
        began = time.perf_counter()
        if not await self._clicked(page.locator(f'[role="option"][data-id="{ticket}"]')):
            return
        await page.wait_for_url(re.compile(f"ticket={re.escape(ticket)}"))
        area = page.locator(f'[class*="st-key-draft-{ticket}-"] textarea')

        async def drawn() -> bool:
            """To be written, or not: somebody else has it, or was quicker. A newer area has replaced the older."""
            return await area.count() == 1 or bool(_CLOSED.search(await _standing(page)))

        await self._until(page, drawn, f"ticket {ticket}")
        self._ledger.waited("chromium.open", time.perf_counter() - began)
        await asyncio.sleep(self._pace.seconds(READING))
        await self._until(page, drawn, f"ticket {ticket} after it was read")
        if not await area.count():
            return
        self._count += 1
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{self._number:03d}{self._count:04d}")
        typed = Typed(TicketId(ticket), f"zq{letters}")
        await area.first.press("Control+End")
        await page.keyboard.type(f"\n\nThank you for your patience, we note {typed.token} for you.", delay=60)
        await asyncio.sleep(self._pace.seconds(DECIDING))

        async def answered() -> bool:
            return bool(await saved.count() or _CLOSED.search(await _standing(page)))

        saved = page.get_by_text("your words, saved")
        await self._until(page, answered, f"that the text typed for {ticket} is kept")
        typed.words = "" if await saved.count() else await _standing(page)
        self._ledger.texts.append(typed)
        if await area.count():
            await self._approve(page, ticket, str(await area.first.evaluate(KEYED)))

    async def _clicked(self, row: Locator) -> bool:
        """Click this ticket, wherever in the list it is by now. False: somebody else answered it first."""
        from playwright.async_api import TimeoutError

        try:
            await row.click(timeout=LEAVES)
        except TimeoutError:
            if await row.count():
                raise
            return False
        return True

    async def _approve(self, page: Page, ticket: str, area_key: str) -> None:
        version = re.search(rf"st-key-draft-{re.escape(ticket)}-(\d+)", area_key)
        # Drawn twice, with its help for a mouse and without for fingers: the second one is hidden here.
        approve = page.locator('[class*="st-key-approve-"]:not([class*="st-key-approve-next"]) button').first
        if version is None or not await approve.count() or await approve.is_disabled():
            self._ledger.did["approve not possible"] += 1
            return
        click = Click((TicketId(ticket), int(version[1]), self._account.id))
        before = await _standing(page)
        self._ledger.clicks.append(click)
        began = time.perf_counter()
        await approve.click()

        async def answered() -> bool:
            says = await _standing(page)
            click.shown = bool(_APPROVED.search(says))
            click.words = "" if click.shown else says
            return click.shown or says not in ("", before)

        await self._until(page, answered, f"the answer to approving {ticket}")
        self._ledger.waited("chromium.approve" if click.shown else "chromium.refusal", time.perf_counter() - began)

    async def _until(self, page: Page, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Look until the page shows it. Raises Gone."""
        until = time.monotonic() + PATIENCE / 1000
        while not await holds():
            if time.monotonic() > until:
                raise Gone(f"{what} was not shown; the page says: {await _standing(page)}")
            await asyncio.sleep(LOOKS_AGAIN)


async def _standing(page: Page) -> str:
    """What the page says of the open ticket and of what was not sent, a line each."""
    notes = page.locator(":is(.st-key-paper-standing, .st-key-paper-not-sent) .note")
    return "\n".join(await notes.all_inner_texts())
