"""What customers ask and no article answers: requests gathered by meaning, named, with what colleagues answered.

No customer's sentence gets into a finding or a draft, masked or not. Words do that several customers on record used;
sentences of replies do where another customer was told the same, in words that are nobody's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from cx_core.knowledge_base.articles import LONGEST_TITLE, Content, HealthFinding
from cx_core.knowledge_base.health.finding_records import finding
from cx_core.knowledge_base.health.word_stems import STOP, stems
from cx_core.records import Record, TaskTypeName, TicketId
from cx_core.text.segments import SENTENCE_GAP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST = 3
"""Tickets that make a gap."""
SEVERAL = 2
"""Customers who must have used a word, or have been told a sentence, before others see it."""
UNANSWERED = 0.35
"""A goal that a passage answers less likely than this found nothing."""
NAMED_BY = 3
"""Words in the name of a gap."""
ONE_MATTER = 0.5
"""Mean cosine between the requests of two gaps from which they are about one matter: what keeps a gap together."""
NAMELESS = "{} tickets found nothing that answers."
MOST_SENTENCES = 12
ALIKE = 0.6
"""Cosine from which two sentences of replies say the same."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_FIGURES = re.compile(r"\w*\d\w*")
_PLACEHOLDER = re.compile(r"⟪[^⟫]*⟫")


class Unanswered(Record):
    """A request that found nothing, masked. `answered`: what a person replied."""

    ticket: TicketId
    asked: str
    answered: str = ""
    task_types: tuple[TaskTypeName, ...] = ()
    customer: str = Field(
        default="", description="tells customers on record apart; empty: nobody's we know, of whom more may be unmasked"
    )


Cluster = Callable[["NDArray[np.float32]"], Sequence[int]]
"""Vectors to a number for each: those of one group share it, below nought is none."""


def gaps(
    requests: Sequence[Unanswered],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    cluster: Cluster,
    titles: Mapping[TaskTypeName, str],
    now: datetime,
) -> tuple[HealthFinding, ...]:
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
    terms = shared_terms(group, everywhere)
    nearest = titles.get(kind, "") if (kind := nearest_kind(group)) else ""
    tickets = tuple(dict.fromkeys(one.ticket for one in group))
    says = NAMELESS.format(len(tickets)) + (f" Nearest to: {nearest}." if nearest else "")
    named = f"“{', '.join(terms)}”: {says}" if terms else says
    return finding("gap", tickets, named, now, tickets=tickets, weight=float(len(tickets)), terms=terms)


def one_matter(
    before: Mapping[str, Sequence[Unanswered]],
    found: Sequence[HealthFinding],
    requests: Sequence[Unanswered],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
) -> frozenset[tuple[str, str]]:
    """Pairs of an earlier gap and one that was found now whose requests are as near each other as those of one gap.

    `before`: requests of earlier gaps, by id, none of which is among `requests`.
    """
    if not before or not found:
        return frozenset()
    means = {id: encode([one.asked for one in said]).mean(axis=0) for id, said in before.items()}
    of_now = {
        one.id: encode([each.asked for each in requests if each.ticket in set(one.tickets)]).mean(axis=0)
        for one in found
    }
    return frozenset(
        (old, now) for old, mean in means.items() for now, other in of_now.items() if float(mean @ other) >= ONE_MATTER
    )


def without(gap: HealthFinding, gone: Collection[TicketId]) -> HealthFinding | None:
    """The gap without these tickets and without the words that it is named by, which may have been theirs; None where
    nothing is left of it."""
    left = tuple(ticket for ticket in gap.tickets if ticket not in gone)
    if not left or left == gap.tickets:
        return gap if left else None
    return gap.replace(tickets=left, terms=(), weight=float(len(left)), says=NAMELESS.format(len(left)))


def nearest_kind(group: Sequence[Unanswered]) -> TaskTypeName | None:
    """The task type that most of them were taken for."""
    kinds = Counter(kind for one in group for kind in one.task_types)
    return kinds.most_common(1)[0][0] if kinds else None


def shared_terms(group: Sequence[Unanswered], everywhere: Counter[str]) -> tuple[str, ...]:
    """The words that tell this group from the other requests, in the form most of them have."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    users: dict[str, set[str]] = defaultdict(set)
    inside: Counter[str] = Counter()
    for one in group:
        if not one.customer:
            continue
        words = {word.lower() for word in _WORD.findall(_PLACEHOLDER.sub(" ", one.asked)) if word.lower() not in STOP}
        stemmed = {stemmed: word for word in words for stemmed in stems(word)}
        inside.update(stemmed.keys())
        for stem, word in stemmed.items():
            forms[stem][word] += 1
            users[stem].add(one.customer)
    tells = {
        stem: count * count / everywhere[stem]
        for stem, count in inside.items()
        if everywhere[stem] and len(users[stem]) >= SEVERAL
    }
    best = sorted(tells, key=lambda stem: (-tells[stem], stem))[:NAMED_BY]
    return tuple(forms[stem].most_common(1)[0][0] for stem in best)


def draft(
    group: Sequence[Unanswered],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    terms: Sequence[str],
    title: str,
    *,
    plain: Collection[str] = (),
) -> Content:
    """A draft article from what people answered. `title`: of the nearest task type; `plain`: stems of the business's
    own texts, which are nobody's even where one customer alone was told them."""
    said = [(one.customer, sentence) for one in group if one.customer for sentence in _sentences(one.answered)]
    body = "\n".join(_common(said, encode, frozenset(plain)) if said else ())
    about = ": ".join(part for part in (title, ", ".join(terms)) if part) or "What nothing answers yet"
    answered = body or "Nothing was answered yet to several customers in the same words."
    kind = nearest_kind(group)
    return Content(
        title=f"Draft: {about}"[:LONGEST_TITLE],
        text=f"## What customers ask\n{about}\n\n## What was answered\n{answered}",
        task_types=(kind,) if kind else (),
        audience="internal",
    )


def _sentences(text: str) -> list[str]:
    """Without any that has a placeholder in it: what was masked belongs to one customer."""
    pieces = (" ".join(piece.split()) for piece in SENTENCE_GAP.split(text))
    return [piece for piece in pieces if len(piece.split()) >= 4 and not _PLACEHOLDER.search(piece)]


def _common(
    said: Sequence[tuple[str, str]], encode: Callable[[Sequence[str]], NDArray[np.float32]], plain: frozenset[str]
) -> list[str]:
    """Of (customer, sentence): those that say what another customer was told too, with no word of one alone."""
    vectors = encode([sentence for _, sentence in said])
    alike = vectors @ vectors.T >= ALIKE
    told = [len({said[k][0] for k in row.nonzero()[0].tolist()}) for row in alike]
    words = [_telling(sentence) for _, sentence in said]
    heard: dict[str, set[str]] = defaultdict(set)
    for (customer, _), found in zip(said, words, strict=True):
        for word in found:
            heard[word].add(customer)
    nobodys = plain | {word for word, customers in heard.items() if len(customers) >= SEVERAL}
    chosen: list[int] = []
    for n in sorted(range(len(said)), key=lambda n: (-told[n], n)):
        fits = told[n] >= SEVERAL and words[n] <= nobodys and not any(alike[n, k] for k in chosen)
        if fits and len(chosen) < MOST_SENTENCES:
            chosen.append(n)
    return [said[n][1] for n in sorted(chosen)]


def _telling(sentence: str) -> frozenset[str]:
    """Its content words, and whatever has a figure in it."""
    return stems(sentence) | frozenset(_FIGURES.findall(sentence.casefold()))
