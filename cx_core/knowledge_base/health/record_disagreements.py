"""What articles state of a record, such as a plan's price, that the record does not say.

Only where the words around a value say nothing else: "A router for Gold costs £60" is no price of Gold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health.claims import ArticleClaim, ArticleReading
from cx_core.knowledge_base.health.finding_records import finding, quote
from cx_core.knowledge_base.health.quantities import Quantity, agree, quantities
from cx_core.knowledge_base.health.word_stems import stems
from cx_core.records import BusinessRecord, Money
from cx_core.text.wording import same_letters

_BETWEEN = re.compile(r"(?:\s|,|/|&|\band\b|\bor\b)+")
"""What stands between the values of a list."""
_JOINT = re.compile(r"[.,;:()|]|\s[–—-]\s|\b(?:and|but|or|while|whereas)\b", re.I)
_OTHERWISE = re.compile(
    r"\b(?:more|less|than|instead|rather|not|never|without|extra|additional|off|back|was|were|until|unless|if|except)\b"
    r"|\blast\s(?:year|month|week)\b|n['’]t\b",
    re.I,
)
"""Words by which a value is another one than the record's: a difference, an earlier one, one on a condition."""
_SAYING = stems(
    "cost price pay charge rate tariff plan offer include come get give have has reach run last sell start stand "
    "amount provide bring deliver year month week day hour second monthly yearly weekly daily annual minimum "
    "maximum least currently today data value available choose subscription subscriber member customer contract "
    "standard normal regular usual normally usually sign bill worth just commitment"
)
"""Stems of words that state a value and say nothing more of it."""
_ONCE = stems("sign give bring worth choose")
"""Stems of words with which a sum is paid or given once, and is no price for a time."""
_SOON = re.compile(r"\b(?:in|within|by)\s$", re.I)
"""What stands before a period after which something happens: it is not how long that lasts."""
_FOR_A_TIME = re.compile(r"\s(?:for|in|over|during|on|from|since)\s(?:the\s|its\s)?", re.I)
"""What stands between a value and the time that it is of: "£15 a month for six months"."""
_NEEDS_FIELD = frozenset({"share", "count"})
_KINDS = frozenset({"money", "size", "period", "share", "count"})
_LASTING = stems("run last take contract sign")
_RATES = {"monthly": "month", "yearly": "year", "annual": "year", "weekly": "week", "daily": "day"}
_AT_LEAST = frozenset({"least", "over", "or more", "or over", "or older"})
_AT_MOST = frozenset({"most", "or under"})
"""Roles of a value that bounds what it is said of: "from £20", "up to £40"."""
_BOUNDED_ABOVE = frozenset({"money", "period"})
"""What one pays and how long it lasts may well be less than "up to" says; of what one gets, that is how much it is."""
_EVER = 1e9
"""Of any unit of time, more than anything lasts."""
_REDUCED = frozenset({"less", "off", "before", "notice", "ago", "old"})


class _Fact(NamedTuple):
    """A value in a field of a record. `field`: stems of the field's name."""

    record: BusinessRecord
    field: frozenset[str]
    value: Quantity


class _Told(NamedTuple):
    """One record by its name, in the words of a sentence around a value; each without what else is stated there."""

    name: str
    before: str
    between: str
    after: str
    time: Quantity | None = None
    """The only one that the value is of."""

    @property
    def words(self) -> frozenset[str]:
        return stems(f"{self.before} {self.between} {self.after}")


def disagreements(
    articles: Mapping[str, Article],
    readings: Iterable[ArticleReading],
    records: Sequence[BusinessRecord],
    called: Mapping[str, Sequence[str]],
    now: datetime,
) -> tuple[HealthFinding, ...]:
    """What articles state of a record by its name that its fields do not say. `called`: by kind, fields with names."""
    known: dict[str, list[_Fact]] = {}
    for record in records:
        for field in called.get(record.kind, ()):
            if name := " ".join(same_letters(str(record.fields.get(field) or "")).lower().split()):
                known.setdefault(name, []).extend(_facts(record))
    if not known:
        return ()
    find = _finder(known)
    found = []
    for reading in readings:
        article = articles[reading.article]
        for claim in reading.claims:
            told = _told(claim, article, reading.claims, find) if _speaks(claim, article) else None
            told = told and told._replace(time=_time(claim, article, reading.claims))
            against = _against(claim, told, known[told.name]) if told is not None else []
            if told is not None and against:
                found.append(_disagreement(article, claim, told.name, against, now))
    return tuple(found)


