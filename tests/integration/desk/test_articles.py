"""Articles through the desk: who changes what, what search sees meanwhile, and that nobody's words get lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.search.served_articles import LiveShelf, take_in
from cx_core.adapters.sql import tables as t
from cx_core.desk.desk import Desk
from cx_core.errors import AuditUnavailable, BadInput, NotAllowed, StoreUnavailable
from cx_core.knowledge_base.articles import ArticleEntry, Changes, Compared, Content
from cx_core.records import ArticleId, PersonId, Role
from cx_core.views import Refusal
from tests.integration.desk.test_uploading import handed
from tests.scripted import Hand, enrolled, person

EDITOR, OTHER, ADVISOR = person(Role.EDITOR, "Ed Word"), person(Role.EDITOR, "Edda Line"), person()
FEES = ArticleId("late-payment-fees")
NEW = Content(title="Fibre to the boat", text="## Where\nAt every mooring.")


def latest(desk: Desk, id: ArticleId) -> ArticleEntry:
    return next(one for one in desk.article_lifecycle.article_entries(EDITOR) if one.id == id)


def searched(hand: Hand, id: ArticleId) -> str | None:
    hand.works.shelf.refresh()
    found = {one.id: one.text for one in hand.desk.article_lifecycle.articles(ADVISOR)}
    return found.get(id)


def made(answer: ArticleEntry | Refusal) -> ArticleEntry:
    assert isinstance(answer, ArticleEntry), answer
    return answer


def test_that_the_folder_is_taken_in_once_and_a_second_start_changes_nothing(hand: Hand) -> None:
    knowledge = hand.works.knowledge.articles
    assert {one.id for one in hand.desk.article_lifecycle.article_entries(EDITOR)} == set(knowledge)
    assert searched(hand, FEES) == knowledge[FEES].text
    assert take_in(hand.works.store, knowledge, hand.works.clock) == 0


def test_that_a_file_that_changed_is_a_new_version_and_one_that_is_gone_leaves_search(hand: Hand) -> None:
    files = dict(hand.works.knowledge.articles)
    files[FEES] = files[FEES].replace(text="## Fee\nIt is 9.00 now.", version="other")
    del files["roaming"]
    assert take_in(hand.works.store, files, hand.works.clock) == 2
    assert latest(hand.desk, FEES).live == 2
    assert searched(hand, FEES) == "## Fee\nIt is 9.00 now."
    assert searched(hand, ArticleId("roaming")) is None
    assert latest(hand.desk, ArticleId("roaming")).state == "archived"


def test_that_words_written_here_stay_in_search_when_the_file_changes_too(hand: Hand) -> None:
    before = latest(hand.desk, FEES)
    ours = before.latest.content.replace(text="## Fee\nOurs.")
    edited = made(hand.desk.article_lifecycle.edit_article(EDITOR, FEES, before.latest.number, ours))
    made(hand.desk.article_lifecycle.move_article(EDITOR, FEES, edited.latest.number, "published"))
    files = dict(hand.works.knowledge.articles)
    files[FEES] = files[FEES].replace(text="## Fee\nThe file's.", version="other")
    take_in(hand.works.store, files, hand.works.clock)
    assert searched(hand, FEES) == "## Fee\nOurs."
    assert (latest(hand.desk, FEES).state, latest(hand.desk, FEES).latest.content.text) == (
        "draft",
        "## Fee\nThe file's.",
    )
    files[FEES] = files[FEES].replace(text="## Fee\nThe file's again.", version="another")
    take_in(hand.works.store, files, hand.works.clock)
    assert searched(hand, FEES) == "## Fee\nOurs."
    assert (latest(hand.desk, FEES).state, latest(hand.desk, FEES).live) == ("draft", edited.latest.number)


def test_that_a_file_that_comes_back_is_searched_again_unless_a_person_archived_it(hand: Hand) -> None:
    files = dict(hand.works.knowledge.articles)
    roaming = ArticleId("roaming")
    made(hand.desk.article_lifecycle.move_article(EDITOR, FEES, 1, "archived"))
    some = {id: one for id, one in files.items() if id not in (FEES, roaming)}
    assert take_in(hand.works.store, some, hand.works.clock) == 1
    assert searched(hand, roaming) is None
    assert take_in(hand.works.store, files, hand.works.clock) == 1
    assert searched(hand, roaming) == files[roaming].text
    assert (latest(hand.desk, roaming).state, latest(hand.desk, FEES).state) == ("published", "archived")


def test_that_what_a_person_archived_stays_out_of_search_however_its_file_changes(hand: Hand) -> None:
    files = dict(hand.works.knowledge.articles)
    made(hand.desk.article_lifecycle.move_article(EDITOR, FEES, 1, "archived"))
    for version in ("other", "another"):
        files[FEES] = files[FEES].replace(text=f"## Fee\nThe {version} one.", version=version)
        take_in(hand.works.store, files, hand.works.clock)
        now = latest(hand.desk, FEES)
        assert (searched(hand, FEES), now.state, now.latest.content.text) == (None, "draft", files[FEES].text)
    made(hand.desk.article_lifecycle.move_article(EDITOR, FEES, now.latest.number, "published"))
    files[FEES] = files[FEES].replace(text="## Fee\nThe last one.", version="last")
    take_in(hand.works.store, files, hand.works.clock)
    assert searched(hand, FEES) == "## Fee\nThe last one."


def test_that_a_start_adds_nothing_to_what_was_handed_in_for_an_article_of_the_folder(hand: Hand) -> None:
    given = f"---\nid: {FEES}\n---\n# Late fees\n\nIt is 9.00 now."
    (upload,) = handed(hand.desk, ("fees.md", given.encode()), publish=True)
    assert upload.articles == (FEES,)
    files = hand.works.knowledge.articles
    assert take_in(hand.works.store, files, hand.works.clock) == 0
    assert (latest(hand.desk, FEES).live, searched(hand, FEES)) == (2, "It is 9.00 now.")


def test_that_an_empty_folder_archives_nothing(hand: Hand, caplog: pytest.LogCaptureFixture) -> None:
    assert take_in(hand.works.store, {}, hand.works.clock) == 0
    assert searched(hand, FEES)
    assert "holds no article" in caplog.text


def test_that_a_change_with_an_earlier_id_is_seen_and_a_draft_leaves_what_is_served(hand: Hand) -> None:
    shelf = LiveShelf(hand.works.engine)
    one = made(hand.desk.article_lifecycle.write_article(EDITOR, NEW))
    with hand.works.engine.begin() as connection:
        last = sa.insert(t.article_change).values(id=10_000, article=FEES)
        connection.execute(last)
    before = shelf.articles()
    made(hand.desk.article_lifecycle.edit_article(EDITOR, FEES, 1, NEW))
    shelf.refresh()
    assert shelf.articles() is before
    made(hand.desk.article_lifecycle.move_article(EDITOR, one.id, 1, "published"))
    with hand.works.engine.begin() as connection:
        late = sa.update(t.article_change).where(t.article_change.c.id > 10_000)
        connection.execute(late.values(id=10_000 - t.article_change.c.id % 10_000))
    shelf.refresh()
    assert one.id in shelf.articles()


def test_that_articles_that_could_not_be_read_yet_are_not_taken_for_none(tmp_path: Path) -> None:
    shelf = LiveShelf(sa.create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'rung.db'}"))
    for _ in range(2):
        with pytest.raises((StoreUnavailable, AuditUnavailable)):
            shelf.articles()


def test_the_life_of_a_new_article(hand: Hand) -> None:
    desk = hand.desk
    one = made(desk.article_lifecycle.write_article(EDITOR, NEW))
    assert (one.id, one.state, searched(hand, one.id)) == ("fibre-to-the-boat", "draft", None)
    assert made(desk.article_lifecycle.write_article(EDITOR, NEW)).id == "fibre-to-the-boat-2"
    made(desk.article_lifecycle.move_article(EDITOR, one.id, 1, "in_review"))
    assert searched(hand, one.id) is None
    made(desk.article_lifecycle.move_article(OTHER, one.id, 1, "published"))
    assert searched(hand, one.id) == NEW.text
    more = NEW.replace(text="## Where\nAt every mooring and lock.")
    edited = made(desk.article_lifecycle.edit_article(EDITOR, one.id, 1, more, "Locks too"))
    assert (edited.latest.number, edited.live, searched(hand, one.id)) == (2, 1, NEW.text)
    made(desk.article_lifecycle.move_article(EDITOR, one.id, 2, "published"))
    assert searched(hand, one.id) == more.text
    made(desk.article_lifecycle.restore_version(EDITOR, one.id, 1))
    assert (latest(desk, one.id).latest.content, searched(hand, one.id)) == (NEW, more.text)
    assert isinstance(
        desk.article_lifecycle.restore_version(EDITOR, one.id, 1), Refusal
    )  # pressed twice, it makes no version twice
    assert latest(desk, one.id).latest.number == 3
    made(desk.article_lifecycle.move_article(EDITOR, one.id, 3, "archived"))
    assert searched(hand, one.id) is None
    back = made(desk.article_lifecycle.restore_version(EDITOR, one.id, 3))
    assert (back.state, back.live) == ("draft", None)
    kinds = [event.kind for event in hand.works.audit.events(most=1000) if event.kind.startswith("article_")]
    assert sorted(set(kinds)) == [
        "article_archived",
        "article_edited",
        "article_published",
        "article_restored",
        "article_to_review",
        "article_written",
    ]


def test_that_two_who_edit_at_once_do_not_overwrite_each_other(hand: Hand) -> None:
    start = latest(hand.desk, FEES).latest
    mine = start.content.replace(title="Mine")
    made(hand.desk.article_lifecycle.edit_article(EDITOR, FEES, start.number, mine))
    late = hand.desk.article_lifecycle.edit_article(OTHER, FEES, start.number, start.content.replace(title="Theirs"))
    assert isinstance(late, Refusal)
    assert isinstance(hand.desk.article_lifecycle.move_article(OTHER, FEES, start.number, "published"), Refusal)
    assert latest(hand.desk, FEES).latest.content.title == "Mine"
    assert isinstance(hand.desk.article_lifecycle.edit_article(EDITOR, FEES, start.number + 1, mine), Refusal)


def test_that_only_editors_change_or_see_what_is_not_published(hand: Hand) -> None:
    for someone in (person(role) for role in (Role.ADVISOR, Role.SUPERVISOR)):
        for attempt in (
            hand.desk.article_lifecycle.article_entries,
            lambda who: hand.desk.article_lifecycle.article_versions(who, FEES),
            lambda who: hand.desk.article_lifecycle.write_article(who, NEW),
            lambda who: hand.desk.article_lifecycle.edit_article(who, FEES, 1, NEW),
            lambda who: hand.desk.article_lifecycle.move_article(who, FEES, 1, "archived"),
            lambda who: hand.desk.article_lifecycle.restore_version(who, FEES, 1),
            lambda who: hand.desk.article_lifecycle.change_articles(who, [FEES], "archived"),
            lambda who: hand.desk.article_lifecycle.compare_versions(who, FEES, 1, 1),
        ):
            with pytest.raises(NotAllowed):
                attempt(someone)
    assert searched(hand, FEES)


def test_that_an_article_is_found_only_while_it_holds(hand: Hand) -> None:
    today = hand.works.clock().date()
    for start, end, found in (
        (None, None, True),
        (today, today, True),
        (None, date(2020, 1, 1), False),
        (date(2099, 1, 1), None, False),
    ):
        number = latest(hand.desk, FEES).latest.number
        content = latest(hand.desk, FEES).latest.content.replace(
            valid_from=start, valid_until=end, title=f"Fees {start} {end}"
        )
        made(hand.desk.article_lifecycle.edit_article(EDITOR, FEES, number, content))
        made(hand.desk.article_lifecycle.move_article(EDITOR, FEES, number + 1, "published"))
        assert (searched(hand, FEES) is not None) is found
    backwards = content.replace(valid_from=date(2026, 2, 2), valid_until=date(2026, 2, 1))
    with pytest.raises(BadInput):
        hand.desk.article_lifecycle.edit_article(EDITOR, FEES, number + 1, backwards)


def test_that_many_are_changed_at_once_and_each_refusal_is_told(hand: Hand) -> None:
    enrolled(hand.works, EDITOR)
    draft = made(hand.desk.article_lifecycle.write_article(EDITOR, NEW))
    archived = ArticleId("roaming")
    made(hand.desk.article_lifecycle.move_article(EDITOR, archived, 1, "archived"))
    what = Changes(tag="winter", owner=EDITOR.id, review_by=date(2027, 1, 31))
    refused = hand.desk.article_lifecycle.change_articles(
        EDITOR, [FEES, draft.id, archived, ArticleId("nowhere")], what
    )
    assert set(refused) == {archived, "nowhere"}
    fees, boat = latest(hand.desk, FEES), latest(hand.desk, draft.id)
    assert fees.latest.content.tags == boat.latest.content.tags == ("winter",)
    assert (fees.state, fees.live, fees.latest.number) == ("published", 2, 2)
    assert (boat.state, boat.live) == ("draft", None)
    assert not hand.desk.article_lifecycle.change_articles(EDITOR, [FEES, draft.id], "published")
    assert searched(hand, draft.id) == NEW.text


def test_that_words_a_colleague_saved_meanwhile_are_not_published_with_many_others(hand: Hand) -> None:
    seen = {
        one.id: one.latest.number
        for one in (made(hand.desk.article_lifecycle.write_article(EDITOR, NEW)), latest(hand.desk, FEES))
    }
    draft = next(id for id in seen if id != FEES)
    made(hand.desk.article_lifecycle.edit_article(EDITOR, draft, 1, NEW.replace(text="Words that nobody has read.")))
    refused = hand.desk.article_lifecycle.change_articles(EDITOR, seen, "published")
    assert {id: one.code for id, one in refused.items()} == {draft: "stale"}
    assert latest(hand.desk, draft).live is None


def test_that_a_decision_on_what_a_colleague_changed_meanwhile_is_not_carried_out_and_says_who_did_what(
    hand: Hand,
) -> None:
    desk = hand.desk
    olga = hand.works.accounts.create("olga@example.com", "Olga Brand", Role.EDITOR, "a long password of hers")
    seen = made(desk.article_lifecycle.write_article(EDITOR, NEW))
    for theirs, mine, did in (
        ("in_review", "published", "sent it to review"),
        ("published", "archived", "published it"),
        ("archived", "published", "archived it"),
        ("draft", "published", "made it a draft again"),
    ):
        before = latest(desk, seen.id)
        made(desk.article_lifecycle.move_article(olga, seen.id, before, theirs))  # type: ignore[arg-type]
        late = desk.article_lifecycle.move_article(EDITOR, seen.id, before, mine)  # type: ignore[arg-type]
        assert isinstance(late, Refusal)
        assert late.text.startswith(f"Olga Brand {did} meanwhile."), late.text
        many = desk.article_lifecycle.change_articles(
            EDITOR, {seen.id: before, FEES: latest(desk, FEES)}, Changes(tag="winter")
        )
        assert {id: one.text for id, one in many.items()} == {seen.id: late.text}
        assert latest(desk, seen.id).state == theirs
    before = latest(desk, seen.id)
    made(desk.article_lifecycle.edit_article(olga, seen.id, 1, NEW.replace(title="Hers")))
    made(desk.article_lifecycle.move_article(olga, seen.id, 2, "published"))
    for late in (
        desk.article_lifecycle.move_article(EDITOR, seen.id, before, "published"),
        desk.article_lifecycle.restore_version(EDITOR, seen.id, 1, before),
        desk.article_lifecycle.change_articles(EDITOR, {seen.id: before}, "archived")[seen.id],
    ):
        assert isinstance(late, Refusal)
        assert late.text.startswith("Olga Brand saved version 2 of it meanwhile, and it was published."), late.text
    assert (latest(desk, seen.id).live, latest(desk, seen.id).changed_by) == (2, olga.id)


def test_that_what_has_become_what_it_was_to_be_is_no_trouble(hand: Hand) -> None:
    seen = made(hand.desk.article_lifecycle.write_article(EDITOR, NEW))
    made(hand.desk.article_lifecycle.move_article(OTHER, seen.id, seen, "published"))
    told = len(hand.works.audit.events(most=1000))
    assert made(hand.desk.article_lifecycle.move_article(EDITOR, seen.id, seen, "published")).live == 1
    assert hand.desk.article_lifecycle.change_articles(EDITOR, {seen.id: seen}, "published") == {}
    assert len(hand.works.audit.events(most=1000)) == told


def test_that_taken_out_of_search_and_made_a_draft_again_it_is_not_published_as_if_nothing_was(hand: Hand) -> None:
    content = latest(hand.desk, FEES).latest.content.replace(title="Dearer")
    seen = made(hand.desk.article_lifecycle.edit_article(EDITOR, FEES, 1, content))
    made(hand.desk.article_lifecycle.move_article(OTHER, FEES, seen, "archived"))
    made(hand.desk.article_lifecycle.move_article(OTHER, FEES, 2, "draft"))
    late = hand.desk.article_lifecycle.move_article(EDITOR, FEES, seen, "published")
    assert isinstance(late, Refusal)
    assert "changed what search finds of it" in late.text
    assert searched(hand, FEES) is None


def test_that_only_somebody_who_may_change_it_looks_after_an_article(hand: Hand) -> None:
    desk = hand.desk
    enrolled(hand.works, EDITOR, OTHER, ADVISOR)
    hand.works.accounts.set_disabled(OTHER.id, True)
    mine = made(desk.article_lifecycle.write_article(EDITOR, NEW.replace(owner=EDITOR.id)))
    for nobody in (OTHER.id, ADVISOR.id, PersonId("nobody-at-all")):
        theirs = mine.latest.content.replace(owner=nobody, title="Other")
        for answer in (
            desk.article_lifecycle.write_article(EDITOR, theirs),
            desk.article_lifecycle.edit_article(EDITOR, mine.id, 1, theirs),
            desk.article_lifecycle.change_articles(EDITOR, [mine.id], Changes(owner=nobody)).get(mine.id),
        ):
            assert isinstance(answer, Refusal)
            assert "whose account is open" in answer.text
    assert (latest(desk, mine.id).latest.number, desk.article_owners.left_behind(EDITOR)) == (1, ())


def test_that_what_somebody_who_left_looked_after_is_told_of_can_be_worked_on_and_given_to_another(hand: Hand) -> None:
    desk = hand.desk
    enrolled(hand.works, EDITOR, OTHER)
    one = made(desk.article_lifecycle.write_article(EDITOR, NEW.replace(owner=OTHER.id)))
    gone = made(desk.article_lifecycle.write_article(EDITOR, NEW.replace(owner=OTHER.id, title="Archived")))
    made(desk.article_lifecycle.move_article(EDITOR, gone.id, 1, "archived"))
    hand.works.accounts.set_disabled(OTHER.id, True)
    (left,) = desk.article_owners.left_behind(EDITOR)
    assert (left.name, [found.id for found in left.articles]) == ("Edda Line", [one.id])
    with pytest.raises(NotAllowed):
        desk.article_owners.left_behind(ADVISOR)
    words = one.latest.content.replace(text="Other words.")
    assert made(desk.article_lifecycle.edit_article(EDITOR, one.id, 1, words)).latest.content.owner == OTHER.id, (
        "a change of words stands"
    )
    assert desk.article_lifecycle.change_articles(EDITOR, [one.id], Changes(owner=EDITOR.id)) == {}
    assert desk.article_owners.left_behind(EDITOR) == ()
    back = made(desk.article_lifecycle.restore_version(EDITOR, one.id, 1))
    assert (back.latest.content.text, back.latest.content.owner) == (NEW.text, EDITOR.id), "nobody gets it back unseen"


def test_that_what_waits_for_review_goes_on_waiting_when_it_is_given_to_another(hand: Hand) -> None:
    desk = hand.desk
    enrolled(hand.works, EDITOR, OTHER)
    one = made(desk.article_lifecycle.write_article(EDITOR, NEW.replace(owner=OTHER.id)))
    waiting = made(desk.article_lifecycle.move_article(EDITOR, one.id, one, "in_review"))
    assert desk.article_lifecycle.change_articles(EDITOR, {one.id: waiting}, Changes(owner=EDITOR.id)) == {}
    given = latest(desk, one.id)
    assert (given.state, given.live, given.latest.number) == ("in_review", None, 2)
    made(desk.article_lifecycle.move_article(EDITOR, one.id, given, "published"))
    asked = made(desk.article_lifecycle.move_article(EDITOR, one.id, latest(desk, one.id), "in_review"))
    assert desk.article_lifecycle.change_articles(EDITOR, {one.id: asked}, Changes(tag="winter")) == {}
    tagged = latest(desk, one.id)
    assert (tagged.state, tagged.live, tagged.latest.number) == ("in_review", 3, 3), "what is served has the tag too"


def test_that_one_that_cannot_be_changed_keeps_no_other_from_it(hand: Hand) -> None:
    begins = made(hand.desk.article_lifecycle.write_article(EDITOR, NEW.replace(valid_from=date(2027, 1, 1))))
    refused = hand.desk.article_lifecycle.change_articles(
        EDITOR, [begins.id, FEES], Changes(valid_until=date(2026, 12, 31))
    )
    assert "is before “Valid from”" in refused.pop(begins.id).text
    assert not refused
    assert latest(hand.desk, FEES).latest.content.valid_until == date(2026, 12, 31)


def test_that_nothing_that_commands_a_terminal_or_no_database_keeps_stands_in_an_article(hand: Hand) -> None:
    given = Content(
        title="A\x00 \x1b[2Jb", text="One\ttwo\n\nthree\x9b", tags=("\x1b[31mred", " red ", "[31mred", "\x07")
    )
    content = made(hand.desk.article_lifecycle.write_article(EDITOR, given)).latest.content
    assert (content.title, content.text, content.tags) == ("A [2Jb", "One\ttwo\n\nthree", ("[31mred", "red"))
    made_of_many = NEW.replace(tags=tuple(f"tag {n}" for n in range(100)))
    with pytest.raises(BadInput, match="60 tags"):
        hand.desk.article_lifecycle.write_article(EDITOR, made_of_many)


def test_that_the_difference_shows_the_words_that_changed(hand: Hand) -> None:
    before = latest(hand.desk, FEES).latest
    text = before.content.text.replace("days", "weeks")
    assert text != before.content.text
    made(hand.desk.article_lifecycle.edit_article(EDITOR, FEES, 1, before.content.replace(text=text, title="Fees")))
    found = hand.desk.article_lifecycle.compare_versions(EDITOR, FEES, 1, 2)
    assert isinstance(found, Compared)
    assert found.about == (("title", before.content.title, "Fees"),)
    parts = [part for line in found.text if line for part in line.parts]
    assert {(p.change, p.text) for p in parts if p.change != "same"} == {("removed", "days"), ("added", "weeks")}


def test_that_a_version_never_gets_other_words(hand: Hand) -> None:
    entry = latest(hand.desk, FEES)
    other = entry.latest.replace(content=NEW, version=NEW.digest())
    with pytest.raises(BadInput, match="another version"), hand.works.store.begin() as unit:
        unit.articles.put(entry.replace(latest=other))
