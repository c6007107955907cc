"""What a task type has shown so far towards acting alone, from the cases that count.

Which cases count is said by `TrialRepository.count`, which adds them up; here is what the sums amount to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cx_core.records import EvidenceCase, Incident, PersonId, TaskTypeName
from cx_core.views.level_views import (
    EvidenceCount,
    Evidenced,
    EvidencePicture,
    EvidenceTally,
    EvidenceWeek,
    LevelDecision,
    LevelSet,
    PastLevel,
    WrongCase,
)

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


def since(incidents: Iterable[Incident]) -> dict[tuple[TaskTypeName, bool], datetime]:
    """From when on evidence counts: since a level last came down, what was before did not keep it from errors."""
    down: dict[tuple[TaskTypeName, bool], datetime] = {}
    for one in incidents:
        key = (one.task_type, one.simulated)
        down[key] = max(one.at, down.get(key, one.at))
    return down


def told(decided: LevelSet, names: Mapping[PersonId, str]) -> PastLevel:
    """A decision of the simulated past with who made it, by name."""
    asked, by = (names.get(id, id) if id else "" for id in (decided.asked_by, decided.person))
    return PastLevel(
        level=decided.level,
        how=decided.how,
        at=decided.at,
        reason=decided.reason,
        asked_by=asked,
        by=by,
        perimeter=decided.perimeter,
    )


def shown(count: EvidenceCount) -> Evidenced:
    """What they amount to."""
    return _stands(count, _seen(_real(count.tallies)))


def against(one: EvidenceCase) -> WrongCase:
    """What of a case that is wrong counts against a level, in words."""
    return WrongCase(ticket=one.ticket, at=one.at, why=(*one.differences, *filter(None, [CAME.get(one.spoiled)])))


def pictured(
    count: EvidenceCount, wrong: Iterable[EvidenceCase], decisions: Sequence[LevelDecision], now: datetime
) -> EvidencePicture:
    """What they amount to, how it came to that, and when it may be enough. `wrong`: the newest first."""
    real = _real(count.tallies)
    promotion = _seen(real)
    first, last = (now - RIPE - PACE).date(), (now - RIPE).date()
    a_day = sum(one.cases for one in real if first < one.day <= last) / PACE.days
    return EvidencePicture(
        stands=_stands(count, promotion),
        bound=BOUND,
        weeks=tuple(_weeks(count.tallies)),
        wrong=tuple(map(against, wrong)),
        decisions=tuple(decisions),
        shown_first=sum(one.cases for one in count.tallies if one.shown),
        a_day=a_day,
        reached=_reached(real, promotion, a_day, now),
    )


def _weeks(tallies: Sequence[EvidenceTally]) -> Iterator[EvidenceWeek]:
    """Every week from the first case to the last, with what all until then rule out."""
    if not tallies:
        return
    days = [one.day for one in tallies]
    monday, done = min(days) - timedelta(days=min(days).weekday()), list[EvidenceTally]()
    while monday <= max(days):
        mine = [one for one in tallies if monday <= one.day < monday + timedelta(days=7)]
        done += mine
        yield EvidenceWeek(
            monday=monday,
            right=sum(one.cases for one in mine if not one.wrong),
            wrong=sum(one.cases for one in mine if one.wrong),
            error_at_most=round(_seen(done).upper, 4),
        )
        monday += timedelta(days=7)


def _reached(tallies: Sequence[EvidenceTally], promotion: Promotion, a_day: float, now: datetime) -> date | None:
    if promotion.earned or not a_day:
        return None
    cases = sum(one.cases for one in tallies)
    shown_first = sum(one.cases for one in tallies if one.shown) * 2 > cases
    rate = sum(one.cases for one in tallies if one.wrong) / cases
    needed = promotion.missing(rate, min(map(_weight, tallies)) if shown_first else 1.0).expected
    if needed is None or needed / a_day > FORESEEN.days:
        return None
    return (now + timedelta(days=needed / a_day)).date()


def _real(tallies: Iterable[EvidenceTally]) -> list[EvidenceTally]:
    return [one for one in tallies if not one.simulated]


def _stands(count: EvidenceCount, real: Promotion) -> Evidenced:
    """`real`: what those that were not simulated amount to."""
    tallies = count.tallies
    return Evidenced(
        cases=sum(one.cases for one in tallies),
        wrong=sum(one.cases for one in tallies if one.wrong),
        too_new=sum(count.too_new.values()),
        simulated=sum(one.cases for one in tallies if one.simulated),
        error_at_most=round(_seen(tallies).upper, 4),
        earned=real.earned,
        missing=real.missing().clean,
    )


def _seen(tallies: Iterable[EvidenceTally]) -> Promotion:
    """The evidence of all of them: it depends on how many they are of each kind, and not on their order."""
    from cx_core.evidence.promotion import Promotion  # with numpy, which no first page waits for

    wrong, right = 0, Counter[float]()
    for one in tallies:
        if one.wrong:
            wrong += one.cases
        else:
            right[_weight(one)] += one.cases
    return Promotion(bound=BOUND, wrong=wrong, right=tuple(sorted(right.items())))


def _weight(one: EvidenceTally) -> float:
    from cx_core.evidence.promotion import SHOWN_WEIGHT

    return SHOWN_WEIGHT if one.shown else 1.0
