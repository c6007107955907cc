"""The figures a bench prints are what their names say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench.figures import auroc, keep, spread, table
from bench.intents import Answer, Row, figures, read
from cx_core.errors import BadInput


def test_that_auroc_counts_pairs_and_half_of_ties() -> None:
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx(3.5 / 4)


def test_that_a_spread_is_median_and_95th_percentile() -> None:
    assert spread("triage", [float(n) for n in range(1, 102)]) == {"triage.p50_ms": 51.0, "triage.p95_ms": 96.0}


def test_that_figures_are_kept_as_one_flat_object(tmp_path: Path) -> None:
    keep({"a": 1, "b.p50_ms": 2.5}, tmp_path / "deep" / "out.json")
    assert json.loads((tmp_path / "deep" / "out.json").read_text()) == {"a": 1, "b.p50_ms": 2.5}
    assert "1,000" in table("t", {"a": 1000})


def test_that_a_rejected_row_in_scope_counts_as_wrong() -> None:
    valid = [(Row("v", "a"), Answer("a", score / 100)) for score in range(1, 101)]
    test = [
        (Row("sure and right", "a"), Answer("a", 0.9)),
        (Row("right but unsure", "a"), Answer("a", 0.01)),
        (Row("sure and wrong", "b"), Answer("a", 0.8)),
        (Row("outside, seen", None), Answer("a", 0.02)),
        (Row("outside, missed", None), Answer("b", 0.85)),
    ]
    found = figures(valid, test)
    assert found["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["in_scope_accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["oos_recall"] == 0.5
    assert found["oos_auroc"] == pytest.approx(3 / 6)
    assert found["n"] == 5


def test_that_a_set_without_rows_out_of_scope_has_no_figures_about_them() -> None:
    pairs = [(Row("t", "a"), Answer("a", 0.9))]
    assert {"oos_auroc", "oos_recall"}.isdisjoint(figures(pairs, pairs))


def test_that_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"text": "hello", "intent": "greet"}\n{"text": "no intent"}\n')
    with pytest.raises(BadInput, match=r"train\.jsonl:2"):
        read(path)
