"""How the knowledge is, through the desk: findings opened, answered, closed by themselves, and the score."""

from __future__ import annotations

from datetime import date

import pytest

from cx_core.adapters.encoder import MiniLM
from cx_core.articles import ArticleEntry, Content, HealthFinding, KnowledgeHealth
from cx_core.bootstrap import open_desk
from cx_core.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import PersonId, Role
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import InlineWorks, person

EDITOR, ADVISOR = person(Role.EDITOR, "Ed Word"), person()
KETTLE = Content(title="Kettles", text="## Back\nA kettle can be sent back within 30 days of delivery, free of charge.")
TEAPOT = Content(title="More on kettles", text="## Sent back\nKettles can be sent back within 14 days of delivery.")


@pytest.fixture
def desk(works: InlineWorks, encoder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(works, "ready_encoder", lambda: encoder)
    return open_desk(works.settings, works.clock, works)


def publish(desk: Desk, works: InlineWorks, content: Content) -> ArticleEntry:
    made = desk.write_article(EDITOR, content)
    assert isinstance(made, ArticleEntry)
    done = desk.move_article(EDITOR, made.id, 1, "published")
    assert isinstance(done, ArticleEntry)
    works.shelf.refresh()
    return done


def looked(desk: Desk) -> KnowledgeHealth:
    assert desk.look_again()
    return desk.knowledge_health(EDITOR)


def about(seen: KnowledgeHealth, kind: str, *titles: str) -> HealthFinding:
    (one,) = (one for one in seen.findings if one.kind == kind and set(titles) <= {q.title for q in one.quotes})
    return one


def test_that_a_contradiction_is_opened_waived_and_stays_so_until_its_words_change(
    desk: Desk, works: InlineWorks
) -> None:
    before = looked(desk)
    publish(desk, works, KETTLE.model_copy(update={"owner": PersonId("editor-1")}))
    other = publish(desk, works, TEAPOT)
    found = about(looked(desk), "contradiction", "Kettles", "More on kettles")
    assert (found.state, found.owner) == ("open", "editor-1")
    assert desk.knowledge_health(EDITOR).score < before.score
    assert isinstance(desk.waive_finding(EDITOR, found.id, " "), Refusal)
    waived = desk.waive_finding(EDITOR, found.id, "Two kinds of kettle")
    assert isinstance(waived, HealthFinding)
    again = about(looked(desk), "contradiction", "Kettles", "More on kettles")
    assert (again.id, again.state, again.reason) == (found.id, "waived", "Two kinds of kettle")
    content = TEAPOT.model_copy(update={"text": TEAPOT.text.replace("14", "21")})
    edited = desk.edit_article(EDITOR, other.id, other.latest.number, content)
    assert isinstance(edited, ArticleEntry)
    desk.move_article(EDITOR, other.id, edited.latest.number, "published")
    works.shelf.refresh()
    states = {one.state for one in looked(desk).findings if "kettles" in one.articles}
    assert states == {"waived", "open"}


def test_that_what_was_mended_is_closed_by_itself(desk: Desk, works: InlineWorks) -> None:
    publish(desk, works, KETTLE)
    other = publish(desk, works, TEAPOT)
    about(looked(desk), "contradiction", "Kettles", "More on kettles")
    desk.move_article(EDITOR, other.id, other.latest.number, "archived")
    works.shelf.refresh()
    closed = about(looked(desk), "contradiction", "Kettles", "More on kettles")
    assert (closed.state, closed.answered_by) == ("resolved", None)


def test_that_articles_past_their_day_are_stale(desk: Desk, works: InlineWorks, clock: SetClock) -> None:
    old = publish(desk, works, KETTLE.model_copy(update={"review_by": date(2026, 11, 1)}))
    kept = [one for one in looked(desk).findings if one.kind == "stale"]
    assert [one.articles for one in kept] == [(old.id,)]
    clock.forward(days=400)
    ids = {one.articles[0] for one in looked(desk).findings if one.kind == "stale" and one.state == "open"}
    assert {old.id, "returns"} <= ids  # nobody changed the folder's articles for more than a year


def test_that_a_price_other_than_the_plans_is_found(desk: Desk, works: InlineWorks) -> None:
    content = Content(title="Offers", text="## Now\nFibre 150 costs £39.00 a month.")
    made = publish(desk, works, content)
    (found,) = [one for one in looked(desk).findings if one.kind == "disagrees"]
    assert found.articles == (made.id,)
    assert "£34.00" in found.says


def test_that_a_copy_is_told_from_kin(desk: Desk, works: InlineWorks) -> None:
    text = works.knowledge.articles["roaming"].text
    made = publish(desk, works, Content(title="Abroad", text=text))
    copies = [set(one.articles) for one in looked(desk).findings if one.kind == "duplicate"]
    assert {"roaming", made.id} in copies
    assert not any({"plans-and-prices", "changing-plan"} == pair for pair in copies)


def test_that_the_score_is_the_sum_of_its_parts(desk: Desk) -> None:
    seen = looked(desk)
    assert seen.score == round(sum(part.points for part in seen.parts))
    assert sum(part.share for part in seen.parts) == 100


def test_that_only_editors_and_administrators_see_and_answer(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.knowledge_health(ADVISOR)
    with pytest.raises(NotAllowed):
        desk.waive_finding(ADVISOR, "x", "because")
    with pytest.raises(NotAllowed):
        desk.draft_for_gap(ADVISOR, "x")
