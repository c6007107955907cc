"""Which actions of which systems may be called now: in force, and with operations as they were classified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from cx_core.errors import SystemRefused
from cx_core.records import ActionName, ClassifiedOperation, Connector, ImportedOperation


class WorkingAction(NamedTuple):
    """A classified operation of a system in force."""

    connector: Connector
    operation: ImportedOperation
    classified: ClassifiedOperation

    @property
    def key_honoured(self) -> bool:
        return self.classified.key is not None and self.classified.key.honoured


class WorkingActions:
    """Looks actions up by name. `active` gives the systems in force, asked anew each time."""

    def __init__(self, active: Callable[[], tuple[Connector, ...]]) -> None:
        self._active = active

    def get(self, name: ActionName, kind: Literal["read", "write"]) -> WorkingAction:
        """Raises SystemRefused where there is none, or where its operation is not what was classified."""
        for connector in self._active():
            for one in connector.classified:
                if one.action == name and one.kind == kind:
                    return _working(connector, one)
        raise SystemRefused(f"There is no {'reading' if kind == 'read' else 'action'} called {name}.")

    def finding(self, what: str) -> Iterator[WorkingAction]:
        """The reads that find customers or records by a text."""
        for connector in self._active():
            for one in connector.classified:
                if one.kind == "read" and one.finds == what:
                    yield _working(connector, one)

    def by_number(self) -> Iterator[WorkingAction]:
        """The reads that give one record by its id."""
        for connector in self._active():
            for one in connector.classified:
                needed = [use for use in one.arguments if not use.fixed and not use.optional]
                if one.kind == "read" and len(needed) == 1 and needed[0].format.of == one.record:
                    yield _working(connector, one)


def _working(connector: Connector, one: ClassifiedOperation) -> WorkingAction:
    operation = connector.operation(one.operation)
    if operation is None:
        raise SystemRefused(f"{one.title} is stopped: {connector.name}’s file has no {one.operation} any more.")
    if operation.hash != one.hash or one.operation in connector.stopped:
        how = connector.stopped.get(one.operation, "its file describes it otherwise now")
        raise SystemRefused(
            f"{one.title} is stopped: {one.operation} of {connector.name} is not what was classified: {how}. "
            "An administrator looks at it and classifies it again."
        )
    return WorkingAction(connector, operation, one)
