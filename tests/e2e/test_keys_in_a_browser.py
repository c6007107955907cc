"""The Inbox's keyboard over a page that stands still: what is drawn between a press and its act is in our hands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cx_core.settings import ROOT

pytestmark = pytest.mark.browser

KEYS = ROOT / "pages" / "parts" / "components" / "keys.js"
WAITS_MS = 3_500  # longer than a press waits for words
WRITE = """([ticket, version, words, may]) => {
  document.body.innerHTML = `
    <div class="st-key-draft-${ticket}-${version}"><textarea></textarea></div>
    <div class="st-key-send">
    <div class="st-key-approve-${ticket}-${version}"><button ${may ? "" : "disabled"}>Send</button></div>
    <div class="st-key-approve-next-${ticket}-${version}">
      <button ${may && words ? "" : "disabled"}>Send and next</button>
    </div>
    <div class="st-key-reject-open"><button>Reject</button></div></div>
    <div class="st-key-words"><button>Rewrite</button></div>
    <div role="region" tabindex="0">What the customer wrote</div>
    <label><input type="checkbox">Do this when I send</label>`
  document.querySelector("textarea").value = words
  const send = document.querySelector('[class*="st-key-approve-next"] button')
  send.onclick = () => window.sent.push(`${ticket}-${version}`)
  const stay = document.querySelector('[class*="st-key-approve-T"] button')
  stay.onclick = () => window.sent.push(`${ticket}-${version} stays`)
}"""
POPOVER = """document.body.insertAdjacentHTML("beforeend",
  '<div data-testid="stPopoverBody">Words<textarea id="note"></textarea><button id="tool">Tool</button></div>')"""
ARRIVED = """() => document.querySelector('[class*="st-key-approve-next"] button').disabled = false"""


def drawn(page: Page, ticket: str, version: int, words: str, *, may: bool = True) -> None:
    """The reply and what sends it, as the server draws them."""
    page.evaluate(WRITE, [ticket, version, words, may])


def sent(page: Page) -> list[str]:
    return list(page.evaluate("window.sent"))


@pytest.fixture
def still(page: Page) -> Page:
    """A page of nothing but the keys."""
    script = """async code => {
      window.sent = []
      const keys = await import(`data:text/javascript,${encodeURIComponent(code)}`)
      keys.default({ parentElement: document.documentElement })
    }"""
    page.evaluate(script, KEYS.read_text(encoding="utf-8"))
    return page


def test_that_what_stands_there_is_sent(still: Page) -> None:
    drawn(still, "T-1", 1, "Drafted.")
    still.keyboard.press("Alt+Enter")
    still.wait_for_timeout(300)
    assert sent(still) == ["T-1-1"]


def test_that_it_waits_for_words_that_were_just_typed(still: Page) -> None:
    drawn(still, "T-1", 1, "")
    still.locator("textarea").fill("My own words.")
    still.keyboard.press("Alt+Enter")
    still.wait_for_timeout(600)
    assert sent(still) == []
    still.evaluate(ARRIVED)
    still.wait_for_timeout(300)
    assert sent(still) == ["T-1-1"]


def test_that_nothing_is_sent_while_the_reply_is_not_drawn(still: Page) -> None:
    drawn(still, "T-1", 1, "Drafted.")
    still.evaluate("document.querySelector('textarea').remove()")
    still.keyboard.press("Alt+Enter")
    still.wait_for_timeout(300)
    assert sent(still) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("T-1", 1, "Drafted.", False), ("T-1", 2, "Drafted anew.", True)),  # the customer has just written: it is read
        (("T-1", 1, "My own words.", False), ("T-1", 1, "My own words.", True)),  # the same words for another plan
        (("T-1", 1, "", True), ("T-1", 1, "Drafted.", True)),  # an empty reply, and a draft arrives
        (("T-1", 1, "", True), ("T-1", 2, "Drafted.", True)),
        (("T-2", 1, "Drafted.", False), ("T-2", 2, "Drafted.", True)),  # pressed once more, on the next ticket
        (("T-1", 1, "", True), ("T-2", 1, "Drafted.", True)),
    ],
)
def test_that_nothing_is_sent_that_was_drawn_after_the_press(
    still: Page, before: tuple[str, int, str, bool], after: tuple[str, int, str, bool]
) -> None:
    drawn(still, *before[:3], may=before[3])
    still.keyboard.press("Alt+Enter")
    still.wait_for_timeout(300)
    drawn(still, *after[:3], may=after[3])
    still.wait_for_timeout(WAITS_MS)
    assert sent(still) == []


def test_that_the_key_to_the_reply_waits_for_a_reply_that_is_still_being_drawn(still: Page) -> None:
    still.evaluate("""() => {
      document.body.innerHTML = '<ul role="listbox" tabindex="0"></ul>'
      document.querySelector("ul").focus()
    }""")
    still.keyboard.press("Alt+d")
    still.evaluate("""() => document.body.insertAdjacentHTML("beforeend",
      '<div class="st-key-draft-T-1-1"><textarea></textarea></div>')""")
    expect(still.locator("textarea")).to_be_focused()


def test_that_the_focus_stays_away_from_the_reply_while_somebody_drags_over_words(still: Page) -> None:
    drawn(still, "T-1", 1, "Drafted.")
    still.evaluate("document.body.insertAdjacentHTML('beforeend', '<p>What the customer wrote.</p>')")
    still.keyboard.press("Alt+d")
    assert still.evaluate("document.activeElement.tagName") == "TEXTAREA"
    box = still.locator("p").bounding_box()
    assert box
    still.mouse.move(box["x"] + 5, box["y"] + 5)
    still.mouse.down()
    still.wait_for_timeout(500)
    assert still.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize(("key", "sends"), [("Control+Enter", "T-1-1 stays"), ("Alt+Enter", "T-1-1")])
def test_that_it_sends_from_the_reply_and_where_nothing_has_the_focus(still: Page, key: str, sends: str) -> None:
    drawn(still, "T-1", 1, "Drafted.")
    still.keyboard.press(key)
    still.wait_for_timeout(200)
    still.locator("textarea").press(key)
    still.wait_for_timeout(200)
    assert sent(still) == [sends, sends]


@pytest.mark.parametrize("key", ["Control+Enter", "Meta+Enter", "Alt+Enter"])
def test_that_it_does_not_send_from_another_field_or_over_an_open_popover(still: Page, key: str) -> None:
    drawn(still, "T-1", 1, "Drafted.")
    still.evaluate(POPOVER)
    still.keyboard.press(key)
    still.locator("#note").press(key)
    still.evaluate("document.querySelector('[data-testid=stPopoverBody]').removeAttribute('data-testid')")
    still.locator("#note").press(key)
    still.evaluate("document.activeElement.blur()")
    while still.evaluate("document.activeElement.id") != "tool":
        still.keyboard.press("Tab")
    still.keyboard.press(key)
    still.wait_for_timeout(300)
    assert sent(still) == []


@pytest.mark.parametrize("key", ["Control+Enter", "Meta+Enter", "Alt+Enter"])
@pytest.mark.parametrize("control", [".st-key-reject-open button", ".st-key-words button", "input[type=checkbox]"])
def test_that_it_does_not_send_from_a_control_that_was_pressed(still: Page, key: str, control: str) -> None:
    drawn(still, "T-1", 1, "Drafted.")
    still.locator(control).click()
    still.keyboard.press(key)
    still.wait_for_timeout(300)
    assert sent(still) == []


@pytest.mark.parametrize(
    "place", ['[class*="st-key-approve-T"] button', '[class*="st-key-approve-next"] button', "[role=region]"]
)
def test_that_it_sends_from_what_sends_and_from_a_place_that_takes_no_key(still: Page, place: str) -> None:
    drawn(still, "T-1", 1, "Drafted.")
    still.locator(place).focus()
    still.keyboard.press("Control+Enter")
    still.wait_for_timeout(300)
    assert sent(still) == ["T-1-1 stays"]
