"""Articles made by several at the same moment, on SQLite and on PostgreSQL: each gets an id, none is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from cx_core.adapters.search.served_articles import take_in
from cx_core.adapters.sql.article_rows import ArticleRows
from cx_core.catalogue import Article
from cx_core.desk.desk import Desk
from cx_core.knowledge_base.articles import ArticleEntry, Content
from cx_core.records import ArticleId, File
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.integration.desk.test_files_that_wait import gone, left_by_another, next_one
from tests.integration.desk.test_uploading import EDITOR, handed, read
from tests.scripted import InlineWorks, copied

AT_ONCE = 4
PAUSE = 0.2
"""Seconds between looking and writing: whoever is not held back meanwhile sees what the first one saw."""


@pytest.fixture(params=["sqlite", "postgresql"])
def works(
    request: pytest.FixtureRequest, furnished: Path, settings: Settings, clock: SetClock
) -> Iterator[InlineWorks]:
    if request.param == "postgresql":
        settings = settings.replace(database_url=request.getfixturevalue("fresh_postgresql"))
        made = InlineWorks(settings, clock)
    else:
        made = copied(furnished, settings, clock)
    with closing(made):
        yield made


def slowly(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whoever asks this thinks about the answer for a while."""
    real: Callable[..., object] = getattr(ArticleRows, name)

    def asked(unit: ArticleRows, *given: object) -> object:
        found = real(unit, *given)
        time.sleep(PAUSE)
        return found

    monkeypatch.setattr(ArticleRows, name, asked)


def at_once(*acts: Callable[[], object]) -> list[object]:
    ready = Barrier(len(acts))

    def begun(act: Callable[[], object]) -> object:
        ready.wait(10)
        return act()

    with ThreadPoolExecutor(len(acts)) as several:
        return list(several.map(begun, acts))


def test_that_articles_of_one_title_made_at_once_get_ids_of_their_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowly(monkeypatch, "article_ids")
    made = at_once(
        *[
            lambda n=n: desk.article_lifecycle.write_article(EDITOR, Content(title="Boats", text=f"{n}"))
            for n in range(AT_ONCE)
        ]
    )
    assert {one.id for one in made if isinstance(one, ArticleEntry)} == {"boats", "boats-2", "boats-3", "boats-4"}


def test_that_files_of_one_title_read_while_somebody_writes_are_all_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "# Boats\n\n" + "".join(f"## Part {n}\n\n{'Words and more words. ' * 200}\n\n" for n in range(30))
    handed(desk, ("grown.md", b"# Boats (part 2 of 2)\n\nshort"))
    slowly(monkeypatch, "article_ids")
    told: list[object] = at_once(
        lambda: handed(desk, ("grown.md", long.encode()), ("other.md", (long + "more").encode())),
        lambda: desk.article_lifecycle.write_article(EDITOR, Content(title="Boats (part 2 of 2)", text="mine")),
        lambda: desk.article_lifecycle.write_article(EDITOR, Content(title="Boats (part 1 of 2)", text="mine")),
    )
    uploads, *written = told
    assert [one.state for one in uploads] == ["read", "read"]  # type: ignore[attr-defined]
    assert all(isinstance(one, ArticleEntry) for one in written)
    assert (
        len(
            {
                one.id
                for one in desk.article_lifecycle.article_entries(EDITOR)
                if one.latest.content.title.startswith("Boats")
            }
        )
        == 6
    )


def test_that_processes_that_start_at_once_take_a_folder_in_once(
    works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"new": Article(id="new", title="New", text="words", version="1")}
    articles = {**works.knowledge.articles, **given}
    slowly(monkeypatch, "all")
    done = at_once(*[lambda: take_in(works.store, articles, works.clock)] * 2)
    assert sorted(map(str, done)) == ["0", "1"]
    with works.store.look() as unit:
        assert unit.articles.get(ArticleId("new")) is not None


def test_that_two_processes_that_take_up_what_waits_read_each_file_once(desk: Desk, works: InlineWorks) -> None:
    files = [File(name=f"{n}.md", content=f"# Title {n}\n\nwords".encode()) for n in range(6)]
    rows = left_by_another(desk, works, *files)
    others = [next_one(works) for _ in range(AT_ONCE)]
    at_once(*[other.ingestion_queue.read_on for other in others])
    assert {one.state for one in read(desk, rows)} == {"read"}
    kinds = [event.kind for event in works.audit.events(most=1000)]
    assert (kinds.count("upload_read"), kinds.count("article_written")) == (6, 6)
    assert all(
        one.latest.number == 1 for one in desk.article_lifecycle.article_entries(EDITOR) if one.origin == "upload"
    )
    assert gone(works)
