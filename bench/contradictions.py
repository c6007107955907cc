"""Contradictions in knowledge that a script altered: what is found of them, what else is found, what is missed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.altered import Change, altered, natural
from bench.figures import Figures
from bench.retold import retold
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Article
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.claims import names_of, read
from cx_core.knowledge_base.health.passage_findings import contradictions
from cx_core.settings import ROOT

SEEDS = tuple(range(101, 109))
TWICE = Path(__file__).with_name("stated_twice.json")
SHOWN = 30


def measure(folder: Path | None = None) -> Figures:
    """On the shipped articles; DIR may name a knowledge folder, or one with corpus.jsonl to look for false alarms."""
    encoder = MiniLM()
    encoder.warm()
    if folder is not None and (folder / "corpus.jsonl").is_file():
        return _corpus(folder / "corpus.jsonl", encoder)
    articles = load(folder or ROOT / "knowledge").articles
    began = time.perf_counter()
    clean = found_in(articles, encoder)
    figures: Figures = {
        "clean.findings": len(clean),
        "clean.seconds": round(time.perf_counter() - began, 2),
        "articles": len(articles),
    }
    _show("In the articles as they are:", clean)
    expected = {_key(one) for one in clean}
    tally = Tally()
    for seed in SEEDS:
        copy, changes = altered(articles, encoder, seed)
        tally.add(seed, changes, [one for one in found_in(copy, encoder) if _key(one) not in expected])
    if folder is None:
        facts = json.loads(TWICE.read_text(encoding="utf-8"))
        for seed in SEEDS:
            for copy, changes in (natural(articles, facts, seed), retold(articles, seed)):
                tally.add(seed, changes, [one for one in found_in(copy, encoder) if _key(one) not in expected])
    tally.show()
    return figures | tally.figures()


def found_in(articles: Mapping[str, Article], encoder: MiniLM) -> tuple[HealthFinding, ...]:
    """The way the product finds them."""
    names = names_of(articles.values())
    readings = [read(article, names) for article in articles.values()]
    return contradictions(articles, readings, encoder.encode, datetime.now(UTC))


class Tally:
    """Changes found and missed, and findings that none of them explains."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._right = self._findings = 0
        self._missed: list[str] = []
        self._wrong: list[str] = []

    def add(self, seed: int, changes: Iterable[Change], findings: Iterable[HealthFinding]) -> None:
        changes, findings = tuple(changes), tuple(findings)
        for change in changes:
            hit = any(touches(one, change) for one in findings)
            for name in (change.kind, f"{change.kind}.{change.style}", f"style.{change.style}" if change.wrong else ""):
                self._all[name] += 1
                self._found[name] += hit
            if change.wrong and not hit:
                self._missed.append(
                    f"seed {seed}, {change.kind}, {change.style}: {change.article}: “{_flat(change.sentence)}” / "
                    f"{change.source}: “{_flat(change.original)}”"
                )
        for one in findings:
            right = any(change.wrong and touches(one, change) for change in changes)
            self._findings += 1
            self._right += right
            if not right:
                self._wrong.append(f"seed {seed}: {_told(one)}")

    def show(self) -> None:
        print(f"Missed ({len(self._missed)}):", *self._missed, sep="\n  ")
        print(f"Found, but nothing wrong was put there ({len(self._wrong)}):", *self._wrong, sep="\n  ")

    def figures(self) -> Figures:
        wrong = [kind for kind in ("number", "period", "price") if self._all[kind]]
        figures: Figures = {
            "precision": round(self._right / max(self._findings, 1), 3),
            "recall": round(sum(self._found[k] for k in wrong) / max(sum(self._all[k] for k in wrong), 1), 3),
            "findings": self._findings,
            "altered": sum(self._all[k] for k in wrong),
        }
        for name in sorted(self._all):
            if name and (name in wrong or name.startswith("style.")):
                figures[f"{name}.recall"] = round(self._found[name] / self._all[name], 3)
                figures[f"{name}.n"] = self._all[name]
        for name in ("same", "unit", "other"):
            figures[f"{name}.found_wrongly"], figures[f"{name}.n"] = self._found[name], self._all[name]
        return figures


def touches(found: HealthFinding, change: Change) -> bool:
    """Whether a finding is about the sentence that was changed."""
    made = _flat(change.sentence)
    return any(q.article == change.article and (_flat(q.text) in made or made in _flat(q.text)) for q in found.quotes)


def _corpus(path: Path, encoder: MiniLM) -> Figures:
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    if not rows:
        raise BadInput(f"{path} has no articles.")
    articles = {row["id"]: Article(id=row["id"], title=row["title"], text=row["text"], version="") for row in rows}
    began = time.perf_counter()
    found = found_in(articles, encoder)
    _show(f"The {SHOWN} surest:", found[:SHOWN])
    return {"articles": len(articles), "findings": len(found), "seconds": round(time.perf_counter() - began, 1)}


def _show(title: str, findings: Iterable[HealthFinding]) -> None:
    print(title, *map(_told, findings), sep="\n  ")


def _told(found: HealthFinding) -> str:
    return f"{found.weight:.2f} " + " / ".join(f"{q.article}, {q.heading}: “{_flat(q.text)}”" for q in found.quotes)


def _key(found: HealthFinding) -> frozenset[tuple[str, str]]:
    return frozenset((q.article, _flat(q.text)) for q in found.quotes)


def _flat(text: str) -> str:
    return " ".join(text.split())
