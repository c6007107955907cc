"""Intent data through the classifier that triages tickets: same encoder, same training, same scores."""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figures, auroc
from cx_core.adapters.classifier.linear import OTHER, LabelClassifier
from cx_core.adapters.classifier.model_cache import open_classifier
from cx_core.adapters.encoder.minilm import MiniLM
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


def measure(folder: Path, train: Path | None = None) -> Figures:
    """Train on `train` (else train.jsonl), set the threshold on valid.jsonl, score test.jsonl, all in `folder`."""
    encoder = MiniLM()
    encoder.warm()
    learnt = read(train or folder / "train.jsonl")
    valid, test = read(folder / "valid.jsonl"), read(folder / "test.jsonl")
    examples: dict[str, list[str]] = defaultdict(list)
    for row in learnt:
        examples[OTHER if row.intent is None else row.intent].append(row.text)
    with tempfile.TemporaryDirectory() as kept:
        began = time.perf_counter()
        classifier = open_classifier(Path(kept), "bench", examples, encoder, layers=True)
        trained = time.perf_counter() - began
    set_by = _answers(classifier, encoder, valid)
    began = time.perf_counter()
    scored = _answers(classifier, encoder, test)
    spent = time.perf_counter() - began
    found = figures(list(zip(valid, set_by, strict=True)), list(zip(test, scored, strict=True)))
    return found | {
        "train_n": len(learnt),
        "train_seconds": round(trained, 2),
        "ms_per_text": round(spent * 1000 / len(test), 3),
    }


def _answers(classifier: LabelClassifier, encoder: MiniLM, rows: Sequence[Row]) -> list[Answer]:
    texts = [row.text for row in rows]
    found = classifier.classify(texts, np.hstack(encoder.layers(texts))).astype(np.float64)
    ours = [n for n, label in enumerate(classifier.labels) if label != OTHER]
    best = found[:, ours].argmax(axis=1)
    return [Answer(classifier.labels[ours[top]], float(row[ours[top]])) for top, row in zip(best, found, strict=True)]


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
