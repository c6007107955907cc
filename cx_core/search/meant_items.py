"""Which of several things the customer means: "the lamp is bent, the pod is fine" is about the lamp.

A thing is meant where a clause that names it wants or reports something, and left out where a clause says that it is
fine, stays, or is not the one. What nobody names is meant only where all the others are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cx_core.records import MessageId, Statement
from cx_core.text.shorthand import written_out
from cx_core.text.spelling import meant_word

_WORD = re.compile(r"[a-z]{3,}", re.I)
_ALL = re.compile(
    r"\b(?:everything|all of (?:it|them)|both(?: of them| items| things| halves)?|the (?:whole )?lot"
    r"|the whole (?:order|parcel|box)|all (?:three|four|five)|each of them)\b",
    re.I,
)
_ONE = re.compile(
    r"\b(?:only|just) one\b"
    r"|(?<!each )(?<!every )(?<!not )(?<!any )(?<!in )"
    r"\bone (?:piece|item|thing|part|of (?:them|these|those|the \w+))\b",
    re.I,
)
"""Says that not all of them are meant, after "I have unpacked everything"."""
_JOINED = re.compile(r"\s*(?:,|&|\+|and)\s*(?:and\s)?", re.I)
_SO_IS = re.compile(r"\W*(?:and )?(?:so|neither|nor) (?:is|are|was|were|do|does|did|has|have)\b", re.I)
_SAME = {"telephone": "phone", "smartphone": "phone", "cellphone": "phone", "handset": "phone"}
"""Other words for the one that names a thing."""
_NAME = 3
"""So many words name a thing and say nothing of it."""
_BUT = re.compile(r"\b(?:but|except(?: for)?|apart from|bar|other than)\b", re.I)
_FINE = re.compile(
    r"\b(?:fine|perfect|ok(?:ay)?|great|good|works?|working|love\w*|all right|alright|intact|unharmed|undamaged|sound"
    r"|happy with|nothing wrong|no problem|a beauty|going nowhere|keep(?:ing)?|stay(?:s|ing)?|remains?|hands off"
    r"|survived|arrived safely|(?:was|is|are|were) (?:here|there|in (?:the|it)|in there)|here|there|in the box"
    r"|has found its place)\b|\b(?:in (?:it|there)|inside|included)\W*$",
    re.I,
)
_NOT_FINE = re.compile(
    r"\b(?:not|never|no(?! problem)|without|hardly|stopped|nowhere|but)\b|n[’']t\b",
    re.I,
)
_NOT_THAT = re.compile(r"\b(?:not|isn[’']?t|wasn[’']?t|never)\s(?:\w+\s){0,2}?$", re.I)
_BESIDE = re.compile(r"\b(?:with|alongside|besides|next to|together with|after)\s(?:\w+\s){0,2}?$", re.I)
_NONE_OF = re.compile(r"\bno\s(?:\w+\s){0,2}?$", re.I)
_IF = re.compile(
    r"\W*(?:and |but |so )?(?:if|provided(?: that)?|as long as|in case|should|unless|when|assuming)\b", re.I
)
"""A clause of a condition: "if the phone has not left yet" is about the phone, whatever it says of it."""


class _Thing(NamedTuple):
    """A record as customers may call it. `head` is the word that says what it is: of "Tablet sleeve", "sleeve"."""

    words: frozenset[str]
    head: str


class MeantThings(NamedTuple):
    """The things that are meant, by their places, and whether the customer said so."""

    places: tuple[int, ...]
    named: bool


def meant(names: Sequence[str], statements: Sequence[Statement], texts: Mapping[MessageId, str]) -> MeantThings:
    """Which of the things of these names are meant; all of them where nothing tells."""
    things = [_thing(name) for name in names]
    kept, aside, left_out = set[int](), set[int](), set[int]()
    all_taken_in: MessageId | None = None  # a message that means them all; a thing named in another counts instead
    for clause, statement in _clauses(statements, texts):
        for place, wanted in _verdicts(clause, statement, things):
            (kept if wanted else aside if wanted is None else left_out).add(place)
            if wanted or (wanted is None and statement.message != all_taken_in):
                all_taken_in = None
        if _ONE.search(clause):
            all_taken_in = None
        if not kept and _takes_all(clause, statement):
            all_taken_in = statement.message
    if all_taken_in is not None:
        return MeantThings(tuple(range(len(names))), named=True)
    found = (kept - left_out) or kept or (aside - left_out)
    if found:
        return MeantThings(tuple(sorted(found)), named=True)
    rest = tuple(place for place in range(len(names)) if place not in left_out)
    return MeantThings(rest or tuple(range(len(names))), named=bool(left_out and rest))


def mentioned(
    names: Sequence[str],
    statements: Sequence[Statement],
    texts: Mapping[MessageId, str],
    no_things: Sequence[str] = (),
) -> dict[int, bool]:
    """The things of these names that are spoken of at all, each with whether it is one that is meant.

    `no_things`: names of what else may be spoken of in the same words: a "mobile phone bill" is of no phone.

    What is left out in one clause is not meant where another thing never is: "I have a phone and a lamp coming. The
    lamp is fine." What only stands beside another counts where nothing is wanted or reported of any.
    """
    things = [_thing(name) for name in names]
    others = [_thing(name) for name in no_things]
    said: dict[int, set[bool | None]] = {}
    for clause, statement in _clauses(statements, texts):
        for place, wanted in _verdicts(clause, statement, things, others):
            said.setdefault(place, set()).add(wanted)
    plainly = {place for place, verdicts in said.items() if True in verdicts}
    firmly = {place for place in plainly if False not in said[place]}
    counts = firmly or plainly
    return {place: place in counts if counts else None in verdicts for place, verdicts in said.items()}


def named_in(names: Sequence[str], words: str) -> set[int]:
    """The places of the things of these names that some words name, whatever they say of them."""
    things = [_thing(name) for name in names]
    places = _places(words, things, ())
    return {n for n, thing in enumerate(things) if thing.head in places}


def _takes_all(clause: str, statement: Statement) -> bool:
    """Whether a clause takes them all: it wants or reports so, or says nothing else, as in answer to a question."""
    match = _ALL.search(clause)
    if match is None or _BUT.search(clause):
        return False
    alone = len(clause.split()) <= len(match.group().split()) + 1 and not _NOT_FINE.search(clause)
    return statement.does in ("wants", "reports") or alone


def _clauses(statements: Sequence[Statement], texts: Mapping[MessageId, str]) -> Iterator[tuple[str, Statement]]:
    """Each clause; of "the pod and the cable I give back" the first says what the second does; "so is the cable" says
    what the one before it does."""
    for n, statement in enumerate(statements):
        clause = written_out(texts.get(statement.message, "")[statement.start : statement.end]).text
        after = statements[n + 1] if n + 1 < len(statements) else None
        said = statement
        if n and _SO_IS.match(clause) and statements[n - 1].message == statement.message:
            said = statements[n - 1]
            clause = f"{written_out(texts[said.message][said.start : said.end]).text} {clause}"
        if _bare(clause) and after is not None and after.message == statement.message:
            between = texts[statement.message][statement.end : after.start]
            said = after if _JOINED.fullmatch(between) else statement
        yield clause, said


def _bare(clause: str) -> bool:
    """Whether a clause is a name and nothing else."""
    return len(clause.split()) <= _NAME and not _NOT_FINE.search(clause) and not _FINE.search(clause)


def _thing(name: str) -> _Thing:
    words = [_stem(word) for word in _WORD.findall(name)]
    return _Thing(frozenset(words), words[-1] if words else "")


def _stem(word: str) -> str:
    stem = word.lower().removesuffix("es").removesuffix("s")
    return _SAME.get(stem, stem)


def _places(clause: str, things: Sequence[_Thing], others: Sequence[_Thing]) -> dict[str, int]:
    """Where each word of a clause first stands, but for those that only begin the name of something else: of "the
    phone case" the word "phone" where there is a "Pebble phone case"."""
    words = list(_WORD.finditer(clause))
    own = {word for thing in (*things, *others) for word in thing.words}
    stems = [meant_word(_stem(match[0]), own) for match in words]
    places: dict[str, int] = {}
    for match, stem, after in zip(words, stems, [*stems, ""][1:], strict=True):
        longer = [one for one in (*things, *others) if after == one.head != stem and stem in one.words]
        if longer and any(one.head == stem for one in things):
            continue
        places.setdefault(stem, match.start())
    return places


