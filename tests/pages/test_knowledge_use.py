"""What became of articles, drawn over the real desk: for editors figures, for advisors the tickets too."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.knowledge_base.articles import PassageUse
from cx_core.records import ArticleId, Role
from tests.pages.pressing import opened
from tests.scripted import Hand

RETURNS = ArticleId("returns")


def page(hand: Hand, role: Role, **query: str) -> AppTest:
    return opened(hand, "knowledge", role, **query)


@pytest.fixture
def used(hand: Hand) -> Hand:
    ticket = hand.ticket()
    with hand.works.store.begin() as unit:
        found = unit.tickets.get(ticket)
        assert found
        for kind in ("retrieved", "cited", "kept"):
            unit.article_use.add_uses(found, 1, [PassageUse(article=RETURNS, number=1, kind=kind)], hand.works.clock())
    return hand


def test_that_an_editor_sees_figures_and_no_ticket(used: Hand) -> None:
    at = page(used, Role.EDITOR, article=RETURNS)
    (figures,) = at.dataframe
    assert list(figures.value["Kept"]) == [1, 1, 1]
    assert list(figures.value["Solved"]) == [0, 0, 0]
    assert not at.get("page_link")


def test_that_an_advisor_sees_the_tickets_too(used: Hand) -> None:
    at = page(used, Role.ADVISOR, article=RETURNS)
    assert list(at.dataframe[0].value["Cited"]) == [1, 1, 1]
    assert len(at.get("page_link")) == 1


def test_that_the_list_begins_with_what_was_asked_for(used: Hand) -> None:
    at = page(used, Role.EDITOR)
    at.segmented_control(key="show").set_value("Usage").run()
    assert str(at.dataframe[0].value["Article"][0]).startswith("Returning")
    at.segmented_control(key="use-order").set_value("Never found").run()
    assert not at.exception
    assert str(at.dataframe[0].value["Article"].iloc[-1]).startswith("Returning")
