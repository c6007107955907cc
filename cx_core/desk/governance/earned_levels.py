"""What a task type has shown so far towards acting alone, from the cases that count.

A case counts a week after it was answered, since a customer may write again until then; one that is wrong counts at
once. Of one customer one case a day counts, and only those that today's classifier, rules and task type made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cx_core.records import EvidenceCase
from cx_core.views.level_views import Evidenced

RIPE = timedelta(days=7)
BOUND = 0.05


def counted(trials: Iterable[EvidenceCase], now: datetime) -> tuple[tuple[EvidenceCase, ...], int]:
    """Those that count now, in order, and how many are too new; only of what made the last one."""
    given = list(trials)
    alike = [one for one in given if one.basis == given[-1].basis]
    ripe = [one for one in alike if one.wrong or one.at + RIPE <= now]
    kept: dict[tuple[str, date], EvidenceCase] = {}
    for one in ripe:
        day = (one.customer, one.at.date())
        kept[day] = one if day not in kept or one.wrong else kept[day]
    return tuple(kept.values()), len(alike) - len(ripe)


def shown(trials: Iterable[EvidenceCase], now: datetime) -> Evidenced:
    """What they amount to."""
    from cx_core.evidence.promotion import SHOWN_WEIGHT, Promotion  # with numpy, which no first page waits for

    cases, too_new = counted(trials, now)
    promotion = Promotion(bound=BOUND)
    for one in cases:
        promotion = promotion.see(one.wrong, SHOWN_WEIGHT if one.shown else 1.0)
    return Evidenced(
        cases=len(cases),
        wrong=sum(one.wrong for one in cases),
        too_new=too_new,
        error_at_most=round(promotion.upper, 4),
        earned=promotion.earned,
        missing=promotion.missing().clean,
    )
