"""What stands against an answer that is about to leave: as much as all articles held against each other would tell."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.search import contradiction_check as adapter
from cx_core.adapters.search.contradiction_check import ENOUGH, Opposed
from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health import claims
from cx_core.knowledge_base.health import contradictions as learn
from cx_core.knowledge_base.health.article_comparison import Readings
from cx_core.knowledge_base.health.claims import ArticleReading
from cx_core.knowledge_base.health.comparison_cache import KeptVectors
from cx_core.knowledge_base.health.corpus_statistics import Surroundings
from cx_core.knowledge_base.health.passage_findings import contradictions
from cx_core.knowledge_base.health.yes_no_contradictions import denials
from cx_core.records import ArticleId, PublicAnswer
from cx_core.settings import ROOT

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOLD = "## Offer\n" + " ".join(
    f"{what} {{0}} {value} {unit}."
    for what, value, unit in (
        ("The monthly fee of this offer is", "£{1}", "a month"),
        ("A new line is ready within", "{1}", "days"),
        ("The delivery of the box costs", "£{1}", "once"),
        ("You can give the box back within", "{1}", "weeks"),
        ("The support line answers within", "{1}", "hours"),
        ("The minimum term of the contract is", "{1}", "months"),
    )
)


def article(id: str, title: str, text: str) -> Article:
    return Article(id=id, title=title, text=text, version=text)


def answer(of: Article, span: tuple[int, int]) -> PublicAnswer:
    return PublicAnswer(
        question="?",
        article=ArticleId(of.id),
        number=1,
        version="1",
        title=of.title,
        heading="",
        span=span,
        text=of.text[slice(*span)],
        probability=0.5,
    )


def held(articles: Sequence[Article]) -> dict[ArticleId, Article]:
    return {ArticleId(one.id): one for one in articles}


def in_full(
    encoder: MiniLM, articles: Mapping[ArticleId, Article], told: PublicAnswer, near: set[ArticleId]
) -> set[str]:
    """The same by every pair of all that the near articles state, and by every sentence of all articles."""
    known = {str(id): one for id, one in articles.items()}
    readings = Readings().of(known)
    some = [one for one in readings if one.article in near | {told.article}]
    vectors = KeptVectors(encoder.encode)
    found: tuple[HealthFinding, ...] = (
        *contradictions(known, some, vectors, NOW, {told.article}, around=Surroundings(readings), sure=ENOUGH),
        *denials(known, vectors, NOW, {told.article}),
    )
    return {one.id for one in found if one.doubts(told.article, told.span)}


def test_that_as_much_is_found_as_by_looking_at_everything(encoder: MiniLM) -> None:
    shipped = load(ROOT / "knowledge").articles
    more = [
        article("prices-too", "What plans cost", "## Prices\nFibre 150 costs £39.00 a month. Mobile 10 costs £12.00."),
        article("care-too", "Care", "## Care\nFernline Care costs £9.50 a month for a phone or tablet."),
        article("post-too", "Parcels", "## Parcels\nParcels come on Sundays too. Orders are not sent to PO boxes."),
        article("post-no", "Parcels again", "## Parcels\nParcels do not come on Sundays too."),
    ]
    articles = held([*shipped.values(), *more])
    opposed = Opposed(encoder.encode, lambda: NOW)
    near = {ArticleId(one.id) for one in more} | {ArticleId("plans"), ArticleId("warranty")}
    many = 0
    for one in (*more, *(articles[ArticleId(id)] for id in ("plans", "warranty", "delivery") if id in articles)):
        half = len(one.text) // 2
        for span in ((0, half), (half, len(one.text)), (0, len(one.text))):
            told = answer(one, span)
            found = {each.id for each in opposed.to(told, articles, near)}
            assert found == in_full(encoder, articles, told, near), (one.id, span)
            many += len(found)
    assert many > 4, "something must stand against something here"


@pytest.mark.parametrize(("value", "opposed"), [("9", False), ("4", True)])
def test_that_articles_that_differ_throughout_do_not_stand_against_each_other(
    encoder: MiniLM, value: str, *, opposed: bool
) -> None:
    """Each is about its own offer: found by what else they state, outside the words of the answer."""
    one = article("north", "In the north", SOLD.format("", "4"))
    text = SOLD.format("", "9") if not opposed else SOLD.format("", value).replace("£4 a month", "£7 a month")
    articles = held([one, article("south", "In the south", text)])
    told = answer(one, (0, one.text.index(".")))
    assert bool(Opposed(encoder.encode, lambda: NOW).to(told, articles, {ArticleId("south")})) is opposed


def test_that_little_is_encoded_for_an_answer_however_many_articles_there_are(encoder: MiniLM) -> None:
    texts: list[str] = []

    def encode(given: Sequence[str]) -> NDArray[np.float32]:
        texts.extend(given)
        return encoder.encode(given)

    kettle = article("kettle", "Kettles", "## Back\nA kettle can be sent back within 30 days. It costs £20.00.")
    other = article("other", "Pots", "## Back\nA pot can be sent back within 30 days. Its lid costs £3.00.")
    rest = [
        article(f"a{n}", f"Thing {n}", f"## It\nThis thing costs £{n}.00. It is here in {n} days.") for n in range(99)
    ]
    opposed = Opposed(encode, lambda: NOW)
    start = kettle.text.index("A kettle")
    opposed.to(
        answer(kettle, (start, kettle.text.index("It costs"))), held([kettle, other, *rest]), {ArticleId("other")}
    )
    assert len(texts) == 4, "sentence and clause of the two periods, and nothing of prices or of the rest"


def test_that_a_change_counts_at_once(encoder: MiniLM) -> None:
    kettle = article("kettle", "Returns", "## Back\nYou may send back a kettle within 30 days of delivery.")
    other = article("other", "Why us", "## Back\nKettles can be sent back within 30 days of delivery, always.")
    opposed, told = Opposed(encoder.encode, lambda: NOW), answer(kettle, (0, len(kettle.text)))
    near = {ArticleId("other")}
    assert not opposed.to(told, held([kettle, other]), near)
    changed = article("other", "Why us", other.text.replace("30", "14"))
    assert opposed.to(told, held([kettle, changed]), near)
    assert not opposed.to(told, held([kettle]), near)


def test_that_what_only_may_stand_against_each_other_makes_no_family(
    encoder: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Doubts are many: if they made a family, more doubt would let more leave."""
    one, other = (
        article("north", "In the north", SOLD.format("", "4")),
        article("south", "In the south", SOLD.format("", "9")),
    )
    monkeypatch.setattr(learn, "SURE", 1.0)
    told = answer(one, (0, one.text.index(".")))
    assert Opposed(encoder.encode, lambda: NOW).to(told, held([one, other]), {ArticleId("south")})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles that were read, in order."""
    ids = list[str]()

    def noted(article: Article, names: frozenset[str]) -> ArticleReading:
        ids.append(article.id)
        return claims.read(article, names)

    monkeypatch.setattr("cx_core.knowledge_base.health.article_comparison.read", noted)
    return ids


def test_that_what_was_read_ahead_is_not_read_again_and_of_a_change_only_what_changed(
    encoder: MiniLM, read: list[str]
) -> None:
    kettle = article("kettle", "Returns", "## Back\nYou may send back a kettle within 30 days of delivery.")
    other = article("other", "Why us", "## Back\nKettles can be sent back within 30 days of delivery, always.")
    opposed, told = Opposed(encoder.encode, lambda: NOW), answer(kettle, (0, len(kettle.text)))
    opposed.get_ready(held([kettle, other]))
    assert sorted(read) == ["kettle", "other"]
    read.clear()
    assert not opposed.to(told, held([kettle, other]), {ArticleId("other")})
    assert not read, "an answer waits for nothing that was read ahead"
    changed = article("other", "Why us", other.text.replace("30", "14"))
    opposed.get_ready(held([kettle, changed]))
    assert read == ["other"]
    assert opposed.to(told, held([kettle, changed]), {ArticleId("other")})
    assert read == ["other"]


def test_that_an_answer_does_not_wait_while_what_is_read_ahead_rests(
    encoder: MiniLM, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "REST", 1e9)
    kettle = article("kettle", "Returns", "## Back\nYou may send back a kettle within 30 days of delivery.")
    articles = held([kettle, *(article(f"a{n}", f"Thing {n}", f"This thing costs £{n}.00.") for n in range(9))])
    opposed, told = Opposed(encoder.encode, lambda: NOW), answer(kettle, (0, len(kettle.text)))
    ahead = threading.Thread(target=opposed.get_ready, args=(articles,), daemon=True)
    ahead.start()
    soon = time.monotonic() + 30
    while not read and time.monotonic() < soon:
        time.sleep(0.01)
    asked = threading.Thread(target=opposed.to, args=(told, articles, {ArticleId("a1")}), daemon=True)
    asked.start()
    asked.join(30)
    assert not asked.is_alive()
    assert sorted(read) == sorted(articles), "each once"
