"""Rung on a phone and on a laptop zoomed to 200 %: everything can be reached, and axe has nothing serious to say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.at_work import draft, drawn, row, send_button, sign_in
from tests.e2e.conftest import Served
from tests.e2e.test_axe import ADMINISTRATOR, check

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, ZOOMED = (390, 844), (512, 384)
"""CSS pixels: a phone, and what is left of 1024 by 768 at 200 %."""
PANES = {"Tickets": "queue-pane", "Conversation": "talk-pane", "Plan": "plan-pane"}
MENU = '[data-testid="stSidebarNav"]'
"""Streamlit's own: where the menu has sections it puts a div between a list and its items."""
PAGES = ("day", "floor", "review", "autonomy", "knowledge", "connections", "model", "policies", "people", "audit")


@pytest.fixture(params=[PHONE, ZOOMED], ids=["phone", "zoomed"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def panes_in_view(page: Page) -> list[str]:
    """The panes that are drawn, whatever the window is scrolled to."""
    return [name for name, key in PANES.items() if page.locator(f".st-key-{key}").is_visible()]


def reach(page: Page, target: Locator) -> None:
    """Scroll to it as a finger would; it ends inside the window and nothing lies over it."""
    target.scroll_into_view_if_needed()
    target.click(trial=True)


def test_that_a_ticket_is_read_and_answered_one_pane_at_a_time(served: Served, page: Page) -> None:
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    words = f"Please send me a copy of my invoice, width {width}."
    served.customer_writes(f"narrow-{width}", "maria.keller@example.com", words)
    sign_in(page, served.url)
    assert panes_in_view(page) == ["Tickets"]
    expect(row(page, str(width))).to_contain_text("Ready", timeout=60_000)
    check(page, "the queue")
    row(page, str(width)).click()
    expect(page.get_by_role("radio", name="Conversation")).to_be_checked()
    drawn(page)
    assert panes_in_view(page) == ["Conversation"]
    reach(page, draft(page))
    check(page, "a ticket")
    page.get_by_role("radio", name="Plan").click()
    drawn(page)
    assert panes_in_view(page) == ["Plan"]
    check(page, "its plan")
    page.get_by_role("radio", name="Conversation").click()
    send = send_button(page)
    reach(page, send)
    send.click()
    expect(page.get_by_text("Answered.")).to_be_visible()
    page.get_by_role("radio", name="Tickets").click()
    expect(page.get_by_role("listbox", name="Tickets")).to_be_visible()


def test_that_three_panes_stand_beside_each_other_where_there_is_room(served: Served, browser: Browser) -> None:
    served.customer_writes("narrow-wide", "lena.fischer@example.com", "Please send me a copy of my invoice, wide.")
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="en-GB")
    page = context.new_page()
    sign_in(page, served.url)
    expect(row(page, "wide")).to_contain_text("Ready", timeout=60_000)
    row(page, "wide").click()
    expect(draft(page)).to_be_visible()
    assert panes_in_view(page) == list(PANES)
    expect(page.get_by_role("radio", name="Conversation")).to_be_hidden()
    context.close()


def test_that_every_page_holds_at_200_percent(served: Served, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": ZOOMED[0], "height": ZOOMED[1]}, locale="en-GB")
    page = context.new_page()
    sign_in(page, served.url, ADMINISTRATOR)
    for name in PAGES:
        page.goto(f"{served.url}/{name}")
        expect(page.locator(".stMainBlockContainer")).to_be_visible()
        drawn(page)
        check(page, name, but=MENU)
    context.close()
