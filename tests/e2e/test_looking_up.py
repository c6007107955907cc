"""Search from anywhere and ready words, in a real browser: found by keyboard, put in without losing what was typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.at_work import draft, sign_in, take
from tests.e2e.conftest import Served
from tests.e2e.slow_line import SlowLine
from tests.e2e.test_axe import check

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EDITOR = "edith.larsen@example.com"


def search(page: Page, words: str) -> Locator:
    """Open the search by its key, type, and give what is active then."""
    field = page.get_by_label("Search everything")
    expect(page.locator(".st-key-lookup-open button")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type(words)
    active = page.get_by_role("listbox", name="Found").get_by_role("option", selected=True)
    expect(active).to_have_count(1)
    return active


def test_that_a_customer_and_an_article_are_found_and_put_into_the_reply(served: Served, page: Page) -> None:
    served.customer_writes("look-1", "aisha.rahman@example.com", "Where is my order O-15?")
    sign_in(page, served.url)
    take(page, "Aisha Rahman")
    expect(draft(page)).to_have_value(re.compile("Hello Aisha"))
    draft(page).fill("Hello Aisha, it is due on")
    expect(search(page, "okaofr")).to_contain_text("Tom Okafor")
    page.keyboard.press("Enter")
    details = page.get_by_role("region", name="Details")
    expect(details).to_contain_text("17 Quarry Lane")
    expect(details).to_contain_text("Not shown here")
    page.get_by_label("Search everything").fill("how long does a refund take")
    first = page.get_by_role("option", name="Refunds").first
    expect(first).to_be_visible()
    first.click()
    expect(details.locator(".found")).to_contain_text("We check a returned item within 2 working days")
    expect(details.locator(".found")).to_be_in_viewport()
    details.get_by_role("button", name="Insert When will I get my refund?").click()
    expect(page.get_by_label("Search everything")).to_have_count(0)
    expect(draft(page)).to_have_value(re.compile("Refunds always go back"))
    kept = draft(page).input_value()
    assert kept.startswith("Hello Aisha, it is due on\n\nRefunds always go back the way you paid.")
    page.reload()
    expect(draft(page)).to_have_value(kept)


def test_that_ready_words_are_chosen_by_keyboard_and_a_gap_is_not_sent(served: Served, page: Page) -> None:
    served.customer_writes("macro-1", "priya.nair@example.org", "Please send me a copy of invoice I-18.")
    sign_in(page, served.url)
    take(page, "Priya Nair")
    draft(page).fill("Hello Priya,")
    insert = macro_open(page)
    insert.click()
    expect(insert).to_have_count(0)
    expect(page.get_by_role("combobox", name="Macro")).to_have_count(0)
    expect(draft(page)).to_have_value(re.compile(r"^Hello Priya,\n\nYour order \[order id\]"))
    expect(draft(page)).to_be_focused()
    page.get_by_role("button", name=re.compile("^Send and run")).click()
    expect(page.get_by_text("Write what belongs there, or take it out.")).to_be_visible()


def macro_open(page: Page) -> Locator:
    """The field of the macros with one chosen by keyboard, and the button that puts it in."""
    page.keyboard.press("Alt+i")
    expect(page.get_by_role("combobox", name="Macro")).to_be_focused()
    page.keyboard.type("your order is on")
    page.keyboard.press("Enter")
    expect(page.get_by_text("[order tracking]").first).to_be_visible()
    return page.get_by_role("button", name="Insert", exact=True)


def test_that_words_put_in_outlive_a_message_that_left_before_they_were_drawn(served: Served, page: Page) -> None:
    line = SlowLine(page)
    served.customer_writes("late-1", "maria.keller@example.com", "Please send me a copy of invoice I-18.")
    sign_in(page, served.url)
    take(page, "Maria Keller")
    draft(page).fill("Hello Maria,")
    insert = macro_open(page)
    page.wait_for_timeout(3500)  # what was typed is kept, and nothing waits on it
    line.hold()
    insert.click()
    line.answered()
    page.evaluate("window.dispatchEvent(new CustomEvent('rung:changes', { detail: ['*'] }))")
    line.answered()
    line.release()
    expect(draft(page)).to_have_value(re.compile(r"^Hello Maria,\n\nYour order \[order id\]"))
    kept = draft(page).input_value()
    page.reload()
    expect(draft(page)).to_have_value(kept)


def test_that_words_put_in_can_be_taken_out_again_by_hand(served: Served, page: Page) -> None:
    served.customer_writes("late-2", "tom.okafor@example.org", "Please send me a copy of my last invoice.")
    sign_in(page, served.url)
    take(page, "Tom Okafor")
    draft(page).fill("Hello Tom,")
    macro_open(page).click()
    expect(draft(page)).to_have_value(re.compile(r"Your order \[order id\]"))
    draft(page).fill("Hello Tom,")
    page.locator(".st-key-heading h2").click()
    expect(page.locator(".st-key-paper-above").get_by_text("not saved yet")).to_be_hidden()
    page.reload()
    expect(draft(page)).to_have_value("Hello Tom,")


def test_that_a_passage_a_draft_was_made_with_opens_where_it_stands_and_gives_the_focus_back(
    served: Served, page: Page
) -> None:
    served.customer_writes("rests-1", "lena.fischer@example.com", "How long does it take to get a refund to my card?")
    sign_in(page, served.url)
    take(page, "Lena Fischer")
    page.locator("summary").filter(has_text="Articles found").click()
    named = page.get_by_role("button", name="Look at Refunds").first
    named.focus()
    page.keyboard.press("Enter")
    details = page.get_by_role("region", name="Details")
    expect(details.get_by_role("heading", name="Refunds", exact=True)).to_be_in_viewport()
    expect(details.locator(".found")).to_be_in_viewport()
    expect(details).to_be_focused()
    check(page, "a passage in its article")
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    expect(named).to_be_focused()


def test_that_what_was_asked_leads_an_editor_to_the_article(served: Served, page: Page) -> None:
    sign_in(page, served.url, EDITOR, shows="Articles")
    page.goto(f"{served.url}/knowledge?show=Ask")
    page.get_by_label("Ask as a customer would").fill("How long does a refund take?")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Open Refunds").first.press("Enter")
    found = page.get_by_role("region", name="Found here")
    expect(found).to_be_in_viewport()
    expect(found).to_be_focused()
    page.get_by_role("navigation", name="Articles").get_by_text("Paying your bill").click()
    expect(found).to_have_count(0)


def test_that_a_ticket_found_on_another_page_opens_in_the_inbox(served: Served, page: Page) -> None:
    served.customer_writes("look-2", "grace.lin@example.com", "My tablet sleeve is missing.")
    sign_in(page, served.url)
    take(page, "Grace Lin")
    page.get_by_role("link", name="Knowledge").click()
    expect(page.get_by_role("navigation", name="Articles")).to_be_visible()
    expect(search(page, "grace lin")).to_contain_text("Grace Lin")
    page.get_by_role("option").filter(has_text="Message look-2").click()
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.locator(".st-key-heading h2")).to_contain_text("Message look-2")


def test_that_an_editor_finds_articles_and_nobody(served: Served, page: Page) -> None:
    sign_in(page, served.url, EDITOR, shows="Articles")
    expect(search(page, "refunds")).to_contain_text("Refunds")
    page.get_by_label("Search everything").fill("tom okafor")
    expect(page.get_by_text("Nothing found.")).to_be_visible()


def test_that_the_search_has_nothing_that_shuts_anybody_out(served: Served, page: Page) -> None:
    sign_in(page, served.url)
    search(page, "mill street")
    check(page, "what was found")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Details")).to_contain_text("Phone")
    check(page, "one thing in full")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Search everything")).to_have_count(0)
