"""An encoder that is shown only the clause of an example: the words in front of it are for the grams alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Encoder
from cx_core.understand.times.time_senses import clause_of


class ClauseEncoder:
    """Implements ports.Encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def version(self) -> str:
        return self._encoder.version

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode([clause_of(text) for text in texts])

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self._encoder.layers([clause_of(text) for text in texts])