def _speaks(claim: ArticleClaim, article: Article) -> bool:
    """Whether it may be of a field: "12 months" may, "in 10 minutes" is when something happens."""
    at = claim.quantity.start
    soon = claim.quantity.kind == "period" and _SOON.search(article.text, max(at - 8, claim.start), at)
    return claim.quantity.kind in _KINDS and not soon


def _facts(record: BusinessRecord) -> list[_Fact]:
    return [
        _Fact(record, stems(name.replace("_", " ")), _rated(one, name))
        for name, value in record.fields.items()
        for one in _quantities(value)
    ]


def _rated(one: Quantity, field: str) -> Quantity:
    """A sum in a field "monthly" is one a month."""
    rate = next((_RATES[word] for word in field.lower().split("_") if word in _RATES), "")
    return one if one.rate or not rate else one._replace(rate=rate)


def _quantities(value: object) -> tuple[Quantity, ...]:
    if isinstance(value, Money):
        return (Quantity("money", value.minor / 100, value.minor / 100, value.currency, 0, 0),)
    return quantities(value) if isinstance(value, str) else ()


Find = Callable[[str], "list[tuple[int, int, str]]"]
"""Where records are named in a text: from, to, and the name; the longest of those that begin at one place."""


def _finder(names: Collection[str]) -> Find:
    words = (r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w+])(?:{'|'.join(words)})(?![\w+])", re.I)

    def find(text: str) -> list[tuple[int, int, str]]:
        found = ((*m.span(), " ".join(m[0].lower().split())) for m in pattern.finditer(same_letters(text)))
        return [one for one in found if one[2] in names]  # a pattern takes some letters for others: μ for the sign µ

    return find


def _told(claim: ArticleClaim, article: Article, claims: Iterable[ArticleClaim], find: Find) -> _Told | None:
    """None where no one record is named, or the value is not the first that is said of it."""
    text, at, end = article.text, claim.quantity.start, claim.quantity.end
    alike = [one for one in claims if one.start == claim.start]
    listed = _listed(claim, article, alike)
    named = [(claim.start + a, claim.start + b, name) for a, b, name in find(text[claim.start : claim.end])]
    before = [one for one in named if one[1] <= listed[0].quantity.start]
    after = [one for one in named if one[0] >= end]
    values = [(one.quantity.start, one.quantity.end) for one in alike]
    stop = min([claim.end, *(start for start, _, _ in after)])
    follows = _left(text, end, stop, values)
    if len(listed) > 1:
        if len(before) < len(listed):
            return None
        own = before[-len(listed) :][listed.index(claim)]
        return _Told(
            own[2],
            _led(text[claim.start : before[-len(listed)][0]]),
            _left(text, before[-1][1], listed[0].quantity.start, values),
            "",
        )
    first = [one.quantity.start for one in alike if one.quantity.kind == claim.quantity.kind and one is not claim]
    if before:
        start, stop_at, name = before[-1]
        if any(stop_at <= other < at for other in first):
            return None
        return _Told(name, _led(text[claim.start : start]), _left(text, stop_at, at, values), _cut(follows))
    if after:
        start, _, name = after[0]
        if any(end <= other < start for other in first):
            return None
        return _Told(name, _led(_left(text, claim.start, at, values)), _left(text, end, start, values), "")
    for place in (claim.heading, article.title):
        names = {name for _, _, name in find(place)}
        if names:
            if len(names) > 1 or any(claim.start <= other < at for other in first):
                return None
            return _Told(names.pop(), "", _left(text, claim.start, at, values), _cut(follows))
    return None


def _time(claim: ArticleClaim, article: Article, claims: Iterable[ArticleClaim]) -> Quantity | None:
    """The period or day right after the value that says when or for how long it is so."""
    end = claim.quantity.end
    if claim.quantity.kind == "period":
        return None
    times = (one.quantity for one in claims if one.start == claim.start)
    return next(
        (
            one
            for one in times
            if one.kind in ("period", "day", "weekday") and _FOR_A_TIME.fullmatch(article.text, end, one.start)
        ),
        None,
    )


