"""What a task type has shown so far towards acting alone, from the cases that count.

A case counts a week after it was answered, since a customer may write again until then; one that is wrong counts at
once. Of one customer one case a day counts, and only those of the classifier, policies and task type that made the
newest proposal among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cx_core.records import EvidenceCase
from cx_core.views.level_views import Evidenced, EvidencePicture, EvidenceWeek, WrongCase

if TYPE_CHECKING:
    from cx_core.evidence.promotion import Promotion

RIPE = timedelta(days=7)
BOUND = 0.05

PACE = timedelta(days=28)
"""Over which it is counted how fast cases come."""

FORESEEN = timedelta(days=3 * 365)
"""Further ahead nothing is promised."""

CAME = {
    "came_back": "the customer wrote again within a week",
    "reopened": "the customer wrote again within a week",
    "elsewhere": "the customer wrote about the same elsewhere within a week",
    "taken_up": "a person reopened it within a week",
    "undone": "it was undone within a week",
    "act_failed": "it could not be carried out as approved",
    "flagged": "the copilot's work was flagged as wrong",
    "rated": "the customer gave it one or two stars",
}
"""What may come of an answer that speaks against it, in words."""


def counted(trials: Iterable[EvidenceCase], now: datetime) -> tuple[tuple[EvidenceCase, ...], int]:
    """Those that count now, in order, and how many are too new; only of what made the last one.

    Those of a simulated past are of a copilot of their own.
    """
    given = [one for one in trials if one.permitted]
    last = {one.simulated: one.basis for one in sorted(given, key=lambda one: one.proposed_at)}
    alike = [one for one in given if one.basis == last[one.simulated]]
    ripe = [one for one in alike if one.wrong or one.at + RIPE <= now]
    kept: dict[tuple[bool, str, date], EvidenceCase] = {}
    for one in ripe:
        day = (one.simulated, one.customer, one.at.date())
        kept[day] = one if day not in kept or one.wrong else kept[day]
    return tuple(kept.values()), len(alike) - len(ripe)


def shown(trials: Iterable[EvidenceCase], now: datetime) -> Evidenced:
    """What they amount to."""
    cases, too_new = counted(trials, now)
    return _stands(cases, _seen(_real(cases)), too_new)


def against(one: EvidenceCase) -> WrongCase:
    """What of a case that is wrong counts against a level, in words."""
    return WrongCase(ticket=one.ticket, at=one.at, why=(*one.differences, *filter(None, [CAME.get(one.spoiled)])))


def pictured(trials: Iterable[EvidenceCase], now: datetime) -> EvidencePicture:
    """What they amount to, how it came to that, and when it may be enough."""
    cases, too_new = counted(trials, now)
    real = _real(cases)
    promotion, weeks = _seen(real), Counter[tuple[date, bool]]()
    for one in cases:
        weeks[one.at.date() - timedelta(days=one.at.weekday()), one.wrong] += 1
    since = now - RIPE - PACE
    a_day = sum(since < one.at <= now - RIPE for one in real) / PACE.days
    return EvidencePicture(
        stands=_stands(cases, promotion, too_new),
        bound=BOUND,
        weeks=tuple(
            EvidenceWeek(monday=monday, right=weeks[monday, False], wrong=weeks[monday, True])
            for monday in _mondays(cases)
        ),
        wrong=tuple(against(one) for one in reversed(cases) if one.wrong),
        shown_first=sum(one.shown for one in cases),
        a_day=a_day,
        reached=_reached(real, promotion, a_day, now),
    )


def _mondays(cases: Sequence[EvidenceCase]) -> list[date]:
    """Of every week from the first case to the last."""
    days = [one.at.date() for one in cases]
    if not days:
        return []
    first = min(days) - timedelta(days=min(days).weekday())
    return [first + timedelta(days=7 * week) for week in range((max(days) - first).days // 7 + 1)]


def _reached(cases: Sequence[EvidenceCase], promotion: Promotion, a_day: float, now: datetime) -> date | None:
    if promotion.earned or not a_day:
        return None
    shown_first = sum(one.shown for one in cases) * 2 > len(cases)
    rate = sum(one.wrong for one in cases) / len(cases)
    needed = promotion.missing(rate, min(map(_weight, cases)) if shown_first else 1.0).expected
    if needed is None or needed / a_day > FORESEEN.days:
        return None
    return (now + timedelta(days=needed / a_day)).date()


def _real(cases: Iterable[EvidenceCase]) -> list[EvidenceCase]:
    return [one for one in cases if not one.simulated]


def _stands(cases: Sequence[EvidenceCase], real: Promotion, too_new: int) -> Evidenced:
    """`real`: what those that were not simulated amount to."""
    return Evidenced(
        cases=len(cases),
        wrong=sum(one.wrong for one in cases),
        too_new=too_new,
        simulated=sum(one.simulated for one in cases),
        error_at_most=round(_seen(cases).upper, 4),
        earned=real.earned,
        missing=real.missing().clean,
    )


def _seen(cases: Iterable[EvidenceCase]) -> Promotion:
    from cx_core.evidence.promotion import Promotion  # with numpy, which no first page waits for

    promotion = Promotion(bound=BOUND)
    for one in cases:
        promotion = promotion.see(one.wrong, _weight(one))
    return promotion


def _weight(one: EvidenceCase) -> float:
    from cx_core.evidence.promotion import SHOWN_WEIGHT

    return SHOWN_WEIGHT if one.shown else 1.0
