"""From page to page and into the queue: the address says where one is, the keyboard leads in, clicks hit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_work import row, sign_in
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUPERVISOR = "nadia.haddad@example.com"


def test_that_the_next_ticket_is_the_first_where_none_is_open(served: Served, page: Page) -> None:
    served.customer_writes("way-1", "maria.keller@example.com", "I was charged twice for my invoice.")
    sign_in(page, served.url)
    expect(row(page, "Maria Keller")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Open the first")).to_be_visible()
    page.keyboard.press("Alt+j")
    expect(page.locator(".st-key-heading h2")).to_contain_text("Message")
    expect(page).to_have_url(re.compile(r"\?ticket=T-"))


def test_that_the_address_follows_from_a_page_that_was_opened_by_its_address(served: Served, page: Page) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}/day")
    expect(page.get_by_text("Previous 7 days")).to_be_visible()
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_role("listbox", name="Tickets")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"^{served.url}/(\?|$)"))
    page.reload()
    expect(page.get_by_role("listbox", name="Tickets")).to_be_visible()


def test_that_what_is_below_a_list_of_choices_stays_under_the_click(served: Served, page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    sign_in(page, served.url, SUPERVISOR)
    page.goto(f"{served.url}/connections")
    page.get_by_label("Notify about").fill("stopped")
    page.get_by_role("option", name="The copilot is stopped, or goes on").click()
    page.keyboard.press("Escape")
    button = page.get_by_role("button", name="Add", exact=True)
    expect(page.get_by_role("listbox")).to_have_count(0)
    before = button.bounding_box()
    page.get_by_label("Notify about").blur()
    page.wait_for_timeout(300)
    assert button.bounding_box() == before
