"""Which of several things the customer's words name, turn down or correct, clause by clause.

It only ever speaks against what a step uses, so it needs strong marks to accuse and takes weak ones in defence: "my
phone" does not mean the order of a phone case, but keeps anybody from saying that it was not meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from cx_core.decide.policy import conversation_facts
from cx_core.records import Entity, Message, MessageId, Record
from cx_core.text.agreeing import lines

_CLAUSE = re.compile(r"[.!?;:,\n]+(?:\s+|$)|\s[–—-]\s|\s(?:but|and|plus)\s", re.I)
_TOKEN = re.compile(r"\w+(?:[-'’.]\w+)*")
_LINKS = frozenset(
    conversation_facts.words(
        "the my our your that this these those for about on to of by with as into a an any please do it its"
    )
)
_NOT = frozenset(("not", "don't", "dont"))
_OPEN, _CLOSE = lines("correction"), lines("afterthought")
_BEFORE = frozenset(lines("filler"))
_PLAIN = (
    _LINKS
    | _BEFORE
    | frozenset(
        conversation_facts.words(
            "i i'd i'll we you can could would will want need like prefer take have get be is one ones thanks thank "
            "me us just only in from make use"
        )
    )
)
"""What may stand in a clause that chooses: any other word makes it a statement about the thing."""
_LEAST_DIGITS = 3


class Candidate(Record):
    """One thing that could be meant: `names` are its words; `exact` phrases and `spoken` mean it and nothing else."""

    value: str
    called: str
    names: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    spoken: tuple[Entity, ...] = ()


class _Clause(NamedTuple):
    message: MessageId
    start: int
    words: tuple[str, ...]
    starts: tuple[int, ...]


class _Marks(NamedTuple):
    """By candidate: the places (of words in the clause) that name it, strongly or at all."""

    strong: dict[str, set[int]]
    any: dict[str, set[int]]


class Meant(NamedTuple):
    """Of the candidates: those that are meant and those that are named after all that was said, and ever.

    All are empty where nothing tells the candidates apart.
    """

    strong: frozenset[str]
    named: frozenset[str]
    ever: frozenset[str]


class Words:
    """What the customer said: their messages without the pieces `but`, or nothing else than the piece `only`."""

    def __init__(self, said: Sequence[Message], but: Collection[str] = (), only: str = "") -> None:
        self._clauses = [one for message in said for one in _clauses(message, but, only)]

    def meant(self, candidates: Sequence[Candidate], turns: Collection[str]) -> Meant:
        """`turns` are words of the act and for what is acted on: they say nothing about which one."""
        strong: set[str] = set()
        named: set[str] = set()
        ever: set[str] = set()
        refused: set[str] = set()
        taken_back = False
        for clause in self._clauses:
            marks = _marks(clause, candidates)
            down = _turned_down(clause, marks, turns)
            here = set(marks.any) - down
            meant = set(marks.strong) - down
            correcting = taken_back or _corrects(clause.words)
            taken_back = _only_opens(clause.words)
            ever |= set(marks.any)
            if down:
                refused |= down
                strong, named = strong - down, named - down
            if meant and correcting and _chooses(clause, marks, turns) and len(meant) < len(candidates):
                strong, named, refused = meant, here, refused - meant
            else:
                strong, named = strong | (meant - refused), named | (here - refused)
        return Meant(frozenset(strong), frozenset(named), frozenset(ever))


def _clauses(message: Message, but: Collection[str], only: str) -> Iterator[_Clause]:
    text = message.text
    if only:
        at = text.find(only)
        text = " " * at + only if at >= 0 else ""
    for piece in but:
        at = text.find(piece) if piece else -1
        if at >= 0:
            text = text[:at] + "." + " " * (len(piece) - 1) + text[at + len(piece) :]
    start = 0
    for end, after in [*((m.start(), m.end()) for m in _CLAUSE.finditer(text)), (len(text), len(text))]:
        found = list(_TOKEN.finditer(text, start, end))
        if found:
            words = tuple(match[0].casefold().replace("’", "'").removesuffix("'s") for match in found)
            yield _Clause(message.id, start, words, tuple(match.start() for match in found))
        start = after


def _marks(clause: _Clause, candidates: Sequence[Candidate]) -> _Marks:
    """Words that only some candidates have tell them apart; the longer name wins over the shorter in it."""
    strong: dict[str, set[int]] = {}
    every: dict[str, set[int]] = {}
    for one in candidates:
        exact = {at for phrase in one.exact for at in _phrase(clause.words, phrase)}
        exact |= {n for n, at in enumerate(clause.starts) if any(_within(clause, at, entity) for entity in one.spoken)}
        telling = _telling(one, candidates)
        weak = {n for n, word in enumerate(clause.words) if any(_same(word, name) for name in telling)}
        if exact or weak:
            every[one.value] = exact | weak
        if exact or _strongly(clause.words, weak, one, telling):
            strong[one.value] = exact | weak
    inside = {value for value, places in strong.items() if any(places < other for other in strong.values())}
    return _Marks({value: places for value, places in strong.items() if value not in inside}, every)


def _within(clause: _Clause, at: int, entity: Entity) -> bool:
    return entity.message == clause.message and entity.start <= at < entity.end


def _phrase(words: Sequence[str], phrase: str) -> set[int]:
    """Places of the words of a phrase that stands there word for word, each in any form."""
    wanted = [match[0].casefold() for match in _TOKEN.finditer(phrase)]
    for start in range(len(words) - len(wanted) + 1) if wanted else ():
        if all(conversation_facts.alike(words[start + n], name) for n, name in enumerate(wanted)):
            return set(range(start, start + len(wanted)))
    return set()


def _telling(one: Candidate, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Its words that are not words of all the others too."""
    others = [other for other in candidates if other is not one]
    return tuple(name for name in one.names if not all(name in other.names for other in others))


