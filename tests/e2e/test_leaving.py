"""Leaving: a closed page, another page, signing out, or somebody else in the next tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.e2e.at_work import SECOND, draft, drawn, send_button, sign_in, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("way", ["close", "elsewhere", "sign out"])
def test_that_leaving_frees_the_ticket_and_whoever_reads_along_is_told(
    served: Served, page: Page, browser: Browser, way: str
) -> None:
    id = way.replace(" ", "-")
    words = f"Where is my order O-31? I wrote to {id} my account."
    served.customer_writes(id, "grace.lin@example.com", words)
    sign_in(page, served.url, SECOND)
    take(page, words)
    draft(page).press_sequentially("Hello. ")  # a claim begins with a change
    draft(page).blur()
    address = page.url
    with browser.new_context(locale="en-GB") as context:
        other = context.new_page()
        sign_in(other, served.url)
        other.goto(address)
        expect(other.get_by_text("Callum Reid is working on this ticket")).to_be_visible()
        if way == "close":
            page.close(run_before_unload=True)
        elif way == "elsewhere":
            page.get_by_role("link", name=re.compile("Knowledge")).click()
        else:
            page.get_by_role("button", name="Sign out").click()
        expect(other.get_by_text("is working on this ticket")).to_have_count(0, timeout=15_000)
        other.reload()
        expect(send_button(other)).to_be_enabled()


def test_that_a_tab_notices_that_somebody_else_signed_in_beside_it(served: Served, page: Page) -> None:
    sign_in(page, served.url, "owen.price@example.com")
    page.goto(f"{served.url}/audit")
    page.get_by_role("button", name="Verify the whole log").wait_for()
    beside = page.context.new_page()
    beside.goto(f"{served.url}/logout")
    beside.get_by_role("button", name="Sign out").click()
    beside.get_by_label("E-mail").wait_for()
    sign_in(beside, served.url)
    refused = page.get_by_text("Your role does not cover this")
    signed_out = page.get_by_role("heading", name="Sign in")  # if it looked before the other had signed in
    expect(refused.or_(signed_out)).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Verify the whole log")).to_have_count(0)


def test_that_saved_stands_beside_saved_words_only_and_leaving_asks_about_others(served: Served, page: Page) -> None:
    words = "Where is my order O-31? I asked once before."
    served.customer_writes("unsaved", "grace.lin@example.com", words)
    sign_in(page, served.url)
    take(page, words)
    asked: list[str] = []

    def stay(question: Dialog) -> None:
        asked.append(question.type)
        question.dismiss()

    page.on("dialog", stay)
    head = page.locator(".st-key-paper-above")
    draft(page).press_sequentially("Hello. ")
    expect(head.get_by_text("your words, saved")).to_be_visible()
    expect(head.get_by_text("not saved yet")).to_be_hidden()
    draft(page).press_sequentially("One moment")
    assert head.get_by_text("not saved yet").is_visible()
    assert head.get_by_text("your words, saved").is_hidden()
    page.evaluate("location.reload()")
    expect(head.get_by_text("your words, saved")).to_be_visible()
    assert asked == ["beforeunload"]
    page.reload()
    assert asked == ["beforeunload"], "what is saved is left without a question"
    expect(draft(page)).to_have_value(re.compile("Hello. One moment"))
    drawn(page)
    whole = draft(page).input_value()
    draft(page).press_sequentially(" more")
    expect(head.get_by_text("your words, saved")).to_be_visible()
    draft(page).fill(whole)  # as the area was when it was drawn, so that it commits nothing when it is left
    draft(page).blur()
    expect(head.get_by_text("your words, saved")).to_be_visible()
    page.reload()
    expect(draft(page)).to_have_value(whole)


def test_that_words_typed_without_a_pause_are_saved_meanwhile(served: Served, page: Page) -> None:
    words = "Where is my order O-31? It was promised for today."
    served.customer_writes("typing", "grace.lin@example.com", words)
    sign_in(page, served.url)
    take(page, words)
    draft(page).press_sequentially("I called the courier myself, and was told what follows. " * 2, delay=60)
    page.reload()  # the browser's question is answered with yes at once
    expect(draft(page)).to_have_value(re.compile("I called the courier myself"))
