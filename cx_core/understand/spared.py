"""Refusals that spare another thing and take nothing back: "the rest I keep", "my address stays as it is".

A clause that refuses may take back all that was wished ("actually leave it as it is"), or only say what is not to be
touched, or how not to go about it ("don't mix them up"). Which of the two is told by what it is nearer to, the refusals
of many businesses that do the one or the other (`examples/refusals/`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Encoder
from cx_core.understand.speech_acts import FOLDER, lines

Floats = NDArray[np.float32]

NEAREST = 3
"""So many examples of each kind are compared with: one alone may be near by chance."""

CLEARER = 0.03
"""By so much a clause must be nearer to what spares than to what takes back: a step that is held costs a question, one
that is done against their words costs more."""


class SparingRefusals:
    """Tells them from those that take a wish back; the vectors of the examples are made once."""

    def __init__(self, encoder: Encoder) -> None:
        self._spares, self._takes_back = (
            encoder.encode(lines(FOLDER / "refusals" / f"{name}.txt")) for name in ("spares", "takes_back")
        )

    def has(self, vector: Floats) -> bool:
        """Whether a clause that refuses is one."""
        return _near(self._spares, vector) - _near(self._takes_back, vector) >= CLEARER


def _near(examples: Floats, vector: Floats) -> float:
    return float(np.sort(examples @ vector)[-NEAREST:].mean())
