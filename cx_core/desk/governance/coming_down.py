"""A level comes down by itself, once what was done without a person is wrong more often than is tolerated.

Two detectors look at the cases since the level began (`evidence.demotion`). One takes what was looked at, in the order
in which it became known: reviews, and what speaks for itself, such as an act that was undone or could not be finished.
The other takes what customers do afterwards, all cases in order, and tolerates more: some write again though nothing
was wrong. A critical review, an act of which it is not known whether it was done, and one that was ruled as allowed and
refused when it was to be done are enough alone. A system that does not answer is none of this: see `SystemPauses`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from cx_core.desk.service import LEADS, Service, allow
from cx_core.ports import Unit
from cx_core.records import PREPARES, SPEAKS, AutonomousCase, CaseReview, Incident, Person, TaskTypeName
from cx_core.service_rules.levels_in_force import FAQ, MANUAL, width
from cx_core.views import Refusal
from cx_core.views.level_views import LevelSet

if TYPE_CHECKING:
    from cx_core.evidence.demotion import Demotion

RUNG = "rung"
OUTCOMES_TOLERATED = 0.1
OUTCOMES_WORSE = (0.2, 0.4, 0.7)
LOOKED_BACK = timedelta(days=90)
"""Cases that are older say nothing of how it does now."""
LISTED = 200
"""Cases that an incident names at most."""


class Watched(NamedTuple):
    """What is known of the cases of one task type since its level began."""

    reviewed: int
    wrong: int
    why: str
    """Why the level comes down; empty: it stays."""


class _Known(NamedTuple):
    """The cases of which there is more to know than that they were done, of all task types, with all reviews."""

    cases: Sequence[AutonomousCase]
    reviews: Sequence[CaseReview]


class WrongPlaces(NamedTuple):
    """Which of so many cases in order, by their places from 0, something speaks against."""

    cases: int
    places: tuple[int, ...]


class _Alone(NamedTuple):
    """How many cases are enough by themselves, and why."""

    critical: int
    unverified: int
    contradicted: int


class ComingDown(Service):
    """Looks in rounds and after each review."""

    def round(self) -> None:
        """One look at every level at which something is done without a person."""
        with self._store.look() as unit:
            known = self._known(unit)
            found = [name for name, one in self._alone(unit).items() if self._seen(unit, one, known).why]
        if found:
            with self._store.begin() as unit:
                self.look(unit)

    def look(self, unit: Unit, only: Collection[TaskTypeName] | None = None) -> tuple[Incident, ...]:
        """Bring down, in this transaction, what has to come down: of all task types, or of these."""
        made, known = [], self._known(unit)
        for name, one in self._alone(unit).items():
            if only is not None and name not in only:
                continue
            seen = self._seen(unit, one, known)
            if seen.why and (incident := self._bring_down(unit, name, one, seen)) is not None:
                made.append(incident)
        return tuple(made)

    def incidents(self, person: Person) -> tuple[Incident, ...]:
        """Newest first."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            return unit.reviews.incidents()

    def close(self, person: Person, id: str, words: str) -> Refusal | None:
        """Somebody has looked into it: what was found and done."""
        allow(person, *LEADS)
        if not words.strip():
            return Refusal(code="empty", text="Say what was found and what was done about it.")
        with self._store.begin() as unit:
            found = unit.reviews.incident(id)
            if found is None or found.closed_by is not None:
                return Refusal(code="stale", text="It is closed already.")
            if found.simulated:
                return Refusal(code="denied", text="It never happened: it belongs to the simulated past.")
            closed = found.replace(closed_by=person.id, closed_at=self._clock(), closing=words.strip())
            unit.reviews.put_incident(closed)
            payload = {"incident": id, "task_type": found.task_type, "words": words.strip()}
            unit.record("incident_closed", actor=person.id, payload=payload)
        return None

    def _alone(self, unit: Unit) -> dict[TaskTypeName, LevelSet]:
        """What people decided of the task types at which something is done without a person now."""
        now = self._at_level.within(unit)
        on_file = {one.task_type: one for one in unit.levels.all()}
        return {
            name: on_file[name] for name, level in now.items() if width(level) > width(PREPARES) and name in on_file
        }

    def _known(self, unit: Unit) -> _Known:
        return _Known(unit.reviews.telling(self._clock() - LOOKED_BACK), unit.reviews.reviews())

    def _seen(self, unit: Unit, level: LevelSet, known: _Known) -> Watched:
        since = max(level.at, self._clock() - LOOKED_BACK)
        cases = [one for one in known.cases if one.at >= since and level.task_type in one.task_types]
        weak = [case.at for case in cases if _weak(case)]
        return seen(cases, known.reviews, WrongPlaces(*unit.reviews.places(level.task_type, since, weak)))

    def _bring_down(self, unit: Unit, name: TaskTypeName, before: LevelSet, seen: Watched) -> Incident | None:
        if unit.levels.get(name) != before:  # held from here on: somebody has decided meanwhile
            return None
        now = self._clock()
        level = MANUAL if before.level == FAQ else PREPARES
        made = LevelSet(
            task_type=name,
            level=level,
            how="came_down",
            reason=seen.why,
            at=now,
            blind=before.blind,
            blind_since=before.blind_since,
        )
        unit.levels.put(self._at_level.marked(unit, made))
        cases = [one.ticket for one in unit.reviews.cases(before.at) if name in one.task_types]
        incident = Incident(
            id=uuid4().hex,
            task_type=name,
            at=now,
            before=before.level,
            level=level,
            why=seen.why,
            reviewed=seen.reviewed,
            wrong=seen.wrong,
            cases=tuple(reversed(cases))[:LISTED],
        )
        unit.reviews.put_incident(incident)
        payload = {"task_type": name, "before": before.level, "level": level, "why": seen.why, "incident": incident.id}
        unit.record("level_came_down", actor=RUNG, payload={**payload, "cases": len(cases)})
        return incident


