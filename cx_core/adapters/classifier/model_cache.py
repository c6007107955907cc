"""The classifier for given examples: from memory, from disk, or trained now and kept."""

from __future__ import annotations

import hashlib
import logging
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypedDict

import numpy as np

from cx_core.adapters.classifier.linear import NEIGHBOUR, WORDING, Floats, LabelClassifier, LinearWeights
from cx_core.adapters.classifier.training import fit
from cx_core.ports import Encoder

_EDITION = "15"
"""Part of the cache's key: a new way of training must not read old weights."""

_fitted: dict[str, LabelClassifier] = {}
_fitting = threading.RLock()  # what `chosen` gives may need another classifier first

_LOG = logging.getLogger(__name__)


class _Ways(TypedDict):
    foreign: bool
    layers: bool
    neighbour: float
    each_gram: bool


def open_classifier(
    folder: Path,
    name: str,
    examples: Mapping[str, Sequence[str]],
    encoder: Encoder,
    *,
    foreign: bool = True,
    layers: bool = False,
    neighbour: float = NEIGHBOUR,
    each_gram: bool = False,
    chosen: Callable[[], Mapping[str, Sequence[str]]] | None = None,
) -> LabelClassifier:
    """The classifier for these examples: from memory, from `folder`, or trained now and kept there.

    `examples` may hold texts under OTHER. `foreign`: whether texts may come that belong to no label at all; `layers`:
    whether it learns from, and will be given, all columns of `Encoder.layers` instead of vectors alone; `neighbour`:
    what the nearest example's cosine weighs; `each_gram`: see `training.fit`. `chosen` gives what is learnt where that
    takes time to find out and follows from `examples` alone.
    Raises SystemTrouble when the encoder cannot be loaded.
    """
    ways: _Ways = {"foreign": foreign, "layers": layers, "neighbour": neighbour, "each_gram": each_gram}
    version = digest(examples, encoder.version, **ways)
    with _fitting:
        known = _fitted.get(version)
        if known is None:
            path = folder / f"{name}-{version}.npz"
            weights = _load(path)
            if weights is None:
                _LOG.info("Learning %s from examples, once for these; it may take a minute", name)
                weights = _learn(chosen() if chosen else examples, encoder, **ways)
                _keep(path, weights)
            known = _fitted[version] = LabelClassifier(weights, version)
    return known


def _learn(
    examples: Mapping[str, Sequence[str]],
    encoder: Encoder,
    *,
    foreign: bool,
    layers: bool,
    neighbour: float,
    each_gram: bool,
) -> LinearWeights:
    pairs = [(text, label) for label, texts in sorted(examples.items()) for text in texts]
    texts, labels = [text for text, _ in pairs], [label for _, label in pairs]
    sense, wording = encoder.layers(texts)
    vectors = np.hstack((sense, wording)) if layers else sense
    return fit(texts, labels, vectors, sense.shape[1], foreign=foreign, neighbour=neighbour, each_gram=each_gram)


def digest(examples: Mapping[str, Sequence[str]], encoder: str, **ways: float) -> str:
    """Twelve digits that change with any example, the encoder, or the way of training."""
    summed = hashlib.sha256(f"{_EDITION}|{WORDING}|{encoder}|{sorted(ways.items())}".encode())
    for label, texts in sorted(examples.items()):
        for text in texts:
            summed.update(f"\0{label}\0{text}".encode("utf-8", "replace"))
    return summed.hexdigest()[:12]


def kept_array(folder: Path, name: str, version: str, make: Callable[[], Floats]) -> Floats:
    """An array that was learnt once for this version, or is now."""
    path = folder / f"{name}-{version}.npy"
    with _fitting:
        try:
            return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
        except (OSError, ValueError, EOFError):
            made = make()
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{threading.get_ident()}.tmp")
        with beside.open("wb") as file:
            np.save(file, made)
        beside.replace(path)
        return made


def _load(path: Path) -> LinearWeights | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return LinearWeights(**{field.name: kept[field.name] for field in fields(LinearWeights)})
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _keep(path: Path, weights: LinearWeights) -> None:
    """Written beside and moved into place, so that a crash leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{threading.get_ident()}.tmp")
    with beside.open("wb") as file:
        np.savez(file, **asdict(weights))
    beside.replace(path)