def _same(word: str, name: str) -> bool:
    return word == name or (len(name) > _LEAST_DIGITS - 1 and conversation_facts.alike(word, name))


def _strongly(words: Sequence[str], weak: set[int], one: Candidate, telling: Sequence[str]) -> bool:
    """The noun at the end of its name, a long number, or two of its words."""
    if not weak:
        return False
    nouns = [name for name in one.names if name.isalpha()]
    last = nouns[-1] if nouns else ""
    found = [words[n] for n in weak]
    figures = any(word.isdecimal() and len(word) >= _LEAST_DIGITS for word in found)
    noun = last in telling and any(_same(word, last) for word in found)
    return noun or figures or len({name for name in one.names if any(_same(word, name) for word in words)}) > 1


def _turned_down(clause: _Clause, marks: _Marks, turns: Collection[str]) -> set[str]:
    """Those right behind a "not": "not the keyboard", "don't cancel the keyboard"; not "don't want the keyboard"."""
    found: set[str] = set()
    words = clause.words
    for n, word in enumerate(words):
        two = " ".join(words[n : n + 2])
        if word not in _NOT and two not in ("instead of", "rather than"):
            continue
        at = n + (1 if word in _NOT else 2)
        while at < len(words) and (
            words[at] in _LINKS or any(conversation_facts.alike(words[at], turn) for turn in turns)
        ):
            if any(at in places for places in marks.strong.values()):
                break
            at += 1
        hit = {value: places for value, places in marks.any.items() if at in places and value in marks.strong}
        most = max((len(places) for places in hit.values()), default=0)
        found |= {value for value, places in hit.items() if len(places) == most}
    return found


def _corrects(words: Sequence[str]) -> bool:
    """Whether it begins or ends with words that take something back."""
    said = " ".join(word for word in words if word not in _BEFORE and word != "thanks")
    return any(said.startswith(f"{mark} ") for mark in _OPEN) or any(said.endswith(f" {mark}") for mark in _CLOSE)


def _only_opens(words: Sequence[str]) -> bool:
    """ "No, ..." and "Sorry, I meant ...": what follows is the correction."""
    said = " ".join(word for word in words if word not in _BEFORE)
    return said in (*_OPEN, "no", "nope")


def _chooses(clause: _Clause, marks: _Marks, turns: Collection[str]) -> bool:
    """Whether it says nothing else than which one."""
    places = {n for found in marks.any.values() for n in found}
    opening = {word for mark in (*_OPEN, *_CLOSE) for word in mark.split()}
    left = [
        word
        for n, word in enumerate(clause.words)
        if n not in places
        and word not in _PLAIN | opening
        and not any(conversation_facts.alike(word, turn) for turn in turns)
    ]
    return not left
