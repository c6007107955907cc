"""What the product reads of a mail as the customer's own new words, beside what a person would keep of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures
from cx_core.errors import BadInput
from cx_core.text.segments import own_words

KEPT = 0.98
"""Share of the new part's words that must be read, or the mail counts as lost."""


class Row(NamedTuple):
    """A mail, and the part of it that is new."""

    mail: str
    trimmed: str


def measure(folder: Path) -> Figures:
    rows = read(folder / "replies.jsonl")
    own_words("warm")
    began = time.perf_counter()
    kept = ["\n".join(part.of(row.mail) for part in own_words(row.mail)) for row in rows]
    spent = time.perf_counter() - began
    return figures(rows, kept) | {"n": len(rows), "ms_per_mail": round(spent * 1000 / len(rows), 3)}


def read(path: Path) -> list[Row]:
    """JSON lines. Raises BadInput naming file and line."""
    if not path.is_file():
        raise BadInput(f"{path} is missing.")
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fields = json.loads(line)
            rows.append(Row(str(fields["mail"]), str(fields["trimmed"])))
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path}:{number}: wants mail and trimmed ({error}).") from error
    if not rows:
        raise BadInput(f"{path} holds no mails.")
    return rows


def figures(rows: Sequence[Row], kept: Sequence[str]) -> Figures:
    """Exact counts mails, after white space is collapsed; word F1 is over the words of all mails, as bags."""
    exact = lost = shared = wanted = given = 0
    for row, text in zip(rows, kept, strict=True):
        right, read_words = Counter(row.trimmed.split()), Counter(text.split())
        both = (right & read_words).total()
        exact += row.trimmed.split() == text.split()
        lost += both < KEPT * right.total()
        shared, wanted, given = shared + both, wanted + right.total(), given + read_words.total()
    return {
        "exact": exact,
        "word_f1": round(2 * shared / (wanted + given), 4) if wanted + given else 0.0,
        "lost": lost,
    }
