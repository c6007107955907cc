"""What a message as a whole is for: a request, a question, to keep things as they are, or nothing to be answered.

Judged from what its clauses and sentences do (`speech_acts`) and from the sense of it all and of its last sentence: "I
don't want it any more, please stop it" refuses and is a request; "what would it cost? don't change anything yet" is a
question. Learnt from messages of many businesses by two authors; on those of one that the other taught .76 and .88 are
told apart, by speech acts alone .68 and .85.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.understand.goal_candidates.evidence import MessageReading, Sight
from cx_core.understand.speech_acts import FOLDER, lines

Floats = NDArray[np.float32]

SURE = 0.6
"""Probability from which a message is taken for a question, or for one that wants nothing changed."""

_FLOOR = 0.01


class Purpose(NamedTuple):
    """Probabilities of one message."""

    request: float = 1.0
    question: float = 0.0
    keep: float = 0.0
    nothing: float = 0.0


class PurposeJudge(NamedTuple):
    """A softmax over `features`; `weights` has a row per purpose in order of `Purpose`, its last column the bias."""

    weights: Floats

    def purpose(self, sight: Sight, text: str) -> Purpose:
        found = features(sight, text)
        if found is None:
            return Purpose()
        scores = self.weights[:, :-1] @ found + self.weights[:, -1]
        high = np.exp(scores - scores.max())
        return Purpose(*(float(part) for part in high / high.sum()))


def examples() -> dict[str, list[str]]:
    """What it is learnt from, by purpose; a line break is written "\\n"."""
    return {path.stem: [line.replace("\\n", "\n") for line in lines(path)] for path in _files()}


def _files() -> list[Path]:
    return [FOLDER / "purposes" / f"{name}.txt" for name in Purpose._fields]


def features(sight: Sight, text: str) -> Floats | None:
    """How strongly any clause, any sentence, the first, the last and all together do each thing, with the sense of all
    and of the last sentence; None: no words."""
    clauses = [reading for seen in sight.sentences for reading in (seen.clauses or (seen.whole,))]
    if not clauses or sight.whole is None:
        return None
    acts, whole = np.stack([one.acts for one in clauses]), np.stack([seen.whole.acts for seen in sight.sentences])
    lengths = np.array([_length(one) for one in clauses], np.float32)
    most = acts.max(axis=0)
    held = np.clip(most, _FLOOR, 1 - _FLOOR)
    return np.concatenate(
        (
            most,
            np.log(held / (1 - held)) / 3,
            whole.max(axis=0),
            (acts * lengths[:, None]).sum(axis=0) / lengths.sum(),
            sight.whole.acts,
            whole[-1],
            whole[0],
            np.array([float("?" in text)], np.float32),
            sight.whole.vector,
            sight.sentences[-1].whole.vector,
        )
    ).astype(np.float32)


def _length(reading: MessageReading) -> float:
    return float(reading.span.end - reading.span.start)
