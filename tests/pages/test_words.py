"""How long and empty texts read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.parts.words import blank, excerpt


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "\u202e\u202c", "\x07 ﻿"])
def test_that_what_leaves_no_mark_counts_as_blank(text: str) -> None:
    assert blank(text)


@pytest.mark.parametrize("text", [".", "\u200bx", "👩", "ا"])
def test_that_one_mark_is_not_blank(text: str) -> None:
    assert not blank(text)


def test_that_an_excerpt_ends_at_a_word_and_says_that_it_goes_on() -> None:
    assert excerpt("I was charged twice, really", 20) == "I was charged…"
    assert excerpt("x" * 30, 20) == "x" * 19 + "…"
    assert excerpt("I was\n charged twice", 20) == "I was charged twice"


@given(st.text(max_size=300), st.integers(2, 60))
def test_that_an_excerpt_is_never_longer_than_asked(text: str, most: int) -> None:
    shown = excerpt(text, most)
    assert len(shown) <= most
    assert " ".join(text.split()).startswith(shown.removesuffix("…").rstrip())
