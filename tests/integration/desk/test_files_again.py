"""Files that come again: gone back to earlier bytes, renamed, in another archive, or edited here meanwhile."""

from __future__ import annotations

import pytest

from bench.documents import zipped
from cx_core.desk.desk import Desk
from cx_core.knowledge_base.articles import ArticleEntry
from cx_core.ports.conversion import DocumentReading
from cx_core.records import ArticleId
from tests.integration.desk.test_uploading import EDITOR, entries, entry, handed, kinds, states, synced
from tests.scripted import InlineWorks


def only(desk: Desk, origin: str = "synced") -> ArticleEntry:
    (one,) = entries(desk, origin).values()
    return one


def words(desk: Desk, origin: str = "synced") -> dict[str, str]:
    """Of what search sees, by the file it came from."""
    live = {id: one for id, one in entries(desk, origin).items() if one.live}
    versions = {id: {made.number: made for made in desk.article_lifecycle.article_versions(EDITOR, id)} for id in live}
    return {one.origin_name: versions[id][one.live or 0].content.text for id, one in live.items()}


def edited(desk: Desk, id: ArticleId, text: str, *, publish: bool = True) -> None:
    now = entries(desk, "synced")[id]
    content = now.latest.content.replace(text=text)
    assert isinstance(desk.article_lifecycle.edit_article(EDITOR, id, now.latest.number, content), ArticleEntry)
    if publish:
        assert isinstance(
            desk.article_lifecycle.move_article(EDITOR, id, now.latest.number + 1, "published"), ArticleEntry
        )


def test_that_a_file_that_goes_back_to_earlier_bytes_brings_its_words_back(desk: Desk) -> None:
    for content, state, text in (
        (b"# A\n\none", "read", "one"),
        (b"# A\n\ntwo", "read", "two"),
        (b"# A\n\none", "read", "one"),
        (b"# A\n\none", "same", "one"),
    ):
        (told,) = handed(desk, ("a.md", content), publish=True)
        assert (told.state, entry(desk, told).latest.content.text) == (state, text)


def test_that_a_file_of_a_folder_goes_back_too(desk: Desk) -> None:
    for content, state in ((b"# A\n\none", "read"), (b"# A\n\ntwo", "read"), (b"# A\n\none", "read")):
        assert [one.state for one in synced(desk, {"a.md": content}).uploads] == [state]
        assert words(desk) == {"/srv/docs/a.md": content.decode().split("\n\n")[1]}


def test_that_an_archive_that_goes_back_brings_back_what_was_in_it(desk: Desk, works: InlineWorks) -> None:
    one = zipped({"x.md": b"# X\n\none", "y.md": b"# Y\n\nsame"})
    two = zipped({"x.md": b"# X\n\ntwo", "y.md": b"# Y\n\nsame"})
    for content, text in ((one, "one"), (two, "two"), (one, "one")):
        synced(desk, {"all.zip": content})
        assert words(desk) == {"/srv/docs/all.zip/x.md": text, "/srv/docs/all.zip/y.md": "same"}
    told = len(kinds(works))
    assert states(synced(desk, {"all.zip": one}).uploads) == {"all.zip": "same"}
    assert len(kinds(works)) == told


def test_that_an_archive_that_goes_back_to_fewer_files_loses_the_others(desk: Desk) -> None:
    few, many = zipped({"x.md": b"# X\n\none"}), zipped({"x.md": b"# X\n\none", "y.md": b"# Y\n\nmore"})
    for content, there in ((few, {"x.md"}), (many, {"x.md", "y.md"}), (few, {"x.md"})):
        synced(desk, {"all.zip": content})
        assert set(words(desk)) == {f"/srv/docs/all.zip/{name}" for name in there}


@pytest.mark.parametrize("renamed", [("new.zip", "x.md"), ("all.zip", "z.md"), ("new.zip", "sub/z.md")])
def test_that_what_is_renamed_with_its_archive_or_in_it_stays_its_article(desk: Desk, renamed: tuple[str, str]) -> None:
    archive, inner = renamed
    synced(desk, {"all.zip": zipped({"x.md": b"# X\n\none", "y.md": b"# Y\n\ntwo"})})
    before = entries(desk, "synced").keys()
    content = zipped({inner: b"# X\n\none", "y.md": b"# Y\n\ntwo"})
    done = synced(desk, {archive: content})
    assert (done.archived, entries(desk, "synced").keys()) == ((), before)
    there = {f"/srv/docs/{archive}/{inner}": "one", f"/srv/docs/{archive}/y.md": "two"}
    assert words(desk) == there
    synced(desk, {archive: zipped({inner: b"# X\n\nnew", "y.md": b"# Y\n\ntwo"})})
    assert words(desk) == there | {f"/srv/docs/{archive}/{inner}": "new"}


