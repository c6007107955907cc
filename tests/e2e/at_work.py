"""What a person does in front of the Inbox."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from cx_core.adapters.accounts.local_accounts import DEMO_PASSWORD

ADVISOR, SECOND = "ines.duarte@example.com", "callum.reid@example.com"
expect.set_options(timeout=20_000)


def sign_in(page: Page, url: str, email: str = ADVISOR, *, shows: str = "Tickets") -> None:
    """Through the sign-in page, to the Inbox, or for an editor to the articles."""
    page.goto(url)
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).fill(email)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name=re.compile("^sign in$", re.IGNORECASE)).click()
    page.get_by_role("listbox", name=shows).or_(page.get_by_role("navigation", name=shows)).wait_for(timeout=60_000)


def row(page: Page, text: str) -> Locator:
    """A ticket in the queue, once the copilot has read it."""
    return page.get_by_role("option").filter(has_text=text)


def take(page: Page, text: str) -> None:
    """Open a ticket from the queue when it is ready."""
    expect(row(page, text)).to_contain_text(re.compile("Ready|Manual"), timeout=60_000)
    row(page, text).click()
    expect(page.locator(".st-key-heading h2")).to_contain_text("Message")
    expect(row(page, text)).to_have_attribute("aria-selected", "true")
    drawn(page)


def drawn(page: Page) -> None:
    """Wait for the end of the run that draws: an area stands a moment before its words."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def still(page: Page) -> None:
    """Wait until the page no longer moves: a list that is open closes, and drops what was typed, when the page scrolls.

    Charts and what unfolds grow for up to half a second.
    """
    page.wait_for_function(
        """() => {
            const main = document.querySelector('[data-testid="stMain"]');
            const at = `${main.scrollHeight} ${main.scrollTop}`;
            if (at !== window.lastSeen) { window.lastSeen = at; window.seenSince = performance.now(); }
            return performance.now() - window.seenSince > 700;
        }"""
    )


def draft(page: Page) -> Locator:
    """The reply being written."""
    return page.locator('[class*="st-key-draft-"] textarea')


def send_button(page: Page) -> Locator:
    """What sends the reply on the screen, whatever it says it will do."""
    return page.get_by_role("button", name=re.compile("^Send(?! and next)"))


def go_to_queue(page: Page) -> None:
    """By its key, as soon as the page listens to keys."""
    queue = page.get_by_role("listbox", name="Tickets")
    for _ in range(60):
        page.keyboard.press("Alt+l")
        if queue.evaluate("list => list.getRootNode().activeElement === list"):
            return
        page.wait_for_timeout(250)
    raise AssertionError("Alt+L does not lead to the queue.")


def stop_everything(page: Page, url: str, why: str) -> None:
    """On the Autonomy page, as it opens with everything chosen."""
    page.goto(f"{url}/autonomy")
    page.get_by_role("button", name="Stop…").click()
    page.locator(".st-key-stop-reason input").fill(why)
    page.get_by_role("button", name="Stop everything").click()
    page.get_by_role("button", name="Resume").wait_for()
