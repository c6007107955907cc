"""Every page under axe, light and dark, in the states people see: nothing serious or critical remains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.at_work import drawn, sign_in, stop_everything, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FOUND = """async but => {
  const { violations } = await axe.run(but ? { exclude: [but] } : document, { resultTypes: ["violations"] })
  return violations.filter(one => one.impact === "serious" || one.impact === "critical").flatMap(one =>
    one.nodes.map(node => `${one.id}: ${node.target.flat().join(" ")}: ${node.failureSummary}`))
}"""
STEADY = """() => !document.querySelector('[data-stale="true"]') && document.getAnimations().every(one =>
  one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"""
EDITOR, ADMINISTRATOR = "edith.larsen@example.com", "owen.price@example.com"
COMPOUND = "I was charged twice for my invoice and I can't be home on Thursday for the installation."


@contextmanager
def laptop(browser: Browser, scheme: Literal["light", "dark"]) -> Iterator[Page]:
    """Small, since that is where things collide."""
    context = browser.new_context(viewport={"width": 1024, "height": 768}, color_scheme=scheme, locale="en-GB")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with laptop(browser, request.param) as opened:
        yield opened


def check(page: Page, state: str, but: str = "") -> None:
    """Nothing serious in this state, and nothing wider than the window. `but` is a selector of what is not ours."""
    page.wait_for_timeout(600)  # what a press begins has begun
    if page.get_by_test_id("stApp").count():
        drawn(page)
    page.wait_for_function(STEADY)  # what fades in or out has done so: axe measures colours as they are
    page.evaluate(AXE)
    assert page.evaluate(FOUND, but) == [], state
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"{state}: scrolls sideways"


def test_that_the_way_in_is_for_everybody(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/login")
    check(page, "sign-in")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill("guess")
    page.get_by_role("button", name=re.compile("^Sign in$")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, "wrong password")


def test_that_the_inbox_is_for_everybody(served: Served, page: Page) -> None:
    served.customer_writes("axe-1", "maria.keller@example.com", COMPOUND)
    served.customer_writes("axe-2", "a.stranger@example.com", "I want to cancel my contract. This is outrageous!")
    sign_in(page, served.url)
    check(page, "nothing open")
    take(page, "Maria Keller")
    check(page, "a ticket")
    for button, says in (("Edit", "Done"), ("Cancel", "Edit")):
        page.get_by_role("button", name=button, exact=True).first.click()
        expect(page.get_by_text(says, exact=True).first).to_be_visible()
        check(page, button)
    page.get_by_text("Do this when I send").first.click()
    expect(page.get_by_text("Why is it left out?", exact=True)).to_be_visible()
    check(page, "a step unticked")
    for button in ("Reject", "Filter", "Correct", "Add an action"):
        page.get_by_role("button", name=re.compile(button)).first.click()
        check(page, button)
        page.keyboard.press("Escape")
    page.keyboard.press("Alt+/")
    expect(page.get_by_text("Go to the reply")).to_be_visible()
    check(page, "shortcuts")
    page.keyboard.press("Escape")
    take(page, "outrageous")
    check(page, "a ticket for a person")
    page.keyboard.press("Alt+m")
    page.get_by_role("link", name="Case file").click()
    expect(page.get_by_role("article", name="The customer wrote")).to_be_visible()
    check(page, "a case file")
    page.get_by_role("link", name="Open the ticket").click()
    take(page, "outrageous")
    page.get_by_label("Search tickets").fill("no such words")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing matches.")).to_be_visible()
    check(page, "nothing matches")
    page.goto(f"{served.url}/day")
    expect(page.get_by_text("Previous 7 days")).to_be_visible()
    check(page, "my day")


def test_that_the_pages_of_those_who_lead_are_for_everybody(served: Served, page: Page) -> None:
    served.customer_writes("axe-3", "lena.fischer@example.com", "Please send me a copy of my October invoice.")
    sign_in(page, served.url, ADMINISTRATOR)
    stop_everything(page, served.url, "A look at the page")
    check(page, "stopped")
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    page.goto(f"{served.url}/floor")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    check(page, "floor")
    page.goto(f"{served.url}/connections")
    page.get_by_role("radio", name="Webhook").click()
    page.get_by_label("Web address").fill(f"http://127.0.0.1:9/{page.evaluate('Date.now()')}")
    page.get_by_label("Notify about").fill("stopped")
    page.get_by_role("option", name="The copilot is stopped, or goes on").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Send a test").last.click()
    expect(page.get_by_text("The test did not arrive.")).to_be_visible()
    check(page, "connections")
    page.goto(f"{served.url}/audit")
    page.get_by_role("button", name="Verify the whole log").click()
    expect(page.get_by_text("The log is intact.")).to_be_visible()
    check(page, "audit")
    people(page, served.url)
    page.goto(f"{served.url}/model")
    expect(page.get_by_text("No language model is configured")).to_be_visible()
    check(page, "language model")
    page.goto(f"{served.url}/policies")
    expect(page.get_by_text("No rule of it is broken")).to_be_visible()
    page.get_by_text("Rule 43 in Cedar").click()
    check(page, "policies")
    page.get_by_role("radio", name="A ruling explained").click()
    page.get_by_label("Ticket").last.fill("T-none")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is no such ticket.")).to_be_visible()
    check(page, "a ruling explained")
    page.get_by_role("radio", name="Versions").click()
    page.get_by_role("button", name=re.compile("New draft")).click()
    name = f"Draft {page.evaluate('Date.now()')}"
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()  # another's draft may stand there until then
    expect(page.get_by_text(re.compile("Every rule can be used"))).to_be_visible()
    drawn(page)  # all cases are asked while the button is already there
    page.get_by_role("button", name="Compare on past decisions").click()
    expect(page.get_by_text("Cannot be asked again")).to_be_visible(timeout=60_000)  # some hundred rulings
    check(page, "a draft of policies")
    page.goto(f"{served.url}/knowledge")
    page.get_by_role("navigation", name="Articles").wait_for()
    check(page, "knowledge")


def people(page: Page, url: str) -> None:
    page.goto(f"{url}/people")
    page.get_by_role("button", name="Disable", exact=True).first.click()
    expect(page.get_by_text("They cannot sign in until they are enabled again.")).to_be_visible()
    check(page, "an account to be disabled")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    check(page, "people")


def test_that_a_page_of_another_role_is_for_everybody_too(served: Served, page: Page) -> None:
    sign_in(page, served.url, EDITOR, shows="Articles")
    page.goto(f"{served.url}/audit")
    expect(page.get_by_text("Your role does not cover this")).to_be_visible()
    check(page, "not for this role")
    page.goto(f"{served.url}/knowledge?article=refunds")
    expect(page.get_by_role("navigation", name="Articles")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    check(page, "an article")


def test_that_what_editors_work_with_is_for_everybody(served: Served, page: Page) -> None:
    sign_in(page, served.url, EDITOR, shows="Articles")
    page.goto(f"{served.url}/knowledge?article=late-payment-fees")
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Change note (internal)").fill("Dearer")
    check(page, "an article being edited")
    text = page.get_by_label("Text", exact=True)
    text.fill(f"{text.input_value()}\n\nSince {page.evaluate('Date.now()')}.")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("is saved as a draft")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_role("button", name=re.compile("as a draft"))).to_be_visible()
    check(page, "versions of an article")
    for view, shows in (
        ("Bulk edit", "Tick the articles"),
        ("Upload", "Documents, up to"),
        ("Health", "Health"),
        ("Usage", "Usage"),
        ("Ask", "Ask as a customer would"),
    ):
        page.get_by_role("radio", name=view).click()
        expect(page.get_by_text(shows).last).to_be_visible()
        check(page, view)
    page.get_by_label("Ask as a customer would").fill("What does delivery cost?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Found, in this order")).to_be_visible()
    check(page, "an answer from the knowledge")
