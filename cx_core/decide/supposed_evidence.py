"""Evidence supposed rather than read: what would have to be found for a case of a task type to hold.

For a simulated past only. A business invents its own records (`Invention`); which are needed follows from the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import NamedTuple, Protocol

from cx_core.catalogue import ActionSpec, Case, TaskType
from cx_core.decide.situation import PLACE
from cx_core.records import ActionName, BusinessRecord, EntityKind, Lookup, Step, Value
from cx_core.text.ages import example

_COUNTS = {"none": 0, "one": 1, "some": 2, "many": 3}
CHOICE = 3
"""So many records where one of them is to be chosen."""


class Scene(NamedTuple):
    """Whose records they are, and the day on which they are read.

    `found` holds those found before, by kind; `place` is 0 for the first of several.
    """

    dice: Random
    customer: BusinessRecord
    today: date
    found: Mapping[str, BusinessRecord]
    place: int = 0


class Invention(Protocol):
    """Makes up what the systems of a business might have answered."""

    def record(self, read: ActionName, scene: Scene, wanted: Mapping[str, str]) -> BusinessRecord:
        """One record as this read gives them, these fields as they are wanted."""
        ...

    def receipt(self, step: Step, field: str, scene: Scene) -> Value:
        """What a receipt says in a field that is no argument of its step."""
        ...

    def named(self, kind: EntityKind, scene: Scene) -> tuple[str, str]:
        """What a customer may name: as they write it, and its value."""
        ...


def choose(task_type: TaskType, dice: Random, *, asked: Case | None = None) -> Case | None:
    """A case of this type, those with steps first; once the customer was `asked`, one that leaves nothing open.

    An answer may say which order is meant, but not make one that was delivered undelivered.
    """
    cases = [case for case in task_type.cases if asked is None or _follows(case, asked)]
    weights = [6 if case.steps else 2 if case.settles else 1 for case in cases]
    return dice.choices(cases, weights)[0] if cases else None


def _follows(case: Case, asked: Case) -> bool:
    said = {name: wanted for name, wanted in asked.when.items() if "." in name}
    return case.settles and all(
        case.when.get(name, wanted) == wanted and case.when.get(name.split(".")[0]) != "none"
        for name, wanted in said.items()
    )


def entities(case: Case) -> tuple[EntityKind, ...]:
    """What the customer must have named for this case."""
    kinds = [
        name.removeprefix("entity:").partition(".")[0]
        for name, wanted in case.when.items()
        if name.startswith("entity:") and wanted != "none"
    ]
    kinds += [
        place.removeprefix("entity:")
        for step in case.steps
        for place in step.arguments.values()
        if place.startswith("entity:")
    ]
    return tuple(dict.fromkeys(kinds))  # type: ignore[arg-type]  # the folder's check knows entity kinds


def lookups(
    number: int,
    task_type: TaskType,
    case: Case,
    actions: Mapping[ActionName, ActionSpec],
    scene: Scene,
    invention: Invention,
) -> tuple[Lookup, ...]:
    """What was read for goal `number`, so that this case holds."""
    made: dict[str, Lookup] = {}
    found: dict[str, BusinessRecord] = dict(scene.found)
    for spec in task_type.lookups:
        asked = {
            name.removeprefix(f"{spec.name}."): _one(value)
            for name, value in case.when.items()
            if name.startswith(f"{spec.name}.")
        }
        wanted = {name: value for name, value in asked.items() if "." not in name and not PLACE.fullmatch(value)}
        records = tuple(
            _told(
                invention.record(spec.read, scene._replace(found=found, place=place), wanted),
                asked,
                scene.today,
                made,
            )
            for place in range(_count(spec.name, case))
        )
        records = tuple(_linked(record, spec.arguments, actions[spec.read], made) for record in records)
        if records:
            found.setdefault(records[0].kind, records[0])
        chosen = records if case.when.get(spec.name) in ("many", "some") else records[:1]
        made[spec.name] = Lookup(goal=number, name=spec.name, records=chosen, others=records[len(chosen) :])
    return tuple(made.values())


def _told(record: BusinessRecord, asked: Mapping[str, str], today: date, made: Mapping[str, Lookup]) -> BusinessRecord:
    """The record with days as long ago as the case asks, and fields as those of other records that it names."""
    fields = dict(record.fields)
    for name, wanted in asked.items():
        field, _, of_day = name.partition(".")
        other = PLACE.fullmatch(wanted)
        if of_day == "age":
            fields[field] = example(wanted, today).isoformat()
        elif other is not None and other[1] in made and made[other[1]].records:
            named = made[other[1]].records[0]
            fields[field] = named.id if other[2] == "id" else named.fields.get(other[2])
    return record.replace(fields=fields)


def _one(wanted: str | tuple[str, ...]) -> str:
    return wanted if isinstance(wanted, str) else wanted[0]


def _count(name: str, case: Case) -> int:
    """As many as the case's conditions say; where they say nothing, one if the case speaks of it."""
    wanted = case.when.get(name)
    if isinstance(wanted, str):
        return CHOICE if wanted != "none" and _offered(name, case) else _COUNTS.get(wanted, 1)
    if _offered(name, case):
        return CHOICE
    spoken = {match[1] for match in PLACE.finditer(f"{case.reply} {case.note}")}
    spoken |= {key.split(".")[0] for key in case.when if "." in key}
    spoken |= {match[1] for value in case.when.values() for match in PLACE.finditer(_one(value))}
    spoken |= {place.split(".")[0] for step in case.steps for place in step.arguments.values()}
    return int(name in spoken)


def _offered(name: str, case: Case) -> bool:
    """Whether the case offers several of these to choose from."""
    return f"{{{name}.others}}" in case.reply or any(name in step.options.values() for step in case.steps)


def _linked(
    record: BusinessRecord, arguments: Mapping[str, str], read: ActionSpec, made: Mapping[str, Lookup]
) -> BusinessRecord:
    """The record as it hangs together with those read before, from which the read's arguments were taken."""
    for name, place in arguments.items():
        lookup, _, field = place.partition(".")
        before = made[lookup].records[:1] if lookup in made else ()
        value = (before[0].id if field == "id" else before[0].fields.get(field)) if before else None
        if value is None:
            continue
        if read.arguments[name].of == record.kind:
            record = record.replace(id=str(value))
        elif name in record.fields:
            record = record.replace(fields={**record.fields, name: value})
    return record
