"""Personal data found in texts by the masker that stands before logs, models and screens.

The headline figures are of the broad strength, which looks for all kinds that such sets label, places, dates and
organisations among them; those that begin with `ordinary.` are of the strength that keeps a text's sense.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures
from cx_core.errors import BadInput
from cx_core.privacy.masking import Masker, unmask
from cx_core.privacy.personal_spans import PersonalSpan


class Row(NamedTuple):
    """A text and what is personal in it."""

    text: str
    spans: tuple[PersonalSpan, ...]


def measure(folder: Path) -> Figures:
    rows = read(folder / "test.jsonl")
    found: Figures = {}
    for prefix, masker in (("", Masker(broad=True)), ("ordinary.", Masker())):
        masker.spans("warm")
        began = time.perf_counter()
        guesses = [masker.spans(row.text) for row in rows]
        spent = time.perf_counter() - began
        scored = figures(rows, guesses) | {"ms_per_text": round(spent * 1000 / len(rows), 3)}
        found |= {prefix + name: value for name, value in scored.items()}
        if not all(_round_trip(masker, row.text) for row in rows):
            raise BadInput("A text did not come back as it was: masking is broken.")
    return found | {"n": len(rows)}


def _round_trip(masker: Masker, text: str) -> bool:
    masked = masker.mask(text)
    return unmask(masked.text, masked.places).text == text


def read(path: Path) -> list[Row]:
    """JSON lines. Raises BadInput naming file and line."""
    if not path.is_file():
        raise BadInput(f"{path} is missing.")
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fields = json.loads(line)
            rows.append(
                Row(fields["text"], tuple(PersonalSpan(s["start"], s["end"], s["type"]) for s in fields["spans"]))
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path}:{number}: wants text and spans ({error}).") from error
    return rows


def figures(rows: Sequence[Row], guesses: Sequence[Sequence[PersonalSpan]]) -> Figures:
    """Any overlap counts, types are ignored: precision over what was found, recall over what is there."""
    right = guessed = 0
    there, hit = Counter[str](), Counter[str]()
    for row, found in zip(rows, guesses, strict=True):
        guessed += len(found)
        right += sum(any(_overlap(guess, span) for span in row.spans) for guess in found)
        there.update(span.kind for span in row.spans)
        hit.update(span.kind for span in row.spans if any(_overlap(guess, span) for guess in found))
    precision = right / guessed if guessed else 0.0
    recall = hit.total() / there.total() if there else 0.0
    total = precision + recall
    scores = {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}
    scores |= {f"recall.{kind}": hit[kind] / there[kind] for kind in sorted(there)}
    return {name: round(value, 4) for name, value in scores.items()}


def _overlap(one: PersonalSpan, other: PersonalSpan) -> bool:
    return one.start < other.end and other.start < one.end
