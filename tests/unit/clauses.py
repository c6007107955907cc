"""One message made of clauses, for tests of what is read from what its clauses do."""

from __future__ import annotations

from collections.abc import Iterable

from cx_core.records import MessageId, SpeechAct, Statement
from cx_core.text.record_numbers import RecordNumbers

FERNLINE = RecordNumbers({"order": "O-", "invoice": "I-", "payment": "P-", "appointment": "A-", "contract": "K-"})
"""Numbers as the shipped business writes them."""


def spoken(clauses: Iterable[tuple[str, SpeechAct, str]]) -> tuple[str, tuple[Statement, ...]]:
    """The text of message "m", and a statement a clause: its words, what it does, the task type that it is about."""
    text, said = "", []
    for words, does, about in clauses:
        said.append(
            Statement(
                message=MessageId("m"),
                start=len(text),
                end=len(text) + len(words),
                does=does,
                probability=0.9,
                about=about,
            )
        )
        text += f"{words}. "
    return text, tuple(said)
