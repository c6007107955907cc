"""The batch command: every line gets an answer, whatever it holds."""

from __future__ import annotations

import json

import pytest

from cx_core.adapters.batch import Batch
from tests.integration.conftest import InlineWorks

GOOD = {"id": "good", "customer": "maria.keller@example.com", "identity": 1, "text": "I was charged twice."}
READ: list[tuple[dict[str, object], str | None]] = [
    ({"text": ""}, "person"),
    ({"text": "\x00\x01\ufffd" * 300}, "person"),
    ({"text": "line after line of nothing in particular\n" * 10_000}, None),
    ({"text": "I was charged twice. " * 50_000}, None),
    ({"text": "我被重复收费了，请退款"}, "person"),
    ({"text": "تم خصم المبلغ مرتين من حسابي"}, "person"),
    ({"text": "broken \ud800 surrogate"}, None),
    ({"customer": "who@nowhere.example", "text": "charged twice"}, None),
    ({"text": None, "messages": []}, "person"),
]
REFUSED: list[tuple[bytes, str]] = [
    (b"not json", "not a JSON object"),
    (b"\xff\xfe\x00", "not a JSON object"),
    (b"[1, 2]", "dictionary"),
    (json.dumps({"text": "hello", "customer": "C-1"}).encode(), "id: Field required"),
    (json.dumps(GOOD | {"messages": []}).encode(), "either text or messages"),
    (json.dumps(GOOD | {"id": "x", "text": "x" * 2_000_001}).encode(), "at most 2,000,000"),
    (json.dumps(GOOD | {"id": "y", "identity": 3}).encode(), "identity"),
    (json.dumps(GOOD).encode(), "same message"),
]


@pytest.fixture
def batch(works: InlineWorks) -> Batch:
    return Batch(works.journey, works.store, works.clock, works.knowledge.actions, execute=True)


def test_that_every_odd_message_gets_a_route_and_a_reason(batch: Batch) -> None:
    lines = [
        json.dumps({name: v for name, v in (GOOD | {"id": f"m{n}"} | odd).items() if v is not None}).encode()
        for n, (odd, _) in enumerate(READ)
    ]
    results = list(batch.run(lines))
    assert [result["id"] for result in results] == [f"m{n}" for n in range(len(READ))]
    for result, (_, route) in zip(results, READ, strict=True):
        assert "error" not in result
        assert result["why"]
        assert result["route"] in ("person", "advisor")
        assert route is None or result["route"] == route


def test_that_a_bad_line_gets_an_error_in_words_and_the_rest_go_on(batch: Batch) -> None:
    results = list(batch.run([json.dumps(GOOD).encode(), *(raw for raw, _ in REFUSED), b"",
                              json.dumps(GOOD | {"id": "last"}).encode()]))  # fmt: skip
    assert results[0]["route"] == "advisor"
    for result, (_, words) in zip(results[1:-1], REFUSED, strict=True):
        assert words in str(result["error"])
    assert results[-1]["id"] == "last"


def test_that_nothing_is_carried_out_at_level_2_even_when_told_to_execute(batch: Batch, works: InlineWorks) -> None:
    (result,) = batch.run([json.dumps(GOOD | {"identity": 2}).encode()])
    steps = result["steps"]
    assert isinstance(steps, list)
    assert steps[0]["ruling"]["answer"] == "ask"
    assert steps[0]["outcome"] is None
    assert works.audit.verify().events == 0
