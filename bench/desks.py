"""A desk of its own for a bench: the shipped knowledge, a folder that goes away, no workers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.encoder import MiniLM
from cx_core.bootstrap import Works
from cx_core.settings import ROOT, Settings

KNOWLEDGE = ROOT / "knowledge"


class TimedEncoder(MiniLM):
    """The shipped encoder, which adds up the seconds spent in it."""

    seconds = 0.0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        began = time.perf_counter()
        try:
            return super().encode(texts)
        finally:
            self.seconds += time.perf_counter() - began


@contextmanager
def works(knowledge: Path = KNOWLEDGE) -> Iterator[tuple[Works, TimedEncoder]]:
    """Everything behind a desk, on fresh databases in demonstration mode. Nothing runs by itself."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", knowledge=knowledge, demo=True, feed_seconds=0)
        encoder = TimedEncoder()
        made = Works(settings, encoder=encoder)
        try:
            yield made, encoder
        finally:
            made.close()
