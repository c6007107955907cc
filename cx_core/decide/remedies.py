"""Which ways of putting it right a customer asks for and which they rule out, by the words that actions are `called`.

What a clause `seeks` by its sense is asked for as well.
What is ruled out is never planned: "no replacement please, my money back".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cx_core.catalogue import ActionSpec
from cx_core.records import ActionName, MessageId, Statement
from cx_core.text.shorthand import written_out

_WORD = re.compile(r"[£$€]?\d[\d.,]*|[\w]+(?:['’]\w+)*")
_AMOUNT = re.compile(r"[£$€]?\d[\d.,]*")
RULED_OUT = frozenset(
    (
        *("no", "not", "never", "without", "neither", "nor", "than", "instead", "nobody", "don't", "won't"),
        *("can't", "needn't", "shan't", "wouldn't", "didn't", "aren't", "isn't"),
    )
)
REACH = 6
"""So many words before it a negation still rules a remedy out."""
_TURNS = frozenset(("but", "just", "only", "so", "rather"))
"""Behind these a negation is over."""


class SaidRemedy(NamedTuple):
    """Whether one is wanted or ruled out, and the clause that says so."""

    wanted: bool
    clause: Statement


def remedies(
    statements: Sequence[Statement], texts: Mapping[MessageId, str], actions: Mapping[ActionName, ActionSpec]
) -> dict[ActionName, bool]:
    """Each action that is spoken of, with whether it is wanted: the last that was said of it counts."""
    return {name: remedy.wanted for name, remedy in remedies_said(statements, texts, actions).items()}


def remedies_said(
    statements: Sequence[Statement], texts: Mapping[MessageId, str], actions: Mapping[ActionName, ActionSpec]
) -> dict[ActionName, SaidRemedy]:
    """The same, with the clause that says so."""
    found: dict[ActionName, SaidRemedy] = {}
    for statement in statements:
        clause = texts.get(statement.message, "")[statement.start : statement.end]
        said = plain_words(clause)
        found.update({name: SaidRemedy(True, statement) for name in statement.seeks})
        for name, action in actions.items():
            for wanted in _verdicts(action.called, said, statement):
                found[name] = SaidRemedy(wanted, statement)
    return found


def _verdicts(called: Sequence[str], said: Sequence[str], statement: Statement) -> Iterator[bool]:
    for phrase, at in ((one, at) for one in called for at in phrase_places(one, said)):
        before = said[max(0, at - REACH) : at]
        turns = [n for n, word in enumerate(before) if word in _TURNS]
        before = before[turns[-1] + 1 :] if turns and "than" not in before else before
        if RULED_OUT & set(before) or statement.does == "refuses":
            yield False
        elif statement.does == "asks":
            if "me" in phrase.split():  # "could you let me know" is no question about it
                yield True
        elif statement.does != "tells" or statement.about:
            yield True


def plain_words(clause: str) -> list[str]:
    """The words of a clause, in small letters, with shorthand written out."""
    return [_plain(word) for word in _WORD.findall(written_out(clause).text)]


def phrase_places(phrase: str, said: Sequence[str]) -> Iterator[int]:
    """Where the words of a phrase stand in what was said, in any form."""
    words = [_plain(word) for word in phrase.split()]
    for at in range(len(said) - len(words) + 1):
        if all(_same(one, other) for one, other in zip(words, said[at:], strict=False)):
            yield at


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


def _same(one: str, said: str) -> bool:
    """Whether a word is that of a phrase in any form; "#" stands for an amount."""
    if one == "#":
        return _AMOUNT.fullmatch(said) is not None
    return said == one or said in (
        one + "s",
        one + "d",
        one + "ed",
        one + "ing",
        one.removesuffix("e") + "ing",
        one + one[-1:] + "ed",
    )
