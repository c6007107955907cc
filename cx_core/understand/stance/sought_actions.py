"""Actions that a clause asks for in words of its own: "shout when it's back" asks to be told when an outage is over.

Told by sense, from sentences that an action's own file gives: what asks for it (`asked`) and what only sounds so
(`not_asked`). Few actions need it: most are what their task type is about.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import ActionSpec
from cx_core.ports import Encoder
from cx_core.records import ActionName
from cx_core.understand.speech_acts import FOLDER, lines
from cx_core.understand.stance.two_sides import TwoSides

CLEARLY = 0.05
"""From which a clause asks for it, of -1 to 1: one too many is a message that nobody minds, one too few a question."""


class SoughtActions:
    """Those of a pack; requests of any business stand against each."""

    def __init__(self, encoder: Encoder, actions: Mapping[ActionName, ActionSpec]) -> None:
        general = lines(FOLDER / "requests_in_general.txt")
        self._learnt = {
            name: TwoSides(encoder, spec.asked, [*spec.not_asked, *general])
            for name, spec in actions.items()
            if spec.asked
        }

    def of(self, vector: NDArray[np.float32]) -> tuple[ActionName, ...]:
        """Which of them a clause with this vector asks for."""
        return tuple(name for name, sides in self._learnt.items() if sides.score(vector) >= CLEARLY)
