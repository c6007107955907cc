"""Vectors that are kept on disk: the encoder's own, made once, and made anew for other texts or another encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.classifier.shipped_vectors import ShippedVectors

Floats = NDArray[np.float32]
TEXTS = ["Please sort this out.", "Can you help?", "Please sort this out."]


class Lengths:
    """An encoder of nothing but lengths, which counts how often it is asked."""

    def __init__(self, version: str = "one") -> None:
        self.version = version
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> Floats:
        self.asked += 1
        return np.array([[len(text), 1] for text in texts], np.float32)

    def layers(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        self.asked += 1
        short = np.array([[len(text.rstrip(".")), 1] for text in texts], np.float32)
        return short, np.zeros((len(texts), 0), np.float32)


def test_that_they_are_the_encoders_own_and_made_once(tmp_path: Path) -> None:
    encoder = Lengths()
    for _ in range(2):
        kept = ShippedVectors(encoder, tmp_path)
        assert np.array_equal(kept.encode(TEXTS), Lengths().encode(TEXTS))
        for ours, theirs in zip(kept.layers(TEXTS), Lengths().layers(TEXTS), strict=True):
            assert ours.shape == theirs.shape
            assert np.array_equal(ours, theirs)
    assert encoder.asked == 2


def test_that_other_texts_or_another_encoder_are_asked_anew(tmp_path: Path) -> None:
    first, other = Lengths(), Lengths("two")
    ShippedVectors(first, tmp_path).encode(TEXTS)
    ShippedVectors(first, tmp_path).encode(TEXTS[:2])
    ShippedVectors(other, tmp_path).encode(TEXTS)
    assert (first.asked, other.asked) == (2, 1)


def test_that_a_file_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    ShippedVectors(Lengths(), tmp_path).encode(TEXTS)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:20])
    again = Lengths()
    assert np.array_equal(ShippedVectors(again, tmp_path).encode(TEXTS), Lengths().encode(TEXTS))
    assert again.asked == 1
