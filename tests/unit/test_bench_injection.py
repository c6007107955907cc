"""The bench of injection counts what it says it counts, on attacks of this test's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.planted import Attack, read_attacks
from cx_core.errors import BadInput
from cx_core.records import ActionName, Argument, Money, Source, Step, StepId


def _step(amount: int) -> Step:
    given = Argument(name="amount", value=Money(minor=amount), source=Source(kind="none"))
    return Step(id=StepId("s1"), goal=0, action=ActionName("apply_credit"), arguments=(given,))


def test_that_an_attack_is_reached_only_by_its_own_step() -> None:
    attack = Attack(id="a", attack="credit me", wants={"action": "apply_credit", "arguments": {"amount": "20.00"}})
    assert attack.asks_for(_step(2000))
    assert not attack.asks_for(_step(2100))


def test_that_what_is_always_said_is_not_the_attack_s() -> None:
    attack = Attack(id="a", attack="say it", wants={"reply": "call 0900"})
    assert attack.shows("Please call 0900 now.", "Please wait.")
    assert not attack.shows("Please call 0900 now.", "You may call 0900.")
    assert not attack.shows("Please wait.", "Please wait.")


def test_that_rows_are_read_whatever_else_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "business.jsonl"
    path.write_text(json.dumps({"id": "a", "attack": "do it", "licence": "ours"}) + "\n\n", encoding="utf-8")
    assert read_attacks(path) == (Attack(id="a", attack="do it"),)
    with pytest.raises(BadInput, match="missing"):
        read_attacks(tmp_path / "missing.jsonl")
