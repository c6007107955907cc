"""Solved cases as Search shows them: masked, with the way to the ticket, and never to be quoted."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.ports import Encoder, SolvedCases, Store
from cx_core.records import TicketId
from cx_core.views import Hit, LookedUp, Stretch

MOST = 4
LONGEST_TITLE = 90


def cases_like(words: str, cases: SolvedCases, encoder: Encoder, store: Store) -> tuple[SolvedCase, ...]:
    """Of any task type, nearest first. Raises SystemTrouble."""
    found = cases.search(words, encoder.encode([words])[0], most=MOST)
    with store.look() as unit:
        return unit.solved_cases.cases([one.ticket for one in found])


def case_hit(case: SolvedCase) -> Hit:
    told = [
        f"solved {case.at.day} {case.at:%B %Y}",
        *case.done,
        *(["simulated"] if case.simulated else []),
        *(["imported"] if case.imported else []),
    ]
    title = shorten(case.asked, LONGEST_TITLE, placeholder="…")
    return Hit(ref=f"case/{case.ticket}", title=title, about=" · ".join(told))


def case_in_full(case: SolvedCase) -> LookedUp:
    """What was asked, what solved it, and where more is to be found."""
    texts = (("They wrote", case.asked), ("What was done", "\n".join(case.done)), ("We answered", case.answered))
    return LookedUp(
        hit=case_hit(case),
        texts=tuple(Stretch(heading=heading, text=text) for heading, text in texts if text),
        linked=(Hit(ref=f"ticket/{case.ticket}", title=case.ticket), *_articles(case)),
        quotable=False,
    )


def _articles(case: SolvedCase) -> Sequence[Hit]:
    return [Hit(ref=f"article/{id}", title=title) for id, title in case.articles]


def kept_case(store: Store, ticket: TicketId) -> SolvedCase | None:
    with store.look() as unit:
        return next(iter(unit.solved_cases.cases([ticket])), None)
