"""What any `Index` does: what is held is found by whom it is for, and nothing else; a change is whole or not at all."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.search.article_index import open_index
from cx_core.adapters.search.index_updates import FollowingIndex
from cx_core.catalogue import Article
from cx_core.errors import SystemTrouble
from cx_core.ports import Index
from cx_core.ports.language import Searcher
from cx_core.records import ArticleId, Retrieved

TODAY = date(2026, 11, 22)
DIMENSIONS = 256


class Words:
    """Texts that share words are near. It says when it is asked, waits while a test wants it to, and may fail."""

    version = "words@1"

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.asked, self.may_go = threading.Event(), threading.Event()
        self.may_go.set()
        self.broken = False

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.set()
        assert self.may_go.wait(20)
        if self.broken:
            raise SystemTrouble("The encoder could not be loaded.")
        self.encoded += texts
        return vectors(texts)

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self.encode(texts), np.empty((len(texts), 0), dtype=np.float32)


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    rows = np.full((len(texts), DIMENSIONS), 1e-3, dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in "".join(sign if sign.isalnum() else " " for sign in text.lower()).split():
            row[zlib.crc32(word.encode()) % DIMENSIONS] += 1.0
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def article(id: str, text: str, **more: object) -> Article:
    given: dict[str, object] = {
        "id": id,
        "title": id.capitalize(),
        "text": text,
        "version": f"{zlib.crc32(text.encode())}",
    }
    return Article.model_validate(given | more)


REFUNDS = article("refunds", "## How long\nA refund reaches your card within five days.\n\n## Where\nOn the same card.")
ROAMING = article("roaming", "## Abroad\nRoaming in Norway costs nothing extra.")
ABUSE = article("abuse", "Refund fraud: look at the history of the card.", audience="internal")
RABATT = article("erstattung", "Die Erstattung kommt auf die Karte.", language="de")
OVER = article("summer", "A refund of shipping in summer.", valid_until=date(2026, 8, 31))
SOON = article("winter", "A refund of shipping in winter.", valid_from=date(2026, 12, 1))
ALL = (REFUNDS, ROAMING, ABUSE, RABATT, OVER, SOON)


class Standing:
    """A shelf on which nothing changes: what is held then is what a test gives."""

    version = "one"

    def __init__(self) -> None:
        self.there: Mapping[ArticleId, Article] = {}

    def articles(self) -> Mapping[ArticleId, Article]:
        return self.there


Opened = Callable[[Sequence[Article]], Index]


@pytest.fixture
def encoder() -> Words:
    return Words()


@pytest.fixture(params=["in a folder", "following a shelf"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, encoder: Words) -> Iterator[Opened]:
    """Opens each implementation of ports.Index with these articles."""

    def open_it(articles: Sequence[Article]) -> Index:
        index: Index = open_index(tmp_path / "index", articles, encoder)
        if request.param == "in a folder":
            return index
        shelf = Standing()
        return FollowingIndex(index, shelf, shelf.there)

    yield open_it
    encoder.may_go.set()


def ask(
    index: Searcher,
    words: str,
    *,
    most: int = 5,
    internal: bool = False,
    language: str | None = "en",
    today: date = TODAY,
) -> Retrieved:
    return index.search(words, vectors([words])[0], most=most, internal=internal, language=language, today=today)


def found(index: Searcher, words: str) -> list[str]:
    """Everything that anybody may find on this day."""
    return [one.article for one in ask(index, words, most=20, internal=True, language=None).passages]


def test_that_what_is_held_is_found_as_it_stands(opened: Opened) -> None:
    index = opened(ALL)
    for words, id, heading in (
        ("how long until a refund reaches my card", "refunds", "How long"),
        ("Roaming in Norway", "roaming", "Abroad"),
    ):
        got = ask(index, words)
        best = got.passages[0]
        assert (best.article, best.heading, got.trouble) == (id, heading, "")
        held = next(one for one in ALL if one.id == id)
        assert best.span is not None
        assert held.text[slice(*best.span)] == best.text
        assert (best.title, best.version, best.number) == (held.title, held.version, held.number)
        assert 0 < best.score <= 1
        assert 0 <= got.answered <= 1


def test_that_an_empty_index_finds_nothing(opened: Opened) -> None:
    index = opened(())
    assert ask(index, "refund") == Retrieved()
    index.hold(ALL)
    assert found(index, "refund card")
    index.hold(())
    assert ask(index, "refund", internal=True, language=None) == Retrieved()


def test_that_no_more_is_given_than_was_asked_for_best_first(opened: Opened) -> None:
    many = [article(f"card-{n}", f"## Card\nA refund on card number {n}.") for n in range(30)]
    index = opened([*many, REFUNDS])
    for most in (1, 3, 10):
        passages = ask(index, "a refund reaches your card within five days", most=most).passages
        assert len(passages) == most
        assert passages[0].article == "refunds"
        assert len({(one.article, one.span) for one in passages}) == most
    several = ask(index, "a refund reaches your card", most=10).passages
    assert [one.article for one in several][:3] == [
        one.article for one in ask(index, "a refund reaches your card", most=3).passages
    ]


def test_that_only_what_may_be_seen_and_holds_is_found(opened: Opened) -> None:
    index = opened(ALL)

    def seen(words: str, **whom: object) -> set[str]:
        return {one.article for one in ask(index, words, most=20, **whom).passages}  # type: ignore[arg-type]

    words = "refund card shipping summer winter Erstattung Karte"
    assert seen(words) <= {"refunds", "roaming"}
    assert "refunds" in seen(words)
    assert {"refunds", "abuse"} <= seen(words, internal=True)
    assert "erstattung" not in seen(words, internal=True)
    assert seen(words, language="de") == {"erstattung"}
    assert {"refunds", "erstattung"} <= seen(words, language=None)
    assert "abuse" not in seen(words, language=None)
    assert seen(words, language="fr") == set()
    assert "summer" in seen(words, today=date(2026, 8, 31))
    assert "summer" not in seen(words, today=date(2026, 9, 1))
    assert "winter" not in seen(words, today=date(2026, 11, 30))
    assert "winter" in seen(words, today=date(2026, 12, 1))


def test_that_what_is_removed_or_replaced_is_found_no_more(opened: Opened) -> None:
    index = opened(ALL)
    later = article("refunds", "## How long\nMoney comes back within ten working days.", number=2)
    index.hold([later, ABUSE])
    assert set(found(index, "refund Norway money card")) == {"refunds", "abuse"}
    best = ask(index, "money comes back within ten working days").passages[0]
    assert (best.article, best.number, best.version) == ("refunds", 2, later.version)
    assert "five days" not in str(ask(index, "a refund reaches your card within five days", internal=True))
    index.hold(ALL)
    assert "five days" in ask(index, "a refund reaches your card within five days").passages[0].text


def test_that_its_state_is_another_one_whenever_something_else_may_be_found(opened: Opened) -> None:
    index = opened(ALL)
    states = [index.state]
    changes: tuple[Sequence[Article], ...] = (
        ALL[1:],
        (article("refunds", "Other words.", number=2), *ALL[1:]),
        (ROAMING,),
    )
    for articles in changes:
        index.hold(articles)
        states.append(index.state)
    assert all(states)
    assert len(set(states)) == len(states)


def test_that_only_what_is_new_is_encoded(opened: Opened, encoder: Words) -> None:
    index = opened(ALL)
    encoder.encoded.clear()
    index.hold(ALL)
    assert encoder.encoded == []
    index.hold([*ALL, article("cables", "Undersea cables break.")])
    assert len(encoder.encoded) == 1
    assert "Undersea cables" in encoder.encoded[0]
    assert found(index, "undersea cables")[0] == "cables"


def test_that_what_was_held_is_held_still_when_the_encoder_fails(opened: Opened, encoder: Words) -> None:
    index = opened(ALL)
    before, state = ask(index, "refund card"), index.state
    encoder.broken = True
    cables = article("cables", "Undersea cables break.")
    with pytest.raises(SystemTrouble):
        index.hold([cables])
    with pytest.raises(SystemTrouble):
        index.beside([cables])
    assert (ask(index, "refund card"), index.state) == (before, state)
    assert "cables" not in found(index, "undersea cables")
    encoder.broken = False
    index.hold([cables])
    assert found(index, "undersea cables refund") == ["cables"]


def test_that_whoever_searches_during_a_change_finds_what_was_there_before(opened: Opened, encoder: Words) -> None:
    index = opened(ALL)
    before = ask(index, "refund undersea cables")
    encoder.asked.clear()
    encoder.may_go.clear()
    change = threading.Thread(target=index.hold, args=([article("cables", "Undersea cables break.")],))
    change.start()
    assert encoder.asked.wait(20)
    assert ask(index, "refund undersea cables") == before
    encoder.may_go.set()
    change.join(20)
    assert found(index, "refund undersea cables") == ["cables"]


def test_that_what_a_change_would_do_is_tried_beside_what_is_held(opened: Opened) -> None:
    index = opened(ALL)
    before, state = ask(index, "refund card"), index.state
    beside = index.beside([ROAMING, article("cables", "Undersea cables break."), ABUSE, RABATT])
    assert found(beside, "undersea cables")[0] == "cables"
    assert "refunds" not in found(beside, "refund card")
    assert "abuse" not in {one.article for one in ask(beside, "refund card history").passages}
    assert len(ask(beside, "undersea cables Norway", most=1).passages) == 1
    assert (ask(index, "refund card"), index.state) == (before, state)
    assert "cables" not in found(index, "undersea cables")
