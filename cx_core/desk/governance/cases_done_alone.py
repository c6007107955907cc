"""What was done without a person since the levels began, with its reviews, and how often it was wrong.

Read are the cases of which there is something to know; the rest is counted by the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cx_core.desk.governance.coming_down import LOOKED_BACK
from cx_core.ports import Unit
from cx_core.records import AutonomousCase, CaseReview, TaskTypeName, TicketId
from cx_core.service_rules.levels_in_force import ALONE, FAQ
from cx_core.views.level_views import LevelSet
from cx_core.views.review_views import CaseSpan

PACE = timedelta(days=7)
"""Over which it is counted how many cases of a stratum come in a day."""

TOLERATED = 0.02
"""Rate of errors that the bound is measured against."""

Key = tuple[TicketId, int]
Reviews = Mapping[Key, Sequence[CaseReview]]


class CountedCases(NamedTuple):
    """So many cases of which nothing speaks, and how many of them are of the last days."""

    task_types: tuple[TaskTypeName, ...]
    stratum: str
    cases: int
    recent: int


class DoneAlone(NamedTuple):
    """Cases since their levels began, with their reviews; those of which nothing speaks are only counted."""

    cases: tuple[AutonomousCase, ...]
    plain: tuple[CountedCases, ...]
    settled: Counter[TaskTypeName]
    """How many of the plain ones were done before the first case that is not decided or not reviewed yet."""
    simulated: bool
    granted: frozenset[TaskTypeName]
    """At level 3 without the evidence: all that they do alone is reviewed until it is there."""
    reviews: Reviews

    @property
    def all(self) -> tuple[AutonomousCase | CountedCases, ...]:
        return (*self.cases, *self.plain)

    def of(self, case: AutonomousCase) -> Sequence[CaseReview]:
        return self.reviews.get((case.ticket, case.version), ())

    def twice(self) -> list[list[bool]]:
        """What several reviewers said of one case, whether it was wrong."""
        cards = (self.of(case) for case in self.cases)
        return [[one.card.wrong for one in mine] for mine in cards if len(mine) > 1]


def done_alone(unit: Unit, now: datetime) -> tuple[DoneAlone, DoneAlone]:
    """What was done here, and what in the simulated past: no figure and no share of the first depends on the second."""
    reviews: dict[Key, list[CaseReview]] = defaultdict(list)
    for one in unit.reviews.reviews():
        reviews[one.ticket, one.version].append(one)
    return _since_levels(unit, reviews, now, simulated=False), _since_levels(unit, reviews, now, simulated=True)


def _since_levels(unit: Unit, reviews: Reviews, now: datetime, *, simulated: bool) -> DoneAlone:
    """Cases of every task type since its level began; those whose level came down stay until they are reviewed."""
    levels = _last(unit.levels.decisions(simulated=True) if simulated else unit.levels.all())
    began = {name: one.at for name, one in levels.items() if one.level in (FAQ, ALONE)}
    granted = [name for name, one in levels.items() if one.how == "granted" and one.level == ALONE]
    first = now - LOOKED_BACK
    told = unit.reviews.telling(first, simulated=simulated)
    cases = [case for case in told if all(case.at >= began.get(name, case.at) for name in case.task_types)]
    spans = [
        CaseSpan(task_types=names, since=max(first, *(began.get(name, first) for name in names)))
        for names in unit.reviews.task_types(first, simulated=simulated)
        if names
    ]
    counted = unit.reviews.plain(spans, now - PACE, simulated=simulated)
    spoken_of = [case for case in cases if case.plain]
    plain = []
    for one in counted:
        span = spans[one.span]
        mine = [case for case in spoken_of if (case.task_types, case.stratum) == (span.task_types, one.stratum)]
        lately = sum(case.at > now - PACE for case in mine)
        plain.append(CountedCases(span.task_types, one.stratum, one.cases - len(mine), one.recent - lately))
    settled = _settled(unit, spans, cases, reviews, now, simulated=simulated)
    return DoneAlone(tuple(cases), tuple(plain), settled, simulated, frozenset(granted), reviews)


def _settled(
    unit: Unit,
    spans: Iterable[CaseSpan],
    cases: Sequence[AutonomousCase],
    reviews: Reviews,
    now: datetime,
    *,
    simulated: bool,
) -> Counter[TaskTypeName]:
    """Of each task type the plain cases before its first open one."""
    ends: dict[TaskTypeName, datetime] = {}
    for case in cases:
        if case.probability is None or (case.drawn and (case.ticket, case.version) not in reviews):
            ends |= {name: min(case.at, ends.get(name, case.at)) for name in case.task_types}
    until = [(name, span.replace(until=ends.get(name))) for span in spans for name in span.task_types]
    settled: Counter[TaskTypeName] = Counter()
    for one in unit.reviews.plain([span for _, span in until], now, simulated=simulated):
        settled[until[one.span][0]] += one.cases
    for case in cases:
        for name in case.task_types if case.plain else ():
            settled[name] -= name not in ends or case.at < ends[name]
    return settled


def _last(levels: Iterable[LevelSet]) -> dict[TaskTypeName, LevelSet]:
    """The newest decision of each task type; they come in order."""
    return {one.task_type: one for one in levels}


class ErrorRates(NamedTuple):
    """Of the cases of one task type; rates are shares of them."""

    cases: int
    reviewed: int
    wrong: int
    waiting: int
    """Reviews that are still to be made."""
    estimate: float | None
    """None: nothing is known yet."""
    at_most: float
    """A bound of 95 % that no answer to the waiting reviews can break: until they are in, they count as errors."""
    more: int | None
    """Right reviews that bring the bound to `TOLERATED`; None: it is there, or out of reach."""


def error_rates(
    name: TaskTypeName, found: DoneAlone, waits: Callable[[AutonomousCase, Sequence[CaseReview]], bool]
) -> ErrorRates:
    """Return the rates of a task type; `waits` says whether a case with these reviews is to be reviewed once more."""
    from cx_core.evidence.sampled_error import SampledError

    mine = [case for case in found.cases if name in case.task_types]
    plain = sum(one.cases for one in found.plain if name in one.task_types)
    estimate, worst, best = SampledError(), SampledError(), SampledError()
    reviewed = wrong = waiting = 0
    whole = True
    for case in mine:
        done = found.of(case)
        loss = int(any(one.card.wrong for one in done))
        unread = not done and (case.probability is None or waits(case, ()))
        pending = unread or bool(done and not loss and waits(case, done))
        reviewed, wrong, waiting = reviewed + bool(done), wrong + loss, waiting + pending
        probability, drawn = (1.0, True) if case.probability is None else (case.probability, case.drawn)
        whole = whole and not (unread and drawn)
        if whole:  # in the order of acting: see `sampled_error`
            estimate = estimate.see(probability, loss if drawn else None)
        worst = worst.see(probability, int(loss or pending) if drawn else None)
        best = best.see(probability, loss if drawn else None)
    estimate, worst, best = estimate.see_undrawn(found.settled[name]), worst.see_undrawn(plain), best.see_undrawn(plain)
    cases = len(mine) + plain
    at_most = max(worst.upper, (wrong + waiting) / cases) if cases else 1.0
    beyond = best.more_reviews(TOLERATED, 1.0) if at_most > TOLERATED else None
    return ErrorRates(
        cases=cases,
        reviewed=reviewed,
        wrong=wrong,
        waiting=waiting,
        estimate=max(estimate.estimate, 0.0) if estimate.acts else None,
        at_most=at_most,
        more=None if beyond is None else waiting + beyond,
    )
