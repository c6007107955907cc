"""A new draft in the composer: plain text, offered beside one's own words, marked where it is not whole."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.views import DraftSoFar
from tests.pages.demo_desk import HOSTILE, DemoDesk
from tests.pages.test_inbox import COMPOUND, DRAFT, inbox

MINE = "These are my own words."
CUT = "This draft is not whole: it broke off."


@pytest.fixture
def desk(desk: DemoDesk) -> DemoDesk:
    desk.coming = (DraftSoFar(text="One."), DraftSoFar(text=f"One. {HOSTILE}", ended=True, notes=(CUT,)))
    return desk


def _drafted(desk: DemoDesk) -> AppTest:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value(MINE).run()
    at.button(key="draft-anew").click().run()
    assert not at.exception
    return at


def test_that_a_new_draft_is_offered_and_replaces_nothing_by_itself(desk: DemoDesk) -> None:
    at = _drafted(desk)
    assert at.text_area(key=DRAFT).value == MINE
    assert not [one for one in at.markdown if "tracker" in str(one.value)]
    at.button(key="streamed-away").click().run()
    assert at.text_area(key=DRAFT).value == MINE
    assert not any(button.key == "streamed-use" for button in at.button)


def test_that_a_new_draft_is_used_with_its_mark_and_given_back(desk: DemoDesk) -> None:
    at = _drafted(desk)
    at.button(key="streamed-use").click().run()
    assert at.text_area(key=DRAFT).value == f"One. {HOSTILE}"
    draft = desk.views[COMPOUND].draft
    assert draft is not None
    assert draft.text == f"One. {HOSTILE}"
    assert at.session_state["note"] == (COMPOUND, CUT, "above")
    at.button(key="rewrite-back").click().run()
    assert at.text_area(key=DRAFT).value == MINE


def test_that_where_nothing_came_there_is_nothing_to_use(desk: DemoDesk) -> None:
    desk.coming = (DraftSoFar(text="", ended=True, notes=("This draft is not whole: it took too long.",)),)
    at = _drafted(desk)
    assert not any(button.key == "streamed-use" for button in at.button)
    assert at.text_area(key=DRAFT).value == MINE


def test_that_without_a_model_there_is_no_such_button(desk: DemoDesk) -> None:
    desk.coming = ()
    assert not any(button.key == "draft-anew" for button in inbox(COMPOUND).button)
