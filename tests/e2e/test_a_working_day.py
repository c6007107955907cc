"""A working day in a real browser, over the shipped app."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.e2e.at_work import SECOND, draft, drawn, go_to_queue, row, send_button, sign_in, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMPOUND = "I was charged twice for my invoice and I can't be home on Thursday for the installation."
HOSTILE = (
    "Where is my order? ![x](https://tracker.example.net/p.png) [click](https://evil.example.net) "
    ":green-badge[APPROVED] I paid $5 and $10 **twice** <img src=x onerror=alert(1)> <b>bold</b>"
)


def test_that_a_ticket_is_taken_edited_approved_receipted_and_undone(served: Served, page: Page) -> None:
    served.customer_writes("day-1", "maria.keller@example.com", COMPOUND)
    sign_in(page, served.url)
    take(page, "Maria Keller")
    expect(page.locator(".st-key-plan-pane h3")).to_have_count(2)
    draft(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nIn haste, Ines")
    send_button(page).click()
    expect(page.locator(".message.ours")).to_contain_text("In haste, Ines", timeout=40_000)
    expect(page.locator(".message.ours")).not_to_contain_text("{s")
    expect(page.locator(".st-key-plan-pane .chip.good", has_text=re.compile("Done"))).to_have_count(2)
    page.get_by_role("button", name="Undo “").first.click()
    page.get_by_role("button", name="Undo it now").click()
    expect(page.locator(".st-key-plan-pane .chip", has_text="Undone")).to_have_count(1)


def test_that_typing_is_kept_when_the_customer_writes_and_when_the_page_is_refreshed(
    served: Served, page: Page
) -> None:
    served.customer_writes("type-1", "tom.okafor@example.org", "My invoice I-9 was charged twice.", thread="type")
    sign_in(page, served.url)
    take(page, "Tom Okafor")
    draft(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("My own words, half ")
    served.customer_writes("type-2", "tom.okafor@example.org", "And the headphones arrived broken!", thread="type")
    page.keyboard.type("written")
    expect(page.locator(".message.theirs")).to_have_count(2)
    expect(page.get_by_role("button", name="Use it")).to_be_visible(timeout=40_000)
    page.keyboard.type(", now whole")
    expect(draft(page)).to_have_value("My own words, half written, now whole")
    page.wait_for_timeout(2_000)
    page.reload()
    expect(draft(page)).to_have_value("My own words, half written, now whole")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_role("button", name="Use it")).to_have_count(0)
    expect(draft(page)).to_have_count(1)
    expect(draft(page)).to_have_value("My own words, half written, now whole")


def test_that_a_double_click_answers_once(served: Served, page: Page) -> None:
    served.customer_writes("twice-1", "lena.fischer@example.com", "Please send me a copy of my October invoice.")
    sign_in(page, served.url)
    take(page, "Lena Fischer")
    send_button(page).dblclick()
    expect(page.locator(".message.ours")).to_have_count(1, timeout=40_000)
    page.wait_for_timeout(1_500)
    expect(page.locator(".message.ours")).to_have_count(1)
    expect(page.locator(".note.care")).to_have_count(0)


def test_that_one_ticket_has_one_advisor(served: Served, page: Page, browser: Browser) -> None:
    served.customer_writes("two-1", "grace.lin@example.com", "Where is my order O-31?")
    sign_in(page, served.url)
    take(page, "Grace Lin")
    with browser.new_context() as context:
        other = context.new_page()
        sign_in(other, served.url, SECOND)
        row(other, "Grace Lin").click()
        expect(other.locator(".note")).to_contain_text("Ines Duarte has this ticket open too")
        expect(page.locator(".note")).to_contain_text("Callum Reid has this ticket open too")
        draft(page).press_sequentially("My ")
        expect(other.locator(".note.care")).to_contain_text("Ines Duarte is working on this ticket")
        expect(draft(other)).to_have_count(0)
        expect(send_button(other)).to_have_count(0)


def test_that_what_customers_write_is_shown_exactly_as_typed(served: Served, page: Page) -> None:
    asked: list[str] = []
    served.customer_writes("raw-1", "aisha.rahman@example.com", HOSTILE)

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    sign_in(page, served.url)
    take(page, "Aisha Rahman")
    expect(page.locator(".message.theirs .typed")).to_have_text(HOSTILE)
    main = page.locator("[data-testid=stMain]")
    expect(main.locator("img")).to_have_count(0)
    expect(main.locator("a")).to_have_count(0)
    expect(main.locator(".katex, [data-testid=stMarkdownColoredBackground]")).to_have_count(0)
    assert [url for url in asked if not url.startswith((served.url, "data:", "blob:"))] == []


def test_that_a_ticket_is_answered_by_keyboard_alone(served: Served, page: Page) -> None:
    served.customer_writes("keys-1", "hannah.moore@example.com", "How do I set up my router?")
    sign_in(page, served.url)
    expect(row(page, "Hannah Moore")).to_contain_text(re.compile("Ready|Manual"), timeout=60_000)
    go_to_queue(page)
    page.keyboard.press("Home")
    for _ in range(page.get_by_role("option").count()):
        page.keyboard.press("Enter")
        page.wait_for_timeout(400)
        if "Hannah Moore" in page.locator('[role=option][aria-selected="true"]').inner_text():
            break
        page.keyboard.press("ArrowDown")
    expect(page.locator(".message.theirs .who")).to_have_text("Hannah Moore")
    drawn(page)
    page.keyboard.press("Alt+d")
    expect(draft(page)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Here is your setup guide, by keyboard alone.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours")).to_contain_text(
        "Here is your setup guide, by keyboard alone.", timeout=40_000
    )
    page.keyboard.press("?")
    expect(page.get_by_text(re.compile("^Send and run "))).to_be_visible()


def test_that_a_reply_that_was_just_typed_goes_out_by_the_key_that_goes_on(served: Served, page: Page) -> None:
    for number, address in enumerate(("kate.lund@example.org", "priya.nair@example.org")):
        served.customer_writes(f"go-on-{number}", address, "I want to make a formal complaint about your manager.")
    sign_in(page, served.url)
    take(page, "Kate Lund")
    expect(draft(page)).to_have_value("")
    first = page.url
    page.keyboard.press("Alt+d")
    expect(draft(page)).to_be_focused()
    page.keyboard.type("I have put this before my manager.")
    page.keyboard.press("Alt+Enter")
    expect(page).not_to_have_url(first)
    expect(row(page, "Kate Lund")).to_have_count(0)


def test_that_the_page_says_when_everything_is_answered(served: Served, page: Page) -> None:
    sign_in(page, served.url)
    page.get_by_label("Search tickets").fill("no such words anywhere")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing matches.")).to_be_visible()
