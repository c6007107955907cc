"""Simulations, within a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cx_core.records import TaskTypeName, Ticket
from cx_core.views.simulation_views import Simulation, SimulationCase


class SimulationRepository(Protocol):
    """The part of a transaction that keeps simulations, and finds the tickets for them."""

    def put(self, one: Simulation) -> None: ...

    def get(self, id: str) -> Simulation | None:
        """Held against other writers until the transaction ends."""
        ...

    def newest(self, most: int) -> tuple[Simulation, ...]:
        """Newest first."""
        ...

    def going(self) -> tuple[Simulation, ...]:
        """Those that wait or run, oldest first."""
        ...

    def put_cases(self, id: str, cases: Sequence[SimulationCase]) -> None:
        """In place of those before."""
        ...

    def cases(self, id: str) -> tuple[SimulationCase, ...]:
        """In order, without those of erased customers."""
        ...

    def past_tickets(
        self, task_type: TaskTypeName, since: datetime, until: datetime, most: int
    ) -> tuple[tuple[Ticket, ...], int]:
        """The newest tickets opened in this time that are about the task type, oldest first; and how many tickets were
        opened in it at all. None simulated or merged into another."""
        ...

    def open_tickets(self, task_type: TaskTypeName, most: int) -> tuple[tuple[Ticket, ...], int]:
        """The same of tickets that are new or open now."""
        ...
