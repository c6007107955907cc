"""Contradictions and disagreements with records as findings, from readings of the articles."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from cx_core.articles import HealthFinding, Quote
from cx_core.catalogue import Article
from cx_core.learn.claims import Claim, Reading
from cx_core.learn.contradictions import SURE, Vectors, clashes
from cx_core.learn.finding import finding, quote
from cx_core.learn.quantities import Quantity, agree, quantities
from cx_core.records import BusinessRecord, Money

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_MOST_WORDS = 4
"""Content words of a clause besides what the record is called and its fields: with more it says something special."""
_BETWEEN = re.compile(r"(?:\s|,|/|&|\band\b|\bor\b)+")
"""What stands between the values of a list."""
_REDUCED = frozenset({"less", "off", "before"})


def contradictions(
    articles: Mapping[str, Article], readings: Sequence[Reading],
    encode: Callable[[Sequence[str]], NDArray[np.float32]], now: datetime, changed: Collection[str] | None = None,
    *, among: Collection[str] | None = None, sure: float = SURE,
) -> tuple[HealthFinding, ...]:  # fmt: skip
    """Surest first. `changed`: only those with one of these articles in them; `among`: between these articles, the
    others only tell which words are rare."""
    claims = [claim for reading in readings for claim in reading.claims]
    held = [n for n, claim in enumerate(claims) if among is None or claim.article in among]
    if not held:
        return ()
    vectors = Vectors(*(_rows(texts, held, encode) for texts in zip(*((c.said, c.about) for c in claims), strict=True)))
    found = []
    for clash in clashes(readings, vectors, changed=changed, sure=sure):
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


def _rows(
    texts: Sequence[str], held: Sequence[int], encode: Callable[[Sequence[str]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """A vector for each text; nothing is like those that are not held."""
    vectors = encode([texts[n] for n in held])
    if len(held) == len(texts):
        return vectors
    rows = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
    rows[list(held)] = vectors
    return rows


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
