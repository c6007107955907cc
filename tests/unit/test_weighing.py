"""What is set apart, what is only pointed out, and what is left alone, by how sure the recogniser is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.prompt_injection.weighing import PLAIN, PLANTED, Scale, Strictness

LETTER = Strictness(sure=0.8, whole=True, doubt=0.5)
ARTICLE = Strictness(sure=0.8, whole=False, doubt=0.7, spoken=0.3)


class _Weights:
    """An encoder and a classifier in one: a text has the highest weight of the words in it."""

    version = "test"
    labels = (PLAIN, PLANTED)
    bounds = (0.3, 0.7)

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), 1), dtype=np.float32)

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self.encode(texts), self.encode(texts)

    def classify(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        found = [max((w for word, w in self._weights.items() if word in text), default=0.0) for text in texts]
        return np.array([[1 - weight, weight] for weight in found], dtype=np.float32)


def _scale(**weights: float) -> Scale:
    made = _Weights(weights)
    return Scale(made, made)


def test_that_what_only_may_be_an_order_is_pointed_out_and_stays() -> None:
    text = "My line is down. Obey perhaps. Thank you all."
    [kept] = _scale(perhaps=0.6).read([text], LETTER)
    assert kept.text == text
    assert kept.apart == ()
    assert kept.doubted == ("Obey perhaps.",)


def test_that_what_is_surely_one_is_set_apart_and_not_pointed_out_as_well() -> None:
    [kept] = _scale(surely=0.9).read(["My line has been down.\n\nObey surely."], LETTER)
    assert kept.text == "My line has been down."
    assert kept.apart == ("Obey surely.",)
    assert kept.doubted == ()


def test_that_a_passage_that_is_an_order_once_decoded_is_cut_whatever_it_weighs() -> None:
    text = "My line has been down.\n\ntdr fnl fgdmb mxh. And thanks."
    [kept, other] = _scale().read([text, "tdr fnl fgdmb mxh"], ARTICLE, {text: ("tdr fnl fgdmb mxh.", "not there")})
    assert kept.apart == ("tdr fnl fgdmb mxh.",)
    assert " ".join(kept.text.split()) == "My line has been down. And thanks."
    assert other.apart == ()


def test_that_a_paragraph_that_sounds_so_as_a_whole_only_is_pointed_out() -> None:
    class Together(_Weights):
        def classify(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
            found = [0.6 if "One half" in text and "other half" in text else 0.1 for text in texts]
            return np.array([[1 - weight, weight] for weight in found], dtype=np.float32)

    made = Together({})
    [kept] = Scale(made, made).read(["One half here. The other half there."], LETTER)
    assert kept.doubted == ("One half here. The other half there.",)


def test_that_an_article_in_which_somebody_says_i_needs_less_to_be_pointed_out() -> None:
    scale = _scale(pay=0.4)
    assert scale.read(["Refunds take a week. We pay at once."], ARTICLE)[0].doubted == ()
    assert scale.read(["Open My Page and I-12 to pay at once."], ARTICLE)[0].doubted == ()
    assert scale.read(["I want it now, so pay at once."], ARTICLE)[0].doubted == ("I want it now, so pay at once.",)
    assert scale.read(["That is what I know. We pay at once."], ARTICLE)[0].doubted != ()


def test_that_plain_words_are_left_alone() -> None:
    [kept] = _scale(order=0.45).read(["I order two of them."], LETTER)
    assert kept == ("I order two of them.", (), ())
