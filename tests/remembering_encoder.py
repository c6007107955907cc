"""The shipped encoder for a whole session of tests, which have it read the same articles again and again."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.encoder.encoder_inference import LONGEST
from cx_core.adapters.encoder.minilm import MiniLM

MOST = 40_000
"""Rows kept, 120 megabytes. Once it is full, texts are read anew."""


class RememberingEncoder(MiniLM):
    """Gives each text the row it was given first, also where the shipped one forgets: in jobs of many texts."""

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[str, NDArray[np.float32]] = {}
        self._reading = threading.Lock()

    def _rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        cut = [text[:LONGEST] for text in texts]
        with self._reading:
            known = {text: self._read[text] for text in cut if text in self._read}
        new = [text for text in dict.fromkeys(cut) if text not in known]
        if new or not cut:
            rows = super()._rows(new)
            if not cut:
                return rows
            known |= zip(new, rows.copy(), strict=True)
            self._keep({text: known[text] for text in new})
        return np.stack([known[text] for text in cut])

    def _keep(self, rows: dict[str, NDArray[np.float32]]) -> None:
        with self._reading:
            if len(self._read) + len(rows) <= MOST:
                self._read |= rows
