"""Contradictions and disagreements with records as findings, from readings of the articles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cx_core.articles import HealthFinding, Quote
from cx_core.catalogue import Article
from cx_core.learn.claims import Claim, Reading
from cx_core.learn.contradictions import SURE, Looking, Vectors, clashes
from cx_core.learn.finding import finding, quote
from cx_core.learn.quantities import Quantity, agree, quantities
from cx_core.learn.surroundings import Surroundings
from cx_core.records import BusinessRecord, Money

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

_MOST_WORDS = 4
"""Content words of a clause besides what the record is called and its fields: with more it says something special."""
_BETWEEN = re.compile(r"(?:\s|,|/|&|\band\b|\bor\b)+")
"""What stands between the values of a list."""
_REDUCED = frozenset({"less", "off", "before"})


def contradictions(
    articles: Mapping[str, Article], readings: Sequence[Reading],
    encode: Callable[[Sequence[str]], NDArray[np.float32]], now: datetime, changed: Collection[str] | None = None,
    *, around: Surroundings | None = None, sure: float = SURE,
) -> tuple[HealthFinding, ...]:  # fmt: skip
    """Surest first, between these readings. `changed`: only those with one of these articles in them; `around`: what
    all articles tell, where these are not all."""
    claims = [claim for reading in readings for claim in reading.claims]
    if not claims:
        return ()
    found = []
    for clash in clashes(readings, _vectors(claims, encode), changed=changed, sure=sure, around=around):
        one, other = claims[clash.one], claims[clash.other]
        said = [_said(articles[claim.article], claim) for claim in (one, other)]
        found.append(
            finding(
                "contradiction",
                [f"{claim.article}: {_sentence(articles[claim.article], claim)}" for claim in (one, other)],
                f"“{said[0]}” stands against “{said[1]}”.",
                now,
                articles=(one.article, other.article),
                quotes=(_quote(articles[one.article], one), _quote(articles[other.article], other)),
                weight=round(clash.sureness, 2),
            )
        )
    return tuple(found)


def contested(
    article: str, span: tuple[int, int], readings: Sequence[Reading],
    encode: Callable[[Sequence[str]], NDArray[np.float32]], around: Surroundings, sure: float,
) -> bool:  # fmt: skip
    """Whether anything that these readings state seems to stand against what the article states within the span: no
    `contradictions` are there otherwise. Little is encoded for it."""

    def here(claim: Claim) -> bool:
        return claim.article == article and claim.start < span[1] and span[0] < claim.end

    kinds = {claim.quantity.kind for reading in readings for claim in reading.claims if here(claim)}
    some = [
        reading._replace(claims=tuple(claim for claim in reading.claims if claim.quantity.kind in kinds))
        for reading in readings
    ]
    claims = [claim for reading in some for claim in reading.claims]
    if not claims:
        return False
    return any(True for _ in Looking(some, _vectors(claims, encode), around).pairs(here, sure))


def _vectors(claims: Sequence[Claim], encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> Vectors:
    return Vectors(encode([claim.said for claim in claims]), encode([claim.about for claim in claims]))


def disagreements(
    articles: Mapping[str, Article], readings: Iterable[Reading], records: Sequence[BusinessRecord],
    called: Mapping[str, Sequence[str]], now: datetime,
) -> tuple[HealthFinding, ...]:  # fmt: skip
    """What articles state of a record by its name that its fields do not say. `called`: by kind, fields with names."""
    known = [fact for record in records for fact in _facts(record, called.get(record.kind, ()))]
    names = {name for name, _, _ in known}
    if not names:
        return ()
    found = []
    for reading in readings:
        for claim in reading.claims:
            listed = _listed(claim, articles[claim.article], reading.claims)
            name = _named(claim, articles[claim.article], names, listed)
            held = [(record, values) for known_name, record, values in known if known_name == name]
            if name and held and _differs(claim, held):
                found.append(_disagreement(articles[claim.article], claim, name, held, now))
    return tuple(found)


def _facts(record: BusinessRecord, fields: Sequence[str]) -> list[tuple[str, BusinessRecord, tuple[Quantity, ...]]]:
    values = tuple(q for value in record.fields.values() for q in _quantities(value))
    return [(str(record.fields[field]).casefold(), record, values) for field in fields if record.fields.get(field)]


def _quantities(value: object) -> tuple[Quantity, ...]:
    if isinstance(value, Money):
        return (Quantity("money", value.minor / 100, value.minor / 100, value.currency, 0, 0),)
    return quantities(value) if isinstance(value, str) else ()


def _listed(claim: Claim, article: Article, claims: Iterable[Claim]) -> list[Claim]:
    """The values of the list that it stands in: "75, 150 and 500 megabits"; alone where it stands in none."""
    alike = (one for one in claims if one.start == claim.start and one.quantity.kind == claim.quantity.kind)
    runs: list[list[Claim]] = [[]]
    for one in sorted(alike, key=lambda each: each.quantity.start):
        if runs[-1] and not _BETWEEN.fullmatch(article.text[runs[-1][-1].quantity.end : one.quantity.start]):
            runs.append([])
        runs[-1].append(one)
    return next(run for run in runs if claim in run)


def _named(claim: Claim, article: Article, names: Collection[str], listed: Sequence[Claim]) -> str:
    """The one record that the clause names; the heading's where it names none. Of a list of values the first belongs
    to the first of as many names before it."""
    if len(listed) > 1:
        before = article.text[claim.start : listed[0].quantity.start].casefold()
        in_order = sorted((name for name in names if name in before), key=before.rfind)[-len(listed) :]
        return in_order[listed.index(claim)] if len(in_order) == len(listed) else ""
    said = {name for name in names if name in claim.names}
    if not said:
        before = article.text[claim.start : claim.quantity.start].casefold()
        last = max(names, key=before.rfind, default="")
        said = {last} if last and last in before else set()
    return next(iter(said)) if len(said) == 1 else ""


def _differs(claim: Claim, held: Sequence[tuple[BusinessRecord, tuple[Quantity, ...]]]) -> bool:
    one = claim.quantity
    same = [
        q for _, values in held for q in values if q.kind == one.kind and (q.unit == one.unit or one.kind == "money")
    ]
    if not same or one.kind not in ("money", "size") or one.high == 0 or claim.role in _REDUCED:
        return False
    return len(claim.words) <= _MOST_WORDS and not any(agree(one, q) for q in same)


def _disagreement(
    article: Article,
    claim: Claim,
    name: str,
    held: Sequence[tuple[BusinessRecord, tuple[Quantity, ...]]],
    now: datetime,
) -> HealthFinding:
    record = held[0][0]
    shown = ", ".join(
        f"{field.replace('_', ' ')} {value}" for field, value in record.fields.items()
        if any(q.kind == claim.quantity.kind for q in _quantities(value)) and field != "label"
    )  # fmt: skip
    return finding(
        "disagrees", [f"{article.id}: {_sentence(article, claim)}", f"{record.kind} {record.id}: {shown}"],
        f"The article says {_said(article, claim)}; the record of {record.fields.get('name', name)} says {shown}.", now,
        articles=(article.id,), quotes=(_quote(article, claim),), weight=1.0,
    )  # fmt: skip


def _quote(article: Article, claim: Claim) -> Quote:
    return quote(article, claim.start, claim.end, claim.heading, [(claim.quantity.start, claim.quantity.end)])


def _said(article: Article, claim: Claim) -> str:
    return " ".join(article.text[claim.quantity.start : claim.quantity.end].split())


def _sentence(article: Article, claim: Claim) -> str:
    return " ".join(article.text[claim.start : claim.end].split())