def test_that_a_copy_keeps_the_words_that_its_first_gave_up_at_the_same_time(desk: Desk) -> None:
    synced(desk, {"b.md": b"# A\n\none"})
    synced(desk, {"a.md": b"# A\n\none", "b.md": b"# A\n\ntwo"})
    assert words(desk) == {"/srv/docs/a.md": "one", "/srv/docs/b.md": "two"}


def test_that_the_folder_never_publishes_over_an_editors_words_however_often_it_is_synced(desk: Desk) -> None:
    synced(desk, {"a.md": b"# A\n\none"})
    id = only(desk).id
    edited(desk, id, "mine")
    for content in (b"# A\n\ntwo", b"# A\n\nthree", b"# A\n\none", b"# A\n\nthree"):
        done = synced(desk, {"a.md": content})
        assert words(desk) == {"/srv/docs/a.md": "mine"}, content
        assert "theirs stays" in " ".join(done.uploads[0].notes)
        assert (only(desk).state, only(desk).latest.content.text) == ("draft", content.decode().split("\n\n")[1])
    desk.article_lifecycle.move_article(EDITOR, id, only(desk).latest.number, "published")
    assert words(desk) == {"/srv/docs/a.md": "three"}, "a person decided"
    synced(desk, {"a.md": b"# A\n\nfour"})
    assert words(desk) == {"/srv/docs/a.md": "four"}


def test_that_an_editors_draft_is_not_published_over_either(desk: Desk) -> None:
    synced(desk, {"a.md": b"# A\n\none"})
    edited(desk, only(desk).id, "mine", publish=False)
    for content in (b"# A\n\ntwo", b"# A\n\nthree"):
        synced(desk, {"a.md": content})
        assert words(desk) == {"/srv/docs/a.md": "one"}


def test_that_drafts_of_a_folder_wait_behind_an_editors_though_nothing_was_published_yet(desk: Desk) -> None:
    synced(desk, {"a.md": b"# A\n\none"}, publish=False)
    edited(desk, only(desk).id, "mine", publish=False)
    synced(desk, {"a.md": b"# A\n\ntwo"}, publish=False)
    synced(desk, {"a.md": b"# A\n\nthree"})
    assert (words(desk), only(desk).state) == ({}, "draft")


def test_that_a_file_that_was_away_comes_back_published_though_it_was_edited_long_ago(desk: Desk) -> None:
    synced(desk, {"a.md": b"# A\n\none", "b.md": b"# B\n\nb"})
    (id,) = [one.id for one in entries(desk, "synced").values() if one.latest.content.title == "A"]
    edited(desk, id, "mine")
    synced(desk, {"a.md": b"# A\n\ntwo", "b.md": b"# B\n\nb"})
    desk.article_lifecycle.move_article(EDITOR, id, 3, "published")
    synced(desk, {"a.md": b"# A\n\nthree", "b.md": b"# B\n\nb"})
    synced(desk, {"b.md": b"# B\n\nb"})
    synced(desk, {"a.md": b"# A\n\nthree", "b.md": b"# B\n\nb"})
    assert words(desk)["/srv/docs/a.md"] == "three"


def test_that_a_file_that_was_not_read_through_no_fault_of_its_own_is_read_by_the_next_sync(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(name: str, content: bytes) -> DocumentReading:
        raise RuntimeError(name, len(content))

    with monkeypatch.context() as faulty:
        faulty.setattr(desk.file_ingestion._converter, "read", fails)
        (lost,) = handed(desk, ("a.md", b"# A\n\none"))
    assert lost.state == "refused"
    assert states(synced(desk, {"a.md": b"# A\n\none"}).uploads) == {"a.md": "read"}


def test_that_an_archive_with_a_file_that_may_be_read_next_time_is_gone_through_again(desk: Desk) -> None:
    handed(desk, ("kettle.md", b"---\nid: kettle\n---\n# Other\n\nwords"))
    content = zipped({"x.md": b"# X\n\none", "y.md": b"---\nid: kettle\n---\n# Y\n\ntwo"})
    first = states(synced(desk, {"all.zip": content}).uploads)
    assert (first["all.zip/x.md"], first["all.zip/y.md"], first["all.zip"]) == ("read", "refused", "read")
    again = states(synced(desk, {"all.zip": content}).uploads)
    assert (again["all.zip/x.md"], again["all.zip/y.md"], again["all.zip"]) == ("same", "refused", "read")
