"""Fitting `linear` classifiers with scikit-learn, imported only when there is something to fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.classifier.linear import (
    NEIGHBOUR,
    OTHER,
    Floats,
    LinearWeights,
    Scores,
    evidence,
    level,
    probabilities,
    softmax,
    total,
)
from cx_core.adapters.classifier.tfidf import Grams, learn

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

REGULARISATION = 10.0
FOLDS = 3
HIDDEN = 3
"""Groups of labels hidden in turn, whose texts then play foreign matters."""

STRANGE = 0.5
"""Weight of a text whose label was hidden."""

AXES, AXES_OF_TWO = 512, 192
"""Of many labels, and of two: one boundary needs fewer, and they take a quarter of the time to find."""

MANY = 9000
"""More examples than this are enough to calibrate on a part held out once."""

ENOUGH = 1500
"""More examples than this say enough without the grams that only one of them has."""

WRONG_AND_SURE = 0.05
"""Share of sure answers that may be wrong in cross-validation: misrouting is worse than asking."""

LOWER, UPPER_LEAST, UPPER_MOST = 0.35, 0.6, 0.95


class _Trial(NamedTuple):
    """Scores of texts the model had not seen; `right` is whether the likeliest label was theirs."""

    scores: Scores
    truth: NDArray[np.int64]  # -1: the label was hidden


class _Blind(NamedTuple):
    """Weights from some of the examples, and the places of those they have not seen. `hidden`: nor their labels."""

    weights: LinearWeights
    held: NDArray[np.int64]
    hidden: bool


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    vectors: Floats,
    sense: int,
    *,
    foreign: bool = True,
    neighbour: float = NEIGHBOUR,
    each_gram: bool = False,
) -> LinearWeights:
    """Weights with calibrated probabilities. At least two labels, and two examples for each.

    `vectors` has `sense` columns of the texts' vectors, then any that say how they are worded. `each_gram`: whether
    grams are weighed one by one, which takes long with many labels.
    """
    from threadpoolctl import threadpool_limits

    names, truth = _named(labels)
    with threadpool_limits(1):  # these matrices are small: a second thread waits more than it works
        data = _read(texts, truth, vectors, sense, neighbour, each_gram=each_gram)
        bare = _fit_scores(data, np.arange(len(truth)), names)
        blind = [*_seen_labels(data, names), *(_hidden_labels(data, names) if foreign else ())]
        temperature, trust, bounds = _calibrate(data, blind, names)
    return replace(bare, temperature=temperature, trust=trust, bounds=bounds)


def _named(labels: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    names = sorted(set(labels))
    return names, np.searchsorted(np.array(names), np.array(labels))


class _Data(NamedTuple):
    """Examples as numbers. `axes` (grams x A) are the directions in which grams vary most: a regression over A
    dense columns takes seconds where one over every gram takes minutes, and with many labels answers the same. Where
    single words decide, None: every gram is a column of its own."""

    texts: Sequence[str]
    truth: NDArray[np.int64]
    vectors: Floats
    sense: int
    neighbour: float
    grams: NDArray[np.str_]
    rarity: Floats
    axes: Floats | None
    turned: Floats | csr_matrix  # examples x A, or x grams


def _read(
    texts: Sequence[str],
    truth: NDArray[np.int64],
    vectors: Floats,
    sense: int,
    neighbour: float,
    *,
    each_gram: bool,
) -> _Data:
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD

    kept, rarity = learn(texts, least=2 if len(texts) > ENOUGH else 1)
    known = Grams(kept, rarity)
    entries = [known.entry(text) for text in texts]
    ends = np.cumsum([0] + [len(entry.columns) for entry in entries])
    values, columns = np.concatenate([e.values for e in entries]), np.concatenate([e.columns for e in entries])
    sparse = csr_matrix((values, columns, ends), shape=(len(texts), len(kept)))
    if each_gram:
        return _Data(texts, truth, vectors, sense, neighbour, kept, rarity, None, sparse)
    most = AXES_OF_TWO if len(np.unique(truth)) == 2 else AXES
    svd = TruncatedSVD(min(most, len(texts), len(kept)) - 1, n_iter=2, random_state=0).fit(sparse)
    axes = svd.components_.T.astype(np.float32)
    return _Data(
        texts, truth, vectors, sense, neighbour, kept, rarity, axes, np.asarray(sparse @ axes, dtype=np.float32)
    )


def _fit_scores(data: _Data, rows: NDArray[np.int64], names: Sequence[str]) -> LinearWeights:
    """From these rows alone; `names` are the labels they bear, in order."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    _, truth = np.unique(data.truth[rows], return_inverse=True)
    mean = data.vectors[rows].mean(axis=0)
    centred = level(data.vectors[rows] - mean, data.sense)
    model = LogisticRegression(C=REGULARISATION, max_iter=150, tol=1e-3)
    turned = data.turned[rows]
    model.fit(np.hstack([centred, turned]) if data.axes is not None else hstack([csr_matrix(centred), turned]), truth)
    coefficients, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(names) == 2:
        coefficients, bias = np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    order = np.argsort(truth, kind="stable")
    wide = centred.shape[1]
    return LinearWeights(
        labels=np.array(names, dtype=np.str_),
        mean=mean,
        dense=np.ascontiguousarray(coefficients[:, :wide]),
        sparse=coefficients[:, wide:].T.copy() if data.axes is None else data.axes @ coefficients[:, wide:].T,
        bias=bias,
        grams=data.grams,
        rarity=data.rarity,
        examples=np.ascontiguousarray(centred[order, : data.sense]),
        starts=np.searchsorted(truth[order], np.arange(len(names))).astype(np.int64),
        neighbour=np.array([data.neighbour], np.float32),
        temperature=np.ones(1, np.float32),
        trust=np.zeros(6, np.float32),
        bounds=np.zeros(2, np.float32),
    )


