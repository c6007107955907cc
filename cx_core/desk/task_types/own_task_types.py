"""The life of a task type made from pages: a draft, tried, asked for, signed by a second administrator, withdrawn."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Sequence

from cx_core.catalogue.own_task_type_check import FieldFault, own_task_type_faults
from cx_core.catalogue.own_task_types import (
    task_type,
    with_own_task_types,
)
from cx_core.desk.governance.second_signature import TwoSignatures
from cx_core.desk.service import Means, Service, allow
from cx_core.errors import KnowledgeError
from cx_core.ports import Unit
from cx_core.records import (
    PREPARES,
    KeptOwnTaskType,
    OwnTaskType,
    Person,
    Role,
    TaskTypeName,
    own_task_type_exact,
)
from cx_core.views import Refusal
from cx_core.views.level_views import LevelSet
from cx_core.views.own_task_type_views import OwnTaskTypes, OwnTaskTypeView

MOST = 200
GONE = Refusal(code="stale", text="Somebody has moved this task type on meanwhile. Look again.")
_LETTERS = re.compile(r"[^a-z]+")
_LONGEST_NAME = 60
UNSIGNED = "it is not as it was signed. Save it, try it and put it in force again."


class OwnTaskTypeService(Service):
    """For administrators alone."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._overlay = means.own_task_types
        self._signatures = TwoSignatures(means.accounts, means.sealer, means.clock, own_task_type_exact)

    def all(self, person: Person) -> OwnTaskTypes:
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            kept = unit.own_task_types.all()
        made = tuple(self._view(one) for one in kept)
        return OwnTaskTypes(made=made, to_be_taken_in=self._overlay.revision_now() != self._overlay.revision)

    def save(self, person: Person, one: OwnTaskType, seen: OwnTaskType | None = None) -> OwnTaskType | Refusal:
        """Keep it as a draft that nobody has tried yet. `seen`: the version that was changed; None: a new one."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.own_task_types.all()
            if seen is None:
                if not one.title.strip():
                    return Refusal(code="empty", text="Give it a title, such as “Refund of an order”.")
                if len(kept) >= MOST:
                    return Refusal(code="denied", text=f"There are {MOST} task types. Change one of them instead.")
                made = one.replace(
                    id=uuid.uuid4().hex,
                    number=max((other.draft.number for other in kept), default=0) + 1,
                    name=self._name(one, {other.draft.name for other in kept}),
                    version=0,
                    made_by=person.id,
                    made_at=self._clock(),
                ).as_draft()
            else:
                before = next((other.draft for other in kept if other.draft.id == seen.id), None)
                if before is None or before != seen or before.state == "waiting":
                    return GONE
                fixed = {
                    name: getattr(before, name) for name in ("id", "number", "name", "version", "made_by", "made_at")
                }
                if not before.version:
                    fixed["name"] = self._name(one, {other.draft.name for other in kept if other.draft.id != before.id})
                elif one.replaces != before.replaces:
                    return Refusal(code="denied", text="It has been in force: make another one for another place.")
                made = one.replace(**fixed).as_draft()
            self.put(unit, person, "own_task_type_saved", made)
        return made

    def ask(self, person: Person, id: str) -> OwnTaskType | Refusal:
        """Ask for the draft to be put in force; it must have been tried as it is."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.own_task_types.get(id)
            if kept is None or kept.draft.state == "waiting":
                return GONE
            if kept.draft.state != "tried":
                return Refusal(code="denied", text="Try it on a message first, as it is now.")
            if faults := self.faults(kept.draft, unit.own_task_types.all()):
                return Refusal(code="denied", text=f"It cannot be in force: {faults[0].text}")
            made = self._signatures.asked(unit, person, kept.draft)
            self.put(unit, person, "own_task_type_asked", made)
        return made

    def take_back(self, person: Person, id: str) -> OwnTaskType | Refusal:
        """One that waits is a draft again."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.own_task_types.get(id)
            if kept is None or kept.draft.state != "waiting":
                return GONE
            self._signatures.void(unit, kept.draft)
            made = kept.draft.as_draft()
            self.put(unit, person, "own_task_type_taken_back", made)
        return made

    def put_in_force(self, person: Person, seen: OwnTaskType, password: str = "") -> OwnTaskType | Refusal:
        """Put one that waits in force, as this person has `seen` it: a second administrator, or the only one once
        more, with their password and after a delay."""
        allow(person, Role.ADMINISTRATOR)
        if (refusal := self._signatures.own_refused(person, seen, password)) is not None:
            return refusal
        with self._store.begin() as unit:
            kept = unit.own_task_types.get(seen.id)
            if kept is None or kept.draft != seen or seen.state != "waiting":
                return GONE
            if (refusal := self._signatures.refused(seen)) is not None:
                return refusal
            if faults := self.faults(seen, unit.own_task_types.all()):
                return Refusal(code="denied", text=f"It cannot be in force: {faults[0].text}")
            made = self._signatures.signed(unit, person, seen, version=seen.version + 1)
            unit.own_task_types.put_in_force(made.id, made)
            if made.replaces:
                self._lowered(unit, person, made)
            alone, decided = seen.asked_by == person.id, made.model_dump(mode="json")
            self.put(unit, person, "own_task_type_in_force", made, alone=alone, decided=decided)
        return made

    def _lowered(self, unit: Unit, person: Person, one: OwnTaskType) -> None:
        """End whatever lets the task type whose place it takes do more than prepare: that was given to another one,
        which is back at this level should this one be withdrawn."""
        before = unit.levels.get(one.name)
        if before is None or before.level <= PREPARES:
            return
        reason = f"“{one.title}” takes its place"
        made = LevelSet(
            task_type=one.name, level=PREPARES, how="set", reason=reason, person=person.id, at=self._clock()
        )
        unit.levels.put(self._at_level.marked(unit, made))
        payload = {"task_type": one.name, "before": before.level, "level": PREPARES, "reason": reason}
        unit.record("level_set", actor=person.id, payload=payload)

    def withdraw(self, person: Person, id: str, reason: str) -> OwnTaskType | Refusal:
        """Take one out of force at once; one administrator may. Its tickets go to people."""
        allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, for the record.")
        with self._store.begin() as unit:
            kept = unit.own_task_types.get(id)
            if kept is None or kept.in_force is None:
                return GONE
            self._signatures.void(unit, kept.draft)
            self._signatures.end(unit, kept.in_force)
            made = kept.draft.as_draft().replace(state="withdrawn")
            unit.own_task_types.put_in_force(id, None)
            self.put(unit, person, "own_task_type_withdrawn", made, reason=reason.strip())
        return made

    def drop(self, person: Person, id: str) -> Refusal | None:
        """Delete a draft that has never been in force."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.own_task_types.get(id)
            if kept is None or kept.in_force is not None or kept.draft.version:
                return GONE
            self._signatures.void(unit, kept.draft)
            unit.own_task_types.drop(id)
            payload = {"task_type": kept.draft.name, "title": kept.draft.title}
            unit.record("own_task_type_deleted", actor=person.id, payload=payload)
        return None

    def faults(self, one: OwnTaskType, kept: Sequence[KeptOwnTaskType]) -> tuple[FieldFault, ...]:
        """All that must be mended before it can be tried or in force: what people filled in wrong first."""
        others = tuple(other.in_force or other.draft for other in kept if other.draft.id != one.id)
        folder = self._overlay.folder
        if found := own_task_type_faults(one, folder, others):
            return found
        if why := self._overlay.unusable(one):
            return (FieldFault(field="steps", text=f"It cannot be called now: {why}"),)
        named = one if one.version else one.replace(name=self._name(one, {other.name for other in others}))
        if wrong := self._overlay.checked(with_own_task_types(folder, [task_type(named, folder)])):
            return (FieldFault(field="", text=wrong.rpartition(".yaml: ")[2]),)
        return self._limit_faults(named, [other.in_force for other in kept if other.in_force is not None])

    def _limit_faults(self, one: OwnTaskType, in_force: Sequence[OwnTaskType]) -> tuple[FieldFault, ...]:
        others = [other for other in in_force if other.id != one.id]
        try:
            tried = self._policies().own_tried((*others, one))
        except KnowledgeError as error:
            return (FieldFault(field="limits", text=str(error)),)
        wrong = dict.fromkeys(case.wrong for case in tried if case.wrong and case.task_type in (one.id, ""))
        return tuple(FieldFault(field="limits", text=text) for text in wrong)

    def _view(self, one: KeptOwnTaskType) -> OwnTaskTypeView:
        draft, in_force = one.draft, one.in_force
        genuine = in_force is not None and self._signatures.genuine(in_force)
        taken_in = in_force in self._overlay.laid_over
        out_of_use = self._overlay.out_of_use(draft.name) if taken_in else ""
        return OwnTaskTypeView(
            draft=draft,
            in_force=in_force if genuine else None,
            taken_in=taken_in,
            out_of_use=UNSIGNED if in_force is not None and not genuine else out_of_use,
            alone_from=self._signatures.alone_from(draft),
        )

    def _name(self, one: OwnTaskType, taken: Collection[TaskTypeName]) -> TaskTypeName:
        """A name of its own for good: letters alone, as slots and cases write it; or that of the one it replaces."""
        if one.replaces:
            return one.replaces
        plain = _LETTERS.sub("_", one.title.lower()).strip("_")[:_LONGEST_NAME].strip("_") or "task"
        known, name = {*taken, *self._overlay.folder.task_types}, plain
        while name in known:
            name += "_own"
        return TaskTypeName(name)

    def put(self, unit: Unit, person: Person, kind: str, made: OwnTaskType, **told: object) -> None:
        """Keep the version that is worked on, with its event."""
        unit.own_task_types.put(made)
        payload = {"task_type": made.name, "title": made.title, "version": made.version, **told}
        unit.record(kind, actor=person.id, payload=payload)
