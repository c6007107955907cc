"""Passages found by their words: BM25 (bm25s) over stems, of sections and of whole articles."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to tell of every index that it builds

K1, B = 1.5, 0.75
"""The usual values: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009."""

_TOKEN = re.compile(r"[^\W_]+(?:[.'’_-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_STEMMED = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}

Scores = NDArray[np.float32]


@lru_cache(maxsize=64)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _STEMMED.get(language)
    return Stemmer.Stemmer(name) if name else None


def terms(text: str, language: str) -> list[str]:
    """Stems in order. Codes such as `router-5G` or `1.4.2` count whole and in parts."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    found = []
    for token in _TOKEN.findall(plain):
        parts = _PART.findall(token)
        if "'" in token:  # the English stemmer knows 's; in French or Italian what stands before is a word
            found += [token] if language == "en" else parts
        else:
            found += parts if len(parts) == 1 else [token, *parts]
    stemmer = _stemmer(language)
    return stemmer.stemWords(found) if stemmer else found


class Bm25:
    """Documents by their terms. Frozen: another set of documents is another one of these."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(term, len(vocabulary)) for term in document] for document in documents]
        self._size = len(ids)
        self._index: bm25s.BM25 | None = None
        if vocabulary:
            self._index = bm25s.BM25(k1=K1, b=B)
            self._index.index((ids, vocabulary), show_progress=False, create_empty_token=False)

    def scores(self, wanted: Sequence[str]) -> Scores:
        """Of every document, in their order; 0: none of the terms stands in it. A repeated term counts once."""
        known = self._index.get_tokens_ids(list(dict.fromkeys(wanted))) if self._index is not None else []
        if self._index is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores_from_ids(known), dtype=np.float32)
