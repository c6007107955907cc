"""From the Connections page to an answer in the shop: a widget is added, a visitor writes, an advisor answers."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.at_work import draft, row, send_button, sign_in
from tests.e2e.chat_site import HostPage
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMINISTRATOR = "owen.price@example.com"


def snippet(page: Page, served: Served, host: HostPage) -> None:
    """Add a widget, and put its tag into the shop's page."""
    sign_in(page, served.url, ADMINISTRATOR)
    page.goto(f"{served.url}/connections")
    page.get_by_role("radio", name="Web chat").click()
    page.get_by_label("Name (only you see it)").fill("Our shop")
    page.get_by_label("Sites, one per line").fill(host.origin)
    page.get_by_role("button", name="Add widget").click()
    code = page.locator('[class*="st-key-chat-"] code').first
    expect(code).to_contain_text("/chat/widget.js")
    tag = code.inner_text()
    found = re.search(r'data-widget="(\w+)"', tag)
    assert found, tag
    host.desk, host.attributes = served.url, found[0]
    if pictures := os.environ.get("RUNG_PICTURES"):
        page.screenshot(path=f"{pictures}/connections.png", full_page=True)


def test_that_a_visitor_of_the_shop_is_answered_from_the_inbox(served: Served, browser: Browser, page: Page) -> None:
    host = HostPage()
    visiting = browser.new_context(viewport={"width": 400, "height": 700}, locale="en-GB")
    office = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    try:
        snippet(office.new_page(), served, host)
        shop = visiting.new_page()
        shop.goto(host.origin)
        shop.get_by_role("button", name="Chat with us").click()
        shop.get_by_label("Your e-mail address (optional)").fill("lena.fischer@example.com")
        area = shop.get_by_role("textbox", name="Write a message")
        area.fill("Hello, does the shop in Leeds open on Saturday mornings?")
        area.press("Enter")
        log = shop.get_by_role("log")
        expect(log).to_contain_text("We have your message", timeout=60_000)

        sign_in(page, served.url)
        expect(row(page, "Leeds")).to_contain_text(re.compile("Ready|Manual"), timeout=60_000)
        row(page, "Leeds").click()
        expect(page.locator(".st-key-heading h2")).to_contain_text("Leeds")
        expect(page.get_by_text("The visitor has the chat open.")).to_be_visible()
        area.press_sequentially("and on Sun")
        expect(page.get_by_text("The visitor is typing…")).to_be_visible()
        draft(page).click()
        draft(page).press_sequentially("It opens at nine. ", delay=40)
        expect(shop.get_by_text("Fernline is typing…")).to_be_visible()
        if pictures := os.environ.get("RUNG_PICTURES"):
            page.screenshot(path=f"{pictures}/inbox.png")
        send_button(page).first.click()
        expect(log).to_contain_text("It opens at nine.", timeout=30_000)
        expect(log).to_contain_text("Ines")
        shop.close()
        expect(page.get_by_text(re.compile("The visitor has left"))).to_be_visible(timeout=40_000)
    finally:
        visiting.close()
        office.close()
        host.close()
