"""The shipped examples, put right as messages are: once for all tests of a process, which open many desks on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from cx_core.adapters.classifier import triager
from cx_core.catalogue import Knowledge
from cx_core.ports import Encoder
from cx_core.text.spelling import Speller

_spellers: dict[object, Speller] = {}
_make, _reading = triager.speller_for, triager.reading_of


def spelt_once() -> None:
    """From now on in this process. Other examples or articles, or another encoder, have a speller of their own."""
    triager.speller_for = _speller
    triager.reading_of = _read_once


def _speller(knowledge: Knowledge, encoder: Encoder) -> Speller:
    asked = tuple(tuple(task_type.examples) for task_type in knowledge.task_types.values())
    written = tuple(article.text for article in knowledge.articles.values())
    key = (type(encoder), encoder.version, asked, tuple(knowledge.other), written)
    if key not in _spellers:
        _spellers[key] = _make(knowledge, encoder)
    return _spellers[key]


@cache
def _read_once(speller: Speller) -> Callable[[str], str]:
    return lru_cache(maxsize=60_000)(_reading(speller))
