"""The search from every page, and what it puts into a reply; ready words. What only a browser shows is in e2e."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import cast

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from pages import wiring
from tests.pages.demo_desk import DemoDesk
from tests.pages.pressing import served, shown
from tests.pages.test_inbox import COMPOUND, DRAFT, inbox
from tests.signed_in import someone, token

Walk = Callable[[Role], AppTest]


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


@pytest.fixture
def walk(desk: Desk) -> Walk:
    """The whole app, menu and corner included, as somebody of this role."""

    def run(role: Role) -> AppTest:
        return shown("navigation", token(desk, role))

    return run


@pytest.fixture
def demo() -> Iterator[DemoDesk]:
    made = DemoDesk()
    wiring.put(cast("Desk", made))
    yield made
    wiring.put(None)


class Finder:
    """Stands in for the dialog's element, which AppTest cannot use: a button that does what `next` says."""

    def __init__(self) -> None:
        self.data: dict[str, object] = {}
        self.next: dict[str, object] = {}

    def __call__(self, data: dict[str, object], **on: Callable[[], None]) -> None:
        self.data = data
        st.button("Do", key="do", on_click=self._do, args=(on,))

    def _do(self, on: dict[str, Callable[[], None]]) -> None:
        given = {"typed": None, "chosen": None, "act": None} | self.next
        st.session_state["finder"] = SimpleNamespace(**given)
        for name in self.next:
            on[f"on_{name}"]()

    def does(self, at: AppTest, **what: object) -> AppTest:
        self.next = what
        at.button(key="do").click().run()
        assert not at.exception
        return at

    def found(self) -> list[str]:
        groups = cast("list[dict[str, list[dict[str, str]]]]", self.data["groups"])
        return [hit["ref"] for group in groups for hit in group["hits"]]

    def thing(self) -> dict[str, object]:
        return cast("dict[str, object]", self.data["thing"])


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> Finder:
    made = Finder()
    monkeypatch.setattr("pages.parts.search_dialog.finder", made)
    return made


def opened(walk: Walk, role: Role) -> AppTest:
    at = walk(role)
    at.button(key="lookup-open").click().run()
    assert not at.exception
    return at


@pytest.mark.parametrize("role", list(Role))
def test_that_everybody_opens_the_search_from_their_first_page(walk: Walk, finder: Finder, role: Role) -> None:
    opened(walk, role)
    assert finder.found() == []
    assert finder.data["thing"] is None


def test_that_a_customer_is_found_and_shown_with_what_may_be_seen(walk: Walk, finder: Finder) -> None:
    at = opened(walk, Role.ADVISOR)
    finder.does(at, typed={"text": "okafor"})
    assert finder.found() == ["customer/C-2"]
    finder.does(at, chosen="customer/C-2")
    shown = {fact["name"]: fact for fact in cast("list[dict[str, object]]", finder.thing()["facts"])}
    assert shown["Name"]["words"] == "Tom Okafor"
    assert shown["Born"] == {"name": "Born", "shown": "Not shown here", "words": "", "hidden": True}
    assert finder.data["inserts"] is False, "no reply is open"


def test_that_looking_once_is_on_record_once_however_often_it_is_drawn(walk: Walk, finder: Finder, desk: Desk) -> None:
    at = opened(walk, Role.ADVISOR)
    finder.does(at, chosen="customer/C-2")
    at.run().run()
    events = desk.audit_access.audit(someone(desk, Role.ADMINISTRATOR))
    assert [event.kind for event in events].count("looked_up") == 1


def test_that_an_editor_finds_articles_only(walk: Walk, finder: Finder) -> None:
    at = opened(walk, Role.EDITOR)
    finder.does(at, typed={"text": "okafor"})
    assert finder.found() == []
    finder.does(at, typed={"text": "refunds"})
    assert "article/refunds" in finder.found()
    finder.does(at, chosen="customer/C-2")
    assert finder.data["thing"] is None
    assert "advisor" in str(finder.data["none"])


def test_that_what_is_gone_is_said_in_words(walk: Walk, finder: Finder) -> None:
    at = opened(walk, Role.ADVISOR)
    finder.does(at, chosen="order/O-99999")
    assert "not there any more" in str(finder.data["none"])


def test_that_a_ticket_that_was_found_opens_in_the_inbox(walk: Walk, finder: Finder, desk: Desk) -> None:
    at = opened(walk, Role.ADVISOR)
    finder.does(at, act={"do": "open", "ref": "ticket/T-7"})
    assert "T-7" in at.query_params["ticket"]
    assert "lookup" not in at.session_state


def with_macros() -> AppTest:
    at = inbox(COMPOUND)
    at.session_state["macros-0"] = True
    return at.run()


def test_that_ready_words_go_into_the_reply_behind_what_was_typed(demo: DemoDesk) -> None:
    at = with_macros()
    at.text_area(key=DRAFT).set_value("My own words.").run()
    at.button(key="macro-insert").click().run()
    assert at.text_area(key=DRAFT).value == "My own words.\n\nIt comes on [order expected]."
    draft = demo.views[COMPOUND].draft
    assert draft is not None
    assert draft.text == at.text_area(key=DRAFT).value
    assert not any(button.key == "macro-insert" for button in at.button), "the menu has closed"


def test_that_an_area_which_says_late_what_it_held_before_does_not_take_the_words_out(demo: DemoDesk) -> None:
    at = with_macros()
    at.text_area(key=DRAFT).set_value("My own words.").run()
    at.button(key="macro-insert").click().run()
    put_in = at.text_area(key=DRAFT).value
    at.text_area(key=DRAFT).set_value("My own words.").run()
    assert at.text_area(key=DRAFT).value == put_in
    draft = demo.views[COMPOUND].draft
    assert draft is not None
    assert draft.text == put_in


def test_that_another_macro_can_be_chosen(demo: DemoDesk) -> None:
    at = with_macros()
    before = at.text_area(key=DRAFT).value
    at.selectbox(key=f"macro-{COMPOUND}").set_value("any").run()
    assert at.text_area(key=DRAFT).value == before
    at.button(key="macro-insert").click().run()
    assert at.text_area(key=DRAFT).value == f"{before}\n\nAnything else?"


def test_that_who_reads_along_has_no_macros(demo: DemoDesk) -> None:
    demo.views[COMPOUND] = demo.views[COMPOUND].replace(holder="Sam Doyle")
    at = with_macros()
    assert not any(button.key == "macro-insert" for button in at.button)
