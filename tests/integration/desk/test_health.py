"""How the knowledge is, through the desk: findings opened, answered, closed by themselves, and the score."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.files.folder_files import files_of
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.knowledge_base.articles import ArticleEntry, Content, HealthFinding, KnowledgeHealth, PassageUse
from cx_core.knowledge_base.health.unused_articles import OFTEN_CITED
from cx_core.records import ArticleId, PersonId, Role
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import LENA, Hand, InlineWorks, enrolled, person

pytestmark = pytest.mark.slow

EDITOR, ADVISOR = person(Role.EDITOR, "Ed Word"), person()
KETTLE = Content(title="Kettles", text="## Back\nA kettle can be sent back within 30 days of delivery, free of charge.")
TEAPOT = Content(title="More on kettles", text="## Sent back\nKettles can be sent back within 14 days of delivery.")


@pytest.fixture
def desk(works: InlineWorks, encoder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(works, "ready_encoder", lambda: encoder)
    return open_desk(works.settings, works.clock, works)


def publish(desk: Desk, works: InlineWorks, content: Content) -> ArticleEntry:
    made = desk.article_lifecycle.write_article(EDITOR, content)
    assert isinstance(made, ArticleEntry)
    done = desk.article_lifecycle.move_article(EDITOR, made.id, 1, "published")
    assert isinstance(done, ArticleEntry)
    works.shelf.refresh()
    return done


def looked(desk: Desk) -> KnowledgeHealth:
    assert desk.health_rounds.look_again()
    return desk.knowledge_health.latest(EDITOR)


def points(seen: KnowledgeHealth) -> float:
    """The score before it is rounded."""
    return sum(part.points for part in seen.parts)


def about(seen: KnowledgeHealth, kind: str, *titles: str) -> HealthFinding:
    (one,) = (one for one in seen.findings if one.kind == kind and set(titles) <= {q.title for q in one.quotes})
    return one


def test_that_a_contradiction_is_opened_waived_and_stays_so_until_its_words_change(
    desk: Desk, works: InlineWorks
) -> None:
    before = looked(desk)
    enrolled(works, EDITOR)
    publish(desk, works, KETTLE.replace(owner=EDITOR.id))
    other = publish(desk, works, TEAPOT)
    found = about(looked(desk), "contradiction", "Kettles", "More on kettles")
    assert (found.state, found.owner) == ("open", EDITOR.id)
    assert points(desk.knowledge_health.latest(EDITOR)) < points(before)
    assert isinstance(desk.knowledge_health.waive_finding(EDITOR, found.id, " "), Refusal)
    waived = desk.knowledge_health.waive_finding(EDITOR, found.id, "Two kinds of kettle")
    assert isinstance(waived, HealthFinding)
    again = about(looked(desk), "contradiction", "Kettles", "More on kettles")
    assert (again.id, again.state, again.reason) == (found.id, "waived", "Two kinds of kettle")
    content = TEAPOT.replace(text=TEAPOT.text.replace("14", "21"))
    edited = desk.article_lifecycle.edit_article(EDITOR, other.id, other.latest.number, content)
    assert isinstance(edited, ArticleEntry)
    desk.article_lifecycle.move_article(EDITOR, other.id, edited.latest.number, "published")
    works.shelf.refresh()
    states = {one.state for one in looked(desk).findings if "kettles" in one.articles}
    assert states == {"waived", "open"}


def test_that_what_was_mended_is_closed_by_itself(desk: Desk, works: InlineWorks) -> None:
    publish(desk, works, KETTLE)
    other = publish(desk, works, TEAPOT)
    about(looked(desk), "contradiction", "Kettles", "More on kettles")
    desk.article_lifecycle.move_article(EDITOR, other.id, other.latest.number, "archived")
    works.shelf.refresh()
    closed = about(looked(desk), "contradiction", "Kettles", "More on kettles")
    assert (closed.state, closed.answered_by) == ("resolved", None)


def test_that_articles_past_their_day_are_stale(desk: Desk, works: InlineWorks, clock: SetClock) -> None:
    old = publish(desk, works, KETTLE.replace(review_by=date(2026, 11, 1)))
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


def test_that_the_score_of_the_shipped_articles_says_what_is_not_known(desk: Desk, works: InlineWorks) -> None:
    seen = looked(desk)
    articles = len(works.knowledge.articles)
    said = {part.name: part.unknown_says for part in seen.parts}
    assert said["Freshness"].startswith(f"unknown: {articles} of {articles} articles have no day for their review")
    assert said["Looked after"] == f"unknown: {articles} of {articles} articles have no owner"
    assert said["Agreement"].startswith("unknown: ")
    assert seen.score + seen.not_judged <= 100
    assert seen.score < 50, "most of it could not be looked at"
    enrolled(works, EDITOR)
    publish(desk, works, KETTLE.replace(owner=EDITOR.id, review_by=date(2027, 5, 1)))
    after = {part.name: part for part in looked(desk).parts}
    assert (after["Looked after"].unknown, after["Looked after"].unknown_of) == (articles, articles + 1)
    assert after["Freshness"].points > 0


def test_that_only_editors_and_administrators_see_and_answer(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.knowledge_health.latest(ADVISOR)
    with pytest.raises(NotAllowed):
        desk.knowledge_health.waive_finding(ADVISOR, "x", "because")
    with pytest.raises(NotAllowed):
        desk.knowledge_health.draft_for_gap(ADVISOR, "x")


def _account(works: InlineWorks, role: Role) -> PersonId:
    return next(one.id for one in works.accounts.people() if one.role == role and one.id != EDITOR.id)


ANN = person(Role.ADMINISTRATOR, "Ann Key")
PAIR = ("contradiction", "Kettles", "More on kettles")


def test_that_what_was_marked_as_mended_and_is_not_comes_back_and_says_so(desk: Desk, works: InlineWorks) -> None:
    publish(desk, works, KETTLE)
    publish(desk, works, TEAPOT)
    found = about(looked(desk), *PAIR)
    assert isinstance(desk.knowledge_health.resolve_finding(EDITOR, found.id, "Changed in both"), HealthFinding)
    back = about(looked(desk), *PAIR)
    assert (back.id, back.state, back.reason) == (found.id, "open", "")
    assert back.earlier is not None
    assert (back.earlier.state, back.earlier.reason, back.earlier.by) == ("resolved", "Changed in both", EDITOR.id)
    assert "has not changed" in back.again
    assert about(looked(desk), *PAIR) == back


def test_that_of_two_editors_the_second_hears_of_the_first(desk: Desk, works: InlineWorks) -> None:
    publish(desk, works, KETTLE)
    publish(desk, works, TEAPOT)
    found = about(looked(desk), *PAIR)
    assert isinstance(desk.knowledge_health.waive_finding(EDITOR, found.id, "Two kinds of kettle"), HealthFinding)
    for answer in (desk.knowledge_health.resolve_finding, desk.knowledge_health.waive_finding):
        refused = answer(ANN, found.id, "I changed it")
        assert isinstance(refused, Refusal)
        assert "Two kinds of kettle" in refused.text
    kept = about(desk.knowledge_health.latest(EDITOR), *PAIR)
    assert (kept.state, kept.answered_by) == ("waived", EDITOR.id)
    opened = desk.knowledge_health.reopen_finding(ANN, found.id)
    assert isinstance(opened, HealthFinding)
    assert opened.earlier is not None
    assert (opened.state, opened.earlier.reason) == ("open", "Two kinds of kettle")
    assert isinstance(desk.knowledge_health.reopen_finding(EDITOR, found.id), Refusal)
    assert about(looked(desk), *PAIR).state == "open"


def test_that_an_answer_while_it_is_gone_through_is_not_lost(
    desk: Desk, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(desk, works, KETTLE)
    publish(desk, works, TEAPOT)
    found = about(looked(desk), *PAIR)
    find = desk.health_rounds._of_articles

    def answered(versions: Any, now: Any) -> list[HealthFinding]:  # noqa: ANN401  # handed on as they are
        made = find(versions, now)
        desk.knowledge_health.waive_finding(EDITOR, found.id, "Two kinds of kettle")
        return made

    monkeypatch.setattr(desk.health_rounds, "_of_articles", answered)
    assert about(looked(desk), *PAIR).state == "waived"


def test_that_a_finding_is_given_to_an_editor_and_stays_theirs(desk: Desk, works: InlineWorks) -> None:
    enrolled(works, EDITOR)
    publish(desk, works, KETTLE.replace(owner=EDITOR.id))
    publish(desk, works, TEAPOT)
    found = about(looked(desk), *PAIR)
    someone, advisor = _account(works, Role.EDITOR), _account(works, Role.ADVISOR)
    assert isinstance(desk.knowledge_health.assign_finding(EDITOR, found.id, advisor), Refusal)
    given = desk.knowledge_health.assign_finding(EDITOR, found.id, someone)
    assert isinstance(given, HealthFinding)
    assert (given.owner, given.assigned_by) == (someone, EDITOR.id)
    assert about(looked(desk), *PAIR).owner == someone
    works.accounts.set_disabled(someone, True)
    left = about(looked(desk), *PAIR)
    assert (left.owner, left.assigned_by) == (EDITOR.id, None), "whoever it was given to has gone"
    works.accounts.set_disabled(someone, False)
    desk.knowledge_health.assign_finding(EDITOR, found.id, someone)
    desk.knowledge_health.assign_finding(EDITOR, found.id, None)
    assert about(looked(desk), *PAIR).owner == EDITOR.id
    kinds = [event.kind for event in works.audit.events(most=10)]
    assert kinds.count("finding_assigned") == 3


def test_that_a_finding_of_an_article_archived_meanwhile_can_be_answered_and_is_closed(
    desk: Desk, works: InlineWorks
) -> None:
    publish(desk, works, KETTLE)
    other = publish(desk, works, TEAPOT)
    found = about(looked(desk), *PAIR)
    desk.article_lifecycle.move_article(EDITOR, other.id, other.latest.number, "archived")
    works.shelf.refresh()
    assert about(looked(desk), *PAIR).state == "resolved"
    late = desk.knowledge_health.resolve_finding(EDITOR, found.id, "Archived one")
    assert isinstance(late, Refusal)
    assert "closed by itself" in late.text
    desk.article_lifecycle.move_article(EDITOR, other.id, other.latest.number, "published")
    works.shelf.refresh()
    back = about(looked(desk), *PAIR)
    assert (back.state, back.earlier) == ("open", None)


def test_that_what_the_folder_puts_right_closes_what_was_found(desk: Desk, works: InlineWorks, tmp_path: Path) -> None:
    publish(desk, works, KETTLE)
    file = tmp_path / "more.md"
    file.write_text("# More on kettles\n\n## Sent back\nKettles can be sent back within 14 days of delivery.\n")
    desk.folder_sync.sync("docs", files_of(tmp_path, 1_000_000))
    works.shelf.refresh()
    assert about(looked(desk), *PAIR).state == "open"
    file.write_text(file.read_text().replace("14", "30"))
    desk.folder_sync.sync("docs", files_of(tmp_path, 1_000_000))
    works.shelf.refresh()
    assert about(looked(desk), *PAIR).state == "resolved"


def test_that_roles_who_may_not_change_knowledge_change_no_finding(desk: Desk, works: InlineWorks) -> None:
    publish(desk, works, KETTLE)
    publish(desk, works, TEAPOT)
    found = about(looked(desk), *PAIR)
    for role in (Role.ADVISOR, Role.SUPERVISOR):
        someone = person(role, "No Body")
        for act in (
            lambda who=someone: desk.knowledge_health.resolve_finding(who, found.id, "x"),
            lambda who=someone: desk.knowledge_health.reopen_finding(who, found.id),
            lambda who=someone: desk.knowledge_health.assign_finding(who, found.id, EDITOR.id),
            lambda who=someone: desk.knowledge_health.look_knowledge_over(who),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert about(desk.knowledge_health.latest(EDITOR), *PAIR) == found


def taken_out(works: InlineWorks, hand: Hand, number: int) -> None:
    """Twenty tickets in whose answers people took this version's words out."""
    for _ in range(OFTEN_CITED):
        ticket = hand.ticket("Please ring me.", LENA)
        with works.store.begin() as unit:
            one = unit.tickets.get(ticket)
            assert one is not None
            use = PassageUse(article=ArticleId("kettles"), number=number, kind="edited_out")
            unit.article_use.add_uses(one, 1, [use], works.clock())


