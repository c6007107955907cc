"""Which of our advice a customer says they have followed already, so that it is not given again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.decide.remedies import REACH, RULED_OUT, phrase_places, plain_words
from cx_core.records import MessageId, Statement

_NOT_YET = RULED_OUT | {
    "if",
    "should",
    "shall",
    "will",
    "would",
    "could",
    "can",
    "haven't",
    "hasn't",
    "havent",
    "hasnt",
}
"""Before such words it has not been done."""


def tried(
    advice: Mapping[str, tuple[str, ...]], statements: Sequence[Statement], texts: Mapping[MessageId, str]
) -> frozenset[str]:
    """The names of what they have done, by the words that stand for it; a question about it is no deed."""
    done = set()
    for statement in statements:
        if statement.does in ("asks", "refuses"):
            continue
        said = plain_words(texts.get(statement.message, "")[statement.start : statement.end])
        done |= {name for name, phrases in advice.items() if any(_done(phrase, said) for phrase in phrases)}
    return frozenset(done)


def _done(phrase: str, said: Sequence[str]) -> bool:
    return any(not _NOT_YET & set(said[max(0, at - REACH) : at]) for at in phrase_places(phrase, said))
