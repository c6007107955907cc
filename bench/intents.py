"""Intent data through the classifier that triages tickets: same encoder, same training, same scores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figures, auroc
from cx_core.errors import BadInput

REJECTED = 0.05
"""Share of valid's in-scope rows that the threshold may reject."""


class Row(NamedTuple):
    """A text and its intent; None is out of scope."""

    text: str
    intent: str | None


class Answer(NamedTuple):
    """The likeliest intent of a text and how sure the classifier is, 0..1."""

    intent: str
    score: float


def read(path: Path) -> list[Row]:
    """JSON lines. Raises BadInput naming file and line."""
    if not path.is_file():
        raise BadInput(f"{path} is missing.")
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fields = json.loads(line)
            rows.append(Row(fields["text"], fields["intent"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path}:{number}: wants text and intent ({error}).") from error
    return rows


def figures(valid: Sequence[tuple[Row, Answer]], test: Sequence[tuple[Row, Answer]]) -> Figures:
    """Accuracy, and rejection at the threshold that `valid` sets.

    Figures about rows out of scope are there only if the test has such rows.
    """
    inside = [(row, answer) for row, answer in test if row.intent is not None]
    outside = _scores([(row, answer) for row, answer in test if row.intent is None])
    right = np.array([row.intent == answer.intent for row, answer in inside])
    sure = _scores(inside)
    threshold = float(np.quantile(_scores([pair for pair in valid if pair[0].intent is not None]), REJECTED))
    found: Figures = {
        "accuracy": float(right.mean()),
        "in_scope_accuracy": float((right & (sure >= threshold)).mean()),
        "threshold": threshold,
    }
    if len(outside):
        found |= {"oos_auroc": auroc(sure, outside), "oos_recall": float((outside < threshold).mean())}
    return {name: round(value, 4) for name, value in found.items()} | {"n": len(test)}


def _scores(pairs: Sequence[tuple[Row, Answer]]) -> NDArray[np.float64]:
    return np.array([answer.score for _, answer in pairs], dtype=np.float64)
