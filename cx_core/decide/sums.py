"""Money that stands nowhere but can be worked out: from amounts and counts that do stand somewhere, shown as a sum.

A chance match is worse than a question, so little is tried: a count has its unit beside it and is of this matter, not
of an article; an article's amount counts for what the article says it is for; where two calculations fit, none does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from cx_core.records import Money, Record, Source
from cx_core.text.time_spelling import NUMBERS

MOST_TERMS = 16
"""Of different amounts; among more, sums and differences would hit anything."""
_NUMBERS = {word: number for number, word in enumerate(NUMBERS, start=1)}
_UNITS = {
    "day": "day",
    "night": "night",
    "week": "week",
    "month": "month",
    "year": "year",
    "hour": "hour",
    "gigabyte": "GB",
    "gb": "GB",
    "megabyte": "MB",
    "mb": "MB",
    "item": "item",
    "piece": "piece",
    "person": "person",
}
"""Words of measure, in the singular."""
_FIELDS = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "hourly": "hour"}
"""Fields of a record that hold what something costs for each."""
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})s?\b"
_NUMBER = rf"(?<![\w.,£$€-])(?P<number>\d{{1,4}}|{'|'.join(_NUMBERS)})"
_COUNT = re.compile(rf"{_NUMBER}[\s-]?(?:(?:full|whole|further|working|more|extra)\s)?{_UNIT}", re.I)
_PART = re.compile(rf"{_NUMBER}\s(?:out\s)?of\s(?:the\s|those\s|these\s)?(?=(?P<rest>(?:last\s)?\w+\s{_UNIT}))", re.I)
_PERCENT = re.compile(r"(?<![\w.,£$€-])(?P<number>\d{1,3})\s?(?P<unit>%|per\s?cent\b)", re.I)
_SIGNS = {"GBP": "£", "EUR": "€", "USD": r"\$"}
_FIGURE = r"(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d{1,7}(?:\.\d\d)?)(?![\d.]*\d)"
_EACH = re.compile(rf"\s(?:for\s)?(?:each|every|per|an?)\s(?:\w+\s)?{_UNIT}", re.I)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


class Amount(Record):
    """Money that stands somewhere. `each`: the unit it is the price of; `named`: of a record that the step names."""

    minor: int
    source: Source
    each: str = ""
    named: bool = False


class Count(Record):
    """A number of something that stands somewhere; the unit "%" is a share in a hundred."""

    number: int
    unit: str
    source: Source


class _Calculation(Record):
    shown: str
    operands: tuple[Source, ...]


def each_of(field: str) -> str:
    """The unit that a field's name says its amount is for: monthly, a month."""
    return _FIELDS.get(field, "")


def counts(text: str, source: Source) -> Iterator[Count]:
    """Every number with a unit beside it. `source` is where the text stands."""
    for pattern in (_COUNT, _PART, _PERCENT):
        for match in pattern.finditer(text):
            written = match["number"].casefold()
            unit = _UNITS.get(match["unit"].casefold(), "%")
            number = _NUMBERS.get(written) or int(written)
            if number:
                quote = match[0] + (match["rest"] if pattern is _PART else "")
                yield Count(number=number, unit=unit, source=source.replace(quote=quote))


def told(text: str, currency: str, source: Source) -> Iterator[Amount]:
    """Amounts of an article: what it says a thing costs each, and those that stand alone in their sentence."""
    sign = _SIGNS.get(currency, currency)
    pattern = re.compile(rf"(?:{sign}|\b{currency}\s){_FIGURE}")
    for sentence in _SENTENCE.split(text):
        found = list(pattern.finditer(sentence))
        for match in found:
            each = _EACH.match(sentence, match.end())
            if each or len(found) == 1:
                quote = sentence.strip()[:300]
                minor = round(float(match["figure"].replace(",", "")) * 100)
                unit = _UNITS[each["unit"].casefold()] if each else ""
                yield Amount(minor=minor, each=unit, source=source.replace(quote=quote))


def worked_out(wanted: Money, amounts: Iterable[Amount], numbers: Iterable[Count]) -> Source | None:
    """The one calculation that gives exactly this; None if there is none, or more than one."""
    terms = list(
        {(a.minor, a.each, a.source.kind == "article"): a for a in sorted(amounts, key=_nearest) if a.minor}.values()
    )
    known = list({(c.number, c.unit): c for c in numbers}.values())
    found = {one.shown: one for one in _calculations(wanted.minor, terms, known)}
    if len(found) != 1:
        return None
    [only] = found.values()
    return Source(kind="arithmetic", quote=only.shown, operands=only.operands)


def _nearest(amount: Amount) -> bool:
    """Of two like amounts the later wins: that of a record the step names."""
    return amount.named


def _calculations(wanted: int, terms: Sequence[Amount], known: Sequence[Count]) -> Iterator[_Calculation]:
    own = [term for term in terms if term.source.kind != "article"]
    yield from _shares(wanted, own, known)
    yield from _rates(wanted, terms, known)
    if len(terms) <= MOST_TERMS:
        yield from _sums(wanted, terms)


def _shares(wanted: int, own: Sequence[Amount], known: Sequence[Count]) -> Iterator[_Calculation]:
    """3 of 30 days of 24.00; 10 % of 24.00."""
    for term in own:
        for part in known:
            if part.unit == "%" and part.number < 100 and _half_up(term.minor * part.number, 100) == wanted:
                shown = f"{part.number} % of {_plain(term.minor)} = {_plain(wanted)}"
                yield _Calculation(shown=shown, operands=(part.source, term.source))
            for whole in known:
                alike = part.unit == whole.unit != "%" and part.number < whole.number and part.source.kind != "article"
                if alike and _half_up(term.minor * part.number, whole.number) == wanted:
                    unit = _many(whole.number, whole.unit)
                    shown = f"{part.number} of {whole.number} {unit} of {_plain(term.minor)} = {_plain(wanted)}"
                    yield _Calculation(shown=shown, operands=(part.source, whole.source, term.source))


def _rates(wanted: int, terms: Sequence[Amount], known: Sequence[Count]) -> Iterator[_Calculation]:
    """3 days at 9.00 each, where it is said what a day costs."""
    for term in terms:
        for count in known:
            fits = term.each == count.unit and count.number > 1 and count.source.kind != "article"
            if fits and term.minor * count.number == wanted:
                shown = f"{count.number} {_many(count.number, count.unit)} at {_plain(term.minor)} = {_plain(wanted)}"
                yield _Calculation(shown=shown, operands=(count.source, term.source))


def _sums(wanted: int, terms: Sequence[Amount]) -> Iterator[_Calculation]:
    """24.00 - 6.00, 24.00 + 6.00; with an article's amount only where the other is of what the step names."""
    for one, other in combinations(sorted(terms, key=lambda term: -term.minor), 2):
        kinds = {one.source.kind, other.source.kind}
        if "article" in kinds and (kinds == {"article"} or not (one.named or other.named)):
            continue
        for sign, result in (("-", one.minor - other.minor), ("+", one.minor + other.minor)):
            if result == wanted:
                shown = f"{_plain(one.minor)} {sign} {_plain(other.minor)} = {_plain(wanted)}"
                yield _Calculation(shown=shown, operands=(one.source, other.source))


def _half_up(number: int, divisor: int) -> int:
    """Whole pence; half a penny counts as one."""
    return (2 * number + divisor) // (2 * divisor)


def _many(number: int, unit: str) -> str:
    return unit if number == 1 or unit.isupper() else f"{unit}s"


def _plain(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
