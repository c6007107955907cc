"""Limits set by people: what is stopped, and what goes on again."""

from __future__ import annotations

from cx_core.catalogue import ActionSpec
from cx_core.errors import BadInput
from cx_core.records import ActionName, Person, Switch, own_switch
from cx_core.services.service import LEADS, Service, allow
from cx_core.views import Refusal


class Limits(Service):
    """For supervisors and administrators."""

    def stop(self, person: Person, name: str, reason: str) -> Refusal | None:
        """Stop the copilot before its next act: everything ("*"), one action ("action:...") or one task type."""
        allow(person, *LEADS)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, so that whoever comes next knows.")
        if name not in ("*", *map(own_switch, self._writes()), *self._knowledge.task_types):
            raise BadInput(f"There is no task type or action {name}.")
        with self._store.begin() as unit:
            unit.put_switch(Switch(name=name, person=person.id, reason=reason.strip(), at=self._clock()))
            unit.record("stopped", actor=person.id, payload={"name": name, "reason": reason.strip()})
        return None

    def resume(self, person: Person, name: str) -> None:
        allow(person, *LEADS)
        with self._store.begin() as unit:
            unit.drop_switch(name)
            unit.record("resumed", actor=person.id, payload={"name": name})

    def may_be_stopped(self, person: Person) -> dict[str, str]:
        """The name of every switch there can be, with what it stops in words: all, task types, then actions."""
        allow(person, *LEADS)
        types = {str(one.name): one.title for one in self._knowledge.task_types.values()}
        actions = {own_switch(name): f"Action: {spec.title}" for name, spec in self._writes().items()}
        return {"*": "Everything"} | types | actions

    def _writes(self) -> dict[ActionName, ActionSpec]:
        return {name: spec for name, spec in self._knowledge.actions.items() if spec.kind == "write"}

    def switches(self, person: Person) -> tuple[Switch, ...]:
        allow(person, *LEADS)
        return self._store.switches()
