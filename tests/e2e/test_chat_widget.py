"""The widget in a real browser, on a shop's page of another origin with a policy that allows no styles."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.e2e.chat_site import IDA, ChatSite, chat_site, opened
from tests.scripted import SAM

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FOUND = """async () => (await axe.run("rung-chat", { resultTypes: ["violations"] })).violations.flatMap(one =>
  one.nodes.map(node => `${one.id} (${one.impact}): ${node.target.flat().join(" ")}: ${node.failureSummary}`))"""
ROUNDS = 1000 if os.environ.get("RUNG_SOAK") == "1" else 60
SEEN = """() => [...document.querySelector("rung-chat").shadowRoot.querySelectorAll(".log .said")]
  .map(one => (one.classList.contains("own") ? "own " : "") + one.querySelector(".words").textContent)"""


@pytest.fixture
def site(furnished: Path, data_dir: Path) -> Iterator[ChatSite]:
    with chat_site(furnished, data_dir) as running:
        yield running


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console says of errors: a policy that stops something says so there."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "favicon" not in message.text:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_that_a_visitor_gets_an_advisors_answer(page: Page, site: ChatSite, complaints: list[str]) -> None:
    opened(page, site)
    page.get_by_label("Your e-mail address (optional)").fill("lena.fischer@example.com")
    page.get_by_role("textbox", name="Write a message").fill("Hello, <b>is anybody</b> there?")
    page.keyboard.press("Enter")
    log = page.get_by_role("log")
    expect(log).to_contain_text("We have your message. We will answer here by")
    expect(log).to_contain_text("Hello, <b>is anybody</b> there?")
    assert site.ticket().address == "lena.fischer@example.com"
    site.answers("Yes, Lena. <script>document.title = 'owned'</script>")
    expect(log).to_contain_text("Yes, Lena. <script>")
    expect(log).to_contain_text("This is solved. If not, just write again.")
    assert page.title() == "Shop"
    assert complaints == []


def test_that_a_conversation_outlives_the_page(page: Page, site: ChatSite) -> None:
    opened(page, site)
    page.get_by_role("textbox", name="Write a message").fill("I was here before")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("We have your message")
    site.answers("So were we")
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("I was here before")
    expect(page.get_by_role("log")).to_contain_text("So were we")
    assert page.context.cookies() == []
    stored = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert stored == [0, 1]


def test_that_it_works_where_storage_is_blocked(page: Page, site: ChatSite, complaints: list[str]) -> None:
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "  Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    opened(page, site)
    page.get_by_role("textbox", name="Write a message").fill("No storage here")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("We have your message")
    site.answers("That is fine")
    expect(page.get_by_role("log")).to_contain_text("That is fine")
    assert complaints == []


def test_that_what_is_written_offline_is_sent_once_the_line_is_back(page: Page, site: ChatSite) -> None:
    opened(page, site)
    area = page.get_by_role("textbox", name="Write a message")
    area.fill("First")
    area.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("We have your message")
    page.context.set_offline(True)
    site.line.down = True
    site.line.cut()
    area.fill("Written in a tunnel")
    area.press("Enter")
    expect(page.get_by_text("You are offline.")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("Sending…")
    site.sends(1)
    site.line.down = False
    page.context.set_offline(False)
    expect(page.get_by_role("log")).to_contain_text("reply 00001")
    expect(page.get_by_role("log")).not_to_contain_text("Sending…")
    assert sorted(page.evaluate(SEEN)) == ["own First", "own Written in a tunnel", "reply 00001"]


def test_that_it_works_by_keyboard_alone(page: Page, site: ChatSite) -> None:
    page.goto(site.host.origin)
    page.get_by_role("button", name="Chat with us").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    area = page.get_by_role("textbox", name="Write a message")
    expect(area).to_be_focused()
    page.keyboard.type("By keys")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("alone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("By keys\nalone", use_inner_text=True)
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        names.append(page.evaluate(
            "() => { const e = document.querySelector('rung-chat').shadowRoot.activeElement;"
            " return e ? e.getAttribute('aria-label') || e.textContent : '' }"
        ))  # fmt: skip
    assert names[:3] == ["Send", "Talk to a person", "End chat"]
    page.keyboard.press("Escape")
    area.focus() if area.is_visible() else None
    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()


def test_that_a_person_is_one_press_away_and_the_hand_over_is_said(page: Page, site: ChatSite) -> None:
    opened(page, site)
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_role("log")).to_contain_text("A person will take over and answer here")
    expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()


def test_that_a_file_is_sent_and_a_wrong_one_is_said(page: Page, site: ChatSite) -> None:
    opened(page, site)
    field = page.locator("input[type=file]")
    field.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Serial 1234"})
    expect(page.get_by_role("log")).to_contain_text("notes.txt")
    expect(page.get_by_role("log")).not_to_contain_text("Sending…")
    with site.works.store.look() as unit:
        assert [one.name for one in unit.attachments.of(site.ticket().id)] == ["notes.txt"]
    field.set_input_files({"name": "page.txt", "mimeType": "text/plain", "buffer": b"<html><script>"})
    expect(page.get_by_role("alert")).to_contain_text("Files of this kind cannot be sent")


def test_that_typing_is_seen_on_both_sides(page: Page, site: ChatSite) -> None:
    opened(page, site)
    area = page.get_by_role("textbox", name="Write a message")
    area.fill("Hello")
    area.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("We have your message")
    ticket = site.ticket().id
    area.press_sequentially("I am")
    page.wait_for_timeout(300)
    seen = site.desk.chat_presence.visitor(SAM, ticket)
    assert seen is not None
    assert (seen.here, seen.typing) == (True, True)
    site.desk.chat_presence.advisor_types(SAM, ticket)
    expect(page.get_by_text("Fernline is typing…")).to_be_visible()


def test_that_a_chat_can_be_ended_and_leaves_nothing_behind(page: Page, site: ChatSite) -> None:
    opened(page, site)
    area = page.get_by_role("textbox", name="Write a message")
    area.fill("My secret")
    area.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("We have your message")
    page.get_by_role("button", name="End chat").click()
    page.get_by_role("group").get_by_role("button", name="End chat").click()
    expect(page.get_by_role("log")).to_contain_text("This chat has ended.")
    expect(page.get_by_role("log")).not_to_contain_text("My secret")
    assert "secret" not in page.evaluate("JSON.stringify({...sessionStorage})")
    assert site.session().ended


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 400, 1024])
def test_that_it_is_for_everybody(browser: Browser, site: ChatSite, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 640}, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    pictures = os.environ.get("RUNG_PICTURES")

    def look(state: str) -> None:
        page.wait_for_timeout(300)
        page.evaluate(AXE)
        if pictures:
            page.screenshot(path=f"{pictures}/chat-{width}-{scheme}-{state}.png")
        assert page.evaluate(FOUND) == [], state
        wide = page.evaluate(
            "() => { const p = document.querySelector('rung-chat').shadowRoot.querySelector('.panel');"
            " return [p.scrollWidth, p.clientWidth, document.documentElement.scrollWidth, innerWidth] }"
        )
        assert wide[0] <= wide[1], state
        assert wide[2] <= wide[3], state

    page.goto(site.host.origin)
    page.get_by_role("button", name="Chat with us").wait_for()
    look("closed")
    page.get_by_role("button", name="Chat with us").click()
    look("open")
    area = page.get_by_role("textbox", name="Write a message")
    area.fill("My router shows a red light since this morning. https://example.com/" + "a" * 80)
    area.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("We have your message")
    ticket = site.ticket().id
    send = site.works.outbox.deliver
    alone = {"Auto-Submitted": "auto-replied"}
    answer = "Switch it off for a minute, then on again.\n\nKind regards,\nFernline Customer Care"
    send(key=f"{ticket}:1:a", channel="chat", address="x", subject="", text=answer, headers=alone)
    expect(page.get_by_role("log")).to_contain_text("Automatic answer (AI)")
    send(key=f"{ticket}:rating", channel="chat", address="x", subject="", text="rate")
    expect(page.get_by_text("How well did we help you?")).to_be_visible()
    look("rating")
    context.close()


def test_that_fixed_words_are_in_the_visitors_language(browser: Browser, site: ChatSite) -> None:
    for language, opens in (
        ("de", "Chat öffnen"),
        ("fr", "Discuter avec nous"),
        ("es", "Abrir el chat"),
        ("pl", "Otwórz czat"),
        ("fi", "Chat with us"),
    ):
        site.host.attributes = f'data-widget="{site.widget.id}" data-lang="{language}"'
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(site.host.origin)
        page.get_by_role("button", name=opens).wait_for(timeout=10_000)
        context.close()


def test_that_another_sites_page_shows_nothing(page: Page, site: ChatSite) -> None:
    site.desk.chat_widgets.change(IDA, site.widget.id, "Shop", ["https://elsewhere.example"], "")
    page.goto(site.host.origin)
    page.wait_for_timeout(1500)
    assert page.locator("rung-chat").count() == 0


def test_that_nothing_is_missing_or_doubled_over_lines_that_break(page: Page, site: ChatSite) -> None:
    """The line is cut between and during messages of both sides, and answers get lost on the way."""
    chance = random.Random(7)
    opened(page, site)
    area = page.get_by_role("textbox", name="Write a message")
    area.fill("own 00000")
    area.press("Enter")
    site.ticket()
    site.works.work.held = True  # the copilot would read a thousand messages after each of them
    site.line.loss = 0.15
    for number in range(1, ROUNDS + 1):
        area.fill(f"own {number:05d}")
        area.press("Enter")
        if chance.random() < 0.5:
            page.wait_for_timeout(chance.randrange(0, 60))
        site.sends(number)
        if chance.random() < 0.7:
            page.wait_for_timeout(chance.randrange(0, 40))
            site.line.cut()
    site.line.loss = 0.0
    expect(page.get_by_text(f"reply {ROUNDS:05d}")).to_be_visible(timeout=60_000)
    page.wait_for_function(
        "() => !(JSON.parse(Object.values(sessionStorage)[0]).waiting ?? []).length", timeout=120_000
    )
    page.wait_for_timeout(1500)
    seen = page.evaluate(SEEN)
    own = [one for one in seen if one.startswith("own ")]
    replies = [one for one in seen if one.startswith("reply ")]
    assert own == [f"own own {number:05d}" for number in range(ROUNDS + 1)]
    assert replies == [f"reply {number:05d}" for number in range(1, ROUNDS + 1)]
    with site.works.store.look() as unit:
        kept = [one.text for one in unit.tickets.messages(site.ticket().id) if one.sender == "customer"]
    assert kept == [f"own {number:05d}" for number in range(ROUNDS + 1)]
    assert site.line.cuts > ROUNDS / 2
