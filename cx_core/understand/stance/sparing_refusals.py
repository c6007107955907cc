"""Refusals that spare another thing and take nothing back: "the rest I keep", "my address stays as it is".

A clause that refuses may take back all that was wished ("actually leave it as it is"), or only say what is not to be
touched, or how not to go about it ("don't mix them up"). Which of the two is told by its sense, learnt from refusals of
many businesses that do the one or the other (`examples/refusals/`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Encoder
from cx_core.understand.speech_acts import FOLDER, lines
from cx_core.understand.stance.two_sides import TwoSides

Floats = NDArray[np.float32]

CLEARLY = 0.1
"""From which a clause is taken to spare something, of -1 (takes back) to 1 (spares): a step that is held costs a
question, one that is done against their words costs more."""


class SparingRefusals:
    """Tells them from those that take a wish back; it learns from the examples once, in some milliseconds."""

    def __init__(self, encoder: Encoder) -> None:
        self._sides = TwoSides(
            encoder, *(lines(FOLDER / "refusals" / f"{name}.txt") for name in ("spares", "takes_back"))
        )

    def has(self, vector: Floats) -> bool:
        """Whether a clause that refuses is one."""
        return self.score(vector) >= CLEARLY

    def score(self, vector: Floats) -> float:
        """From about -1, it takes back, to about 1, it spares."""
        return self._sides.score(vector)
