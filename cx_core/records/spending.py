"""Money that goes out, counted before an act and after it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, CustomerId, StepId, TicketId
from cx_core.records.values import Money, Record


class Spending(Record):
    """Money out by one act, counted under the act's key: the same key again is the same money.

    `reserved` until the outcome is known; what may have happened stays reserved, what is taken back is released.
    """

    key: str
    ticket: TicketId
    version: int
    step: StepId
    customer: CustomerId
    task_type: str
    action: ActionName
    alone: bool = Field(description="by the copilot, without a person")
    amount: Money
    at: datetime
    state: Literal["reserved", "spent", "released"] = "reserved"


UNKNOWN_SUM = 10**12
"""Minor units that stand for a sum nobody knows: more than any rule lets out."""


class Spent(Record):
    """Money that went out before an act, that act itself not counted. Sums in minor units."""

    customer: int = Field(default=UNKNOWN_SUM, description="to this customer in 30 days")
    alone_today: int = Field(default=UNKNOWN_SUM, description="by the copilot alone, for this task type, today")
    payouts_day: int = Field(default=UNKNOWN_SUM, description="how many times to this customer in 24 hours")
