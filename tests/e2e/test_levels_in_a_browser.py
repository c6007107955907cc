"""Two people let answers leave by themselves, in a real browser; a customer asks, and is answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_work import drawn, sign_in
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUPERVISOR, ADMINISTRATOR = "nadia.haddad@example.com", "owen.price@example.com"
WHY = "The articles were gone through"


def test_that_two_people_grant_level_1_and_an_answer_leaves(served: Served, page: Page) -> None:
    sign_in(page, served.url, SUPERVISOR)
    page.goto(f"{served.url}/autonomy")
    lever = page.locator(".st-key-lever")
    lever.get_by_label("Task type").fill("General question")
    page.get_by_role("option", name="General question").click()
    lever.get_by_label("To").fill("1")
    page.get_by_role("option", name="1 · FAQ").click()
    lever.get_by_label("Reason").fill(WHY)
    lever.get_by_label("Reason").press("Tab")
    drawn(page)
    page.get_by_role("button", name="Ask a second person").click()
    expect(page.get_by_text("Nothing changes until another supervisor or administrator grants it.")).to_be_visible()
    expect(page.get_by_role("button", name="Grant")).to_have_count(0)

    browser = page.context.browser
    assert browser is not None
    other = browser.new_context().new_page()
    sign_in(other, served.url, ADMINISTRATOR)
    other.goto(f"{served.url}/autonomy")
    expect(other.get_by_text(WHY).first).to_be_visible()
    other.get_by_role("button", name="Grant").click()
    expect(other.get_by_text("Granted. It is shown everywhere as granted, not earned.")).to_be_visible()

    asked = "What does Fernline Care cost a month?"
    served.customer_writes("care", "jo@example.net", asked, subject="Fernline Care")
    other.goto(f"{served.url}/autonomy")
    for _ in range(30):
        if other.get_by_text("No answer has left without a person.").count() == 0:
            break
        other.wait_for_timeout(1000)
        other.reload()
        drawn(other)
    expect(other.locator(".st-key-left-alone")).to_be_visible()
