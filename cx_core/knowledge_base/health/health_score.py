"""A figure for how the knowledge is, whose parts can be seen and mended one by one.

Each part has a share of 100 points. Points are earned only for what could be looked at: where nothing says when an
article is to be reviewed, whether it is still right is unknown, and its part of the share is neither earned nor lost.
Of the rest a part loses `WEIGHS` times the share of what is wrong: a fifth of all articles stale, and freshness has no
points left. Findings that were waived or resolved do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cx_core.knowledge_base.articles import FindingKind, HealthFinding, HealthPart
from cx_core.knowledge_base.health.claims import sentences
from cx_core.knowledge_base.health.quantities.numbers import NUMBER
from cx_core.knowledge_base.health.unused_articles import ENOUGH

WEIGHS = 5.0


class LookedAt(NamedTuple):
    """What was there to look at, and how much of it cannot be judged."""

    articles: int
    """In search."""
    no_review: int
    """Of them those without a day for their review and without a last day."""
    no_owner: int
    """Of them those that nobody looks after who may change them."""
    sentences: int
    no_figure: int
    """Sentences without a number: against the others these are compared only where one says yes and one no."""
    asked: int
    """Requests that were looked through for gaps."""
    tickets: int
    """Tickets that found anything, made-up ones left out."""


class _Part(NamedTuple):
    name: str
    share: int
    kinds: tuple[FindingKind, ...]
    tip: str


_PARTS = (
    _Part("Freshness", 20, ("stale",), "Review what is past its day, or archive it."),
    _Part("Looked after", 10, (), "Give articles an owner."),
    _Part("Agreement", 30, ("contradiction", "disagrees"), "Decide which passage is right and change the other."),
    _Part("Coverage", 20, ("gap",), "Write what customers ask for and nothing answers."),
    _Part("Once only", 10, ("duplicate",), "Keep one of two copies and archive the other."),
    _Part("Use", 10, ("never_found", "edited_out"), "Reword what nobody finds or everybody takes out."),
)
_FIGURE = re.compile(NUMBER, re.IGNORECASE)


def parts(findings: Iterable[HealthFinding], looked: LookedAt) -> tuple[HealthPart, ...]:
    still = [one for one in findings if one.state == "open"]
    return tuple(_points(part, [one for one in still if one.kind in part.kinds], looked) for part in _PARTS)


def score(made: Sequence[HealthPart]) -> int:
    return round(sum(part.points for part in made))


def figures(text: str) -> tuple[int, int]:
    """How many sentences an article has, and how many of them hold no number."""
    found = [bool(_FIGURE.search(sentence.text)) for sentence in sentences(text)]
    return len(found), found.count(False)


def _points(part: _Part, found: Sequence[HealthFinding], looked: LookedAt) -> HealthPart:
    gaps = part.name == "Coverage"
    whole = looked.asked if gaps else looked.articles
    wrong = min(float(sum(len(one.tickets) if gaps else one.weight for one in found)), float(whole))
    lost = min(1.0, (1.0 if gaps else WEIGHS) * wrong / whole) if whole else 0.0
    unknown, of, because = _unknown(part.name, looked)
    known = part.share * (1 - unknown / of) if of else 0.0
    counted = (
        f"{round(wrong)} of {whole} requests"
        if gaps
        else f"{len(found)} finding{'' if len(found) == 1 else 's'} on {whole} articles"
    )
    nothing = f"No gap found in {whole} requests." if gaps else "Nothing found in what could be looked at."
    says = f"{counted}. {part.tip}" if found else "" if known == 0 else nothing
    return HealthPart(
        name=part.name,
        share=part.share,
        points=round(known * (1 - lost), 1),
        wrong=wrong,
        all=whole,
        unknown=unknown,
        unknown_of=of,
        not_judged=round(part.share - known, 1),
        because=because if unknown or not of else "",
        says=says,
    )


def _unknown(name: str, looked: LookedAt) -> tuple[int, int, str]:
    """How many of how many things cannot be judged, and why."""
    every = looked.articles
    if name == "Freshness":
        return looked.no_review, every, "articles have no day for their review, so nothing says whether they still hold"
    if name == "Looked after":
        return looked.no_owner, every, "articles have no owner"
    if name == "Agreement":
        return looked.no_figure, looked.sentences, "sentences state no figure, and words are hardly compared"
    if name == "Coverage":
        return 0, looked.asked, "no request was looked through yet"
    if name == "Use":
        few = f"articles: it takes {ENOUGH} tickets to judge, and there were {looked.tickets}"
        return (every if looked.tickets < ENOUGH else 0), every, few
    return 0, every, "there are no articles"
