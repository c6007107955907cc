"""What was found about the knowledge, and which process looks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from cx_core.knowledge_base.articles import HealthFinding, HealthRound
from cx_core.records import TicketId


class HealthRepository(Protocol):
    """The part of a transaction that is about findings and the rounds in which they are found."""

    def health_findings(self) -> tuple[HealthFinding, ...]:
        """Newest first."""
        ...

    def hold_health_findings(self) -> None:
        """Nobody else changes a finding while this transaction lasts. Whoever needs tickets held as well holds those
        first."""
        ...

    def put_health_finding(self, finding: HealthFinding) -> None: ...

    def drop_health_finding(self, id: str) -> None: ...

    def forgotten(self, tickets: Collection[TicketId]) -> frozenset[TicketId]:
        """Those of them that were erased; none of the others is while this transaction lasts."""
        ...

    def health_round(self) -> HealthRound: ...

    def hold_health_round(self, holder: str, now: datetime, until: datetime) -> bool:
        """The round is this process's until then, if it is nobody else's now; one that has it already keeps it."""
        ...

    def renew_health_round(self, holder: str, until: datetime) -> bool:
        """False where another process has begun one since, whether or not it is at it still."""
        ...

    def end_health_round(self, holder: str) -> None:
        """Whoever wants may begin the next one."""
        ...

    def keep_health_round(self, mark: str, at: datetime, asked: int) -> None:
        """On record: what a round was of, so that no process does the same again."""
        ...
