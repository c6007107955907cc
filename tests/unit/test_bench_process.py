"""The mixed tickets of `bench process` and what is counted of them."""

from __future__ import annotations

import json
import random

from bench.process import LONG, TICKETS, WARM_UP, compound, figures, long_texts, mixed
from cx_core.adapters.knowledge import knowledge_folder
from cx_core.settings import ROOT


def test_that_a_thousand_tickets_are_made_alike_each_time_with_some_repeated() -> None:
    folder = ROOT / "knowledge"
    knowledge = knowledge_folder.load(folder)
    lines = list(mixed(knowledge, folder, random.Random(1)))
    assert lines == list(mixed(knowledge, folder, random.Random(1)))
    ids = [json.loads(line)["id"] for line in lines]
    assert len(set(ids)) == TICKETS
    assert len(ids) == TICKETS + WARM_UP
    texts = {json.loads(line).get("text") for line in lines}
    assert {"", "👍", "Где мой заказ?"} <= texts


def test_that_a_compound_asks_for_different_things() -> None:
    chance = random.Random(2)
    made = [compound([["one"], ["two"], ["three"]], [], chance) for _ in range(50)]
    assert all(text.count(word) <= 1 for text in made for word in ("one", "two", "three"))
    assert any(all(word in text for word in ("one", "two", "three")) for text in made)


def test_that_only_lines_that_were_not_repeated_count_as_errors() -> None:
    found: list[dict[str, object]] = [
        {"id": "a", "route": "person", "ms": {"triage": 2.0, "all": 3.0}},
        {"id": "b", "route": "advisor", "ms": {"triage": 4.0, "all": 5.0}},
        {"id": "c", "error": "it broke"},
        {"id": "a", "error": "The id a was on line 1 already."},
    ]
    summed = figures(found, repeated=1)
    assert (summed["errors"], summed["n"], summed["route.person"], summed["triage.p50_ms"]) == (1, 4, 1, 3.0)


def test_that_long_texts_are_honest_and_hostile_and_a_megabyte_each() -> None:
    texts = long_texts(knowledge_folder.load_feed(ROOT / "knowledge"))
    assert {len(text) for text in texts.values()} == {LONG}
    assert {"honest_lines", "honest_one_line", "letters", "dots", "html"} <= set(texts)
