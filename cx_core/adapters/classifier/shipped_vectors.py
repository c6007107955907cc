"""Vectors of texts that ship with Rung or its knowledge: every start needs the same ones, so they are kept on disk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.classifier.model_cache import digest, kept_array
from cx_core.ports import Encoder

Floats = NDArray[np.float32]


class ShippedVectors:
    """Implements ports.Encoder. Never for what customers write: it would lie in a file in the open."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder, self._folder = encoder, folder

    @property
    def version(self) -> str:
        return self._encoder.version

    def encode(self, texts: Sequence[str]) -> Floats:
        return kept_array(self._folder, "vectors", self._name("encode", texts), lambda: self._encoder.encode(texts))

    def layers(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        made = cache(lambda: self._encoder.layers(texts))
        sense = kept_array(self._folder, "vectors", self._name("sense", texts), lambda: made()[0])
        return sense, kept_array(self._folder, "vectors", self._name("wording", texts), lambda: made()[1])

    def _name(self, kind: str, texts: Sequence[str]) -> str:
        return digest({kind: texts}, self.version)
