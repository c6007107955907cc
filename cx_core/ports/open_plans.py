"""What open tickets plan, by action and task type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cx_core.records import TicketId
from cx_core.views import OpenPlan


class OpenPlanRepository(Protocol):
    """The part of a transaction that reads plans."""

    def among(self, among: Sequence[TicketId] | None = None) -> tuple[OpenPlan, ...]:
        """Of all open tickets that wait for an approval or to be carried out, or of these tickets that do."""
        ...
