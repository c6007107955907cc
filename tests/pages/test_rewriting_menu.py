"""The menu that rewrites a reply: what it does to the text, what it says when it cannot, and the way back."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.demo_desk import DemoDesk
from tests.pages.test_inbox import COMPOUND, DRAFT, inbox

MINE = "These are my own words, which I wrote."


def _text(at: AppTest) -> str:
    return at.text_area(key=DRAFT).value or ""


def _rewrite(at: AppTest, words: str) -> AppTest:
    at.menu_button(key="rewrite").click(words).run()
    assert not at.exception
    return at


def test_that_words_are_rewritten_kept_and_given_back(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value(MINE).run()
    _rewrite(at, "Shorter")
    assert _text(at) == MINE[: len(MINE) // 2]
    draft = desk.views[COMPOUND].draft
    assert draft is not None
    assert draft.text == MINE[: len(MINE) // 2]
    _rewrite(at, "Shorter")
    at = inbox(COMPOUND)  # as after a refresh: nothing but the draft remains
    at.button(key="rewrite-back").click().run()
    assert _text(at) == MINE[: len(MINE) // 2]
    at.button(key="rewrite-back").click().run()
    assert _text(at) == MINE
    assert not any(button.key == "rewrite-back" for button in at.button)


def test_that_a_refusal_leaves_the_words(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value(MINE).run()
    _rewrite(at, "Warmer")
    assert _text(at) == MINE
    told = "The language model did not answer. Your text is as it was."
    assert at.session_state["note"] == (COMPOUND, told, "above")
    assert not any(button.key == "rewrite-back" for button in at.button)


def test_that_nothing_is_offered_for_an_empty_reply(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value("  ").run()
    assert at.menu_button(key="rewrite").disabled
