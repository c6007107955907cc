"""Which ways of putting it right a customer asks for and which they rule out.

By what a clause seeks and rules out in its sense; of actions that are no remedy of every business, or where the sense
says nothing, by the words that they are `called`. What is ruled out is never planned: "no replacement please, my money
back".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, TaskType
from cx_core.decide.last_check.clauses import phrase, plain
from cx_core.records import ActionName, Goal, MessageId, Statement
from cx_core.text.segments import sentence_begins
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
_ONLY_IF = re.compile(
    r"(?:(?:and|but|so|or) )*if (?:(?!\b(?:not|no|never)\b).)*?\b(?:only|just|all|nothing but)\b(?P<then>.*)"
)
_OTHER_CASE = re.compile(
    r"\b(?:if|when|where|should|in case)\b(?:(?!\bthen\b)[^,:!?;\n]){0,60}?(?:\b(?:not|cannot|cant|neither|none|nothing"
    r"|no longer|impossible|too late|over|gone|a problem)\b|n['’]t\b)(?!\s(?:mind|bother|too much))"
    r"|\b(?:otherwise|or else|failing (?:that|this|which))\b"
    r"|\b(?:can(?:not|['’]?t) (?:be done|do (?:it|that)|manage (?:it|that))|(?:not |im)possible|none left|sold out"
    r"|out of stock)\?\s+(?:then|in (?:that|which) case)\b",
    re.I,
)
"""What a sentence says of another case than the one that is wished for: "if that can't be done", "or else"."""
_IN_THAT_CASE = re.compile(r"\?\s+(?=(?:then|in (?:that|which) case)\b)", re.I)
"""Where a question ends that is the condition of what follows: "Can't be done? Then I'll have my money back"."""
_UNLESS = re.compile(r"\bunless\b", re.I)
_ENDS = re.compile(r"[.!?;](?=\s|$)|\n")
PLAINLY = 0.7
"""Probability from which a clause refuses what it names without a word that could refuse anything."""
_GOES_ON = re.compile(r"[^.!?;\s][ \t]*$")
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
    """The same, with the clause that says so.

    What is only to be done where something else cannot be counts where nothing else is wanted: "and if that can't be
    done, I'll send it back".
    """
    later = for_another_case(statements, texts, actions)
    found: dict[ActionName, SaidRemedy] = {}
    for n, statement in enumerate(statements):
        for name, remedy in _said_by(statements[n : n + 2], texts, actions, statements).items():
            if statement not in later or (not remedy.wanted and _UNLESS.search(_sentence(statement, texts))):
                found[name] = remedy  # "no replacement unless it's here by Friday" is one that may be unwanted
    return found


def _just_ruled_out(
    one: Statement, among: Sequence[Statement], texts: Mapping[MessageId, str]
) -> frozenset[ActionName]:
    """What the clause in front of it in its sentence rules out, which it then asks for by no mere sense: "I don't want
    my money back, I want the things that I paid for"."""
    begins = sentence_begins(texts.get(one.message, ""), one.start)
    before = [last for last in among if last.message == one.message and begins <= last.start < one.start]
    last = max(before, key=lambda each: each.start, default=None)
    return frozenset(last.rules_out) if last is not None and last.does == "refuses" else frozenset()


def for_another_case(
    statements: Sequence[Statement], texts: Mapping[MessageId, str], actions: Mapping[ActionName, ActionSpec]
) -> tuple[Statement, ...]:
    """Clauses of what is to be done only where something else, which is wanted, cannot be: none, where nothing is."""
    sentences = ((one, _sentence(one, texts)) for one in statements)
    later = tuple(one for one, words in sentences if _OTHER_CASE.search(words) or _UNLESS.search(words))
    if not later:
        return ()
    first = [one for one in statements if one not in later]
    said = (_said_by(first[n : n + 2], texts, actions, statements) for n in range(len(first)))
    return later if any(remedy.wanted for found in said for remedy in found.values()) else ()


def _said_by(
    clauses: Sequence[Statement],
    texts: Mapping[MessageId, str],
    actions: Mapping[ActionName, ActionSpec],
    among: Sequence[Statement],
) -> dict[ActionName, SaidRemedy]:
    """Of the first of these clauses, `among` all that were said."""
    statement = clauses[0]
    clause = texts.get(statement.message, "")[statement.start : statement.end]
    said, down = plain_words(clause), _only_that_is_none(clauses, texts)
    just_ruled_out = _just_ruled_out(statement, among, texts)
    meant = [name for name in statement.seeks if name not in just_ruled_out]
    by_sense = dict.fromkeys(meant, not down)
    if not (statement.spares and any(one.does == "wants" for one in among)):  # "don't be sending me a second router"
        by_sense |= dict.fromkeys(statement.rules_out, False)
    found = {name: SaidRemedy(wanted, statement) for name, wanted in by_sense.items()}
    for name, action in actions.items():
        for wanted in _verdicts(action.called, said, statement):
            if not wanted or name not in by_sense:  # a refusal in words stands against the sense
                found[name] = SaidRemedy(wanted and not down, statement)
    return found


