"""Limits set by people: what is stopped, and what goes on again."""

from __future__ import annotations

from cx_core.errors import BadInput
from cx_core.records import Person, Switch
from cx_core.services.service import LEADS, Service, allow
from cx_core.views import Refusal


class Limits(Service):
    """For supervisors and administrators."""

    def stop(self, person: Person, name: str, reason: str) -> Refusal | None:
        """Stop the copilot before its next act: everything ("*") or one task type."""
        allow(person, *LEADS)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, so that whoever comes next knows.")
        if name != "*" and name not in self._knowledge.task_types:
            raise BadInput(f"There is no task type {name}.")
        with self._store.begin() as unit:
            unit.put_switch(Switch(name=name, person=person.id, reason=reason.strip(), at=self._clock()))
            unit.record("stopped", actor=person.id, payload={"name": name, "reason": reason.strip()})
        return None

    def resume(self, person: Person, name: str) -> None:
        allow(person, *LEADS)
        with self._store.begin() as unit:
            unit.drop_switch(name)
            unit.record("resumed", actor=person.id, payload={"name": name})

    def switches(self, person: Person) -> tuple[Switch, ...]:
        allow(person, *LEADS)
        return self._store.switches()