def test_that_what_people_took_out_is_mended_with_the_words_and_with_nothing_less(
    desk: Desk, works: InlineWorks
) -> None:
    first = publish(desk, works, KETTLE)
    taken_out(works, Hand(desk, works), first.latest.number)
    (found,) = [one for one in looked(desk).findings if one.kind == "edited_out"]
    assert found.articles == ("kettles",)
    for number, content, state in (
        (1, KETTLE.replace(tags=("hot",)), "open"),
        (2, KETTLE.replace(text=KETTLE.text.replace("free of charge", "without charge")), "resolved"),
        (3, KETTLE, "open"),
    ):
        edited = desk.article_lifecycle.edit_article(EDITOR, first.id, number, content)
        assert isinstance(edited, ArticleEntry)
        desk.article_lifecycle.move_article(EDITOR, first.id, edited.latest.number, "published")
        works.shelf.refresh()
        (seen,) = [one for one in looked(desk).findings if one.kind == "edited_out"]
        assert (seen.id, seen.state) == (found.id, state)


def test_that_this_years_price_and_the_next_ones_are_no_contradiction(desk: Desk, works: InlineWorks) -> None:
    until = works.knowledge.company.today(works.clock())
    publish(desk, works, KETTLE.replace(valid_until=until))
    publish(desk, works, TEAPOT.replace(valid_from=until + timedelta(days=1)))
    assert not [one for one in looked(desk).findings if one.kind == "contradiction"]
