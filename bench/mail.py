"""What the product shows of a mail as its new part, beside what a person would keep of it.

The figures that begin with `read.` are of what is read as the customer's wish, which is less: without greeting,
farewell and quoted lines.
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
from cx_core.text.mail_parts import new_part
from cx_core.text.segments import own_words
from cx_core.text.spans import Span

KEPT = 0.98
"""Share of the new part's words that must be read, or the mail counts as lost."""


class Row(NamedTuple):
    """A mail, and the part of it that is new."""

    mail: str
    trimmed: str


def measure(folder: Path) -> Figures:
    rows = read(folder / "replies.jsonl")
    new_part("warm")
    began = time.perf_counter()
    kept = [_joined(row.mail, new_part(row.mail)) for row in rows]
    spent = time.perf_counter() - began
    read_of = figures(rows, [_joined(row.mail, own_words(row.mail)) for row in rows])
    measured = figures(rows, kept) | {f"read.{name}": value for name, value in read_of.items()}
    return measured | {"n": len(rows), "ms_per_mail": round(spent * 1000 / len(rows), 3)}


def _joined(mail: str, parts: Sequence[Span]) -> str:
    return "\n".join(part.of(mail) for part in parts)


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