def _verdicts(
    clause: str, statement: Statement, things: Sequence[_Thing], others: Sequence[_Thing] = ()
) -> Iterator[tuple[int, bool | None]]:
    """Each thing a clause names, and whether it is meant there; None: it only stands beside another, or in passing."""
    places = _places(clause, things, others)
    named = [n for n, thing in enumerate(things) if thing.head in places]
    for n, thing in enumerate(things):
        own = [word for word in thing.words & set(places) if sum(word in other.words for other in things) == 1]
        if n not in named and own and not any(things[other].words & thing.words & set(places) for other in named):
            named.append(n)
    for n in named:
        at = min(places[word] for word in things[n].words & set(places))
        before = clause[:at]
        wanted = statement.does in ("wants", "reports", "asks") or (statement.does == "tells" and bool(statement.about))
        fine = bool(_FINE.search(clause)) and not _NOT_FINE.search(_FINE.sub(" ", clause))
        wanted = wanted and not fine
        if _NOT_THAT.search(before):
            wanted = False
        if _IF.match(clause):
            wanted = True
        if _NONE_OF.search(before):
            wanted = True
        if _ALL.search(before) and _BUT.search(before):
            wanted = not wanted
        if _bare(clause) and statement.does not in ("wants", "reports"):
            yield n, None
            continue
        if statement.does == "tells" and not fine and not wanted and not _NOT_THAT.search(before):
            yield n, None
            continue
        beside = _BESIDE.search(before) is not None or (statement.does == "tells" and wanted)
        yield n, None if beside and wanted else wanted
