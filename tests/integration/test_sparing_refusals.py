"""Refusals that spare another thing, and those that take a wish back: over ways of saying either and things."""

from __future__ import annotations

from itertools import product

import pytest

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.understand.stance.sparing_refusals import SparingRefusals

THINGS = ("garage booking", "piano lesson", "bicycle", "gas meter", "wedding cake", "surname")
SPARED = (
    "Everything else stays as it is",
    "the other {thing} stays as it is",
    "the remaining ones I keep",
    "only this one, leave the other {thing} alone",
    "nothing else about the {thing} is to be changed",
    "the rest of the {thing} is fine",
    "please don't mix it up with the other {thing}",
)
TAKEN_BACK = (
    "actually forget it, leave it all as it is",
    "on second thoughts do nothing",
    "please don't do anything about the {thing} after all",
    "I take back what I wrote about the {thing}",
    "forget what I wrote about the {thing}",
    "no, leave it, we've changed our minds",
    "hold off for now",
    "please ignore my message about the {thing}",
    "it can stay as it was",
)


@pytest.fixture(scope="module")
def sparing(encoder: MiniLM) -> SparingRefusals:
    return SparingRefusals(encoder)


def test_that_what_takes_a_wish_back_never_passes_for_a_detail(encoder: MiniLM, sparing: SparingRefusals) -> None:
    said = [words.format(thing=thing) for words, thing in product(TAKEN_BACK, THINGS)]
    assert [one for one, vector in zip(said, encoder.encode(said), strict=True) if sparing.has(vector)] == []


def test_that_most_of_what_spares_another_thing_is_told(encoder: MiniLM, sparing: SparingRefusals) -> None:
    said = [words.format(thing=thing) for words, thing in product(SPARED, THINGS)]
    missed = [one for one, vector in zip(said, encoder.encode(said), strict=True) if not sparing.has(vector)]
    assert len(missed) <= len(said) / 10, missed