def _listed(claim: ArticleClaim, article: Article, alike: Iterable[ArticleClaim]) -> list[ArticleClaim]:
    """The values of the list that it stands in: "75, 150 and 500 megabits"; alone where it stands in none."""
    runs: list[list[ArticleClaim]] = [[]]
    of_kind = (one for one in alike if one.quantity.kind == claim.quantity.kind)
    for one in sorted(of_kind, key=lambda each: each.quantity.start):
        if runs[-1] and not _BETWEEN.fullmatch(article.text[runs[-1][-1].quantity.end : one.quantity.start]):
            runs.append([])
        runs[-1].append(one)
    return next(run for run in runs if claim in run)


def _left(text: str, start: int, end: int, values: Iterable[tuple[int, int]]) -> str:
    """That stretch without the values in it."""
    signs = list(text[start:end])
    for first, last in values:
        for n in range(max(first, start), min(last, end)):
            signs[n - start] = " "
    return "".join(signs)


def _led(text: str) -> str:
    """What leads up to a name within its own clause."""
    return _JOINT.split(text)[-1]


def _cut(text: str) -> str:
    """What follows a value within its own clause."""
    return _JOINT.split(text)[0]


def _against(claim: ArticleClaim, told: _Told, facts: Sequence[_Fact]) -> list[_Fact]:
    """The facts that it is against; none where it agrees with one, or is of something else."""
    one = claim.quantity
    if one.high == 0 or claim.role in _REDUCED or _OTHERWISE.search(f"{told.before} {told.between} {told.after}"):
        return []
    if told.time is not None and not (one.rate and any(agree(told.time, fact.value) for fact in facts)):
        return []
    fields = frozenset[str]().union(*(fact.field for fact in facts))
    said = told.words | (claim.words - stems(told.name) if "|" in f"{told.between}{told.after}" else frozenset())
    if said - fields - _SAYING - stems(facts[0].record.kind):
        return []
    if one.kind == "money" and not one.rate and said & _ONCE:
        return []
    same = [fact for fact in facts if _comparable(one, fact.value)]
    spoken = [fact for fact in same if fact.field & said]
    if one.kind in _NEEDS_FIELD or (one.kind == "period" and not said & _LASTING):
        same = spoken
    if any(_true(claim, fact.value) for fact in same):
        return []
    return spoken or same


def _true(claim: ArticleClaim, value: Quantity) -> bool:
    """Whether what is stated may be said where the record has this value; bounds are true of all that they leave."""
    one = claim.quantity
    if agree(one, value):
        return True
    if one.unit != value.unit:
        return one.kind == "period" and _leaves(claim, value)
    if claim.role in _AT_LEAST:
        return value.low >= one.low
    return claim.role in _AT_MOST and one.kind in _BOUNDED_ABOVE and value.high <= one.high


def _leaves(claim: ArticleClaim, value: Quantity) -> bool:
    """Whether a bound leaves a period of another unit: "at least 12 months" does two years."""
    one = claim.quantity
    if claim.role in _AT_LEAST:
        return agree(one._replace(high=_EVER), value._replace(high=value.low))
    return claim.role in _AT_MOST and agree(one._replace(low=0.0), value._replace(low=value.high))


def _comparable(one: Quantity, value: Quantity) -> bool:
    if one.kind != value.kind or (one.rate and value.rate and one.rate != value.rate):
        return False
    return one.kind in ("money", "period") or one.unit == value.unit


def _disagreement(
    article: Article, claim: ArticleClaim, name: str, against: Sequence[_Fact], now: datetime
) -> HealthFinding:
    record = against[0].record
    kinds = {fact.value.kind for fact in against}
    shown = ", ".join(
        f"{field.replace('_', ' ')} {value}"
        for field, value in record.fields.items()
        if any(q.kind in kinds for q in _quantities(value)) and field != "label"
    )
    sentence = " ".join(article.text[claim.start : claim.end].split())
    value = " ".join(article.text[claim.quantity.start : claim.quantity.end].split())
    place = quote(article, claim.start, claim.end, claim.heading, [(claim.quantity.start, claim.quantity.end)])
    return finding(
        "disagrees",
        [f"{article.id}: {sentence}", f"{record.kind} {record.id}: {shown}"],
        f"The article says {value}; the record of {record.fields.get('name', name)} says {shown}.",
        now,
        articles=(article.id,),
        quotes=(place,),
        weight=1.0,
    )
