"""Help articles and questions through the product's own index, beside what it is made of.

The curve that turns a lead into how likely something answers is fitted anew in each fold to the other folds' questions,
so that no question is judged by a curve that it had a part in. The order of what is found has nothing that is fitted.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import bm25s
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench import retrieval_speed
from bench.figures import Figures, auroc
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.search.article_index import ArticleIndex, open_index
from cx_core.adapters.search.candidates import FoundSection
from cx_core.adapters.search.index_snapshot import IndexQuery
from cx_core.catalogue import Article
from cx_core.errors import BadInput
from cx_core.search.ranking import Curve, RankedCandidate, answered, lead, nearness, scores

FOLDS, SEED = 5, 7
RESAMPLED = 2000
"""Draws of the bootstrap over questions."""

SUM_WORDS = 0.3
"""Of the weighted sum that the index is measured against: z-scores, as in shared figures for such data."""

WINDOW, STEP = 160, 120
"""Words of a piece, for the plain searches the index is measured against."""

SURE = 1e-6
"""Nothing is likelier, or less likely, than this lets it be."""

TODAY = date(2026, 1, 1)
NOWHERE = 10_000
Floats = NDArray[np.float64]


class Query(NamedTuple):
    """`relevant` empty: nothing in the corpus answers."""

    source: str
    text: str
    relevant: frozenset[str]


class Run(NamedTuple):
    """What one way of searching made of every question: place of the first relevant article, and its sureness."""

    places: NDArray[np.int64]
    sureness: Floats


def measure(folder: Path, vectors: int = 20_000) -> Figures:
    """`folder` holds corpus.jsonl and queries.jsonl; `vectors`: how many are stored where time is measured."""
    articles, queries = read_corpus(folder / "corpus.jsonl"), read_queries(folder / "queries.jsonl")
    encoder = MiniLM()
    encoder.warm()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as kept:
        began = time.perf_counter()
        remembering = retrieval_speed.Remembering(encoder)
        index = open_index(Path(kept), articles, remembering)
        spent = time.perf_counter() - began
        usual = retrieval_speed.default_seconds(articles)
        found, ms = _asked(index, encoder, queries)
        speed = retrieval_speed.measure(articles, [query.text for query in queries], remembering.made, vectors)
    ids = [article.id for article in articles]
    plain = _plain(articles, queries, encoder)
    curves = _curves(found, queries)
    ours = _run(found, ids, queries, curves)
    figures = _figures(queries, ours)
    for name, run in plain.items():
        figures |= {f"{name}.{key}": value for key, value in _figures(queries, run).items()}
    for name, run in plain.items():
        figures |= _bootstrap(queries, ours, run, f"over_{name}")
    figures |= {f"lead.{name}": float(np.mean([getattr(curve, name) for curve in curves])) for name in Curve._fields}
    figures |= _calibration(queries, ours)
    return {name: round(value, 4) for name, value in figures.items()} | {
        "n": len(queries),
        "articles": len(articles),
        "ms_per_query": round(ms, 2),
        "index_seconds": round(spent, 1),
        "default_index_seconds": round(usual, 1),
        "index_share": round(spent / usual, 3),
        **speed,
    }


def read_corpus(path: Path) -> list[Article]:
    """Raises BadInput naming file and line."""
    return [
        Article(id=row["id"], title=row["title"] or row["id"], text=row["text"], version=str(number))
        for number, row in _rows(path, ("id", "title", "text"))
    ]


def read_queries(path: Path) -> list[Query]:
    """Raises BadInput naming file and line."""
    return [
        Query(row["source"], row["text"], frozenset(row["relevant"]))
        for _, row in _rows(path, ("source", "text", "relevant"))
    ]


def _rows(path: Path, wanted: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        raise BadInput(f"{path} is missing.")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fields = json.loads(line)
            yield number, {name: fields[name] for name in wanted}
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path}:{number}: wants {', '.join(wanted)} ({error}).") from error


# --- the index ------------------------------------------------------------------------------


def _asked(index: ArticleIndex, encoder: MiniLM, queries: Sequence[Query]) -> tuple[list[list[FoundSection]], float]:
    """What speaks for which articles, by question; and milliseconds of a search with the encoding of its words."""
    asked = IndexQuery(internal=False, language="en", today=TODAY)
    found, spent = [], []
    for query in queries:
        began = time.perf_counter()
        index.search(query.text, encoder.encode([query.text])[0], most=10, internal=False, language="en", today=TODAY)
        spent.append(time.perf_counter() - began)
        found.append(index.closely(query.text, encoder.encode([query.text])[0], asked))
    return found, float(np.median(spent)) * 1000


def _run(
    found: Sequence[Sequence[FoundSection]], ids: Sequence[str], queries: Sequence[Query], curves: Sequence[Curve]
) -> Run:
    places, sureness = [], []
    for one, query, curve in zip(found, queries, curves, strict=True):
        candidates = [each.candidate for each in one]
        scored = scores(candidates)
        order = sorted(range(len(one)), key=lambda k: -scored[k])
        places.append(_place([ids[one[k].article] for k in order], query))
        sureness.append(answered(candidates, curve))
    return Run(np.array(places), np.array(sureness))


def _place(order: Sequence[str], query: Query) -> int:
    return next((place for place, id in enumerate(order) if id in query.relevant), NOWHERE)


def _curves(found: Sequence[Sequence[FoundSection]], queries: Sequence[Query]) -> list[Curve]:
    """For each question the curve that fits the questions of the other folds."""
    fold = np.random.default_rng(SEED).permutation(len(queries)) % FOLDS
    answerable = _answerable(queries)
    curves = []
    for number in range(FOLDS):
        others = [[each.candidate for each in one] for one, own in zip(found, fold == number, strict=True) if not own]
        curves.append(_fitted(others, answerable[fold != number]))
    return [curves[int(number)] for number in fold]


def _fitted(looked: Sequence[Sequence[RankedCandidate]], answerable: NDArray[np.bool_]) -> Curve:
    """The curve of the lead by which what these questions are was likeliest."""
    leads = np.array([lead(scores(one)) for one in looked])
    near = np.array([nearness(one) for one in looked])

    def unlikely(curve: Floats) -> float:
        told = np.clip(near / (1 + np.exp(-curve[0] * (leads - curve[1]))), SURE, 1 - SURE)
        return -float(np.log(np.where(answerable, told, 1 - told)).mean())

    found = minimize(unlikely, (1.0, 0.0), method="Nelder-Mead")
    return Curve(*map(float, found.x))


# --- what it is measured against ------------------------------------------------------------


def _plain(articles: Sequence[Article], queries: Sequence[Query], encoder: MiniLM) -> dict[str, Run]:
    """BM25 over whole articles, the encoder's nearest pieces of 160 words, and the sum of both."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize([f"{a.title}\n{a.text}" for a in articles], show_progress=False), show_progress=False)
    asked = bm25s.tokenize([query.text for query in queries], return_ids=False, show_progress=False)
    words = np.stack([index.get_scores(list(tokens)) if tokens else np.zeros(len(articles)) for tokens in asked])
    pieces = [(n, f"{article.title}. {piece}") for n, article in enumerate(articles) for piece in _pieces(article.text)]
    vectors = encoder.encode([text for _, text in pieces])
    cosines = encoder.encode([query.text for query in queries]) @ vectors.T
    first = np.searchsorted([n for n, _ in pieces], np.arange(len(articles)))
    meaning = np.maximum.reduceat(cosines, first, axis=1).astype(np.float64)
    both = SUM_WORDS * _standing(words) + (1 - SUM_WORDS) * _standing(meaning)
    ids = [article.id for article in articles]
    given = {"bm25": words, "dense": meaning, "sum": both}
    return {name: _of_scores(table, ids, queries) for name, table in given.items()}


