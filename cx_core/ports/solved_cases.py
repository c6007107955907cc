"""Solved tickets as knowledge: kept, found again, and gone with their ticket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cx_core.knowledge_base.solved_cases import Recalled, SolvedCase
from cx_core.records import TaskTypeName, TicketId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class SolvedCaseRepository(Protocol):
    """The part of a transaction that is about solved cases."""

    def keep_case(self, ticket: TicketId, case: SolvedCase | None, at: datetime) -> None:
        """None: the ticket was looked at and is nobody's example. Either way it is not looked at again."""
        ...

    def cases(self, tickets: Sequence[TicketId]) -> tuple[SolvedCase, ...]:
        """Those of these tickets that are kept, in this order."""
        ...


class SolvedCases(Protocol):
    """Cases found by meaning and by words."""

    def search(
        self,
        words: str,
        vector: NDArray[np.float32],
        *,
        most: int,
        task_types: Collection[TaskTypeName] = (),
        but: TicketId | None = None,
    ) -> tuple[Recalled, ...]:
        """Nearest first, of any of these task types (none: of all), only such as are kept at this moment.

        `vector`: of the words. Raises SystemTrouble.
        """
        ...

    def refresh(self, most: int) -> int:
        """Take up what was kept or dropped since; at most so many new ones are encoded. How many are still left.

        Raises SystemTrouble.
        """
        ...
