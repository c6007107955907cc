"""Which of two senses a clause has, learnt from some dozens of sentences of either (ridge regression)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Encoder

Floats = NDArray[np.float32]

RIDGE = 0.5
"""How much the weights are held small: the examples are fewer than the numbers of a vector."""


class TwoSides:
    """Weighs the one sense against the other; it learns from the examples once, in some milliseconds."""

    def __init__(self, encoder: Encoder, one: Sequence[str], other: Sequence[str]) -> None:
        for_it, against = encoder.layers(one)[0], encoder.layers(other)[0]  # as a message is read: no stops at the end
        middle = (for_it.mean(axis=0) + against.mean(axis=0)) / 2
        rows = np.vstack((for_it, against)) - middle
        sides = np.concatenate((np.ones(len(for_it)), -np.ones(len(against)))).astype(np.float32)
        inner = np.linalg.solve(rows @ rows.T + RIDGE * np.eye(len(rows), dtype=np.float32), sides)
        self._middle, self._weights = middle, rows.T @ inner

    def score(self, vector: Floats) -> float:
        """From about -1, the other, to about 1, the one."""
        return float((vector - self._middle) @ self._weights)
