"""Which of our advice a customer says they have followed already, so that it is not given again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from cx_core.catalogue import TaskType
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
_NOT_THEY = frozenset(
    (
        *("nobody", "no", "never", "try", "except", "but", "i'll", "tomorrow", "later"),
        *("neighbour", "neighbor", "tv", "telly", "lamp", "light", "printer", "power", "password"),
    )
)
_MAY_NOT_BE_DONE = _NOT_YET | _NOT_THEY
"""With such words a clause that sounds like it may tell of what is still to come, or of somebody or something else."""
_TROUBLE = frozenset(("problem", "problems", "wrong", "issue", "issues", "trouble", "chewed", "broken", "damaged"))
"""Before such words it is what they complain of: "there is a problem with the cable"."""
_JOINED = 6
"""Characters between two clauses that one phrase may run over, " and "."""


def tried(task_type: TaskType, statements: Sequence[Statement], texts: Mapping[MessageId, str]) -> frozenset[str]:
    """The names of what they have done, by the words that stand for it or the sense of a clause; a question about it is
    no deed."""
    advice = task_type.tried
    done = set[str]()
    for statement, behind in zip_longest(statements, statements[1:]):
        if statement.does in ("asks", "refuses"):
            continue
        text = texts.get(statement.message, "")
        said = plain_words(text[statement.start : statement.end])
        more = behind is not None and behind.message == statement.message and behind.start - statement.end <= _JOINED
        whole = plain_words(text[statement.start : behind.end]) if more else said  # "switched it off and on again"
        if not _MAY_NOT_BE_DONE & set(said):
            done |= {
                name for of, _, name in (told.partition(":") for told in statement.followed) if of == task_type.name
            }
        done |= {name for name, phrases in advice.items() if any(_done(one, whole, len(said)) for one in phrases)}
    return frozenset(done)


def _done(phrase: str, said: Sequence[str], within: int) -> bool:
    """Whether it begins in the first words and is not ruled out."""
    places = (at for at in phrase_places(phrase, said) if at < within)
    return any(not (_NOT_YET | _TROUBLE) & set(said[max(0, at - REACH) : at]) for at in places)
