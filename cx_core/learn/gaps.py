"""What customers ask and no article answers: requests gathered by meaning, named, with what colleagues answered."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from cx_core.articles import LONGEST_TITLE, Content, HealthFinding
from cx_core.learn.claims import STOP, stems
from cx_core.learn.finding import finding
from cx_core.records import Record, TaskTypeName, TicketId

FEWEST = 3
"""Tickets that make a gap."""
UNANSWERED = 0.35
"""A goal that a passage answers less likely than this found nothing."""
NAMED_BY = 3
"""Words in the name of a gap."""
MOST_SENTENCES = 12
ALIKE = 0.6
"""Cosine from which two sentences of replies say the same."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_PLACEHOLDER = re.compile(r"⟪[^⟫]*⟫")


class Unanswered(Record):
    """A request that found nothing, without anything that says whose it was. `answered`: what a person replied."""

    ticket: TicketId
    asked: str
    answered: str = ""
    task_types: tuple[TaskTypeName, ...] = ()
    words: frozenset[str] = Field(default=frozenset(), description="stems of `asked`")


Cluster = Callable[[NDArray[np.float32]], Sequence[int]]
"""Vectors to a number for each: those of one group share it, below nought is none."""


def gaps(
    requests: Sequence[Unanswered], encode: Callable[[Sequence[str]], NDArray[np.float32]], cluster: Cluster,
    titles: Mapping[TaskTypeName, str], now: datetime,
) -> tuple[HealthFinding, ...]:  # fmt: skip
    """Largest first."""
    if len(requests) < FEWEST:
        return ()
    groups: dict[int, list[Unanswered]] = defaultdict(list)
    for request, number in zip(requests, cluster(encode([one.asked for one in requests])), strict=True):
        if number >= 0:
            groups[number].append(request)
    kept = [group for group in groups.values() if len({one.ticket for one in group}) >= FEWEST]
    everywhere = Counter(word for one in requests for word in stems(one.asked))
    return tuple(_gap(group, everywhere, titles, now) for group in sorted(kept, key=len, reverse=True))


def _gap(
    group: Sequence[Unanswered], everywhere: Counter[str], titles: Mapping[TaskTypeName, str], now: datetime
) -> HealthFinding:
    name = named(group, everywhere)
    kinds = Counter(kind for one in group for kind in one.task_types)
    nearest = titles.get(kinds.most_common(1)[0][0], "") if kinds else ""
    tickets = tuple(dict.fromkeys(one.ticket for one in group))
    says = f"“{name}”: {len(tickets)} tickets found nothing that answers." + (
        f" Nearest to: {nearest}." if nearest else ""
    )
    return finding("gap", tickets, says, now, tickets=tickets, weight=float(len(tickets)))


def named(group: Sequence[Unanswered], everywhere: Counter[str]) -> str:
    """The words that tell this group from the other requests, in the form most of them have."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    inside: Counter[str] = Counter()
    for one in group:
        words = {word.lower() for word in _WORD.findall(_PLACEHOLDER.sub(" ", one.asked)) if word.lower() not in STOP}
        for word in words:
            for stemmed in stems(word):
                forms[stemmed][word] += 1
        inside.update({stemmed for word in words for stemmed in stems(word)})
    tells = {stemmed: count * count / everywhere[stemmed] for stemmed, count in inside.items() if everywhere[stemmed]}
    best = sorted(tells, key=lambda stemmed: (-tells[stemmed], stemmed))[:NAMED_BY]
    return ", ".join(forms[stemmed].most_common(1)[0][0] for stemmed in best)


def draft(
    group: Sequence[Unanswered], encode: Callable[[Sequence[str]], NDArray[np.float32]], name: str,
    kinds: tuple[TaskTypeName, ...],
) -> Content:  # fmt: skip
    """A draft article from what people answered: sentences that several replies share come first, none is personal."""
    said = [(n, sentence) for n, one in enumerate(group) for sentence in _sentences(one.answered)]
    body = "\n".join(_common(said, encode)) if said else "Nothing was answered yet that could be taken over."
    questions = "\n".join(f"- {_PLACEHOLDER.sub('…', ' '.join(one.asked.split()))[:300]}" for one in group[:5])
    title = f"Draft: {name}"[:LONGEST_TITLE]
    text = f"## What customers ask\n{questions}\n\n## What was answered\n{body}"
    return Content(title=title, text=text, task_types=kinds, audience="internal")


def _sentences(text: str) -> list[str]:
    """Without any that has a placeholder in it: what was masked belongs to one customer."""
    pieces = (" ".join(piece.split()) for piece in _SENTENCE.split(text))
    return [piece for piece in pieces if len(piece.split()) >= 4 and not _PLACEHOLDER.search(piece)]


def _common(said: Sequence[tuple[int, str]], encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> list[str]:
    vectors = encode([sentence for _, sentence in said])
    alike = vectors @ vectors.T >= ALIKE
    shared = [len({said[int(k)][0] for k in np.flatnonzero(row)}) for row in alike]
    chosen: list[int] = []
    for n in sorted(range(len(said)), key=lambda n: (-shared[n], n)):
        if len(chosen) < MOST_SENTENCES and not any(alike[n, k] for k in chosen):
            chosen.append(n)
    return [said[n][1] for n in sorted(chosen)]
