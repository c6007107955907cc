"""Labels for short texts, from examples: trained by scikit-learn once, kept as arrays, applied with numpy alone.

The score of a label is a logistic regression over the text's vector, what the encoder makes of it half way, and its
words and letter groups, plus the cosine of the nearest example of that label. Both halves were kept because each
helps where the other is weak: regression with many examples, neighbours with five. Probabilities come from
cross-validated scores, never from scores of texts the model has learnt, and are told apart from foreign matters by
hiding whole labels in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.classifier.tfidf import Grams

Floats = NDArray[np.float32]

OTHER = ""
"""The label of texts that are none of ours. It takes part in training; it is nobody's answer."""

NEIGHBOUR = 4.0
"""Weight of the nearest example's cosine beside the regression, unless another is asked for; chosen on BANKING77's
valid."""

WORDING = 0.7
"""Length of the encoder's half-way columns beside a vector of length 1."""


class Scores(NamedTuple):
    """Regression and nearest cosine, each (texts, labels), and what the second weighs beside the first."""

    regression: Floats
    nearest: Floats
    neighbour: float


@dataclass(frozen=True)
class LinearWeights:
    """All that inference needs. L labels, N examples, S dimensions, C columns (S, and any half-way ones), V grams."""

    labels: NDArray[np.str_]
    mean: Floats  # C
    dense: Floats  # L x C
    sparse: Floats  # V x L
    bias: Floats  # L
    grams: NDArray[np.str_]  # V
    rarity: Floats  # V
    examples: Floats  # N x S, in order of label
    starts: NDArray[np.int64]  # L, where each label's examples begin
    neighbour: Floats  # 1, weight of the nearest example
    temperature: Floats  # 1
    trust: Floats  # 6, see `evidence`
    bounds: Floats  # lower and upper


class LabelClassifier:
    """`ports.Classifier`. Holds arrays only and may be shared between threads."""

    def __init__(self, weights: LinearWeights, version: str) -> None:
        self._weights = weights
        self._grams = Grams(weights.grams, weights.rarity)
        self.version = version
        self._labels = tuple(str(label) for label in weights.labels)
        self._bounds = (float(weights.bounds[0]), float(weights.bounds[1]))

    @property
    def labels(self) -> tuple[str, ...]:
        return self._labels

    @property
    def bounds(self) -> tuple[float, float]:
        return self._bounds

    def classify(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Shape (texts, labels). What a row lacks of 1 is the chance that the text is none of these."""
        if not texts:
            return np.empty((0, len(self.labels)), dtype=np.float32)
        return probabilities(self.scores(texts, vectors), self._weights.temperature, self._weights.trust)

    def scores(self, texts: Sequence[str], vectors: Floats) -> Scores:
        """What training calibrates."""
        w = self._weights
        sense = w.examples.shape[1]
        centred = level(vectors - w.mean, sense)
        score = centred @ w.dense.T + w.bias + self._grams.product(texts, w.sparse)
        nearest = np.maximum.reduceat(centred[:, :sense] @ w.examples.T, w.starts, axis=1)
        return Scores(score.astype(np.float32), nearest, float(w.neighbour[0]))


def probabilities(scores: Scores, temperature: Floats, trust: Floats) -> Floats:
    """Softmax, with the likeliest label set to its chance of being right and the rest scaled to fit."""
    soft = softmax(total(scores) / temperature)
    top = soft.argmax(axis=1)
    rows = np.arange(len(soft))
    first = np.clip(soft[rows, top], 1e-6, 1 - 1e-6)
    right = 1 / (1 + np.exp(-(evidence(scores, soft) @ trust)))
    scaled = soft * np.minimum(right / first, (1 - right) / (1 - first))[:, None]
    scaled[rows, top] = right
    return np.asarray(scaled, dtype=np.float32)


def total(scores: Scores) -> Floats:
    """Regression and neighbours as one score."""
    return np.asarray(scores.regression + scores.neighbour * scores.nearest, dtype=np.float32)


def evidence(scores: Scores, soft: Floats) -> Floats:
    """What tells right from wrong and ours from foreign, one row a text: logit of the likeliest label,
    lead over the second, free energy (Liu et al. 2020), cosine of its and of any nearest example, and 1."""
    near = scores.nearest
    rows, top = np.arange(len(soft)), soft.argmax(axis=1)
    first = np.clip(soft[rows, top], 1e-6, 1 - 1e-6)
    both = total(scores)
    ordered = np.sort(both, axis=1)
    peak = ordered[:, -1]
    energy = peak + np.log(np.exp(both - peak[:, None]).sum(axis=1))
    lead = peak - (ordered[:, -2] if ordered.shape[1] > 1 else 0.0)
    columns = (np.log(first / (1 - first)), lead, energy, near[rows, top], near.max(axis=1), np.ones(len(soft)))
    return np.stack(columns, axis=1).astype(np.float32)


def softmax(scores: Floats) -> Floats:
    high = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(high / high.sum(axis=1, keepdims=True), dtype=np.float32)


def unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)


def level(rows: Floats, sense: int) -> Floats:
    """The first `sense` columns of length 1, those behind them of length WORDING."""
    if rows.shape[1] == sense:
        return unit(rows)
    return np.hstack((unit(rows[:, :sense]), WORDING * unit(rows[:, sense:]))).astype(np.float32)
