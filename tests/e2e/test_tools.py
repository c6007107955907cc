"""What an advisor does besides answering, in a real browser: note, snooze, hand over, and what a supervisor sees."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_work import draft, drawn, row, send_button, sign_in, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WHERE = "Where is my order O-15?"


def test_that_a_note_for_colleagues_is_written_by_keyboard_and_shown_as_typed(served: Served, page: Page) -> None:
    served.customer_writes("note-1", "aisha.rahman@example.com", WHERE)
    sign_in(page, served.url)
    take(page, "Aisha Rahman")
    page.keyboard.press("Alt+n")
    page.get_by_label("Internal note (not visible to the customer)").fill(
        "@Callum **look** ![x](https://tracker.example.net/p.png)"
    )
    page.get_by_role("button", name="Add note").click()
    note = page.get_by_role("article", name="Note by Ines Duarte")
    expect(note).to_contain_text("**look** ![x](https://tracker.example.net/p.png)")
    expect(page.locator("img[src*='tracker']")).to_have_count(0)


def test_that_a_ticket_put_off_leaves_the_queue_and_can_be_taken_up_again(served: Served, page: Page) -> None:
    served.customer_writes("later-1", "priya.nair@example.org", "Please send me a copy of invoice I-18.")
    sign_in(page, served.url)
    take(page, "Priya Nair")
    page.keyboard.press("Alt+m")
    page.get_by_role("button", name="Snooze", exact=True).click()
    expect(row(page, "Priya Nair")).to_have_count(0)
    page.get_by_role("radio", name="Waiting").click()
    row(page, "Priya Nair").click()
    page.keyboard.press("Alt+m")
    page.get_by_role("button", name="Move back to open").click()
    page.get_by_role("radio", name="Open").click()
    expect(row(page, "Priya Nair")).to_have_count(1)


def test_that_a_ticket_is_handed_over_with_a_reason_and_not_without(served: Served, page: Page) -> None:
    served.customer_writes("hand-1", "grace.lin@example.com", "My tablet sleeve is missing.")
    sign_in(page, served.url)
    take(page, "Grace Lin")
    page.keyboard.press("Alt+m")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_text("Say in a line what the next person should know.")).to_be_visible()
    page.get_by_label("What should they know?").fill("She asks for more than I may give.")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_text("Handed over.")).to_be_visible()


def test_that_a_supervisor_sees_the_floor(served: Served, page: Page) -> None:
    sign_in(page, served.url, "nadia.haddad@example.com")
    page.goto(f"{served.url}/floor")
    expect(page.get_by_role("button", name="Breached or due in 1 h")).to_be_visible()
    expect(page.get_by_role("heading", name="People")).to_be_visible()


def test_that_a_macro_says_what_a_ticket_is_afterwards_and_editing_does_not(served: Served, page: Page) -> None:
    served.customer_writes("after-1", "lena.fischer@example.com", "How long does it take to get a refund to my card?")
    sign_in(page, served.url)
    take(page, "Lena Fischer")
    after = page.locator(".st-key-send").get_by_role("combobox").first  # a redraw may show the old one beside it
    expect(after).to_have_value("Mark solved")
    page.keyboard.press("Alt+i")
    expect(page.get_by_role("combobox", name="Macro")).to_be_focused()
    page.keyboard.type("A colleague takes over")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Insert", exact=True).click()
    drawn(page)
    expect(after).to_have_value("Keep open")
    draft(page).fill("Hello Lena, more soon.")
    drawn(page)
    expect(after).to_have_value("Keep open")
    send_button(page).click()
    expect(page.get_by_text("Ines Duarte keeps it open.").first).to_be_visible(timeout=60_000)


def test_that_a_choice_of_what_a_ticket_is_afterwards_holds(served: Served, page: Page) -> None:
    served.customer_writes("after-2", "hannah.moore@example.com", "How long does a refund to my card take?")
    sign_in(page, served.url)
    take(page, "Hannah Moore")
    after = page.locator(".st-key-send").get_by_role("combobox").first  # a redraw may show the old one beside it
    after.click()
    page.get_by_role("option", name="Keep open").click()
    expect(after).to_have_value("Keep open")
    draft(page).press("End")
    draft(page).press_sequentially(" Thank you.")
    drawn(page)
    expect(after).to_have_value("Keep open")
    send_button(page).click()
    expect(page.get_by_text("Ines Duarte keeps it open.").first).to_be_visible(timeout=60_000)


def test_that_a_step_unticked_stays_so_while_another_ticket_is_looked_at(served: Served, page: Page) -> None:
    served.customer_writes("left-1", "maria.keller@example.com", "I was charged twice.")
    sign_in(page, served.url)
    take(page, "Maria Keller")
    box = page.get_by_role("checkbox", name="Do this when I send")
    page.get_by_text("Do this when I send").click()
    why = page.get_by_label("Why is it left out?")
    why.fill("She wants to think about it.")
    why.press("Tab")
    drawn(page)
    row(page, "Aisha Rahman").click()
    expect(page.locator(".st-key-heading h2")).to_contain_text("note-1")
    drawn(page)
    row(page, "Maria Keller").click()
    expect(why).to_have_value("She wants to think about it.")
    expect(box).not_to_be_checked()
    expect(send_button(page)).to_be_disabled()


def test_that_a_value_being_picked_outlives_a_look_at_another_ticket(served: Served, page: Page) -> None:
    served.customer_writes("edit-1", "tom.okafor@example.org", "I was charged twice.")
    sign_in(page, served.url)
    take(page, "Tom Okafor")
    page.get_by_role("button", name="Edit", exact=True).first.click()
    amount = page.get_by_label("Amount")
    amount.fill("12.50")
    amount.press("Tab")
    drawn(page)
    row(page, "Aisha Rahman").click()
    expect(page.locator(".st-key-heading h2")).to_contain_text("note-1")
    drawn(page)
    row(page, "Tom Okafor").click()
    expect(amount).to_have_value("12.50")
    expect(send_button(page)).to_be_disabled()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Edit", exact=True).first.click()
    expect(amount).not_to_have_value("12.50")
