"""From what a draft rests on, and from what was found, to the passage where it stands. The press itself is in e2e."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cx_core.catalogue import Article
from cx_core.knowledge_base.questions import FoundPassage, QuestionResult
from cx_core.records import ArticleId, Passage, Person, Role, TicketId
from cx_core.views import Hit, LookedUp
from pages.parts import components
from pages.parts.knowledge import article as drawing
from tests.pages.demo_desk import DemoDesk
from tests.pages.pressing import opened, papers, pressed
from tests.pages.test_inbox import COMPOUND, inbox
from tests.scripted import Hand, person

WORDS = "We never pay a refund to another card or account."


class Papers:
    """Stand in for papers whose words can be pressed, which AppTest cannot do: a button that presses `next`."""

    def __init__(self) -> None:
        self.nodes: dict[str, str] = {}
        self.next = ""
        self._drawn = components._PAPER

    def __call__(self, *, key: str, data: object, on_pressed_change: Callable[[], None] | None = None) -> None:
        if on_pressed_change is None:
            self._drawn(key=key, data=data)
            return
        self.nodes[key] = json.dumps(data)

        def press() -> None:
            st.session_state[key] = SimpleNamespace(pressed=self.next)
            on_pressed_change()

        st.button("Press", key=f"press-{key}", on_click=press)

    def pressed(self, at: AppTest, key: str, told: str) -> AppTest:
        assert f'"press": "{told}"' in self.nodes[key]
        self.next = told
        return pressed(at, f"press-{key}")


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> Papers:
    made = Papers()
    monkeypatch.setattr(components, "_PAPER", made)
    return made


def test_that_what_a_draft_rests_on_is_named_by_its_section_and_opens_in_search(
    desk: DemoDesk, stubs: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, TicketId | None]] = []

    def look_up(person: Person, ref: str, ticket: TicketId | None = None) -> LookedUp:
        asked.append((ref, ticket))
        return LookedUp(hit=Hit(ref=ref, title="When a refund arrives"))

    monkeypatch.setattr(desk, "look_up", look_up, raising=False)
    at = inbox(COMPOUND)
    assert "When a refund arrives \\u00b7 Cards" in stubs.nodes["paper-sources"]
    assert "article/refunds" not in stubs.nodes["paper-sources"].replace('"press": "article/refunds', "")
    stubs.pressed(at, "paper-sources", "article/refunds#1:0-65")
    assert asked == [("article/refunds#1:0-65", COMPOUND)]
    assert at.session_state["lookup"].thing.hit.title == "When a refund arrives"


def test_that_what_was_found_for_a_question_opens_where_it_stands(
    hand: Hand, stubs: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = next(
        one for one in hand.desk.article_lifecycle.articles(person(Role.EDITOR, "Ed Word")) if one.id == "refunds"
    )
    at = article.text.index(WORDS)
    found = Passage(
        article=ArticleId("refunds"),
        title="Refunds",
        heading="How",
        text=WORDS,
        version=article.version,
        number=article.number,
        span=(at, at + len(WORDS)),
        score=0.7,
    )
    asked = QuestionResult(
        question="To which card?", found=(FoundPassage(passage=found, shared=()),), answered=0.9, why="Yes."
    )
    monkeypatch.setattr(hand.desk.knowledge_questions, "ask_knowledge", lambda *_: asked)
    page = opened(hand, "knowledge", Role.EDITOR, show="Ask")
    page.text_input(key="ask-question").input("To which card?").run()
    stubs.pressed(page, "asked", found.ref)
    assert "refunds" in page.query_params["article"]
    drawn = papers(page)
    marked = drawn[drawn.index("found newest") :]
    assert marked.index(WORDS) < 200, "the words that were found stand in the piece that is marked"
    page.segmented_control(key="show").set_value("Ask").run()
    assert page.text_input(key="ask-question").value == "To which card?"


@pytest.mark.parametrize("mark", ["- ", "* ", "  - ", "12. ", "3) "])
def test_that_a_point_of_a_list_is_marked_with_its_dash_or_number(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"## Times\n- Standard delivery takes 5 days.\n{mark}Express takes 1 day.\n- None on Sundays."
    drawn: list[components.Node] = []
    monkeypatch.setattr(drawing, "paper", lambda node, **_: drawn.append(node))
    begins = text.index("Express")
    article = Article(id="times", title="Times", audience="customer", text=text, version="v")
    drawing.article_text(article, (begins, begins + len("Express takes 1 day.")))
    told = json.dumps(drawn, ensure_ascii=False)
    points = ("• Standard delivery takes 5 days.", "• Express takes 1 day.", "• None on Sundays.")
    assert [told.count(f'"{point}"') for point in points] == [1, 1, 1]
