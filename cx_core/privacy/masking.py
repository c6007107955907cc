"""Personal data to placeholders and back, so that a log, a model elsewhere or a screen need not hold it.

`Masker.mask` puts ⟪name-1⟫ for a name; the same value has the same placeholder all through a ticket, and `unmask`
restores every character. Brackets of this form in the text itself are masked too, so nobody can forge a placeholder.
There are two strengths. The ordinary one takes what names, reaches or identifies somebody and leaves the sense of the
words, for logs and models. `broad` takes places, organisations, ages and dates as well, by which somebody could be
guessed, for screens that need none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from pydantic import Field

from cx_core.privacy.personal_dates import find_ages, find_dates
from cx_core.privacy.personal_known import Known, Wanted, personal_fields
from cx_core.privacy.personal_names import find_names
from cx_core.privacy.personal_numbers import find_numbers
from cx_core.privacy.personal_patterns import find_broad, find_patterns
from cx_core.privacy.personal_places import find_addresses
from cx_core.privacy.personal_spans import PersonalSpan
from cx_core.records import Record

_PLACEHOLDER = re.compile(r"⟪[a-z]{1,12}-\d{1,7}⟫")
_NOBODYS = re.compile(
    r"(?:[a-z]++_)*+[a-z]{0,16}|[A-Z]{1,3}-\d{1,9}|[a-z]\d{1,4}|[A-Z]{3}|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?"
)
"""What structures are full of: names of things, numbers, times. For speed, only known data are sought there."""
_MARKS = re.compile("[⟪⟫]")
NONE: Mapping[str, str] = MappingProxyType({})


class Masked(Record):
    """A text without personal data. `places` says, by placeholder, what stood there."""

    text: str
    places: dict[str, str] = Field(default_factory=dict)


class Unmasked(Record):
    """A text with the data put back. `unknown` are placeholders that were never given out, left as they are."""

    text: str
    unknown: tuple[str, ...] = ()


class Masker:
    """Finds and replaces personal data. Holds nothing of what it has seen; safe to share between threads."""

    def __init__(self, keep: Iterable[str] = (), *, broad: bool = False) -> None:
        """`keep`: the business's own words (its name, its products), which are nobody's."""
        self._keep = frozenset(word.casefold() for words in keep for word in re.findall(r"[^\W\d_]+", words))
        self._broad = broad

    def spans(self, text: str, known: Known | Wanted = None) -> tuple[PersonalSpan, ...]:
        """What is personal, in order, without overlaps; a datum inside another belongs to the longer one."""
        return tuple(_united(self._found(text, known)))

    def _found(self, text: str, known: Known | Wanted) -> Iterator[PersonalSpan]:
        yield from (PersonalSpan(*mark.span(), "mark") for mark in _MARKS.finditer(text))
        yield from find_patterns(text)
        yield from find_numbers(text)
        yield from find_addresses(text, broad=self._broad)
        yield from find_dates(text, born_only=not self._broad)
        if self._broad:
            yield from find_ages(text)
            yield from find_broad(text)
        yield from find_names(text, self._keep, broad=self._broad)
        if known:
            yield from (known if isinstance(known, Wanted) else Wanted(known)).find(text)

    def mask(self, text: str, known: Known | Wanted = None, places: Mapping[str, str] = NONE) -> Masked:
        """Replace; `places` of the ticket's texts before this one go on, and come back with what is new."""
        given = dict(places)
        names = {value: placeholder for placeholder, value in given.items()}
        counts = _counts(given)
        pieces, position = [], 0
        for span in self.spans(text, known):
            value = text[span.start : span.end]
            if value not in names:
                counts[span.kind] = counts.get(span.kind, 0) + 1
                names[value] = f"⟪{span.kind}-{counts[span.kind]}⟫"
                given[names[value]] = value
            pieces += [text[position : span.start], names[value]]
            position = span.end
        return Masked(text="".join([*pieces, text[position:]]), places=given)

    def hide(self, text: str, known: Known | Wanted = None) -> str:
        """The text with kinds only, ⟪name⟫, for where nothing is ever put back."""
        pieces, position = [], 0
        for span in self.spans(text, known):
            pieces += [text[position : span.start], f"⟪{span.kind}⟫" if span.kind != "mark" else text[span.start]]
            position = span.end
        return "".join([*pieces, text[position:]])


_ORDINARY = Masker()


def unmask(text: str, places: Mapping[str, str]) -> Unmasked:
    """Put back what the placeholders stand for, in one pass: what is put back is not read again."""
    unknown: dict[str, None] = {}

    def restored(match: re.Match[str]) -> str:
        if match[0] not in places:
            unknown[match[0]] = None
        return places.get(match[0], match[0])

    return Unmasked(text=_PLACEHOLDER.sub(restored, text), unknown=tuple(unknown))


def hide_fields(payload: Mapping[str, object], masker: Masker) -> dict[str, object]:
    """A structure of JSON values without personal data, for a screen.

    What a field named after a personal datum holds goes whole, wherever it stands, and again in all other texts.
    Values of one word, such as ids and days, are read at the ordinary strength: they are what the screen is for.
    """
    wanted = Wanted(_personal(payload))
    return _hidden(payload, masker, wanted)


def _personal(value: object) -> dict[str, str]:
    """Personal data in fields of any depth; of several fields of one name, the last."""
    found: dict[str, str] = {}
    if isinstance(value, Mapping):
        found |= {field: str(value[field]) for field, _ in personal_fields(value)}
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ():
        found |= _personal(inner)
    return found


def _hidden(values: Mapping[str, object], masker: Masker, wanted: Wanted) -> dict[str, object]:
    whole = dict(personal_fields(values))
    return {
        name: f"⟪{whole[name]}⟫" if name in whole else _hidden_value(inner, masker, wanted)
        for name, inner in values.items()
    }


def _hidden_value(value: object, masker: Masker, wanted: Wanted) -> object:
    if isinstance(value, Mapping):
        return _hidden(value, masker, wanted)
    if isinstance(value, list | tuple):
        return [_hidden_value(inner, masker, wanted) for inner in value]
    if not isinstance(value, str):
        return value
    if _NOBODYS.fullmatch(value) and next(wanted.find(value), None) is None:
        return value
    return (masker if len(value.split()) > 1 else _ORDINARY).hide(value, wanted)


def _counts(places: Mapping[str, str]) -> dict[str, int]:
    """The highest number given out, by kind."""
    counts: dict[str, int] = {}
    for placeholder in places:
        kind, _, number = placeholder.strip("⟪⟫").rpartition("-")
        counts[kind] = max(counts.get(kind, 0), int(number))
    return counts


def _united(spans: Iterable[PersonalSpan]) -> Iterator[PersonalSpan]:
    """Overlapping spans as one, of the kind of the longest."""
    open_: PersonalSpan | None = None
    longest = 0
    for span in sorted(spans):
        if span.end <= span.start:
            continue
        if open_ is None or span.start >= open_.end:
            if open_:
                yield open_
            open_, longest = span, span.end - span.start
            continue
        kind, longest = (span.kind, span.end - span.start) if span.end - span.start > longest else (open_.kind, longest)
        open_ = PersonalSpan(open_.start, max(open_.end, span.end), kind)
    if open_:
        yield open_
