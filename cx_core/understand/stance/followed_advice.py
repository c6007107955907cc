"""Which of our advice a clause says was followed, by its sense: "three times out and in plugged" has restarted it.

A task type's file gives sentences of either kind (`followed`); what says that other advice was followed, and requests
of any business, stand against it. The words that stand for it (`tried`) count as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import TaskType
from cx_core.ports import Encoder
from cx_core.understand.speech_acts import FOLDER, lines
from cx_core.understand.stance.two_sides import TwoSides

Floats = NDArray[np.float32]

CLEARLY = 0.2
"""From which a clause says so, of -1 to 1: advice that is given once more costs a message, a fault that is logged
without it a visit."""


class FollowedAdvice:
    """That of all task types, each as "task type:advice"."""

    def __init__(self, encoder: Encoder, task_types: Iterable[TaskType]) -> None:
        general = lines(FOLDER / "requests_in_general.txt")
        self._learnt = {
            f"{task_type.name}:{advice}": TwoSides(
                encoder, told.done, [*told.not_done, *_of_others(task_type, advice), *general]
            )
            for task_type in task_types
            for advice, told in task_type.followed.items()
        }

    def of(self, vector: Floats, does: str) -> tuple[str, ...]:
        """What a clause with this vector says they have done; `does`: what its words do. A question is no deed."""
        if does in ("asks", "refuses"):
            return ()
        return tuple(name for name, sides in self._learnt.items() if sides.score(vector) >= CLEARLY)


def _of_others(task_type: TaskType, advice: str) -> Iterator[str]:
    for name, told in task_type.followed.items():
        if name != advice:
            yield from told.done
