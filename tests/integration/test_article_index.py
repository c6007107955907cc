"""The article index, in a folder and on a server: what is found, for whom, and what a change does to it."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.durable.recurring import Rounds
from cx_core.adapters.search import chroma_vectors
from cx_core.adapters.search.article_index import LEFT_SECONDS, ArticleIndex, open_index
from cx_core.adapters.search.bm25_index import terms
from cx_core.adapters.search.chroma_vectors import Vectors, open_chroma
from cx_core.adapters.search.index_updates import FollowingIndex
from cx_core.catalogue import Article
from cx_core.errors import BadInput, SystemTrouble, SystemUnreachable
from cx_core.ports.language import Searcher
from cx_core.records import ArticleId, Retrieved

TODAY = date(2026, 11, 22)
Opened = Callable[..., ArticleIndex]


class WordEncoder:
    """Texts that share words are near. Counts what it is asked, and stands still where a test wants it to."""

    def __init__(self, version: str = "words@1") -> None:
        self.version = version
        self.asked: list[str] = []
        self.may_go = threading.Event()
        self.may_go.set()
        self.broken = False

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        assert self.may_go.wait(20)
        if self.broken:
            raise SystemTrouble("The encoder could not be loaded.")
        self.asked += texts
        rows = np.full((len(texts), 256), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in terms(text, "en"):
                row[zlib.crc32(f"{self.version} {term}".encode()) % 256] += 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self.encode(texts), np.empty((len(texts), 0), dtype=np.float32)


def article(id: str, text: str, **more: object) -> Article:
    given = {
        "id": id,
        "title": id.replace("-", " ").capitalize(),
        "text": text,
        "version": f"{zlib.crc32(text.encode()):x}",
    }
    return Article.model_validate(given | more)


REFUNDS = article("refunds", "## How long\nA refund reaches your card within five days.\n\n## Where\nOn the same card.")
ROAMING = article("roaming", "## Abroad\nRoaming in Norway costs nothing extra.")
ABUSE = article("abuse", "Refund fraud: look at the card's history.", audience="internal")
RABATT = article("erstattung", "Die Erstattung kommt auf die Karte.", language="de")
OVER = article("summer", "A refund of shipping in summer.", valid_until=date(2026, 8, 31))
SOON = article("winter", "A refund of shipping in winter.", valid_from=date(2026, 12, 1))
ALL = (REFUNDS, ROAMING, ABUSE, RABATT, OVER, SOON)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("chroma")),
        "run",
        "--path",
        str(tmp_path_factory.mktemp("chroma")),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(60)


@pytest.fixture(params=["folder", pytest.param("server", marks=pytest.mark.slow)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens the index of these articles, on a place of this test's own."""
    url = str(request.getfixturevalue("server")) if request.param == "server" else ""

    def open_it(articles: Sequence[Article], encoder: WordEncoder, **more: object) -> ArticleIndex:
        return open_index(tmp_path / "index", articles, encoder, url=url, **more)  # type: ignore[arg-type]

    yield open_it
    if url:
        with suppress(SystemUnreachable):  # a builder in the background may have dropped it meanwhile
            open_chroma(tmp_path, url).forget(keep="nothing")


def ask(index: ArticleIndex, words: str, encoder: WordEncoder, **more: object) -> Retrieved:
    given: dict[str, object] = {"most": 5, "internal": False, "language": "en", "today": TODAY} | more
    return index.search(words, encoder.encode([words])[0], **given)  # type: ignore[arg-type]


def ids(found: Retrieved) -> list[str]:
    return [passage.article for passage in found.passages]


def test_that_only_what_may_be_seen_is_found(opened: Opened) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    assert set(ids(ask(index, "refund on card", encoder))) == {"refunds", "roaming"}
    assert "abuse" in ids(ask(index, "refund on card", encoder, internal=True))
    assert ids(ask(index, "die Erstattung", encoder, language="de")) == ["erstattung"]
    assert "erstattung" in ids(ask(index, "Karte", encoder, language=None))
    assert "summer" in ids(ask(index, "refund summer", encoder, today=date(2026, 8, 31)))
    assert "summer" not in ids(ask(index, "refund summer", encoder, today=date(2026, 9, 1)))
    assert "winter" in ids(ask(index, "refund winter", encoder, today=date(2026, 12, 1)))


