"""The Health view: what an editor sees, answers, and is told when an answer lacks its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.adapters.accounts.local_accounts import Accounts
from cx_core.bootstrap import Works, open_desk
from cx_core.desk.desk import Desk
from cx_core.knowledge_base.articles import Answered, ArticleEntry, Content, HealthFinding, Quote
from cx_core.records import ArticleId, Role
from cx_core.settings import Settings
from pages import wiring
from tests.pages.pressing import papers, shown
from tests.signed_in import someone, token

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TEXT = "Send it back within 30 days."
QUOTE = Quote(
    article=ArticleId("returns"), title="Returns", number=1, text=TEXT, span=(0, len(TEXT)), marks=((20, 27),)
)
FOUND = HealthFinding(
    id="f1",
    kind="contradiction",
    articles=(ArticleId("returns"),),
    says="“30 days” stands against “14 days”.",
    quotes=(QUOTE,),
    found_at=NOW,
)


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    works = Works(settings)
    made = open_desk(settings, works.clock, works)
    with works.store.begin() as unit:
        unit.health.put_health_finding(FOUND)
    wiring.put(made)
    yield made
    wiring.put(None)
    made.close()


def opened(desk: Desk) -> AppTest:
    return shown("knowledge", token(desk, Role.EDITOR), show="Health")


def state(desk: Desk) -> tuple[str, str]:
    (found,) = desk.knowledge_health.latest(someone(desk, Role.EDITOR)).findings
    return found.state, found.reason


def test_that_an_editor_waives_a_finding_with_a_reason_and_opens_it_again(desk: Desk) -> None:
    at = opened(desk)
    at.button(key="waive-f1").click().run()
    assert state(desk) == ("open", "")  # no reason was given
    at.text_input(key="why-f1").set_value("Two kinds of goods").run()
    at.button(key="waive-f1").click().run()
    assert not at.exception
    assert state(desk) == ("waived", "Two kinds of goods")
    at.segmented_control(key="health-state").set_value("waived").run()
    at.button(key="reopen-f1").click().run()
    assert state(desk)[0] == "open"


def test_that_a_finding_leads_to_its_article(desk: Desk) -> None:
    at = opened(desk)
    at.button(key="open-f1-returns").click().run()
    assert not at.exception
    assert at.query_params["article"] == "returns"
    assert at.session_state["show"] == "Articles"


def test_that_a_finding_is_given_to_an_editor_who_is_named(desk: Desk) -> None:
    at = opened(desk)
    editor = someone(desk, Role.EDITOR)
    at.selectbox(key="owner-f1").select(editor.id).run()
    at.button(key="assign-f1").click().run()
    assert not at.exception
    assert f"for {editor.name}" in papers(at)
    assert at.selectbox(key="owner-f1").value == editor.id


def test_that_one_that_came_back_says_what_was_said_before(desk: Desk) -> None:
    editor = someone(desk, Role.EDITOR)
    earlier = Answered(state="waived", reason="Two kinds of goods", by=editor.id, at=NOW)
    with desk._store.begin() as unit:
        unit.health.put_health_finding(FOUND.replace(earlier=earlier, again="It had 4 tickets, and has 9 now."))
    drawn = papers(opened(desk))
    assert f"Waived before by {editor.name}: " in drawn
    assert "Two kinds of goods" in drawn
    assert "It had 4 tickets, and has 9 now." in drawn


def test_that_before_the_first_look_there_is_no_score(desk: Desk) -> None:
    assert "No score yet" in papers(opened(desk))


def test_that_articles_whose_owner_left_are_told_of_and_given_to_somebody_else(desk: Desk) -> None:
    editor = someone(desk, Role.EDITOR)
    accounts = desk._accounts
    assert isinstance(accounts, Accounts)
    olga = accounts.create("olga@example.com", "Olga Brand", Role.EDITOR, "a long password of hers")
    made = desk.article_lifecycle.write_article(editor, Content(title="Kettles", text="Yes.", owner=olga.id))
    assert isinstance(made, ArticleEntry)
    assert "Nobody looks after" not in papers(opened(desk))
    accounts.set_disabled(olga.id, True)
    article = papers(shown("knowledge", token(desk, Role.EDITOR), show="Articles", article=made.id))
    assert "nobody; Olga Brand may not look after it any more" in article
    at = opened(desk)
    assert "Olga Brand had “Kettles”" in unescaped(at)
    at.button(key=f"left-give-{olga.id}").click().run()
    assert "Choose who looks after them" in papers(at)
    at.selectbox(key=f"left-to-{olga.id}").set_value(editor.id).run()
    at.button(key=f"left-give-{olga.id}").click().run()
    assert not at.exception
    assert "1 of 1 have an owner again" in papers(at)
    assert "Nobody looks after" not in papers(at)
    assert (
        next(one for one in desk.article_lifecycle.article_entries(editor) if one.id == made.id).latest.content.owner
        == editor.id
    )


def unescaped(at: AppTest) -> str:
    return papers(at).encode().decode("unicode_escape")