class RemediesOfGoal(NamedTuple):
    """What of all that was said counts for one goal: each action that is wanted or ruled out, and those that a clause
    plainly wants: "I have waited another week" tells something and asks for nothing."""

    asked_for: dict[ActionName, bool]
    plainly: frozenset[ActionName]


def remedies_of(said: Mapping[ActionName, SaidRemedy], others: Collection[str]) -> RemediesOfGoal:
    """What a clause wants that is about one of the `others`, the task types of other goals, is wanted for those."""
    own = {name: one for name, one in said.items() if not one.wanted or one.clause.about not in others}
    plainly = (n for n, one in own.items() if one.wanted and (one.clause.does == "wants" or n in one.clause.seeks))
    return RemediesOfGoal({name: one.wanted for name, one in own.items()}, frozenset(plainly))


def _sentence(one: Statement, texts: Mapping[MessageId, str]) -> str:
    text = texts.get(one.message, "")
    ends_before = [end for end in _ENDS.finditer(text, 0, one.start) if not _IN_THAT_CASE.match(text, end.start())]
    begins = max((end.end() for end in ends_before), default=0)
    ends = _ENDS.search(text, max(one.start, one.end - 1))
    return text[begins : ends.start() if ends else len(text)]


def as_sought(
    goal: Goal,
    task_type: TaskType,
    statements: Sequence[Statement],
    texts: Mapping[MessageId, str],
    actions: Mapping[ActionName, ActionSpec],
) -> Goal:
    """A goal that is asked about in the words of an action of its own is wanted: "tell me when it is fixed"."""
    if goal.polarity != "asked":
        return goal
    ours = {step.action for step in task_type.own_steps}
    asked = (one for one in statements if one.does == "asks" and one.about == goal.task_type)
    sought = any(wanted and name in ours for one in asked for name, wanted in remedies([one], texts, actions).items())
    return goal.replace(polarity="wanted") if sought else goal


def _only_that_is_none(statements: Sequence[Statement], texts: Mapping[MessageId, str]) -> bool:
    """Whether nothing is to be done if what the first clause names is all that there is: "if it's only refunds, leave
    it". The next clause of the sentence may say so."""
    clause, *behind = statements
    text = texts.get(clause.message, "")
    end = clause.end
    for following in behind:
        if following.message == clause.message and _GOES_ON.search(text[: following.start]):
            end = following.end
    found = _ONLY_IF.match(plain(text[clause.start : end]))
    return found is not None and phrase("taken_back").search(found["then"]) is not None


def _verdicts(called: Sequence[str], said: Sequence[str], statement: Statement) -> Iterator[bool]:
    for words, at in ((one, at) for one in called for at in phrase_places(one, said)):
        before = said[max(0, at - REACH) : at]
        turns = [n for n, word in enumerate(before) if word in _TURNS]
        before = before[turns[-1] + 1 :] if turns and "than" not in before else before
        if RULED_OUT & set(before):
            yield False
        elif statement.does == "refuses":
            if statement.probability >= PLAINLY:
                yield False
        elif statement.does == "asks":
            if "me" in words.split():  # "could you let me know" is no question about it
                yield True
        elif statement.does != "tells" or statement.about:
            yield True


def plain_words(clause: str) -> list[str]:
    """The words of a clause, in small letters, with shorthand written out."""
    return [_plain(word) for word in _WORD.findall(written_out(clause).text)]


def phrase_places(phrase: str, said: Sequence[str]) -> Iterator[int]:
    """Where the words of a phrase stand in what was said, in any form."""
    words = _words_of(phrase)
    for at in range(len(said) - len(words) + 1):
        if all(_same(word, said[at + n]) for n, word in enumerate(words)):
            yield at


@lru_cache(maxsize=4096)
def _words_of(phrase: str) -> tuple[str, ...]:
    return tuple(_plain(word) for word in phrase.split())


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


def _same(one: str, said: str) -> bool:
    """Whether a word is that of a phrase in any form; "#" stands for an amount."""
    if one == "#":
        return _AMOUNT.fullmatch(said) is not None
    if said == one:
        return True
    if not said.startswith(one.removesuffix("e")):
        return False
    return said in (
        one + "s",
        one + "d",
        one + "ed",
        one + "ing",
        one.removesuffix("e") + "ing",
        one + one[-1:] + "ed",
    )