def test_that_a_passage_is_a_whole_section_and_says_where_it_stands(opened: Opened) -> None:
    encoder = WordEncoder()
    best = ask(opened(ALL, encoder), "how long until the refund reaches my card", encoder).passages[0]
    assert (best.article, best.heading) == ("refunds", "How long")
    assert best.text == "A refund reaches your card within five days."
    assert best.span is not None
    assert REFUNDS.text[slice(*best.span)] == best.text
    assert (best.number, best.version) == (REFUNDS.number, REFUNDS.version)
    assert 0.3 < best.score <= 1


def test_that_what_is_near_is_found_behind_much_that_holds_no_more(opened: Opened) -> None:
    old = [article(f"old-{n}", f"A refund for the flood of day {n}.", valid_until=date(2020, 1, 1)) for n in range(300)]
    encoder = WordEncoder()
    index = opened([*old, ROAMING], encoder)
    assert ids(ask(index, "a refund for the flood", encoder)) == ["roaming"]


def test_that_two_articles_may_say_the_same(opened: Opened) -> None:
    encoder = WordEncoder()
    twins = [REFUNDS, REFUNDS.replace(id="refunds-too")]
    near = [article(f"card-{n}", f"Card {n}: on the same card.") for n in range(60)]
    index = opened([*twins, *near], encoder)
    found = ask(index, "refund card days", encoder)
    assert {"refunds", "refunds-too"} <= set(ids(found))
    index.hold([REFUNDS, *near])
    assert "refunds" in ids(ask(index, "refund card days", encoder))


def test_that_a_change_is_found_at_once_and_only_that_is_encoded(opened: Opened) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    encoder.asked.clear()
    changed = article("roaming", "## Abroad\nRoaming in Norway costs two pounds a day.", number=2)
    index.hold([REFUNDS, changed])
    assert encoder.asked == ["Roaming. Abroad. Roaming in Norway costs two pounds a day."]
    found = ask(index, "roaming in Norway", encoder, internal=True, language=None).passages
    assert {(one.article, one.number) for one in found} == {("roaming", 2), ("refunds", 1)}


def test_that_an_article_moved_to_another_audience_is_seen_by_that_one_alone(opened: Opened) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    index.hold([one.replace(audience="internal") for one in ALL])
    assert ids(ask(index, "refund on card", encoder)) == []
    index.hold(ALL)
    assert "abuse" not in ids(ask(index, "refund on card", encoder))
    assert "refunds" in ids(ask(index, "refund on card", encoder))


def test_that_what_is_on_disk_is_not_encoded_again(opened: Opened) -> None:
    opened(ALL, WordEncoder())
    again = WordEncoder()
    index = opened(ALL, again)
    assert again.asked == []
    assert ids(ask(index, "roaming in Norway", again))[0] == "roaming"


def test_that_searches_see_the_articles_before_until_the_change_is_through(opened: Opened) -> None:
    encoder = WordEncoder()
    index = opened([ROAMING], encoder)
    vector = encoder.encode(["refund"])[0]
    encoder.may_go.clear()
    changing = threading.Thread(target=index.hold, args=([REFUNDS],))
    changing.start()
    seen = index.search("refund", vector, most=5, internal=True, language=None, today=TODAY)
    assert ids(seen) == ["roaming"]
    encoder.may_go.set()
    changing.join(20)
    assert "refunds" in ids(ask(index, "refund", encoder))


def test_that_an_encoder_that_fails_leaves_what_was_held(opened: Opened) -> None:
    encoder = WordEncoder()
    index = opened([ROAMING], encoder)
    encoder.broken = True
    with pytest.raises(SystemTrouble):
        index.hold([REFUNDS])
    encoder.broken = False
    assert ids(ask(index, "refund", encoder)) == ["roaming"]


