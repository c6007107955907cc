"""By which versions acts were made that may be taken back: policies, classifier, language model, and articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cx_core.knowledge_base.articles import PassageUse
from cx_core.records import ArticleId, AutonomousCase, UndoItem
from cx_core.views.undo_views import MadeBy, MadeByKind, UndoAct

_RESTS = frozenset({"cited", "quoted", "kept"})
"""Uses of a passage that the answer to a ticket rests on. What was only found for it is none."""


class UndoableAct(NamedTuple):
    """An act that was done without a person. `amount`: minor units that went out; `articles`: with their versions.

    `policy` is the version that allowed it, which may be newer than the process that made the proposal.
    """

    item: UndoItem
    act: UndoAct
    amount: int
    case: AutonomousCase
    policy: str
    articles: frozenset[tuple[ArticleId, int]]


class _Version(NamedTuple):
    kind: MadeByKind
    value: str
    number: int = 0


def rested_on(uses: Iterable[tuple[int, PassageUse]], version: int) -> frozenset[tuple[ArticleId, int]]:
    """The articles, with their versions, that the answer in this version of a ticket rests on."""
    return frozenset((use.article, use.number) for number, use in uses if number == version and use.kind in _RESTS)


def made_by(
    acts: Iterable[UndoableAct], sets: Mapping[str, str], articles: Mapping[ArticleId, str]
) -> tuple[MadeBy, ...]:
    """Count the acts of every version, by kind, the newest first.

    `sets` gives names of policies by version, `articles` titles.
    """
    found: dict[_Version, list[UndoableAct]] = {}
    for one in acts:
        for version in _versions(one):
            found.setdefault(version, []).append(one)
    made = [_counted(version, mine, sets, articles) for version, mine in found.items()]
    kinds: Sequence[MadeByKind] = ("policy", "classifier", "model", "article")
    return tuple(sorted(sorted(made, key=lambda one: one.last, reverse=True), key=lambda one: kinds.index(one.kind)))


def _versions(one: UndoableAct) -> Iterator[_Version]:
    made = one.case.versions
    yield _Version("policy", one.policy)
    yield _Version("classifier", made.classifier)
    yield _Version("model", made.model)
    for article, number in one.articles:
        yield _Version("article", article, number)


def _counted(
    version: _Version, acts: Sequence[UndoableAct], sets: Mapping[str, str], articles: Mapping[ArticleId, str]
) -> MadeBy:
    times = [one.act.at for one in acts]
    titles = articles.get(ArticleId(version.value), "") if version.kind == "article" else sets.get(version.value, "")
    return MadeBy(
        kind=version.kind,
        value=version.value,
        number=version.number,
        title=titles,
        acts=len(acts),
        can=sum(not one.act.why_not for one in acts),
        first=min(times),
        last=max(times),
    )
