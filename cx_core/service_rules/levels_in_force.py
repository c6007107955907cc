"""At which level each task type stands now: where it began, or where people put it.

What people decided is believed only with its mark. A row that somebody changed, put back or made by hand counts as
level 0, so that nothing that was not decided here lets anything happen without a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from cx_core.catalogue import TaskType
from cx_core.ports import Sealer, Store, Unit
from cx_core.records import PREPARES, Perimeter, TaskTypeName
from cx_core.views.level_views import LevelSet

MANUAL, FAQ = 0, 1
ALONE = 3
"""The lowest level at which the copilot carries out steps without a person."""

_WIDTH = (MANUAL, PREPARES, FAQ, ALONE, 4)
"""By how much may happen without a person: at 2 nothing leaves by itself, at 1 an answer may."""


def starting_level(task_type: TaskType) -> int:
    """2, or 0 under a lower ceiling: at 1 answers leave by themselves, which two people have to grant."""
    return MANUAL if task_type.people_only or task_type.ceiling < PREPARES else PREPARES


def width(level: int) -> int:
    """How much may happen without a person at this level, as a place in that order; one nobody knows: least."""
    return _WIDTH.index(level) if level in _WIDTH else 0


def narrowest(*levels: int) -> int:
    """Of several levels the one at which least may happen without a person; of none, 0."""
    return min(levels, key=width, default=MANUAL)


class Levels:
    """Reads what is on file, in a transaction of its own or in the caller's."""

    def __init__(self, store: Store, task_types: Mapping[TaskTypeName, TaskType], sealer: Sealer) -> None:
        self._store = store
        self._task_types = task_types
        self._sealer = sealer

    def now(self) -> dict[TaskTypeName, int]:
        """Of every task type. Raises AuditUnavailable when the mark of one that was set cannot be checked."""
        with self._store.look() as unit:
            return self.within(unit)

    def within(self, unit: Unit) -> dict[TaskTypeName, int]:
        """The same, as this transaction sees it."""
        on_file = {one.task_type: one for one in unit.levels.all()}
        return {name: self._level(one, on_file.get(name)) for name, one in self._task_types.items()}

    def perimeters(self) -> dict[TaskTypeName, Perimeter]:
        """The limits of every task type whose acts may be done alone now. Raises AuditUnavailable."""
        with self._store.look() as unit:
            found = {one.task_type: one for one in unit.levels.all() if one.perimeter is not None}
            return {
                name: one.perimeter
                for name, one in found.items()
                if one.perimeter is not None and one.level >= ALONE and self.genuine(one)
            }

    def blind(self, unit: Unit, task_type: TaskTypeName) -> tuple[int, datetime | None]:
        """In how many of a hundred tickets of it people answer before they see the proposal, and since when."""
        on_file = next((one for one in unit.levels.all() if one.task_type == task_type), None)
        if on_file is None or not on_file.blind or not self.genuine(on_file):
            return 0, None
        return on_file.blind, on_file.blind_since

    def genuine(self, one: LevelSet) -> bool:
        """Whether this is what was decided here last about its task type."""
        return self._sealer.marked_last(_name(one), _exact(one), one.mark)

    def marked(self, unit: Unit, one: LevelSet) -> LevelSet:
        """With the mark without which it does not count; with this transaction, every earlier one is void."""
        return one.replace(mark=unit.mark_anew(_name(one), _exact(one)))

    def _level(self, task_type: TaskType, one: LevelSet | None) -> int:
        if one is None:
            return starting_level(task_type)
        if task_type.people_only or not self.genuine(one):
            return MANUAL
        return one.level if one.level <= task_type.ceiling else narrowest(one.level, task_type.ceiling)


class SupposedLevels(Levels):
    """The levels as they are, with one task type at another one: for trying it out. Nothing is written."""

    def __init__(self, levels: Levels, task_type: TaskTypeName, level: int, limits: Perimeter | None) -> None:
        super().__init__(levels._store, levels._task_types, levels._sealer)
        self._supposed = {task_type: level}
        self._limits = {task_type: limits} if limits is not None else {}

    def within(self, unit: Unit) -> dict[TaskTypeName, int]:
        return super().within(unit) | self._supposed

    def perimeters(self) -> dict[TaskTypeName, Perimeter]:
        return super().perimeters() | self._limits


def _name(one: LevelSet) -> str:
    return f"level of {one.task_type}"


def _exact(one: LevelSet) -> str:
    """What is not there is left out where levels of earlier versions were marked without it."""
    exact = one.model_dump(mode="json", exclude={"mark"})
    asks = (exact["waiting"], (exact["declined"] or {}).get("ask"))
    for part in (exact, *filter(None, asks)):
        if part["perimeter"] is None:
            del part["perimeter"]
    if not exact["blind"]:
        del exact["blind"]
    if exact["blind_since"] is None:
        del exact["blind_since"]
    if exact["declined"] is None:
        del exact["declined"]
    return json.dumps({"level": exact}, sort_keys=True)
