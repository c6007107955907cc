"""What a customer says they do not want. A classifier hears "I don't want to cancel" as a wish to cancel."""

from __future__ import annotations

import re
from typing import NamedTuple

from cx_core.text.segments import sentences
from cx_core.text.shorthand import written_out
from cx_core.text.spans import Span

_NOT = r"(?:\s+not|n[’']t)"
_PLAIN = re.compile(
    rf"\b(?:am|are|is|was|were|[’']m|[’']re|[’']s){_NOT}\s+(?:\w+ly\s+)?"
    r"(?:asking|trying|looking|complaining|disputing|writing|calling|after\b|about\b|because\b|here\s+(?:to|for)\b)"
    rf"|\bdo{_NOT}\s+(?:want|wish|need|intend|mean)\s+(?:an?\b"
    r"|to\s+(?!pay|keep|have|get|receive|wait|use|stay|go|continue|lose|miss|be\b|see\b|hear\b))"
    r"|\bnothing\s+to\s+do\s+with\b|^\W*not\s+(?:asking|trying|looking|complaining|disputing|about)\b",
    re.I,
)
"""Words that deny by themselves. "I don't want it" and "I don't want to pay" are requests."""

_CONTRASTED = re.compile(rf"^\W*(?:please\s+)?(?:do{_NOT}\s+\w|no\s+need\s+to\b|need{_NOT}\b|not\s+\w+ing\b)", re.I)
_CONTRAST = re.compile(r"\b(?:just|only|simply|merely|rather|instead)\b", re.I)
"""Words that deny where what follows says what is wanted instead."""


class Denial(NamedTuple):
    """A clause that says what is not wanted. `plain`: by its own words, not by what stands against it."""

    span: Span
    plain: bool


def denials(text: str) -> tuple[Denial, ...]:
    """The clauses that deny, first to last; none if every clause does."""
    clauses = [clause for sentence in sentences(text) for clause in sentence]
    written = written_out(text)
    found = []
    for clause in clauses:
        start, end = written.now(clause.start), written.now(clause.end)
        plain = bool(_PLAIN.search(written.text, start, end))
        if plain or (_CONTRASTED.match(written.text[start:end]) and _CONTRAST.search(written.text, end)):
            found.append(Denial(clause, plain))
    return tuple(found) if len(found) < len(clauses) else ()


def without(text: str, left_out: tuple[Denial, ...]) -> str:
    """The text with blanks in their place, so that all other words stay where they are."""
    for denial in left_out:
        start, end = denial.span
        text = text[:start] + " " * (end - start) + text[end:]
    return text
