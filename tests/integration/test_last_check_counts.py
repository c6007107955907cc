"""The last check's bench: what it counts, and that little gets past the check and little is held for nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import last_check
from bench.last_check import LOTS, RIGHT, Case

pytestmark = pytest.mark.slow


def test_that_altered_steps_are_caught_and_right_ones_are_not_held(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_DATA_DIR", str(prepared))  # what was learnt is taken from there
    seen: Counter[tuple[str, bool]] = Counter()

    def told(lot: str, case: Case, found: str) -> None:
        seen[lot, case.kind == RIGHT] += 1
        assert not found or found.startswith("They wrote “")

    figures = last_check.measure(told, many=1_000)
    for lot in LOTS:
        assert seen[lot, True] + seen[lot, False] == figures[f"{lot}.proposals"] == 1_000
        assert seen[lot, True] > 250
    assert figures["tuning.caught"] >= 0.97
    assert figures["tuning.right_held"] <= 0.02
    assert figures["held_out.caught"] >= 0.9
    assert figures["held_out.right_held"] <= 0.08
