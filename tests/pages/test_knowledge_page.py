"""The Knowledge page over the real desk: an article from first line to search, versions, many at once, asking."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cx_core.knowledge_base.articles import ArticleEntry, Content
from cx_core.knowledge_base.questions import QuestionResult
from cx_core.records import ArticleId, Role
from pages.parts.knowledge import article_editor
from tests.pages.pressing import opened, papers, pressed
from tests.scripted import Hand, person

ED = person(Role.EDITOR, "Ed Word")
FEES = ArticleId("late-payment-fees")


def shown(hand: Hand, view: str = "Articles", role: Role = Role.EDITOR, **query: str) -> AppTest:
    return opened(hand, "knowledge", role, show=view, **query)


def entry(hand: Hand, id: ArticleId) -> ArticleEntry:
    return next(one for one in hand.desk.article_lifecycle.article_entries(ED) if one.id == id)


def test_that_an_article_is_written_reviewed_and_published(hand: Hand) -> None:
    at = pressed(shown(hand), "New article")
    at.text_input(key="title-new").input("Fibre to the boat")
    at.text_area(key="text-new").input("## Where\nAt every mooring.")
    at.text_input(key="tags-new").input("water, fibre , water")
    at = pressed(at, "Save as draft")
    made = entry(hand, ArticleId("fibre-to-the-boat"))
    assert made.latest.content.tags == ("water", "fibre")
    assert "is saved as a draft" in papers(at)
    at = pressed(at, "Submit for review")
    assert entry(hand, made.id).state == "in_review"
    at = pressed(at, "Publish")
    assert entry(hand, made.id).live == 1
    at = pressed(at, "Archive")
    assert entry(hand, made.id).live is None


def test_that_nothing_is_marked_in_a_new_article_that_was_found_in_the_one_before(hand: Hand) -> None:
    at = shown(hand, article=FEES, passage=f"{entry(hand, FEES).latest.number}:0-12")
    assert "Found here" in papers(at)
    at = pressed(at, "New article")
    at.text_input(key="title-new").input("Fibre to the boat")
    at.text_area(key="text-new").input("## Where\nAt every mooring.")
    at = pressed(at, "Save as draft")
    assert "At every mooring." in papers(at)
    assert "Found here" not in papers(at)


def test_that_what_was_typed_stays_where_it_cannot_be_saved(hand: Hand) -> None:
    at = pressed(shown(hand), "New article")
    at.text_area(key="text-new").input("## Where\nAt every mooring.")
    at = pressed(at, "Save as draft")
    assert "is still here" in papers(at)
    assert at.text_area(key="text-new").value == "## Where\nAt every mooring."
    at = pressed(at, "Leave without saving")
    assert not at.text_area
    fees = entry(hand, FEES)
    at = pressed(shown(hand, article=FEES), "Edit")
    theirs = fees.latest.content.replace(title="Theirs")
    hand.desk.article_lifecycle.edit_article(ED, FEES, 1, theirs)
    at.text_area(key=f"text-{FEES}-1").input("Mine")
    at = pressed(at, "Save as draft")
    assert "saved version 2 of it meanwhile" in papers(at)
    assert at.text_area(key=f"text-{FEES}-1").value == "Mine"
    assert entry(hand, FEES).latest.content.title == "Theirs"


def test_that_the_words_that_changed_are_marked_and_a_version_comes_back(hand: Hand) -> None:
    fees = entry(hand, FEES)
    text = fees.latest.content.text.replace("5.00", "7.25")
    hand.desk.article_lifecycle.edit_article(ED, FEES, 1, fees.latest.content.replace(text=text), "Dearer")
    at = shown(hand, article=FEES)
    said = papers(at)
    assert '{"tag": "del", "text": "5.00"}' in said
    assert '{"tag": "ins", "text": "7.25"}' in said
    assert "Search still finds version 1" in said
    at = pressed(at, "Restore version 1 as a draft")
    assert entry(hand, FEES).latest.content.text == fees.latest.content.text
    assert entry(hand, FEES).latest.number == 3


def test_that_publish_on_a_page_drawn_before_a_colleague_archived_it_says_who_did_and_does_nothing(hand: Hand) -> None:
    made = hand.desk.article_lifecycle.write_article(ED, Content(title="Fibre to the boat", text="Yes."))
    assert isinstance(made, ArticleEntry)
    olga = hand.works.accounts.create("olga@example.com", "Olga Brand", Role.EDITOR, "a long password of hers")
    at = shown(hand, article=made.id)
    hand.desk.article_lifecycle.move_article(olga, made.id, made, "archived")
    at = pressed(at, "Publish")
    assert "Olga Brand archived it meanwhile" in papers(at)
    assert entry(hand, made.id).state == "archived"
    at = pressed(at, "Publish again")
    assert entry(hand, made.id).state == "published"


def test_that_a_version_brought_back_on_a_page_drawn_before_a_colleague_saved_one_waits(hand: Hand) -> None:
    fees = entry(hand, FEES)
    said = fees.latest.content
    hand.desk.article_lifecycle.edit_article(ED, FEES, 1, said.replace(title="Second"))
    at = shown(hand, article=FEES)
    hand.desk.article_lifecycle.edit_article(ED, FEES, 2, said.replace(title="Third"))
    at = pressed(at, "Restore version 1 as a draft")
    assert "saved version 3 of it meanwhile" in papers(at)
    assert entry(hand, FEES).latest.content.title == "Third"


def test_that_many_at_once_shows_every_article(hand: Hand) -> None:
    hand.desk.article_lifecycle.write_article(ED, Content(title="Fibre to the boat", text="Yes."))
    table = shown(hand, "Bulk edit").dataframe[0].value
    assert len(table) == len(hand.desk.article_lifecycle.article_entries(ED))
    assert "Fibre to the boat" in set(table["Title"])


def test_that_many_at_once_shows_what_is_looked_for(hand: Hand) -> None:
    hand.desk.article_lifecycle.write_article(ED, Content(title="Fibre to the boat", text="Yes."))
    at = shown(hand, "Bulk edit")
    at.selectbox(key="many-state").select("Draft").run()
    assert list(at.dataframe[0].value["Title"]) == ["Fibre to the boat"]
    at.text_input(key="many-words").input("no such words").run()
    assert "No articles match" in papers(at)


def test_that_what_was_begun_is_there_after_a_look_at_another_article(hand: Hand) -> None:
    at = pressed(shown(hand, article=FEES), "Edit")
    at.text_area(key=f"text-{FEES}-1").input("Half a thought").run()
    at.selectbox(key=f"owner-{FEES}-1").select_index(1).run()
    owner = at.selectbox(key=f"owner-{FEES}-1").value
    at.segmented_control(key="show").set_value("Usage").run()
    at.segmented_control(key="show").set_value("Articles").run()
    assert at.text_area(key=f"text-{FEES}-1").value == "Half a thought"
    assert at.selectbox(key=f"owner-{FEES}-1").value == owner != ""
    at.query_params["article"] = "returns"
    at.run()
    assert not at.text_area
    assert "Being edited" in "".join(one.proto.json for one in at.get("bidi_component"))
    at.query_params["article"] = FEES
    at.run()
    at = pressed(pressed(at, "Leave without saving"), "Edit")
    assert at.text_area(key=f"text-{FEES}-1").value == entry(hand, FEES).latest.content.text


def test_that_a_second_press_that_comes_late_saves_nothing_again(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    once = article_editor._saved

    def twice(one: ArticleEntry | None, key: str) -> None:
        typed = {name: st.session_state[name] for field in article_editor._FIELDS for name in [f"{field}-{key}"]}
        once(one, key)
        st.session_state.update(typed)  # the browser sends what its fields hold with every press
        once(one, key)

    monkeypatch.setattr(article_editor, "_saved", twice)
    at = pressed(shown(hand), "New article")
    at.text_input(key="title-new").input("Fibre to the boat")
    at.text_area(key="text-new").input("## Where\nAt every mooring.")
    at = pressed(at, "Save as draft")
    assert "is saved as a draft" in papers(at)
    assert [one.id for one in hand.desk.article_lifecycle.article_entries(ED) if one.id.startswith("fibre")] == [
        "fibre-to-the-boat"
    ]
    at = pressed(at, "Edit")
    at.text_area(key="text-fibre-to-the-boat-1").input("## Where\nHere.")
    at = pressed(at, "Save as draft")
    assert "is saved as a draft" in papers(at)
    assert entry(hand, ArticleId("fibre-to-the-boat")).latest.number == 2


def test_that_a_new_article_begins_empty_after_one_that_was_left(hand: Hand) -> None:
    at = pressed(shown(hand), "New article")
    at.text_input(key="title-new").input("Never mind").run()
    at = pressed(pressed(at, "Leave without saving"), "New article")
    assert at.text_input(key="title-new").value == ""
    at = pressed(at, "Save as draft")
    assert "The title is missing." in papers(at)


def test_that_what_was_archived_stays_open_and_comes_back(hand: Hand) -> None:
    first = min(hand.desk.article_lifecycle.article_entries(ED), key=lambda one: one.latest.content.title.casefold()).id
    at = pressed(shown(hand, article=FEES), "Archive")
    assert first != FEES
    assert at.query_params["article"] == FEES
    assert not [one for one in at.button if one.label == "Archive"]  # that of another article is not under the hand
    at = pressed(at, "Publish again")
    assert entry(hand, FEES).live == 1


def test_that_an_article_that_is_linked_to_is_shown_whatever_the_list_leaves_out(hand: Hand) -> None:
    at = shown(hand, article=FEES)
    at.selectbox(key="article-state").select("Archived").run()
    said = papers(at)
    assert "No articles match" in said
    assert "Late payment fees" in said
    assert "There is no such article" in papers(shown(hand, article="no-such"))


def test_that_readers_see_what_is_published_and_no_way_to_change_it(hand: Hand) -> None:
    hand.desk.article_lifecycle.write_article(ED, Content(title="Fibre to the boat", text="Yes."))
    for role in (Role.ADVISOR, Role.SUPERVISOR):
        at = shown(hand, role=role)
        assert "Fibre to the boat" not in papers(at)
        assert not {one.label for one in at.button} & {"New article", "Edit", "Publish", "Archive"}


def test_that_the_question_that_was_asked_is_kept_though_another_is_being_typed(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        hand.desk.knowledge_questions,
        "ask_knowledge",
        lambda _, question: QuestionResult(question=question, found=(), answered=0.1, why="Nothing fits."),
    )
    at = shown(hand, "Ask")
    at.text_input(key="ask-question").input("How long does a refund take?").run()
    at.text_input(key="ask-question").input("Do you sell boats?")
    at = pressed(at, "Keep")
    assert [one.text for one in hand.desk.knowledge_questions.test_questions(ED)] == ["How long does a refund take?"]


@pytest.mark.parametrize(
    ("cited", "verdict"), [((), "Nothing here answers this"), ((ArticleId("refunds"),), "Something here answers this")]
)
def test_that_the_page_and_the_draft_have_one_verdict(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, cited: tuple[ArticleId, ...], verdict: str
) -> None:
    asked = QuestionResult(question="?", found=(), answered=0.9 if not cited else 0.1, draft="Words.", cited=cited)
    monkeypatch.setattr(hand.desk.knowledge_questions, "ask_knowledge", lambda *_: asked)
    at = shown(hand, "Ask")
    at.text_input(key="ask-question").input("Is this answered?").run()
    said = papers(at)
    assert verdict in said
    assert "likely that a passage" not in said


def test_that_asking_says_so_while_the_copilot_starts(hand: Hand) -> None:
    at = shown(hand, "Ask")
    at.text_input(key="ask-question").input("How long does a refund take?").run()
    assert not at.exception
    assert "The copilot is starting" in papers(at)