@pytest.mark.parametrize("old_is_there", [True, False])
def test_that_another_encoder_builds_in_the_background_while_the_old_index_serves(
    opened: Opened, old_is_there: bool
) -> None:
    old, new = WordEncoder("words@1"), WordEncoder("words@2")
    opened(ALL, old)
    new_vectors = WordEncoder("words@2")
    new.may_go.clear()
    index = opened(ALL, new, earlier=lambda version: old if old_is_there and version == old.version else None)
    found = ask(index, "roaming in Norway", new_vectors)
    assert ids(found)[0] == "roaming"
    assert (found.passages[0].score > 0.3) == old_is_there
    index.hold([*ALL, article("cables", "Undersea cables break.")])
    assert ids(ask(index, "undersea cables", new_vectors))[0] == "cables", "by its words: it has no vector yet"
    new.may_go.set()
    assert index.wait(20)
    assert any("Undersea" in text for text in new.asked)
    found = ask(index, "undersea cables", new_vectors)
    assert (ids(found)[0], found.trouble) == ("cables", "")
    assert found.passages[0].score > 0.3
    assert not opened(ALL, old).wait(0) or old.asked, "the old encoder's vectors are gone"


CABLES = article("cables", "Undersea cables break.")


def kept(index: ArticleIndex) -> set[str]:
    chroma_vectors = index._chroma.of(index._encoder.version)
    return {id for shelf in chroma_vectors.shelves() for id in chroma_vectors.ids(shelf)}


def test_that_a_process_that_starts_leaves_what_another_has_just_written(opened: Opened) -> None:
    encoder, other = WordEncoder(), WordEncoder()
    first = opened(ALL, encoder)
    first.hold([*ALL, CABLES])
    opened(ALL, other)
    assert ask(first, "undersea cables", encoder).passages[0].score > 0.3
    assert other.asked == []