def seen(cases: Sequence[AutonomousCase], reviews: Iterable[CaseReview], back: WrongPlaces | None = None) -> Watched:
    """What these cases and their reviews amount to. `back`: where plain ones were left out of the cases."""
    by_case: dict[tuple[str, int], list[CaseReview]] = defaultdict(list)
    for review in reviews:
        by_case[review.ticket, review.version].append(review)
    known: list[tuple[datetime, bool]] = []
    critical = unverified = contradicted = 0
    for case in cases:
        mine = by_case[case.ticket, case.version]
        last = max((one.at for one in mine), default=None)
        speaks = not case.outage and (case.failed or case.came in SPEAKS)
        critical += any(one.card.severity == "critical" for one in mine)
        unverified += case.unverified
        contradicted += case.contradicted
        if mine and (not speaks or any(one.card.wrong for one in mine) or (last is not None and last > case.heard_at)):
            known.append((mine[0].at, any(one.card.wrong for one in mine)))
        elif speaks:
            known.append((case.heard_at, True))
    wrong = sum(one for _, one in known)
    came = back or WrongPlaces(len(cases), tuple(place for place, one in enumerate(cases) if _weak(one)))
    return Watched(len(known), wrong, _why(came, known, _Alone(critical, unverified, contradicted)))


def _weak(case: AutonomousCase) -> bool:
    """Whether what came of it only hints at an error."""
    return bool(case.came) and case.came not in SPEAKS and not case.outage


def _why(back: WrongPlaces, known: list[tuple[datetime, bool]], alone: _Alone) -> str:
    from cx_core.evidence.demotion import Demotion  # with numpy, which no first page waits for

    if alone.critical:
        return "A reviewer found a critical error"
    if alone.unverified:
        return "It is not known whether an act was done"
    if alone.contradicted:
        return "An act that had been ruled as allowed was refused when it was to be done"
    places = tuple(place for place, (_, wrong) in enumerate(sorted(known)) if wrong)
    if _called(Demotion(), WrongPlaces(len(known), places)):
        return f"{sum(wrong for _, wrong in known)} of {len(known)} cases that were looked at were wrong"
    if _called(Demotion(tolerated=OUTCOMES_TOLERATED, alternatives=OUTCOMES_WORSE), back):
        return f"After {len(back.places)} of {back.cases} cases the customer came back or was unhappy"
    return ""


def _called(detector: Demotion, acts: WrongPlaces) -> bool:
    """Whether the alarm is raised by acts in order, of which those at these places were wrong."""
    done = 0
    for place in acts.places:
        detector = detector.see_right(place - done).see(True)
        done = place + 1
    return detector.see_right(acts.cases - done).called
