"""The words of one action and of the others: what says that a clause is about it, and what it would be to do it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from cx_core.catalogue import ActionSpec
from cx_core.records import ActionName
from cx_core.text.agreeing import lines


class Act(NamedTuple):
    """Words for one action: `own` begin the words that only say this one, `others` those of other actions."""

    own: re.Pattern[str]
    others: re.Pattern[str]
    does: re.Pattern[str]
    """Its verbs alone."""
    gives: re.Pattern[str]
    """Its verbs, and what is there once it was done: no word for what it is done to."""
    verbs: re.Pattern[str]
    """Words for it, those of doing something at all, and verbs that no other action has for its own."""
    elsewhere: re.Pattern[str]
    """Verbs and names that only other actions have."""
    takes: bool
    """Whether it ends or takes away a thing: not to want the thing asks for it."""


_TAKING = frozenset(("cancel", "return", "end", "stop", "remove", "waive", "withdraw"))
_ANY_ACT = frozenset(
    ("do", "change", "alter", "touch", "proceed", "process", "start", "act", "go ahead", "going ahead", "bother")
)
_COMING = frozenset(("send", "ship", "deliver", "dispatch", "bring", "post", "put", "come"))
_HANDING = frozenset(("give", "take", "get", "have", "make", "set", "add", "book", "arrange"))
"""Verbs that go with any act."""
_MONEY = frozenset(
    ("charge", "fee", "cost", "money", "payment", "amount", "line", "contact", "number", "address", "copy")
)
"""What is spoken of with any matter, so that it does not make it another one."""
_ENDINGS = r"(?:e|es|s|d|ed|ing|er|y|ies|ied|ion|ation|ment|led|ling|lation|ped|ping|ted|ting|nge|nged)?"
_BASES = {"sent": "send", "taken": "take", "given": "give", "paid": "pay", "written": "write", "put": "put"}


@cache
def _stem(word: str) -> str:
    word = word.casefold().split()[0]
    if word in _BASES:
        return _BASES[word]
    base = re.sub(r"(?:led|ped|tted|ed|d)$", "", word) if len(word) > 4 else word
    return re.sub(r"e$", "", base) if len(base) > 3 else base


class _Words(NamedTuple):
    """What the catalogue says of one action, as words."""

    things: frozenset[str]
    topics: frozenset[str]
    verbs: frozenset[str]
    takes: bool


def act_of(spec: ActionSpec, actions: Mapping[ActionName, ActionSpec]) -> Act:
    """By what the catalogue says of it and of the others."""
    others = tuple(one for one in actions.values() if one.kind == "write" and one.name != spec.name)
    return _act(_words(spec), tuple(map(_words, others)))


@cache
def _act(own: _Words, others: tuple[_Words, ...]) -> Act:
    none: frozenset[str] = frozenset()
    theirs = none.union(*(one.things for one in others)) - own.topics - _MONEY
    their_verbs = none.union(*(one.verbs for one in others)) - own.verbs - _ANY_ACT
    their_names = none.union(*(one.topics - one.things for one in others)) - own.topics - own.verbs - _ANY_ACT
    general = {
        verb
        for verb in set(lines("acts")) - their_names
        if not any(verb.startswith(one) or one.startswith(verb) for one in their_verbs)
    }
    barred = _COMING if own.takes else frozenset()
    does = (general | own.verbs | _ANY_ACT) - barred
    gives = (own.topics - own.things) | own.verbs
    only_theirs = (their_verbs | their_names) - _COMING - _HANDING
    words = (own.topics | own.verbs, theirs, does, gives, does | (own.topics - barred), only_theirs)
    said, others_said, verbs, given, known, elsewhere = (_begin(frozenset(one)) for one in words)
    return Act(own=said, others=others_said, does=verbs, gives=given, verbs=known, elsewhere=elsewhere, takes=own.takes)


def _words(spec: ActionSpec) -> _Words:
    told = spec.told_by
    kinds = tuple(argument.of for argument in spec.arguments.values() if argument.of and argument.of != "customer")
    about, named = (*told.about, *kinds), (*told.made, *told.mentioned, *spec.called)
    return _words_of((*told.acts, spec.name.split("_")[0]), about, named, spec.title, bool(spec.ends))


@cache
def _words_of(acts: Sequence[str], about: Sequence[str], named: Sequence[str], title: str, ends: bool) -> _Words:
    things = frozenset(word.casefold() for word in about)
    topics = things | {word.casefold() for word in named if "#" not in word}
    verbs = frozenset(one for one in map(_stem, acts) if len(one) > 1)
    return _Words(things, topics, verbs, ends or bool(_TAKING & set(title.casefold().split())))


@cache
def _begin(words: frozenset[str]) -> re.Pattern[str]:
    """Words in any form; short ones in few."""
    forms = []
    for one in sorted(words):
        if " " in one:
            forms.append(re.escape(one))
        elif len(one) < 4:
            forms.append(re.escape(one) + r"(?:s|es|ing|ting|ping|ne|ped|ted)?")
        else:
            forms.append(re.escape(re.sub(r"(?:e|y)$", "", one)) + _ENDINGS)
    return re.compile(rf"\b(?:{'|'.join(forms) or '(?!)'})\b")
