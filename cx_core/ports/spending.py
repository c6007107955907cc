"""Money that goes out, counted within a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from cx_core.records import (
    CustomerId,
    Spending,
    Spent,
)


class SpendingRepository(Protocol):
    """Money that goes out."""

    def hold_budgets(self, customer: CustomerId, task_type: str) -> None:
        """Until this transaction ends no other one counts what went to this customer or for this task type."""
        ...

    def spent(
        self,
        customer: CustomerId,
        task_type: str,
        currency: str,
        *,
        month: datetime,
        today: datetime,
        day: datetime,
        but: str = "",
    ) -> Spent:
        """What went out since these moments and was not released, the act with the key `but` left out.

        Money in another currency, or less than nothing, makes a sum unknown.
        """
        ...

    def reserve(self, spending: Spending) -> None:
        """Counted from now on; under a key that is counted already it stays one payout."""
        ...

    def reserved(self, key: str) -> bool:
        """Whether money is held for this act of which nobody wrote down what became of it."""
        ...

    def settle(self, key: str, state: Literal["spent", "released"]) -> None:
        """What became of the money of this act. A key nothing was reserved under is left alone."""
        ...
