"""Limits set by people: what is stopped, what that reaches, and what goes on again."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.catalogue import ActionSpec
from cx_core.desk.service import EVERYBODY, LEADS, Service, allow
from cx_core.desk.tickets.stopped_tickets import held_by_stop, holds
from cx_core.errors import BadInput
from cx_core.records import EVERYTHING, ActionName, Person, PersonId, Switch, TaskTypeName, own_switch
from cx_core.views import Refusal, Stop, StopReach


class KillSwitchService(Service):
    """For supervisors and administrators; what is stopped is told to everybody."""

    def stop(self, person: Person, name: str, reason: str) -> Refusal | None:
        """Stop the copilot before its next act: everything ("*"), one action ("action:...") or one task type."""
        allow(person, *LEADS)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, so that whoever comes next knows.")
        self._stoppable(name)
        names = self._accounts.names()
        with self._store.begin() as unit:
            before = next((one for one in unit.switches.on() if one.name == name and one.person in names), None)
            if before is not None:
                text = f"It was stopped already, by {names[before.person]}: “{before.reason}”. That stands as it was."
                return Refusal(code="already", text=text)
            unit.record("stopped", actor=person.id, payload={"name": name, "reason": reason.strip()})
            unit.switches.put(Switch(name=name, person=person.id, reason=reason.strip(), at=self._clock()))
        return None

    def resume(self, person: Person, name: str) -> Refusal | None:
        allow(person, *LEADS)
        with self._store.begin() as unit:
            if all(one.name != name for one in unit.switches.on()):
                return Refusal(code="already", text="It is not stopped: somebody resumed it meanwhile.")
            unit.record("resumed", actor=person.id, payload={"name": name})
            unit.switches.drop(name)
        return None

    def may_be_stopped(self, person: Person) -> dict[str, str]:
        """The name of every switch there can be, with what it stops in words: all, task types, then actions."""
        allow(person, *LEADS)
        return self.titles()

    def switches(self, person: Person) -> tuple[Switch, ...]:
        allow(person, *LEADS)
        return self._store.switches()

    def stops(self, person: Person) -> tuple[Stop, ...]:
        """What is stopped, for whoever is signed in: everything first, then by name."""
        allow(person, *EVERYBODY)
        switches = self._store.switches()
        if not switches:
            return ()
        names, titles = self._accounts.names(), self.titles()
        return tuple(stop_shown(switch, titles, names) for switch in switches)

    def stop_reach(self, person: Person, name: str) -> StopReach:
        """What stopping this would reach now. Raises BadInput for what cannot be stopped."""
        allow(person, *LEADS)
        self._stoppable(name)
        waiting = approved = 0
        with self._store.look() as unit:
            for plan in unit.open_plans.among():
                if plan.work in ("ready", "returned"):
                    waiting += holds((name,), plan.acts)
                    continue
                ticket, proposal = unit.tickets.get(plan.ticket), unit.proposals.get(plan.ticket, plan.version)
                approval = unit.proposals.approval(plan.ticket, plan.version)
                if ticket is not None and proposal is not None:
                    approved += held_by_stop((name,), ticket, proposal, approval, ())
        return StopReach(task_types=len(self._types_under(name)), waiting=waiting, approved=approved)

    def _stoppable(self, name: str) -> None:
        """Raises BadInput for a switch that stops nothing."""
        if name not in self.titles():
            raise BadInput(f"There is no task type or action {name}.")

    def titles(self) -> dict[str, str]:
        types = {str(one.name): one.title for one in self._knowledge.task_types.values()}
        actions = {own_switch(name): f"Action: {spec.title}" for name, spec in self._writes().items()}
        return {EVERYTHING: "Everything"} | types | actions

    def _writes(self) -> dict[ActionName, ActionSpec]:
        return {name: spec for name, spec in self._knowledge.actions.items() if spec.kind == "write"}

    def _types_under(self, name: str) -> list[TaskTypeName]:
        """The task types that a switch covers: those it names, or those whose cases use its action."""
        types = self._knowledge.task_types
        if name == EVERYTHING:
            return list(types)
        return [
            task_type
            for task_type, spec in types.items()
            if task_type == name or any(own_switch(step.action) == name for step in spec.steps)
        ]


def stop_shown(switch: Switch, titles: Mapping[str, str], names: Mapping[PersonId, str]) -> Stop:
    """A switch in words; one over what the knowledge no longer has keeps its name."""
    return Stop(
        name=switch.name,
        title=titles.get(switch.name, switch.name),
        reason=switch.reason,
        by=names.get(switch.person, switch.person),
        at=switch.at,
    )
