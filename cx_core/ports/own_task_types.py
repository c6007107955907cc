"""Task types of the Task types page: on file, and as they are laid over the knowledge folder."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from cx_core.catalogue import Knowledge
from cx_core.records import KeptOwnTaskType, OwnTaskType, TaskTypeName


class OwnTaskTypeRepository(Protocol):
    """Those on file."""

    def all(self) -> tuple[KeptOwnTaskType, ...]:
        """By number."""
        ...

    def get(self, id: str) -> KeptOwnTaskType | None: ...

    def put(self, draft: OwnTaskType) -> None:
        """Keep the version that is worked on; the one in force stays."""
        ...

    def put_in_force(self, id: str, one: OwnTaskType | None) -> None: ...

    def drop(self, id: str) -> None: ...


class OwnTaskTypeOverlay(Protocol):
    """What this process opened with, and what has changed since."""

    @property
    def folder(self) -> Knowledge:
        """The knowledge without any of them."""
        ...

    @property
    def laid_over(self) -> tuple[OwnTaskType, ...]:
        """Those that this process works with."""
        ...

    @property
    def revision(self) -> str:
        """A digest of what this process opened with."""
        ...

    def revision_now(self) -> str:
        """A digest of what is in force now; where it is another than `revision`, the desk reopens with it."""
        ...

    def checked(self, knowledge: Knowledge) -> str:
        """Why this knowledge does not hold together, as the check of the folder says it; empty if it does."""
        ...

    def out_of_use(self, name: TaskTypeName) -> str:
        """Why nothing is planned for this task type now; empty if it may be, or if it is the folder's."""
        ...

    def overtaken(self, name: TaskTypeName, planned_at: datetime) -> str:
        """Why what was planned for this task type then is not done now: it is out of use, or was changed since."""
        ...

    def unusable(self, one: OwnTaskType) -> str:
        """Why one of its actions cannot be called now; empty if all can."""
        ...