def _calibrate(data: _Data, blind: Sequence[_Blind], names: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    trials = [_trial(data, names, one) for one in blind]
    seen = [trial for trial, one in zip(trials, blind, strict=True) if not one.hidden]
    temperature = _temperature(seen)
    rows, right = [], []
    for trial in trials:
        soft = softmax(total(trial.scores) / temperature)
        rows.append(evidence(trial.scores, soft))
        right.append(soft.argmax(axis=1) == trial.truth)
    weight = np.concatenate([np.full(len(one.held), STRANGE if one.hidden else 1.0) for one in blind])
    trust = np.eye(1, rows[0].shape[1], dtype=np.float32)[0]  # the softmax as it is
    if len(np.unique(np.concatenate(right))) == 2:
        model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500)
        model.fit(np.concatenate(rows), np.concatenate(right), sample_weight=weight)
        trust = model.coef_[0].astype(np.float32)
    return temperature, trust, _bounds(seen, temperature, trust, names)


def _seen_labels(data: _Data, names: Sequence[str]) -> Iterator[_Blind]:
    """Each text kept from a model that has seen others of its label."""
    from sklearn.model_selection import StratifiedKFold

    least = int(np.bincount(data.truth).min())
    folds = StratifiedKFold(max(2, min(FOLDS, least)), shuffle=True, random_state=0).split(data.vectors, data.truth)
    for learnt, held in folds:
        present = np.unique(data.truth[learnt])
        yield _Blind(_fit_scores(data, learnt, [names[n] for n in present]), held, hidden=False)
        if len(data.texts) > MANY:
            return


def _hidden_labels(data: _Data, names: Sequence[str]) -> Iterator[_Blind]:
    """Each group of labels kept from a model. OTHER is never hidden."""
    shown = [n for n, name in enumerate(names) if name != OTHER]
    if len(names) <= HIDDEN * 2:
        return
    for group in np.array_split(np.random.default_rng(0).permutation(shown), HIDDEN):
        away = np.isin(data.truth, group)
        left = [name for n, name in enumerate(names) if n not in group]
        yield _Blind(_fit_scores(data, np.flatnonzero(~away), left), np.flatnonzero(away), hidden=True)
        if len(data.texts) > MANY:
            return


def _trial(data: _Data, names: Sequence[str], blind: _Blind) -> _Trial:
    weights, held = blind.weights, blind.held
    centred = level(data.vectors[held] - weights.mean, data.sense)
    of_grams = weights.sparse if data.axes is None else data.axes.T @ weights.sparse
    score = centred @ weights.dense.T + weights.bias + data.turned[held] @ of_grams
    near = np.maximum.reduceat(centred[:, : data.sense] @ weights.examples.T, weights.starts, axis=1)
    truth = np.full(len(held), -1)
    if not blind.hidden:
        place = {str(label): at for at, label in enumerate(weights.labels)}
        truth = np.array([place.get(names[n], -1) for n in data.truth[held]])
    return _Trial(Scores(score.astype(np.float32), near, data.neighbour), truth.astype(np.int64))


def _temperature(trials: Sequence[_Trial]) -> Floats:
    """The temperature of least log loss (Guo et al. 2017)."""
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        lost = 0.0
        for trial in trials:
            soft = softmax(total(trial.scores) / np.float32(np.exp(log_temperature)))
            lost -= float(np.log(np.clip(soft[np.arange(len(soft)), trial.truth], 1e-9, 1)).sum())
        return lost

    best = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 0.01})
    return np.array([np.exp(best.x)], dtype=np.float32)


def _bounds(trials: Sequence[_Trial], temperature: Floats, trust: Floats, names: Sequence[str]) -> Floats:
    """Lower: below it an answer is as good as none. Upper: above it at most WRONG_AND_SURE are wrong."""
    rows = [probabilities(trial.scores, temperature, trust) for trial in trials]
    best, top = np.concatenate([row.max(axis=1) for row in rows]), np.concatenate([row.argmax(axis=1) for row in rows])
    wrong = top != np.concatenate([trial.truth for trial in trials])
    if OTHER in names:
        ours = top != names.index(OTHER)
        best, wrong = best[ours], wrong[ours]
    order = np.argsort(-best)
    share = np.cumsum(wrong[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero(share <= WRONG_AND_SURE)
    upper = float(best[order][kept[-1]]) if len(kept) else UPPER_MOST
    return np.array([LOWER, np.clip(upper, UPPER_LEAST, UPPER_MOST)], dtype=np.float32)
