"""Requests gathered by meaning: agglomerative clustering by average cosine distance, from scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

APART = 0.5
"""Cosine distance, mean over two groups, from which they stay apart."""


def cluster(vectors: NDArray[np.float32]) -> Sequence[int]:
    """A number for each row; alone is a group too."""
    if len(vectors) < 2:
        return [0] * len(vectors)
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=APART)
    return [int(label) for label in model.fit_predict(vectors)]
