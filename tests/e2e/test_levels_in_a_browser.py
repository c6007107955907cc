"""Levels raised by two, lowered and stopped by one, in a real browser; what becomes of it in front of an advisor."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.at_work import drawn, row, send_button, sign_in, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUPERVISOR, ADMINISTRATOR = "nadia.haddad@example.com", "owen.price@example.com"
ASKED = "What does Fernline Care cost a month?"
NONE_LEFT = "No answer was sent automatically."
FAQ, MANUAL = "1 · FAQ", "0 · manual"


def chosen(page: Page, key: str, option: str) -> None:
    """One of a box's options, by the name that people read."""
    box = page.locator(f".st-key-{key}").get_by_role("combobox")
    box.scroll_into_view_if_needed()  # a list closes when the page is scrolled under it
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    drawn(page)


def stands_below_the_bar(page: Page, words: str) -> None:
    """What a press came to and what is stopped both stay in sight on a scrolled page."""
    page.mouse.move(400, 500)
    page.mouse.wheel(0, 500)
    drawn(page)
    said, bar = page.get_by_text(words).bounding_box(), page.locator(".st-key-stop-bar").bounding_box()
    assert said is not None
    assert bar is not None
    assert 0 < bar["y"] + bar["height"] <= said["y"] < 300


def reasoned(page: Page, key: str, why: str) -> None:
    field = page.locator(f".st-key-{key} input")
    field.fill(why)
    field.press("Tab")
    drawn(page)


def at_levels(page: Page, served: Served, email: str) -> None:
    sign_in(page, served.url, email)
    page.goto(f"{served.url}/autonomy")
    expect(page.locator(".st-key-lever")).to_be_visible()
    drawn(page)


def lever(page: Page, level: str, why: str) -> None:
    chosen(page, "level-type", "General question")
    chosen(page, "level-to", level)
    reasoned(page, "level-reason", why)


def something_else_waits(page: Page) -> None:
    """The page hears so from the server, and draws itself anew."""
    news = {"stops": [], "may_resume": True, "waiting": {"policies": 2}}
    page.route("**/desk-state", lambda route: route.fulfill(json=news))
    with page.expect_response("**/desk-state"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.unroute("**/desk-state")
    page.wait_for_timeout(1000)
    drawn(page)


def granted(page: Page) -> None:
    """One who may grants what waits; the page says so until they press something else."""
    expect(page.get_by_text("The articles were gone through")).to_be_visible()
    page.get_by_role("button", name="Grant").click()
    said = page.get_by_text("Granted. It applies from the next ticket.")
    expect(said).to_be_visible()
    something_else_waits(page)
    expect(said).to_be_visible()
    reasoned(page, "level-reason", "Another reason")
    expect(said).to_have_count(0)


def view(page: Page, name: str) -> None:
    page.get_by_role("radiogroup", name="View").get_by_text(name, exact=True).click()
    drawn(page)


def stopped_for(advisor: Page, name: str) -> Locator:
    """The bar on the advisor's open page, once it, the queue and the ticket of this customer say what is stopped."""
    bar = advisor.get_by_role("status", name="What is stopped")
    expect(bar).to_contain_text("Everything since")
    expect(bar).to_contain_text("by Nadia Haddad: A price is wrong online")
    expect(row(advisor, name)).to_contain_text("Copilot stopped", timeout=60_000)
    row(advisor, name).click()
    expect(advisor.get_by_text("Not carried out until it is resumed:")).to_be_visible()
    return bar


def test_that_levels_are_raised_by_two_and_lowered_and_stopped_by_one(
    served: Served, page: Page, browser: Browser
) -> None:
    with browser.new_context() as others, browser.new_context() as advisors:
        granter, advisor = others.new_page(), advisors.new_page()
        at_levels(page, served, SUPERVISOR)
        expect(page.get_by_text(NONE_LEFT)).to_be_visible()
        lever(page, FAQ, "The articles were gone through")
        page.get_by_role("button", name="Ask a second person").click()
        expect(page.get_by_text("Nothing changes until another supervisor or administrator grants it.")).to_be_visible()
        expect(page.get_by_role("button", name="Grant")).to_have_count(0)

        at_levels(granter, served, ADMINISTRATOR)
        granted(granter)

        sign_in(advisor, served.url)
        served.customer_writes("lever-1", "maria.keller@example.com", ASKED, subject="Fernline Care")
        view(advisor, "Solved")
        expect(row(advisor, "Maria Keller")).to_contain_text("Sent automatically", timeout=60_000)
        row(advisor, "Maria Keller").click()
        expect(advisor.locator(".message.ours")).to_contain_text("£6.00 a month")
        view(advisor, "Open")

        page.reload()
        chosen(page, "level-type", "General question")
        expect(page.get_by_text(f"Now at {FAQ}, granted, not earned by Nadia Haddad and Owen Price")).to_be_visible()
        expect(page.get_by_text(NONE_LEFT)).to_have_count(0)
        expect(page.get_by_test_id("stDataFrame")).to_have_count(2)
        lever(page, MANUAL, "A wrong answer left")
        page.get_by_role("button", name="Set it now").click()
        expect(page.get_by_text("Set. It applies from the next ticket")).to_be_visible()
        expect(page.get_by_text(f"Now at {MANUAL}, set by a person by Nadia Haddad")).to_be_visible()
        served.customer_writes("lever-2", "tom.okafor@example.org", ASKED)
        take(advisor, "Tom Okafor")
        glance = advisor.locator(".st-key-paper-glance")
        expect(glance).to_contain_text("General question is at level 0: a person answers")

        chosen(page, "stop-name", "Everything")
        page.get_by_role("button", name="Stop…").click()
        expect(page.get_by_role("dialog")).to_contain_text("Everything: 28 task types.")
        page.locator(".st-key-stop-reason input").fill("A price is wrong online")
        page.get_by_role("button", name="Stop everything").click()
        expect(page.get_by_text("Stopped. Nothing of this is carried out until somebody resumes it.")).to_be_visible()
        expect(page.get_by_role("heading", name="Everything stopped")).to_be_visible()
        stands_below_the_bar(page, "Stopped. Nothing of this")
        served.customer_writes("lever-3", "lena.fischer@example.com", "Please send me a copy of my October invoice.")
        bar = stopped_for(advisor, "Lena Fischer")
        expect(page.get_by_role("link", name="Resume on Autonomy")).to_be_visible()
        send_button(advisor).click()
        expect(advisor.get_by_text("Actions are stopped: A price is wrong online.")).to_be_visible()
        expect(advisor.locator(".message.ours")).to_have_count(0)
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text("Resumed.")).to_be_visible()
        expect(bar).to_have_count(0)
        send_button(advisor).click()
        expect(advisor.locator(".message.ours")).to_have_count(1, timeout=40_000)
