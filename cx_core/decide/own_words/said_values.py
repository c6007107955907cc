"""Which value of a step's argument a customer means, by the words that its task type gives for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.decide.remedies import RULED_OUT, phrase_places, plain_words
from cx_core.records import MessageId, Statement

_NEAR = 2
"""So many words before it a negation rules a value out: "not that slow"."""


def said_values(
    said: Mapping[str, Mapping[str, Sequence[str]]], statements: Sequence[Statement], texts: Mapping[MessageId, str]
) -> dict[str, str]:
    """For each name the value that most clauses speak of, of as many the first one; no name where none does."""
    clauses = [plain_words(texts.get(one.message, "")[one.start : one.end]) for one in statements if one.does != "asks"]
    found = {}
    for name, values in said.items():
        counts = {value: sum(_speaks(phrases, clause) for clause in clauses) for value, phrases in values.items()}
        most = max(counts, key=lambda value: counts[value], default="")
        if most and counts[most]:
            found[name] = most
    return found


def _speaks(phrases: Sequence[str], clause: Sequence[str]) -> bool:
    places = (at for phrase in phrases for at in phrase_places(phrase, clause))
    return any(not RULED_OUT & set(clause[max(0, at - _NEAR) : at]) for at in places)
