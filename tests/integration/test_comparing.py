"""Articles compared round after round: what is remembered changes nothing in what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health import article_comparison
from cx_core.knowledge_base.health.article_comparison import AFRESH, Comparing, Readings
from cx_core.knowledge_base.health.claims import names_of, read
from cx_core.knowledge_base.health.comparison_cache import AT_ONCE, KeptVectors
from cx_core.knowledge_base.health.passage_findings import contradictions
from cx_core.settings import ROOT

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
KETTLE = "## Sending it back\nYou may send back a kettle within {} of delivery. Keep the box. A courier collects it."


def article(id: str, text: str) -> Article:
    return Article(id=id, title=id.title(), text=text, version=text)


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, Article]:
    return load(ROOT / "knowledge").articles


def found(one: Comparing, articles: Mapping[str, Article], now: datetime = NOW) -> set[HealthFinding]:
    return set(one.found(articles, (), {}, now))


def test_that_an_article_read_with_its_own_names_alone_says_the_same(shipped: Mapping[str, Article]) -> None:
    names = names_of(shipped.values())
    assert Readings().of(shipped) == [read(one, names) for one in shipped.values()]


def test_that_only_what_changed_is_read_again_and_what_a_new_name_stands_in() -> None:
    readings = Readings()
    tea, hub = article("tea", "Tea for 5 costs £3."), article("hub", "Hub 5 lights blink. The lamp has 3 colours.")
    before = readings.of({"tea": tea, "hub": hub})
    assert all(a is b for a, b in zip(before, readings.of({"tea": tea, "hub": hub}), strict=True))
    lid = article("lid", "We sell the Hub 5 here.")  # Hub 5 begins no sentence here: it is a name
    after = readings.of({"tea": tea, "hub": hub, "lid": lid})
    assert after[0] is before[0]
    assert [claim.quantity.low for claim in before[1].claims] != [claim.quantity.low for claim in after[1].claims]
    assert after == [read(one, names_of([tea, hub, lid])) for one in (tea, hub, lid)]


def test_that_after_changes_the_same_is_found_as_from_nothing(
    encoder: MiniLM, shipped: Mapping[str, Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[str] | None] = []

    def watched(*given: Any) -> tuple[HealthFinding, ...]:  # noqa: ANN401  # handed on as it is
        asked.append(given[-1])
        return contradictions(*given)

    monkeypatch.setattr(article_comparison, "contradictions", watched)
    one = Comparing(encoder.encode)
    copy = shipped["returns"].replace(id="copy", title="Copy")
    kettle, pot = article("kettle", KETTLE.format("30 days")), article("pot", KETTLE.format("9 days"))
    states = [
        dict(shipped),
        {**shipped, "kettle": kettle},
        {**shipped, "kettle": kettle, "pot": pot},
        {**shipped, "pot": pot, "copy": copy},
        {**shipped, "copy": copy, "kettle": article("kettle", KETTLE.format("9 days"))},
    ]
    counts = []
    for articles in states:
        fresh = found(Comparing(encoder.encode), articles)
        asked.clear()
        assert found(one, articles) == fresh
        counts.append(len(fresh))
        assert found(one, articles) == fresh
        (changed,) = asked
        assert (changed is None) is (articles is states[0])
        assert (changed or set()) <= {"kettle", "pot", "copy"}
    assert max(counts) > min(counts)


def test_that_every_pair_is_compared_again_once_a_day(encoder: MiniLM) -> None:
    texts: list[int] = []

    def encode(given: Sequence[str]) -> NDArray[np.float32]:
        texts.append(len(given))
        return encoder.encode(given)

    one = Comparing(encode)
    articles = {"a": article("a", KETTLE.format("30 days")), "b": article("b", KETTLE.format("9 days"))}
    first = found(one, articles)
    assert len(first) > 0
    later = found(one, articles, NOW + AFRESH)
    assert {x.id for x in later} == {x.id for x in first}
    assert {x.found_at for x in later} == {NOW + AFRESH}
    assert {x.found_at for x in found(one, articles, NOW + timedelta(hours=1))} == {NOW + timedelta(hours=1)}


def test_that_vectors_nobody_asks_for_are_dropped() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return np.asarray([[float(len(text))] for text in texts], dtype=np.float32).reshape(len(texts), 1)

    kept = KeptVectors(encode)
    assert kept(["tea", "mate", "tea"]).tolist() == [[3.0], [4.0], [3.0]]
    kept.end()
    assert kept(["tea"]).tolist() == [[3.0]]
    assert kept([]).shape == (0, 1)
    kept.end()
    assert kept(["mate", "tea"]).tolist() == [[4.0], [3.0]]
    assert asked == ["tea", "mate", "mate"]


def test_that_many_texts_are_encoded_some_at_a_time_so_that_a_ticket_comes_in_between() -> None:
    sizes: list[int] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        sizes.append(len(texts))
        return np.asarray([[float(text)] for text in texts], dtype=np.float32)

    wanted = [str(n) for n in range(2 * AT_ONCE + 1)]
    assert KeptVectors(encode)(wanted)[:, 0].tolist() == [float(n) for n in range(2 * AT_ONCE + 1)]
    assert sizes == [AT_ONCE, AT_ONCE, 1]
