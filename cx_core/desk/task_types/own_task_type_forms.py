"""What may be chosen for a task type while it is filled in, so that nobody has to know how a file would say it."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.catalogue import Knowledge
from cx_core.catalogue.own_task_type_check import fitting, needed_replies
from cx_core.catalogue.own_task_types import choosing_words, placeholders, reads_of_customer, record_kind
from cx_core.desk.service import Means, Service, allow
from cx_core.desk.task_types.own_task_types import OwnTaskTypeService
from cx_core.records import ActionName, OwnArgument, OwnTaskType, Person, Role
from cx_core.views.own_task_type_views import ArgumentChoice, TaskTypeForm
from cx_core.views.policy_views import MADE_FILES

_IN_WORDS: Mapping[str, str] = {
    "date": "The day that the customer names",
    "amount": "The amount that the customer names",
    "address": "The address that the customer gives",
    "street": "The street of the address they give",
    "town": "The town of the address they give",
    "postcode": "The postcode of the address they give",
    "region": "The region of the address they give",
    "email": "The e-mail address that the customer gives",
    "phone": "The number that the customer gives",
    "text": "The customer’s own words",
}


class OwnTaskTypeForms(Service):
    """For administrators alone."""

    def __init__(self, means: Means, task_types: OwnTaskTypeService) -> None:
        super().__init__(means)
        self._overlay = means.own_task_types
        self._task_types = task_types

    def of(self, person: Person, one: OwnTaskType) -> TaskTypeForm:
        """What may be chosen for it as it is filled in so far, and what is wrong with it. Nothing is kept."""
        allow(person, Role.ADMINISTRATOR)
        folder, kind = self._overlay.folder, record_kind(one, self._overlay.folder)
        writes = (spec for spec in folder.actions.values() if spec.kind == "write")
        with self._store.look() as unit:
            kept = unit.own_task_types.all()
        return TaskTypeForm(
            replaceable={each.name: each.title for each in folder.task_types.values()},
            reads=reads_of_customer(folder),
            writes=tuple(sorted(writes, key=lambda spec: spec.title)),
            kind=kind,
            fields=folder.records[kind].fields if kind in folder.records else {},
            choose=choosing_words(kind) if kind else (),
            choices=self._choices(one),
            of_record=tuple(placeholders(one, folder)),
            of_receipts=tuple(placeholders(one, folder, receipts=True)),
            needed=needed_replies(one),
            others=self._ruled_by_others(one),
            faults=self._task_types.faults(one, kept),
        )

    def _choices(self, one: OwnTaskType) -> dict[ActionName, dict[str, tuple[ArgumentChoice, ...]]]:
        folder, kind = self._overlay.folder, record_kind(one, self._overlay.folder)
        actions = (folder.actions[step.action] for step in one.steps if step.action in folder.actions)
        return {
            action.name: {
                name: tuple(
                    ArgumentChoice(source=each.source, value=each.value, label=_label(each, kind, folder))
                    for each in fitting(one, name, spec, folder)
                )
                for name, spec in action.arguments.items()
            }
            for action in actions
        }

    def _ruled_by_others(self, one: OwnTaskType) -> tuple[str, ...]:
        """Titles of its actions that rules which people wrote name: its limits say nothing about these."""
        written = [rule for rule in self._policies().active.contents if rule.file not in MADE_FILES]
        named = {name for rule in written for name in rule.acts or ()}
        actions = self._overlay.folder.actions
        mine = (step.action for step in one.steps if step.action in named and step.action in actions)
        return tuple(sorted(actions[name].title for name in mine))


def _label(argument: OwnArgument, kind: str, folder: Knowledge) -> str:
    called = kind.replace("_", " ")
    match argument.source:
        case "record":
            numbered = kind in folder.records and "number" in folder.records[kind].fields
            id = "id in its system" if numbered else "number"
            return f"The {called}’s {id if argument.value == 'id' else argument.value.replace('_', ' ')}"
        case "words":
            return _IN_WORDS.get(argument.value, argument.value)
        case "customer":
            return f"The customer’s {argument.value.replace('_', ' ')}" if argument.value else "The customer"
        case "fixed":
            return "Always the same text" if argument.value == "text" else f"Always “{argument.value}”"
