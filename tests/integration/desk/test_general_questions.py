"""A question asked in general, whose task type would only ask back: an article answers it, and a person looks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.decide.planning import ANSWERED
from cx_core.records import ArticleId, Passage, Perimeter, PersonId, Proposal, Retrieved, TaskTypeName
from cx_core.service_rules.levels_in_force import Levels
from cx_core.views.level_views import LevelSet
from cx_core.workflows.route_limits import SEEMS_ANSWERED
from tests import scripted
from tests.scripted import MARIA, Hand, InlineWorks, NoArticles

FEE = TaskTypeName("late_fee")
TABLE = "| Value | Fee |\n|---|---|\n| up to £50 | £5 |"


class Fees(NoArticles):
    """An index of one passage, which is near whatever is asked."""

    likely = 0.9

    def search(
        self, words: str, vector: NDArray[np.float32], *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        passage = Passage(article=ArticleId("fees"), title="Fees", text=TABLE, version="1", score=0.8)
        return Retrieved(passages=(passage,), answered=self.likely)


@pytest.fixture
def works(works: InlineWorks, monkeypatch: pytest.MonkeyPatch) -> InlineWorks:
    monkeypatch.setattr(scripted, "SAID", {"late fee": FEE})
    works.articles = Fees()
    levels = Levels(works.store, works.knowledge.task_types, works.sealer)
    granted = LevelSet(
        task_type=FEE,
        level=3,
        how="granted",
        reason="A test",
        at=works.clock(),
        person=PersonId("one"),
        asked_by=PersonId("two"),
        perimeter=Perimeter(identity=1, share=100, any_hour=True),
    )
    with works.store.begin() as unit:
        unit.levels.put(levels.marked(unit, granted))
    return works


def proposed(hand: Hand, text: str) -> Proposal:
    made = hand.view(hand.ticket(text, MARIA)).proposal
    assert made is not None
    return made


def test_that_the_draft_says_the_article_in_lines_and_waits_for_a_person_at_any_level(hand: Hand) -> None:
    made = proposed(hand, "How high is the late fee?")
    assert [part.case for part in made.parts] == [ANSWERED]
    assert made.reply is not None
    assert "- Value up to £50: fee £5" in made.reply.text
    assert "|" not in made.reply.text
    assert (made.route, made.why) == ("advisor", SEEMS_ANSWERED)


@pytest.mark.parametrize("text", ["I have paid a late fee. Why?", "Please take the late fee off."])
def test_that_what_is_the_customers_own_matter_is_looked_up_as_before(hand: Hand, text: str) -> None:
    assert [part.case for part in proposed(hand, text).parts] == ["no_fee"]


def test_that_what_an_article_hardly_answers_is_looked_up_as_before(hand: Hand, works: InlineWorks) -> None:
    works.articles.likely = 0.4  # type: ignore[attr-defined]
    assert [part.case for part in proposed(hand, "How high is the late fee?").parts] == ["no_fee"]