def test_that_what_a_trial_left_goes_when_nobody_can_need_it_any_more(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    before = kept(index)
    index.beside([*ALL, CABLES])
    assert len(kept(index)) == len(before) + 1
    index.hold(ALL[:-1])
    assert len(kept(index)) == len(before) + 1, "a trial may be going on"
    monkeypatch.setattr(index, "_clock", lambda: time.time() + 2 * LEFT_SECONDS)
    searcher = index.beside([*ALL[:-1], CABLES.replace(id="again")])
    assert len(kept(index)) == len(before), "what it needs itself is there, what nobody does has gone"
    vector = encoder.encode(["undersea cables"])[0]
    found = searcher.search("undersea cables", vector, most=1, internal=False, language="en", today=TODAY)
    assert found.passages[0].score > 0.3
    index.hold([REFUNDS])
    monkeypatch.setattr(index, "_clock", lambda: time.time() + 4 * LEFT_SECONDS)
    index.hold([REFUNDS])
    assert len(kept(index)) == 2, "the two sections of the one article there is"


def test_that_vectors_of_an_earlier_edition_count_as_old(opened: Opened) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    chroma_vectors = index._chroma.of(encoder.version)
    for shelf in chroma_vectors.shelves():
        there = chroma_vectors.ids(shelf)
        rows = [next(iter(chroma_vectors.read(shelf, [id]).values())) for id in there]
        chroma_vectors.drop(shelf, there)
        chroma_vectors._collection(shelf).add(ids=list(there), embeddings=rows)
    index.hold([REFUNDS])
    assert len(kept(index)) == 2


def test_that_vectors_of_the_first_edition_are_computed_anew(opened: Opened) -> None:
    """They may be of eight bits, and then depend on the processor that made them."""
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    current, now = index._chroma.of(encoder.version), time.time()
    before = Vectors(current._client, encoder.version)
    before._key = hashlib.sha256(encoder.version.encode()).hexdigest()[:12]
    for shelf in current.shelves():
        rows = current.read(shelf, current.ids(shelf))
        current._client.delete_collection(current._collection(shelf).name)
        before.put(shelf, {id: row[::-1].copy() for id, row in rows.items()}, now)
    assert before.shelves()

    again = WordEncoder()
    index = opened(ALL, again)
    assert set(ids(ask(index, "refund on card", again))) == {"refunds", "roaming"}
    assert len(again.asked) > len(ALL), "every piece, and the question"
    assert not before.shelves()


def test_that_what_nobody_holds_any_more_hides_nothing(opened: Opened) -> None:
    encoder = WordEncoder()
    gone = [article(f"old-{n}", f"A refund for the flood of day {n}.") for n in range(300)]
    index = opened([*gone, ROAMING, REFUNDS], encoder)
    index.hold([ROAMING, REFUNDS])
    assert len(kept(index)) > 300, "another process may hold them still"
    found = ask(index, "a refund for the flood", encoder).passages
    assert {one.article for one in found} == {"roaming", "refunds"}
    assert all(one.score > 0 for one in found)


class Broken:
    """A Chroma client that fails, as its server does when it is gone."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        def fail(*_given: object, **_more: object) -> object:
            raise ConnectionError("Connection refused")

        return fail


def test_that_words_alone_are_searched_and_told_so_while_chroma_is_in_trouble(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    now = [1000.0]
    monkeypatch.setattr(index, "_tick", lambda: now[0])
    whole = index._served
    assert whole.meaning is not None
    monkeypatch.setattr(whole.meaning.vectors, "_client", Broken())
    whole.meaning.vectors._open.clear()
    found = ask(index, "roaming in Norway", encoder)
    assert ids(found) == ["roaming"]
    assert (found.passages[0].score, found.answered) == (0.0, 0.0), "failure narrows: nothing counts as an answer"
    assert "Connection refused" in found.trouble
    monkeypatch.undo()
    monkeypatch.setattr(index, "_tick", lambda: now[0])
    now[0] += 60
    assert ids(ask(index, "roaming in Norway", encoder)) == ["roaming"], "by its words, while the rest is looked after"
    assert index.wait(20)
    assert ask(index, "roaming in Norway", encoder).passages[0].score > 0.3
    assert ask(index, "roaming in Norway", encoder).trouble == ""


def test_that_a_collection_that_was_lost_is_filled_again(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    now = [1000.0]
    monkeypatch.setattr(index, "_tick", lambda: now[0])
    index._chroma.forget(keep="nothing")
    assert "does not answer" in ask(index, "roaming in Norway", encoder).trouble
    beside = index.beside([*ALL, article("cables", "Undersea cables break.")])
    found = beside.search(
        "undersea cables", encoder.encode(["undersea cables"])[0], most=5, internal=False, language="en", today=TODAY
    )
    assert ids(found)[0] == "cables"
    now[0] += 60
    ask(index, "roaming in Norway", encoder)
    assert index.wait(20)
    found = ask(index, "roaming in Norway", encoder)
    assert (found.trouble, found.passages[0].score > 0.3) == ("", True)


def test_that_a_change_leaves_what_another_process_has_just_written(opened: Opened) -> None:
    encoder, other = WordEncoder(), WordEncoder()
    first, second = opened(ALL, encoder), opened(ALL, other)
    first.hold([*ALL, article("cables", "Undersea cables break.")])
    second.hold([one for one in ALL if one is not ROAMING])
    encoder.asked.clear()
    first.hold([*ALL[:1], article("cables", "Undersea cables break.")])
    assert encoder.asked == []
    assert ask(first, "undersea cables", encoder).passages[0].score > 0.3


def test_that_beside_is_searched_by_words_while_chroma_is_in_trouble(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = WordEncoder()
    index = opened(ALL, encoder)
    meaning = index._served.meaning
    assert meaning is not None
    monkeypatch.setattr(meaning.vectors, "_client", Broken())
    meaning.vectors._open.clear()
    beside = index.beside([*ALL, article("cables", "Undersea cables break.")])
    vector = encoder.encode(["undersea cables"])[0]
    found = beside.search("undersea cables", vector, most=5, internal=False, language="en", today=TODAY)
    assert ids(found)[0] == "cables"
    assert "Connection refused" in found.trouble


class Slow:
    """An index that takes its time, or fails, with each change."""

    state = ""

    def __init__(self) -> None:
        self.may_go = threading.Event()
        self.fails = False
        self.held = 0

    def hold(self, articles: Iterable[Article]) -> None:
        self.held += 1
        assert self.may_go.wait(20)
        if self.fails:
            raise KeyError("a fault")

    def beside(self, articles: Iterable[Article]) -> Searcher:
        raise NotImplementedError

    def search(self, words: str, vector: NDArray[np.float32], **asked: object) -> Retrieved:
        return Retrieved()


class OneShelf:
    version = ""

    def __init__(self) -> None:
        self.now: dict[ArticleId, Article] = {}

    def articles(self) -> dict[ArticleId, Article]:
        return self.now


def test_that_the_state_says_whether_something_else_may_be_found(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = WordEncoder()
    index, shelf = opened(ALL, encoder), OneShelf()
    whole = index.state
    index.hold([*reversed(ALL)])
    assert index.state == whole != ""
    index.hold(ALL[1:])
    assert index.state not in (whole, "")
    shelf.now = {ArticleId(one.id): one for one in ALL}
    assert FollowingIndex(index, shelf, {}).state == whole, "what is published now is taken over first"
    meaning = index._served.meaning
    assert meaning is not None
    monkeypatch.setattr(meaning.vectors, "_client", Broken())
    meaning.vectors._open.clear()
    ask(index, "refund", encoder)
    assert index.state == ""


def test_that_a_change_that_takes_long_holds_up_only_who_came_with_it() -> None:
    slow, shelf, now = Slow(), OneShelf(), [0.0]
    following = FollowingIndex(slow, shelf, {}, patience=0.2, tick=lambda: now[0])
    following.follow()
    now[0] += 1
    following._patience = 0.9
    began = time.monotonic()
    following.follow()
    assert (time.monotonic() - began < 0.5, slow.held) == (True, 1)
    slow.may_go.set()


def test_that_a_fault_in_taking_over_is_told_and_tried_again_later(caplog: pytest.LogCaptureFixture) -> None:
    slow, shelf, now = Slow(), OneShelf(), [0.0]
    slow.may_go.set()
    slow.fails = True
    following = FollowingIndex(slow, shelf, {}, tick=lambda: now[0])
    for _ in range(3):
        following.follow()
    assert (slow.held, "a fault" in caplog.text) == (1, True)
    now[0], slow.fails = 60, False
    following.follow()
    assert slow.held == 2


def test_that_a_round_that_fails_is_followed_by_the_next() -> None:
    rounds, twice = [], threading.Event()

    def work() -> None:
        rounds.append(1)
        if len(rounds) == 2:
            twice.set()
        raise KeyError("a fault")

    going = Rounds(work, 0.01)
    going.start(at_once=False)
    assert twice.wait(5)
    going.close()


def test_that_a_server_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SystemUnreachable):
            open_chroma(tmp_path, url).encoders()
        encoder = WordEncoder()
        found = ask(open_index(tmp_path, ALL, encoder, url=url), "roaming in Norway", encoder)
        assert (ids(found), "does not answer" in found.trouble) == (["roaming"], True)
    with pytest.raises(BadInput, match="CX_CHROMA_URL"):
        open_chroma(tmp_path, "chroma:8000")


def test_that_a_server_that_takes_the_call_and_says_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma_vectors, "ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(SystemUnreachable):
        open_chroma(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}").encoders()


def test_that_every_call_of_a_server_has_an_end(server: str, tmp_path: Path) -> None:
    assert open_chroma(tmp_path, server)._client._server._session.timeout.read == chroma_vectors.ANSWER_SECONDS