def _pieces(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[start : start + WINDOW]) for start in range(0, max(1, len(words) - WINDOW + STEP), STEP)]


def _standing(table: Floats) -> Floats:
    spread = table.std(axis=1, keepdims=True)
    return np.asarray((table - table.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0))


def _of_scores(table: Floats, ids: Sequence[str], queries: Sequence[Query]) -> Run:
    orders = np.argsort(-table, axis=1, kind="stable")
    places = [_place([ids[n] for n in order], query) for order, query in zip(orders, queries, strict=True)]
    return Run(np.array(places), table.max(axis=1))


# --- figures --------------------------------------------------------------------------------


def _figures(queries: Sequence[Query], run: Run) -> Figures:
    """In all and per source. Rejection is told within a source, where some of its questions have no answer."""
    found = _of_places(run.places[_answerable(queries)])
    for source in dict.fromkeys(query.source for query in queries):
        own = np.array([query.source == source for query in queries])
        inside, outside = own & _answerable(queries), own & ~_answerable(queries)
        if inside.any():
            found |= {f"{source}.{name}": value for name, value in _of_places(run.places[inside]).items()}
        if inside.any() and outside.any():
            found[f"{source}.abstain_auroc"] = auroc(run.sureness[inside], run.sureness[outside])
    told = [value for name, value in found.items() if name.endswith(".abstain_auroc")]
    return found | ({"abstain_auroc": float(np.mean(told))} if told else {})


def _of_places(places: NDArray[np.int64]) -> Figures:
    hits = {f"hit@{most}": float((places < most).mean()) for most in (1, 3, 10)}
    return hits | {"mrr": float(np.where(places < NOWHERE, 1 / (1 + places), 0.0).mean())}


def _answerable(queries: Sequence[Query]) -> NDArray[np.bool_]:
    return np.array([bool(query.relevant) for query in queries])


def _bootstrap(queries: Sequence[Query], ours: Run, other: Run, name: str) -> Figures:
    """What ours has more, over the same questions drawn again and again: 95 % of the draws lie between."""
    inside = _answerable(queries)
    gains = {
        "hit@1": (ours.places[inside] < 1).astype(float) - (other.places[inside] < 1),
        "mrr": 1 / (1 + ours.places[inside]) - 1 / (1 + other.places[inside]),
    }
    drawn = np.random.default_rng(SEED).integers(0, inside.sum(), (RESAMPLED, int(inside.sum())))
    found: Figures = {}
    for key, gain in gains.items():
        low, high = np.quantile(gain[drawn].mean(axis=1), (0.025, 0.975))
        found |= {
            f"{name}.{key}": float(gain.mean()),
            f"{name}.{key}.low": float(low),
            f"{name}.{key}.high": float(high),
        }
    return found


def _calibration(queries: Sequence[Query], run: Run) -> Figures:
    """How far `answered` is from what it says, over tenths of the questions; and its Brier score."""
    told, true = run.sureness, _answerable(queries).astype(float)
    tenths = np.array_split(np.argsort(told), 10)
    off = sum(abs(told[some].mean() - true[some].mean()) * len(some) for some in tenths) / len(told)
    return {"answered.off_by": float(off), "answered.brier": float(((told - true) ** 2).mean())}
