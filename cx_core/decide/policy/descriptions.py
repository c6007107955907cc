"""Which of several records, or parts of a record, words mean: by id, or by what tells them apart.

What tells them apart is what they hold: an item, a colour, a price, a day, a status, a city. Words that all of them
hold tell nothing. Where the words fit one of them better than another, the better one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cx_core.decide.policy.conversation_facts import names, words

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_CODE = re.compile(r"#?[A-Za-z]*[-_#]?\d{7,}|#?[A-Z]+[-#]?\d{3,}|\S*_\S*\d\S*|#\S+")
"""An id or another code in one word with figures: found as a whole, and none of it is a word."""
_DAY = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:[T ].*)?")
_WRITTEN_DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}|\b\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d{1,2}(?:st|nd|rd|th)?\b",
    re.I,
)
"""A day, whose numbers are no numbers of anything else."""
_LEAST = 3
"""Letters of a word that describes."""
_NOTHING = frozenset(
    words(
        "the and for with from that this these those your his her its our their are was were has have had not yes you "
        "can will would please one ones item items all any some more back new into onto over under"
    )
)


class Thing(NamedTuple):
    """One of several: its id, the words it is described by, and the days it holds."""

    id: str
    words: frozenset[str]
    days: frozenset[str] = frozenset()


def thing(id: str, value: object) -> Thing:
    """A record or a part of one, by all that stands in it."""
    described: set[str] = set()
    days: set[str] = set()
    for leaf in _plain(value):
        day = _DAY.fullmatch(leaf)
        if day:
            days.add(day[1])
        elif not _CODE.fullmatch(leaf):
            described |= tokens(leaf)
    return Thing(id, frozenset(described), frozenset(days))


def tokens(text: str) -> frozenset[str]:
    """Its words without endings and its numbers without zeros behind the point, each once; "60cm" is 60 and cm."""
    return frozenset(
        _number(one) if one[0].isdecimal() else _stem(one.casefold())
        for one in _TOKEN.findall(text)
        if one[0].isdecimal() or (len(one) >= _LEAST and one.casefold() not in _NOTHING)
    )


class Descriptions:
    """Things of one kind, of which a text may mean some."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things: Mapping[str, Thing] = {one.id: one for one in things}
        self._telling = {id: self._tells_apart(one) for id, one in self.things.items()}

    def __len__(self) -> int:
        return len(self.things)

    def __contains__(self, id: object) -> bool:
        return id in self.things

    def by_id(self, text: str) -> frozenset[str]:
        """Those whose id stands there."""
        said = words(text)
        return frozenset(id for id in self.things if names(said, id))

    def fit(self, text: str) -> frozenset[str]:
        """Those that are named, or else described and by nothing less than another is; empty: none is told apart."""
        named = self.by_id(text)
        if named:
            return named
        found = self.touched(text)
        return frozenset(id for id, hits in found.items() if not any(hits < other for other in found.values()))

    def touched(self, text: str) -> dict[str, frozenset[str]]:
        """All of which anything stands there that not all of them hold."""
        said, plain = tokens(_WRITTEN_DAY.sub(" ", text)), words(text)
        found = {}
        for id, one in self.things.items():
            days = frozenset(day for day in one.days if names(plain, day))
            hits = frozenset(self._telling[id] & said) | days
            if any(len(hit) >= _LEAST for hit in hits):  # a small number stands there by chance
                found[id] = hits
        return found

    def _tells_apart(self, one: Thing) -> frozenset[str]:
        others = [other for other in self.things.values() if other.id != one.id]
        return frozenset(word for word in one.words if not others or not all(word in o.words for o in others))


def _plain(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _plain(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _plain(part)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield f"{value:.2f}"


def _number(text: str) -> str:
    plain = text.replace(",", "")
    try:
        return f"{float(plain):g}"
    except ValueError:
        return plain


def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    return word[:-1] if len(word) > _LEAST and word.endswith("s") and not word.endswith("ss") else word


def parts_of(record: Mapping[str, object], ids: Sequence[str] = ()) -> Descriptions | None:
    """The parts of a record, such as the items of an order: a list in it of which each has an id.

    Of several lists the one that holds most of `ids`, or, without those, the one whose parts are most described.
    """
    found: list[tuple[int, int, Descriptions]] = []
    for value in record.values():
        if not isinstance(value, (list, tuple)) or not all(isinstance(one, Mapping) for one in value) or not value:
            continue
        for key in _keys(value):
            parts = Descriptions(thing(str(one[key]), {k: v for k, v in one.items() if k != key}) for one in value)
            described = sum(len([word for word in one.words if word.isalpha()]) for one in parts.things.values())
            found.append((sum(id in parts for id in ids), described, parts))
    best = max(found, key=lambda one: one[:2], default=None)
    return None if best is None or (ids and not best[0]) else best[2]


def _keys(parts: Sequence[Mapping[str, object]]) -> list[str]:
    """Fields that all parts have, as codes or texts that no two share."""
    shared = set(parts[0]).intersection(*parts[1:])
    texts = [key for key in parts[0] if key in shared and all(isinstance(one[key], str) for one in parts)]
    return [key for key in texts if len({one[key] for one in parts}) == len(parts)]


def alternatives(value: str, among: Iterable[object]) -> Descriptions | None:
    """A value beside the others of its kind: a record in a table, the parts of a list, by where its id stands."""
    for held in among:
        for table in _tables(held):
            if value in table:
                return Descriptions(thing(id, one) for id, one in table.items())
    return None


def _tables(value: object) -> Iterable[Mapping[str, object]]:
    """All that is held under ids: maps of maps, and lists of maps by each field that can be an id."""
    if isinstance(value, Mapping):
        if len(value) > 1 and all(isinstance(one, Mapping) for one in value.values()):
            yield {str(key): one for key, one in value.items()}
        for one in value.values():
            yield from _tables(one)
    elif isinstance(value, (list, tuple)) and value:
        if all(isinstance(one, Mapping) for one in value):
            for key in _keys(value):
                yield {str(one[key]): {k: v for k, v in one.items() if k != key} for one in value}
        for one in value:
            yield from _tables(one)
