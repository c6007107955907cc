"""Words to terms and terms to scores."""

from __future__ import annotations

import pytest

from cx_core.adapters.search.bm25_index import Bm25, terms


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Refunds were refunded", "en", ["refund", "were", "refund"]),
        ("Die Erstattungen", "de", ["die", "erstatt"]),
        ("Hub-6 v1.4.2", "en", ["hub-6", "hub", "6", "v1.4.2", "v1", "4", "2"]),
        ("customer’s", "en", ["custom"]),
        ("ﬁbre", "en", ["fibr"]),
        ("订单 zzz", "zh", ["订单", "zzz"]),
        ("", "en", []),
    ],
)
def test_that_text_becomes_stems_and_codes_count_whole_and_in_parts(text: str, language: str, found: list[str]) -> None:
    assert terms(text, language) == found


def test_that_rare_terms_weigh_more_and_a_repeated_one_counts_once() -> None:
    index = Bm25([["card", "refund"], ["card", "roaming"], ["card", "card"]])
    assert index.scores(["refund", "card"]).argmax() == 0
    assert list(index.scores(["roaming"]) > 0) == [False, True, False]
    assert list(index.scores(["refund", "refund"])) == list(index.scores(["refund"]))
    assert not index.scores(["nothing"]).any()
    assert not Bm25([]).scores(["card"]).size
    assert not Bm25([[], []]).scores(["card"]).any()
