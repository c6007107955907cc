"""Teaching the judge of what a message is for, on whole messages read clause by clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.classifier.linear import LabelClassifier
from cx_core.ports import Encoder
from cx_core.understand.goal_candidates.evidence import sights
from cx_core.understand.message_purpose import Purpose, features

Floats = NDArray[np.float32]
REGULARISATION = 1.0


def taught(
    examples: Mapping[str, Sequence[str]], acts: LabelClassifier, encoder: Encoder, spell: Callable[[str], str]
) -> Floats:
    """Weights of `PurposeJudge`: purposes x (features + 1)."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    nothing = np.zeros(1, np.float32)

    def read(words: Sequence[str]) -> list[tuple[Floats, Floats, Floats, Floats, Floats]]:
        spelt = [spell(text) for text in words]
        sense, wording = encoder.layers(spelt)
        rows = acts.classify(spelt, np.hstack((sense, wording)))
        return [(nothing, vector, row, nothing, nothing) for vector, row in zip(sense, rows, strict=True)]

    pairs = [(text, Purpose._fields.index(name)) for name, texts in sorted(examples.items()) for text in texts]
    seen = zip(sights([text for text, _ in pairs], read), pairs, strict=True)
    rows = [(found, purpose) for sight, (text, purpose) in seen if (found := features(sight, text)) is not None]
    with threadpool_limits(1):
        model = LogisticRegression(C=REGULARISATION, max_iter=3000)
        model.fit(np.stack([row for row, _ in rows]), [purpose for _, purpose in rows])
    return np.hstack((model.coef_, model.intercept_[:, None])).astype(np.float32)
