"""The same work in a real browser: a check that the protocol client measures what people wait for."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

from bench.floor.advisor import Account
from bench.floor.ledger import Click, Ledger, Typed
from bench.floor.pace import DECIDING, READING, Pace
from cx_core.records import TicketId

if TYPE_CHECKING:
    from playwright.async_api import Page

PATIENCE = 60_000
"""Milliseconds for anything to be seen."""

KEYED = "area => area.closest('[class*=st-key-draft-]').className"

_FREE = re.compile("Ready|By hand")


class Watcher:
    """Signs in, opens tickets, types with real keys, approves. Its waits are told as `chromium.…`."""

    def __init__(self, url: str, account: Account, number: int, ledger: Ledger, pace: Pace) -> None:
        self._url, self._account, self._number = url, account, number
        self._ledger, self._pace = ledger, pace
        self._count = 0

    async def work(self, until: float) -> None:
        from playwright.async_api import TimeoutError, async_playwright

        from scripts.chromium import CHROMIUM, FLAGS

        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
            page = await browser.new_page(locale="en-GB", viewport={"width": 1440, "height": 900})
            page.set_default_timeout(PATIENCE)
            await self._sign_in(page)
            while time.monotonic() < until:
                try:
                    await self._ticket(page)
                except TimeoutError as error:
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
        row = free.nth(self._pace.among_first(await free.count()))
        ticket = (await row.get_attribute("data-id")) or ""
        began = time.perf_counter()
        await row.click()
        await page.wait_for_url(re.compile(f"ticket={re.escape(ticket)}"))
        area = page.locator(f'[class*="st-key-draft-{ticket}-"] textarea')
        await area.or_(page.get_by_text("has this ticket")).first.wait_for()
        self._ledger.waited("chromium.open", time.perf_counter() - began)
        await asyncio.sleep(self._pace.seconds(READING))
        if not await area.count():
            return
        self._count += 1
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{self._number:03d}{self._count:04d}")
        typed = Typed(TicketId(ticket), f"zq{letters}")
        await area.press("Control+End")
        await page.keyboard.type(f"\n\nThank you for your patience, we note {typed.token} for you.", delay=60)
        await asyncio.sleep(self._pace.seconds(DECIDING))
        await page.get_by_text("your words, saved").wait_for()
        self._ledger.texts.append(typed)
        await self._approve(page, ticket, str(await area.evaluate(KEYED)))

    async def _approve(self, page: Page, ticket: str, area_key: str) -> None:
        version = re.search(rf"st-key-draft-{re.escape(ticket)}-(\d+)", area_key)
        approve = page.locator(".st-key-approve button")
        if version is None or not await approve.count() or await approve.is_disabled():
            self._ledger.did["approve not possible"] += 1
            return
        click = Click((TicketId(ticket), int(version[1]), self._account.id))
        self._ledger.clicks.append(click)
        began = time.perf_counter()
        await approve.click()
        gone = page.get_by_text(re.compile("^(Approved|Answered)"))
        refused = page.locator(".note.care, .note.bad")
        await gone.or_(refused).first.wait_for()
        click.shown = bool(await gone.count())
        click.words = "" if click.shown else " ".join(await refused.all_inner_texts())
        self._ledger.waited("chromium.approve" if click.shown else "chromium.refusal", time.perf_counter() - began)
