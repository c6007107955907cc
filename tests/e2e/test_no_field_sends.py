"""Every text field of every page, and every shortcut pressed in it: nothing is sent, and nothing typed is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TypedDict

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, expect

from tests.e2e.at_work import draft, drawn, sign_in, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMINISTRATOR = "owen.price@example.com"
INVOICE = "I was charged twice for my invoice and I can't be home on Thursday for the installation."
TYPED = "7"
"""What is typed: good as words, and where only numbers are taken, which may show it as 7.00."""
OTHERS = ("Alt+Enter", *(f"Alt+{key}" for key in "jkrmnwgpi/"))
"""They do nothing in a text field."""
OWN = ("Meta+Enter", "Control+Enter")
"""A field's own keys, which do what is said below it."""
FIELDS = (
    "textarea:read-write, select, [contenteditable=true],"
    " input:read-write:not([type=checkbox], [type=radio], [type=file], [type=hidden])"
)
HINT = ".rung-field-hint:not([hidden])"
POPOVERS = "[data-testid=stMain] [data-testid=stPopoverButton]"
IN_POPOVER = "[data-testid=stPopoverBody]"
LAST = ("Correct", "Reject", "More")
"""Popovers whose acts change what else can be done with a ticket, in the order in which each leaves the next."""
IN_THE_INBOX = ("Filter", "Note", "Flag", "Macros", "Add an action", *LAST)
VIEWS = {
    "connections": ("Webhook",),
    "policies": ("A ruling explained", "Versions"),
    "knowledge": ("Bulk edit", "Upload", "Health", "Ask"),
}
PAGES = ("day", "floor", "review", "autonomy", "connections", "model", "policies", "audit", "knowledge")
MOST_POPOVERS = 4
"""Popovers of one view that are opened: those of a list are alike."""
ARRIVES_MS = 3_000
"""How long fields may take to be drawn."""
FOCUSES = 3
SETTLES_MS = 3_600
"""Longer than a press waits for words that were just typed."""


class Field(TypedDict):
    """One text field, as the browser tells it."""

    name: str
    reply: bool
    keeps: bool  # whether any text may be typed into it and stays as typed
    hint: str


DESCRIBE = """field => ({
  name: field.getAttribute("aria-label") || field.placeholder || field.id,
  reply: Boolean(field.closest('[class*="st-key-draft-"]')),
  keeps: !field.readOnly && !field.getAttribute("role") && !field.closest('[data-testid="stDateInput"]'),
  hint: document.querySelector(".rung-field-hint:not([hidden])")?.textContent ?? "",
})"""


@dataclass
class Place:
    """Somewhere that text fields are: how it is reached, and the part of the page that holds them."""

    name: str
    reach: Callable[[], None]
    within: str = "[data-testid=stMain]"
    restores: bool = False  # what is typed into a filter would take other fields away


def sent(served: Served) -> list[int]:
    """How many approvals and messages to customers there are, by the desk's own database."""
    queries = (
        "FROM approval WHERE json_extract(body, '$.decision') != 'reject'",
        "FROM first_approval",
        "FROM message WHERE sender != 'customer'",
    )
    with closing(sqlite3.connect(served.log.parent / "data" / "rung.db")) as database:
        return [int(database.execute(f"SELECT count(*) {query}").fetchone()[0]) for query in queries]


def written(served: Served) -> list[str]:
    """The notes for colleagues that were added."""
    with closing(sqlite3.connect(served.log.parent / "data" / "rung.db")) as database:
        return [text for (text,) in database.execute("SELECT text FROM note WHERE text NOT LIKE 'Handed over%'")]


def fields(page: Page, place: Place) -> Locator:
    """The text fields that are in sight there."""
    return page.locator(place.within).locator(FIELDS).locator("visible=true")


def press_in_each(page: Page, place: Place) -> list[str]:
    """Every shortcut in every field of a place but the reply. What each field says that its own does."""
    place.reach()
    with suppress(PlaywrightError):  # some popovers hold no field at all
        fields(page, place).first.wait_for(timeout=ARRIVES_MS)
    drawn(page)
    told = {}
    for number in range(fields(page, place).count()):
        field = fields(page, place).nth(number)
        about = focused(page, field)
        if about["reply"]:
            continue
        name = f"{place.name}, {about['name']}"
        assert about["hint"].startswith("Ctrl+Enter: "), f"{name} does not say what its Ctrl+Enter does"
        told[number] = f"{name}: {about['hint']}"
        before = field.input_value() if about["keeps"] else ""
        press_others(page, field, name, keeps=about["keeps"])
        if about["keeps"] and place.restores:
            field.fill(before)
    for number in told:
        for key in OWN:
            press_own(page, place, number, key)
    return list(told.values())


def focused(page: Page, field: Locator) -> Field:
    """Focus a field until it says what its own key does: one that is drawn anew just then loses the focus once."""
    for _ in range(FOCUSES):
        field.focus()
        with suppress(PlaywrightError):
            page.locator(HINT).wait_for(timeout=ARRIVES_MS)
            break
        drawn(page)
    about: Field = field.evaluate(DESCRIBE)
    return about


def press_own(page: Page, place: Place, number: int, key: str) -> None:
    """A key of the field's own. A menu closes after its act, so it is opened again for the key after."""
    if not fields(page, place).nth(number).is_visible():
        place.reach()
    with suppress(PlaywrightError):  # what the key before did has taken the field away
        fields(page, place).nth(number).press(key, timeout=1_000)
    page.wait_for_timeout(250)
    drawn(page)


