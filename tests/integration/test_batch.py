"""The batch command: every line gets an answer, whatever it holds."""

from __future__ import annotations

import json

import pytest

from cx_core.cli.batch import Batch
from tests.integration.conftest import InlineWorks

GOOD = {"id": "good", "customer": "maria.keller@example.com", "identity": 1, "text": "I was charged twice."}
READ: list[tuple[dict[str, object], str | None]] = [
    ({"text": ""}, "person"),
    ({"text": "\x00\x01\ufffd" * 300}, "person"),
    ({"text": "line after line of nothing in particular\n" * 10_000}, "person"),
    ({"text": "I was charged twice. " * 50_000}, "person"),
    ({"text": "a" * 1_000_000}, "person"),
    ({"text": "I was charged twice.", "received_at": "2026-11-21T09:00:00+14:00"}, None),
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
    (json.dumps(GOOD | {"id": "y", "identity": True}).encode(), "identity: Value error, write 0, 1 or 2"),
    (json.dumps(GOOD | {"id": "y", "identity": 1.0}).encode(), "identity: Value error, write 0, 1 or 2"),
    (json.dumps(GOOD | {"id": "y", "identity": "1"}).encode(), "identity: Value error, write 0, 1 or 2"),
    (json.dumps(GOOD | {"id": "y", "received_at": 12}).encode(), 'such as "2026-11-21T09:00:00Z"'),
    (json.dumps(GOOD | {"id": "y", "received_at": "12"}).encode(), 'such as "2026-11-21T09:00:00Z"'),
    (json.dumps(GOOD | {"id": "y", "received_at": "0001-01-01T00:00:00+14:00"}).encode(), "with a time zone"),
    (json.dumps(GOOD | {"id": "y", "received_at": True}).encode(), 'such as "2026-11-21T09:00:00Z"'),
    (json.dumps(GOOD | {"id": "y", "received_at": "2026-11-21"}).encode(), "with a time zone"),
    (json.dumps(GOOD | {"id": "y", "customer": "a@example.com, b@example.com"}).encode(), "not one address"),
    (json.dumps(GOOD | {"id": "y", "customer": "a@example.com; b@example.com"}).encode(), "not one address"),
    (json.dumps(GOOD | {"id": "y", "customer": "Ann <a@example.com>, Bo <b@example.com>"}).encode(), "not one address"),
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
    results = list(
        batch.run(
            [json.dumps(GOOD).encode(), *(raw for raw, _ in REFUSED), b"", json.dumps(GOOD | {"id": "last"}).encode()]
        )
    )
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


def test_that_what_is_beyond_the_part_that_is_read_is_told_and_left_to_a_person(batch: Batch) -> None:
    """The request that a step would be made for is read; that it is taken back, far below, is not."""
    long = "I was charged twice." + " And it goes on." * 800 + " Do not refund anything, I was wrong."
    (result,) = batch.run([json.dumps(GOOD | {"id": "long", "text": long}).encode()])
    assert (result["route"], result["steps"], result["reply"]) == ("person", [], "")
    assert "longer than the copilot reads" in str(result["why"])
    told = f"read the first 12,000 of {len(long):,} characters"
    findings = result["findings"]
    assert isinstance(findings, list)
    assert any(told in finding for finding in findings), findings


def test_that_clauses_and_messages_that_are_not_read_are_told(batch: Batch) -> None:
    many = " ".join(f"Word{n} has been said here." for n in range(60))
    letters = [{"from": "customer", "text": f"This is letter {n}."} for n in range(15)]
    lines = [GOOD | {"id": "clauses", "text": many}, {**GOOD, "id": "letters", "messages": letters}]
    del lines[1]["text"]
    clauses, letters_ = (str(result["findings"]) for result in batch.run(json.dumps(line).encode() for line in lines))
    assert "and not 20 clauses between them" in clauses
    assert "did not read the 3 oldest unanswered messages" in letters_


def test_that_a_short_message_is_read_whole_and_nothing_is_said_of_it(batch: Batch) -> None:
    (result,) = batch.run([json.dumps(GOOD | {"text": "I was charged twice." + " " * 20_000}).encode()])
    assert result["route"] == "advisor"
    assert "characters" not in str(result["findings"])


@pytest.mark.parametrize(
    "customer",
    [
        "Maria Keller <maria.keller@example.com>",
        '"Keller, Maria" <maria.keller@example.com>',
        "<maria.keller@example.com>",
    ],
)
def test_that_a_name_with_an_address_is_that_address(batch: Batch, customer: str) -> None:
    named, bare = batch.run(
        json.dumps(GOOD | {"id": str(n), "customer": one}).encode()
        for n, one in enumerate((customer, GOOD["customer"]))
    )
    assert named["steps"] == bare["steps"]
    assert named["steps"]
