"""Task types of the Task types page, laid over the knowledge when the desk is opened."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from datetime import datetime
from hashlib import sha256
from typing import Literal

from cx_core.adapters.knowledge.knowledge_check import check_task_types
from cx_core.catalogue import Knowledge, TaskType
from cx_core.catalogue.own_task_types import for_people, task_type, with_own_task_types
from cx_core.errors import KnowledgeError
from cx_core.ports.outside.connectors import ConnectedSystems
from cx_core.records import ActionName, OwnTaskType, TaskTypeName

CHANGED = "it was changed after this was planned"
WITHDRAWN = "it was withdrawn, or is not in force as it was signed"
NEWER = "a newer version is in force, and is taken in within some seconds, once what it needs is learnt"
_DIGITS = 16
_LOG = logging.getLogger("rung")


class LaidOverTaskTypes:
    """Implements ports.own_task_types.OwnTaskTypeOverlay."""

    def __init__(
        self,
        folder: Knowledge,
        in_force: Callable[[], tuple[OwnTaskType, ...]],
        systems: ConnectedSystems,
        connected: Collection[ActionName],
    ) -> None:
        """`folder`: the knowledge with what connected systems can do. `connected`: their actions."""
        self._folder, self._in_force = folder, in_force
        self._systems, self._connected = systems, connected
        opened_with = in_force()
        self._revision = digest(opened_with)
        self._laid_over = tuple(
            one for one in opened_with if one.name not in folder.task_types or one.name == one.replaces
        )

    @property
    def folder(self) -> Knowledge:
        return self._folder

    @property
    def laid_over(self) -> tuple[OwnTaskType, ...]:
        return self._laid_over

    @property
    def revision(self) -> str:
        return self._revision

    def revision_now(self) -> str:
        return digest(self._in_force())

    def knowledge(self) -> Knowledge:
        """The folder with them; one that does not hold together with it has its tickets answered by people."""
        made = self._folder
        for one in self._laid_over:
            made = self._with(made, one)
        return made

    def checked(self, knowledge: Knowledge) -> str:
        try:
            check_task_types(knowledge)
        except KnowledgeError as error:
            return str(error)
        return ""

    def out_of_use(self, name: TaskTypeName) -> str:
        one = next((one for one in self._laid_over if one.name == name), None)
        if one is None:
            return ""
        now = self._in_force()
        if one not in now:
            return f"{one.title}: {NEWER if any(other.id == one.id for other in now) else WITHDRAWN}"
        why = self.unusable(one)
        return f"{one.title}: {why}" if why else ""

    def overtaken(self, name: TaskTypeName, planned_at: datetime) -> str:
        one = next((one for one in self._laid_over if one.name == name), None)
        if one is not None and one.active_at is not None and one.active_at > planned_at:
            return f"{one.title}: {CHANGED}"
        return self.out_of_use(name)

    def unusable(self, one: OwnTaskType) -> str:
        steps = {step.action for step in one.steps}
        for action in one.actions:
            if action not in self._folder.actions:
                return f"{action} is offered by no system in force"
            kind: Literal["read", "write"] = "write" if action in steps else "read"
            if action in self._connected and (why := self._systems.out_of_use(action, kind)):
                return why
        return ""

    def _with(self, made: Knowledge, one: OwnTaskType) -> Knowledge:
        why = self.unusable(one)
        planned: TaskType = for_people(one, why, self._folder) if why else task_type(one, self._folder)
        tried = with_own_task_types(made, [planned])
        if wrong := self.checked(tried):
            _LOG.warning("Task type %s is for people until it is mended: %s", one.name, wrong)
            tried = with_own_task_types(
                made, [for_people(one, f"it does not fit the knowledge folder: {wrong}", self._folder)]
            )
            return made if self.checked(tried) else tried
        return tried


def digest(in_force: Collection[OwnTaskType]) -> str:
    """Changes whenever a task type is put in force or withdrawn."""
    exact = json.dumps([one.model_dump(mode="json") for one in in_force], sort_keys=True)
    return sha256(exact.encode()).hexdigest()[:_DIGITS]