def press_others(page: Page, field: Locator, name: str, *, keeps: bool) -> None:
    """The shortcuts that are not the field's own: it stays, and so does what is typed in it."""
    if keeps:
        field.fill(TYPED)
    for key in OTHERS:
        field.press(key)
    page.wait_for_timeout(120)  # a press waits so long for what was typed
    assert field.is_visible(), f"{name} is gone"
    assert not keeps or field.input_value().startswith(TYPED), f"{name} lost its text"


def opening(page: Page, number: int) -> Callable[[], None]:
    """Open the popover at this place among those that are in sight."""

    def reach() -> None:
        page.keyboard.press("Escape")
        drawn(page)
        button = page.locator(POPOVERS).locator("visible=true").nth(number)
        if button.is_visible():
            button.click()
            page.locator(IN_POPOVER).first.wait_for()
            page.wait_for_timeout(150)

    return reach


def popovers(page: Page) -> dict[str, Place]:
    """Every popover that the page shows now, by what stands on its button."""
    texts = page.locator(POPOVERS).locator("visible=true").all_inner_texts()
    names = [next((line for line in text.split("\n") if line[:1].isupper()), text) for text in texts]
    return {name: Place(name, opening(page, number), IN_POPOVER) for number, name in enumerate(names)}


def searching(page: Page) -> Callable[[], None]:
    """Open the search over everything, from wherever one is."""

    def reach() -> None:
        page.wait_for_timeout(500)
        drawn(page)  # of two things asked for in one moment the first may be lost
        page.keyboard.press("Control+k")
        page.get_by_label("Search everything").wait_for()

    return reach


def clicking(page: Page, name: str, brings: str) -> Callable[[], None]:
    """Press a button that shows fields, and wait for what comes with them."""

    def reach() -> None:
        button = page.get_by_role("button", name=name, exact=True).first
        if button.is_visible():
            button.click()
            page.get_by_text(brings, exact=True).first.wait_for()

    return reach


def unticking(page: Page) -> Callable[[], None]:
    """Leave the first step out, which asks why."""

    def reach() -> None:
        if page.get_by_role("checkbox", name="Do this when I send").first.is_checked():
            page.get_by_text("Do this when I send").locator("visible=true").first.click()
            page.get_by_text("Why is it left out?").first.wait_for()

    return reach


def test_that_no_shortcut_sends_from_a_field_of_the_inbox(served: Served, page: Page) -> None:
    served.customer_writes("field-1", "maria.keller@example.com", INVOICE)
    served.customer_writes("field-2", "maria.keller@example.com", "Where is my order O-12?")
    before = sent(served)
    sign_in(page, served.url)
    take(page, "charged twice")
    expect(draft(page)).not_to_have_value("")
    places = [
        Place("the queue", lambda: None, ".st-key-queue-pane"),
        Place("a step", clicking(page, "Edit", "Done"), ".st-key-plan-pane"),
        Place("a step left out", unticking(page), ".st-key-plan-pane"),
    ]
    told = [line for place in places for line in press_in_each(page, place)]
    expect(page.get_by_text(f"Left out: {TYPED}")).to_be_visible()
    page.get_by_label("Search tickets").fill("")
    page.get_by_label("Search tickets").press("Enter")
    told += press_in_each(page, Place("the search", searching(page), "[role=dialog]"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    for name in sorted(popovers(page), key=lambda name: LAST.index(name) if name in LAST else -1):
        expect(page.locator(POPOVERS).filter(has_text=name).first).to_be_visible()  # once the ticket is read again
        told += press_in_each(page, popovers(page)[name])
    page.wait_for_timeout(SETTLES_MS)
    assert sent(served) == before
    assert [name for name in IN_THE_INBOX if not any(line.startswith(name) for line in told)] == []
    assert set(written(served)) == {TYPED}, "the note's own keys add it, each as often as it finds words there"


def test_that_no_shortcut_sends_from_a_field_of_another_page(served: Served, page: Page) -> None:
    served.customer_writes("field-3", "tom.okafor@example.org", "Where is my order O-12?")
    before = sent(served)
    sign_in(page, served.url, ADMINISTRATOR)
    take(page, "Tom Okafor")
    told = [line for name in PAGES for line in press_on_page(page, served.url, name)]
    page.wait_for_timeout(SETTLES_MS)
    assert sent(served) == before
    assert {line.split()[0] for line in told} >= {"day", "autonomy", "policies", "knowledge"}, told


def press_on_page(page: Page, url: str, name: str) -> list[str]:
    """Every shortcut in every field of a page: in each of its views, and in each popover."""
    page.goto(f"{url}/{name}")
    page.locator("[data-testid=stMain] [class*=st-key]").first.wait_for()
    page.wait_for_timeout(1_000)
    drawn(page)
    told = []
    for view in ("", *VIEWS.get(name, ())):
        if view:
            page.get_by_role("radio", name=view, exact=True).click()
            page.wait_for_timeout(500)
            drawn(page)
        told += press_in_each(page, Place(f"{name} {view}", lambda: None, restores=True))
        for place in list(popovers(page).values())[:MOST_POPOVERS]:
            page.keyboard.press("Escape")
            told += press_in_each(page, place)
    return told
