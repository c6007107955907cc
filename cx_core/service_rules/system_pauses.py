"""Which systems do not answer, kept for all processes: until they do again, nothing that needs them is done alone.

What is heard of a system is noted in memory, and put on file together: a call may be made within a transaction. A
process that ends in between loses a few calls; what is paused is on file. What cannot be read there counts as paused.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from cx_core.catalogue import Knowledge
from cx_core.errors import AuditUnavailable, StoreUnavailable
from cx_core.ports import Clock, Store, Unit
from cx_core.records import Goal, TaskTypeName
from cx_core.service_rules.levels_in_force import FAQ, Levels, width
from cx_core.service_rules.system_standing import NAMES, Call, heard, needed
from cx_core.views.system_views import SystemPause, SystemStanding

RUNG = "rung"
LEARNING = "the copilot has not learnt from all of its examples yet"
MOST = 200
"""Calls of one system that are noted at most until they are put on file."""


class SystemPauses:
    """One per process, safe to call from many threads."""

    def __init__(self, knowledge: Knowledge, store: Store, levels: Levels, clock: Clock) -> None:
        self._knowledge, self._store, self._levels, self._clock = knowledge, store, levels, clock
        self._lock = threading.Lock()
        self._calls: dict[str, list[Call]] = defaultdict(list)
        self.learning = False
        """Whether what reads messages has learnt from a part of its examples only: nothing is done alone meanwhile."""

    def note(self, system: str, *, answered: bool, write: bool = False, action: str = "") -> None:
        """Remember how a call of this system ended."""
        call = Call(self._clock(), answered, write, action)
        with self._lock:
            calls = self._calls[system]
            if calls and calls[-1]._replace(at=call.at) == call and answered:
                del calls[-1]  # of answers in a row the last one tells all
            calls.append(call)
            del calls[:-MOST]

    def settle(self) -> None:
        """Put on file what was noted; kept for the next time where the database or the record is in trouble."""
        with self._lock:
            noted, self._calls = self._calls, defaultdict(list)
        if not noted:
            return
        try:
            with self._store.look() as unit:
                there = {one.system: one for one in unit.systems.all()}
            telling = {system: calls for system, calls in noted.items() if _tells(there.get(system), calls)}
            if telling:
                with self._store.begin() as unit:
                    for system, calls in sorted(telling.items()):
                        self._put(unit, system, calls)
        except (AuditUnavailable, StoreUnavailable):
            with self._lock:
                for system, calls in noted.items():
                    self._calls[system] = [*calls, *self._calls[system]][-MOST:]

    def in_doubt(self) -> tuple[SystemStanding, ...]:
        """The systems that failed to answer lately, paused or not."""
        with self._store.look() as unit:
            return tuple(one for one in unit.systems.all() if one.paused_at is not None or one.failures)

    def paused(self, unit: Unit, goals: Sequence[Goal]) -> str:
        """Why nothing of these goals is done without a person now, in words; empty: no system keeps it back."""
        return self.paused_for(unit, {goal.task_type: goal.level for goal in goals})

    def paused_for(self, unit: Unit, levels: Mapping[TaskTypeName, int]) -> str:
        """The same for task types at these levels."""
        if self._half_taught() and any(width(level) >= width(FAQ) for level in levels.values()):
            return LEARNING
        down = [one for one in unit.systems.all() if one.paused_at is not None]
        for name, level in levels.items():
            spec = self._knowledge.task_types.get(name)
            systems = needed(spec, level, self._knowledge.actions) if spec is not None else frozenset()
            found = next((one for one in down if one.system in systems), None)
            if found is not None:
                return f"{self._silent(found)}; level {level} is paused for {_named(name)}"
        return ""

    def shown(self, unit: Unit) -> tuple[SystemPause, ...]:
        """What is paused now, longest first."""
        alone, now = self._alone(unit), self._clock()
        down = [one for one in unit.systems.all() if one.paused_at is not None]
        made = [
            SystemPause(
                system=NAMES.get(one.system, _named(one.system)),
                since=_since(one, now),
                paused_at=one.paused_at or now,
                answering_since=one.answering_since,
                task_types=tuple(self._using(one.system, alone)),
                why=self._silent(one),
            )
            for one in down
        ]
        return tuple(sorted(made, key=lambda one: one.paused_at))

    def _half_taught(self) -> bool:
        return self.learning

    def _put(self, unit: Unit, system: str, calls: Sequence[Call]) -> None:
        """On file, and on record where a pause begins or ends: once, whichever process heard of it."""
        before = now = unit.systems.get(system) or SystemStanding(system=system)
        for call in sorted(calls, key=lambda one: one.at):
            now = heard(now, call)
        if now == before:
            return
        unit.systems.put(now)
        if (before.paused_at is None) == (now.paused_at is None):
            return
        told = now if now.paused_at is not None else before
        affected = self._using(system, self._alone(unit))
        payload = {
            "system": system,
            "words": NAMES.get(system, _named(system)),
            "since": _since(told, self._clock()).isoformat(),
            "task_types": list(affected),
        }
        unit.record("system_paused" if now.paused_at is not None else "system_resumed", actor=RUNG, payload=payload)

    def _alone(self, unit: Unit) -> dict[TaskTypeName, int]:
        """The task types of which something is done without a person at their level."""
        found: dict[TaskTypeName, int] = {}
        with suppress(AuditUnavailable):  # then nothing is done alone
            found = self._levels.within(unit)
        return {name: level for name, level in found.items() if width(level) >= width(FAQ)}

    def _using(self, system: str, levels: Mapping[TaskTypeName, int]) -> list[TaskTypeName]:
        types, actions = self._knowledge.task_types, self._knowledge.actions
        return [name for name, level in levels.items() if system in needed(types[name], level, actions)]

    def _silent(self, one: SystemStanding) -> str:
        name = NAMES.get(one.system, _named(one.system))
        zone = ZoneInfo(self._knowledge.company.timezone)
        now = self._clock().astimezone(zone)
        since = _since(one, now).astimezone(zone)
        day = "" if since.date() == now.date() else f"{since.day} {since:%B}, "
        return f"{name} does not answer since {day}{since:%H:%M}"


class FirstLessonPauses(SystemPauses):
    """For stages that have learnt from a part of the examples: what they read is never done alone, also where a run
    that began with them ends after all is learnt. All else is as `whole` knows it."""

    def __init__(self, whole: SystemPauses) -> None:
        self.__dict__ = whole.__dict__  # what is heard of a system is heard by both

    def _half_taught(self) -> bool:
        return True


def _tells(before: SystemStanding | None, calls: Sequence[Call]) -> bool:
    """Whether these calls may change how the system stands."""
    return not all(one.answered for one in calls) or (before is not None and not before.clean)


def _since(one: SystemStanding, now: datetime) -> datetime:
    return one.failed_since or one.paused_at or now


def _named(name: str) -> str:
    return str(name).replace("_", " ")
