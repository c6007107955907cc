"""Level 3 in a real browser: asked for by one, granted by another, used, reviewed, down by itself, and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.at_work import drawn, row, send_button, sign_in, still, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUPERVISOR, ADMINISTRATOR = "nadia.haddad@example.com", "owen.price@example.com"
ASKS = "Please ring me about my plan."
TITLE = "Call me back"


def at(page: Page, served: Served, where: str) -> None:
    page.goto(f"{served.url}/{where}")
    expect(page.get_by_test_id("stApp")).to_be_visible()
    drawn(page)


def told(page: Page, key: str, words: str) -> None:
    """Write into a field by its key, and let the page hear of it."""
    field = page.locator(f".st-key-{key}").locator("input, textarea").first
    field.fill(words)
    field.press("Tab")
    drawn(page)


def answered_case(advisor: Page, served: Served) -> None:
    """An advisor approves a proposal as it is: the first case, and so something to ask a level for."""
    served.customer_writes("alone-1", "maria.keller@example.com", ASKS, identity=2)
    take(advisor, "Maria Keller")
    send_button(advisor).click()
    expect(advisor.locator(".message.ours")).to_have_count(1, timeout=60_000)


def adds_tier(page: Page, tier: str) -> None:
    """Choose a tier from the list, and see that it was taken."""
    field = page.locator(".st-key-limit-tiers")
    field.get_by_role("combobox").click()
    field.get_by_role("combobox").fill(tier)
    page.get_by_role("option", name=tier, exact=True).click()
    expect(field.locator("[data-tag]").filter(has_text=tier)).to_be_visible()


def asks_for_three(page: Page, served: Served) -> None:
    """With limits that hold at any hour, so that the test may run at any."""
    at(page, served, "autonomy")
    page.get_by_text("Level 3: try its limits on the last four weeks, and ask for it").click()
    page.locator(".st-key-limit-hours").get_by_text("Also outside opening hours").click()
    still(page)
    for tier in ("plus", "vip"):
        adds_tier(page, tier)
    told(page, "dry-reason", "Calls are arranged rightly")
    page.get_by_role("button", name="Ask for level 3 with these limits").click()
    expect(page.get_by_text("Nothing changes until another supervisor or administrator grants it")).to_be_visible()
    expect(page.get_by_role("button", name="Grant")).to_have_count(0)


def grants(page: Page, served: Served) -> None:
    at(page, served, "autonomy")
    expect(page.get_by_text("standard, plus, vip customers; by email; at any hour")).to_be_visible()
    page.get_by_role("button", name="Grant").click()
    expect(page.get_by_text("Granted. It applies from the next ticket.")).to_be_visible()


def sent_alone(advisor: Page, served: Served) -> None:
    """The next customer is answered by itself, and the Inbox says so."""
    served.customer_writes("alone-2", "lena.fischer@example.com", ASKS, identity=2)
    advisor.get_by_role("radiogroup", name="View").get_by_text("Solved", exact=True).click()
    drawn(advisor)
    expect(row(advisor, "Lena Fischer")).to_contain_text("Sent automatically", timeout=60_000)
    row(advisor, "Lena Fischer").click()
    expect(advisor.locator(".message.ours")).to_contain_text("no person has looked at it")


def to_note(page: Page) -> None:
    """By its key, as soon as the page listens to keys."""
    note = page.get_by_role("textbox", name="Note")
    for _ in range(60):
        page.keyboard.press("Alt+n")
        if note.evaluate("field => field === document.activeElement"):
            return
        page.wait_for_timeout(250)
    raise AssertionError("Alt+N does not lead to the note.")


def reviews_as_critical(page: Page, served: Served) -> None:
    at(page, served, "review")
    expect(page.get_by_text(ASKS)).to_be_visible()
    to_note(page)
    page.keyboard.press("Alt+2")
    expect(page.get_by_role("checkbox", name="It did the right thing")).not_to_be_checked()
    expect(page.get_by_role("button", name="All right, next")).to_be_disabled()
    grade = page.get_by_role("radio", name="critical")
    for key, checked in (("Alt+c", True), ("Alt+c", False), ("Alt+m", False), ("Alt+c", True)):
        page.keyboard.press(key)
        expect(grade).to_be_checked(checked=checked)
        drawn(page)
    to_note(page)
    page.keyboard.type("Another number was meant")
    page.get_by_role("button", name="The whole case file").click()
    expect(page.get_by_text("What the customer was told")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Another number was meant")
    expect(page.get_by_role("checkbox", name="It did the right thing")).not_to_be_checked()
    to_note(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Kept.")).to_be_visible()
    drawn_by_chance = page.get_by_text("a person's work, drawn by chance")  # one answer of people in twenty
    expect(page.get_by_text("All reviewed").or_(drawn_by_chance).first).to_be_visible()


def takes_back(page: Page) -> None:
    page.get_by_role("button", name="Show what there is").click()
    expect(page.get_by_text("1 can be taken back, in 1 ticket.")).to_be_visible()
    told(page, "undo-reason", "The wrong number was called")
    page.get_by_role("button", name="Take back 1 act").click()
    expect(page.get_by_text("It goes on in the background")).to_be_visible()
    page.wait_for_timeout(4_000)  # a round of the background is three seconds
    page.reload()
    expect(page.get_by_role("heading", name="1 of 1 act taken back")).to_be_visible()


def test_that_level_three_is_granted_by_two_used_reviewed_down_by_itself_and_taken_back(
    served: Served, page: Page, browser: Browser
) -> None:
    with browser.new_context() as others, browser.new_context() as advisors:
        granter, advisor = others.new_page(), advisors.new_page()
        sign_in(advisor, served.url)
        answered_case(advisor, served)
        sign_in(page, served.url, SUPERVISOR)
        asks_for_three(page, served)
        sign_in(granter, served.url, ADMINISTRATOR)
        grants(granter, served)
        sent_alone(advisor, served)
        reviews_as_critical(granter, served)

        at(page, served, "autonomy")
        expect(page.get_by_role("heading", name=f"{TITLE} came down by itself")).to_be_visible()
        expect(page.get_by_text("A reviewer found a critical error.")).to_be_visible()
        takes_back(page)
        advisor.get_by_role("radiogroup", name="View").get_by_text("Open", exact=True).click()
        drawn(advisor)
        expect(row(advisor, "Lena Fischer")).to_contain_text("Needs a person")
        row(advisor, "Lena Fischer").click()
        expect(advisor.get_by_text("was undone by Nadia Haddad").first).to_be_visible()
