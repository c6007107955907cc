"""Saved test questions are asked once for each state of the articles, however often a page is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.catalogue import Article
from cx_core.desk.desk import Desk
from cx_core.knowledge_base.articles import ArticleEntry, Content
from cx_core.knowledge_base.questions import Placed, Trial
from cx_core.ports import Encoder, Index
from cx_core.records import ArticleId, Passage, Retrieved, Role
from tests.integration.desk.test_lookup import OneWay
from tests.scripted import InlineWorks, person

EDITOR = person(Role.EDITOR, "Ed Word")
RETURNS = ArticleId("returns")


class Counting(OneWay):
    asked = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        return super().encode(texts)


class First:
    """An index that finds the first article by id, and counts what it does."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.trouble = ""
        self.searched = self.made = 0
        self.hold(articles)

    def hold(self, articles: Iterable[Article]) -> None:
        self._articles = sorted(articles, key=lambda one: one.id)
        self.state = " ".join(f"{one.id}{one.version}" for one in self._articles)

    def beside(self, articles: Iterable[Article]) -> First:
        self.made += 1
        then = First(articles)
        then.trouble = self.trouble
        return then

    def search(
        self, words: str, vector: NDArray[np.float32], *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        self.searched += 1
        one = self._articles[0]
        passage = Passage(article=ArticleId(one.id), title=one.title, text="…", version=one.version, score=1)
        return Retrieved(passages=(passage,), answered=0.9, trouble=self.trouble)


@pytest.fixture
def encoder() -> Counting:  # stands in for the session's
    return Counting()


@pytest.fixture
def index(works: InlineWorks, monkeypatch: pytest.MonkeyPatch, encoder: Counting, desk: Desk) -> First:
    made = First(works.shelf.articles().values())
    found: tuple[Encoder, Index] = (encoder, made)
    monkeypatch.setattr(desk.knowledge_questions, "_meaning", lambda: found)
    for text in ("How do I send it back?", "Where is it?"):
        desk.knowledge_questions.keep_question(EDITOR, "All", text, RETURNS)
    return made


def firsts(placed: object) -> list[str]:
    assert isinstance(placed, tuple)
    return [one.first for one in placed if isinstance(one, Placed)]


def test_that_drawing_again_asks_nothing_and_a_change_is_seen_at_once(
    desk: Desk, works: InlineWorks, index: First, encoder: Counting
) -> None:
    before = firsts(desk.knowledge_questions.run_questions(EDITOR))
    for _ in range(5):
        assert firsts(desk.knowledge_questions.run_questions(EDITOR)) == before
    assert (index.searched, encoder.asked) == (2, 2)
    desk.knowledge_questions.keep_question(EDITOR, "All", "Another one?", None)
    assert len(firsts(desk.knowledge_questions.run_questions(EDITOR))) == 3
    assert (index.searched, encoder.asked) == (3, 3), "only the new one"
    entry = desk.article_lifecycle.write_article(EDITOR, Content(title="AAA", text="words"))
    assert isinstance(entry, ArticleEntry)
    desk.article_lifecycle.move_article(EDITOR, entry.id, 1, "published")
    works.shelf.refresh()
    index.hold(works.shelf.articles().values())
    assert firsts(desk.knowledge_questions.run_questions(EDITOR)) == ["AAA"] * 3
    works.clock.forward(days=1)  # type: ignore[attr-defined]
    desk.knowledge_questions.run_questions(EDITOR)
    assert index.searched == 9, "what holds may be another article on another day"


def test_that_a_trial_is_made_once_for_each_draft_and_state_of_the_others(
    desk: Desk, works: InlineWorks, index: First
) -> None:
    entry = desk.article_lifecycle.write_article(EDITOR, Content(title="AAA", text="words"))
    assert isinstance(entry, ArticleEntry)
    for _ in range(3):
        trial = desk.knowledge_questions.try_version(EDITOR, entry.id)
        assert isinstance(trial, Trial)
        assert firsts(trial.then) == ["AAA", "AAA"]
        assert "AAA" not in firsts(trial.now)
    assert (index.made, index.searched) == (1, 2)
    edited = desk.article_lifecycle.edit_article(EDITOR, entry.id, 1, Content(title="AAB", text="words"))
    assert isinstance(edited, ArticleEntry)
    trial = desk.knowledge_questions.try_version(EDITOR, entry.id)
    assert isinstance(trial, Trial)
    assert (firsts(trial.then), index.made) == (["AAB", "AAB"], 2)
    other = desk.article_lifecycle.write_article(EDITOR, Content(title="AA", text="words"))
    assert isinstance(other, ArticleEntry)
    desk.article_lifecycle.move_article(EDITOR, other.id, 1, "published")
    works.shelf.refresh()
    trial = desk.knowledge_questions.try_version(EDITOR, entry.id)
    assert isinstance(trial, Trial)
    assert (firsts(trial.then), index.made) == (["AA", "AA"], 3)


def test_that_what_came_out_while_something_was_in_trouble_is_asked_again(desk: Desk, index: First) -> None:
    index.trouble = "Words alone."
    desk.knowledge_questions.run_questions(EDITOR)
    index.trouble = ""
    desk.knowledge_questions.run_questions(EDITOR)
    assert index.searched == 4
    index.state = ""
    desk.knowledge_questions.run_questions(EDITOR)
    assert index.searched == 6
