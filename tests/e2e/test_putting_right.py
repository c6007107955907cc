"""An advisor puts the copilot right, in a real browser: what they want, one more action, what was wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_work import draft, row, sign_in, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNDO_SECONDS = 15
"""Long enough to take an answer back on a busy machine."""
COPY = "Please send me a copy of my October invoice."
WHOLE = """owner => {
  const end = owner.closest(".row").getBoundingClientRect().right
  return owner.scrollWidth <= owner.clientWidth && owner.getBoundingClientRect().right <= end
}"""


def goals(page: Page) -> str:
    return page.locator(".st-key-paper-glance").inner_text()


def test_that_a_goal_put_right_brings_another_plan_and_keeps_the_text(served: Served, page: Page) -> None:
    served.customer_writes("right-1", "maria.keller@example.com", "I was charged twice for my invoice.")
    sign_in(page, served.url)
    take(page, "Maria Keller")
    draft(page).fill("My own words, begun already.")
    page.keyboard.press("Alt+g")
    box = page.get_by_label("What they want")
    box.press("Backspace")
    box.fill("Charged")
    box.press("Enter")
    expect(page.get_by_test_id("stPopoverBody").locator("[data-tag]")).to_have_count(1)
    box.press("Backspace")
    box.fill("Move an in")
    box.press("Enter")
    page.get_by_role("button", name="Apply and re-read").click()
    expect(page.get_by_text("set by Ines Duarte")).to_be_visible(timeout=30_000)
    expect(draft(page)).to_have_value("My own words, begun already.")


def test_that_an_action_is_added_filled_in_and_carried_out(served: Served, page: Page) -> None:
    served.customer_writes("right-2", "lena.fischer@example.com", COPY)
    sign_in(page, served.url)
    take(page, "Lena Fischer")
    page.keyboard.press("Alt+p")
    action = page.get_by_label("Action", exact=True)
    action.fill("Apply a cre")
    action.press("Enter")
    page.get_by_label(re.compile("^Amount")).fill("5")
    page.get_by_label("Reason", exact=True).fill("Sorry for the wait")
    page.get_by_role("button", name="Add to the plan").click()
    added = page.get_by_role("heading", name=re.compile("Apply a credit"))
    expect(added).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Credited £5.00")).to_be_visible(timeout=60_000)


def test_that_two_keys_say_what_was_wrong(served: Served, page: Page) -> None:
    served.customer_writes("right-3", "tom.okafor@example.org", "Where is my order O-12?")
    sign_in(page, served.url)
    take(page, "Tom Okafor")
    page.keyboard.press("Alt+w")
    page.keyboard.press("5")
    expect(page.get_by_text("Thanks, your feedback has been recorded.")).to_be_visible()


def test_that_one_sends_goes_on_and_can_still_take_it_back(served: Served, page: Page) -> None:
    served.customer_writes("right-4", "priya.nair@example.org", "Please send me a copy of invoice I-18.")
    served.customer_writes("right-5", "grace.lin@example.com", "My tablet sleeve is missing.")
    sign_in(page, served.url)
    take(page, "Priya Nair")
    expect(draft(page)).not_to_have_value("")  # what is drawn after the press is not sent by it
    expect(page.get_by_role("button", name="Send and next")).to_be_enabled()
    first = page.url
    page.keyboard.press("Alt+Enter")
    expect(page).not_to_have_url(first)
    expect(page.get_by_text("goes out in a few seconds")).to_be_visible()
    page.get_by_role("button", name="Undo send").click()
    expect(page).to_have_url(first)
    expect(row(page, "Priya Nair")).to_have_attribute("aria-selected", "true")
    expect(row(page, "Priya Nair")).to_contain_text(re.compile("Ready|Manual"))


def test_that_a_menu_closes_after_its_act_and_the_queue_names_the_team_whole(served: Served, page: Page) -> None:
    served.customer_writes("right-8", "hannah.moore@example.com", "My broadband is slow, and where is my order O-12?")
    sign_in(page, served.url)
    take(page, "Hannah Moore")
    page.keyboard.press("Alt+m")
    menu = page.get_by_test_id("stPopoverBody")
    menu.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Say in a line what the next person should know.")).to_be_visible()
    expect(menu).to_be_visible()
    menu.get_by_label("What should they know?").fill("An order question.")
    menu.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Handed over.", exact=True)).to_be_visible()
    expect(menu).to_have_count(0)
    expect(page.locator(".st-key-heading")).to_contain_text("Team ")
    who = row(page, "Hannah Moore").locator(".who")
    expect(who).to_have_text(re.compile("^Team "))
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert who.evaluate(WHOLE), f"cut at {width}"


def test_that_the_case_file_tells_what_happened_and_can_be_kept(served: Served, page: Page) -> None:
    served.customer_writes("right-6", "aisha.rahman@example.com", "Where is my order O-15? <b>bold</b>")
    sign_in(page, served.url)
    take(page, "Aisha Rahman")
    page.keyboard.press("Alt+m")
    page.get_by_role("link", name="Case file").click()
    story = page.get_by_role("article", name="The customer wrote")
    expect(story).to_contain_text("<b>bold</b>")
    expect(page.get_by_role("article", name=re.compile("Read and planned"))).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Printable version").click()
    assert "&lt;b&gt;bold" in kept.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="Open the ticket").click()
    expect(draft(page)).to_be_visible()


def test_that_a_person_reads_first_what_it_is_and_what_to_do(served: Served, page: Page) -> None:
    served.customer_writes("right-7", "james.smith@example.com", "I want to cancel my contract with you for good.")
    sign_in(page, served.url)
    take(page, "cancel my contract")
    glance = page.locator(".st-key-paper-glance")
    expect(glance).to_contain_text("For you")
    expect(glance).to_contain_text("Why it’s with you")
    expect(glance).to_contain_text("Next")
