"""The limits inside which a task type's acts may be done without a person."""

from __future__ import annotations

from pydantic import Field

from cx_core.records.messages import Channel, Identity
from cx_core.records.values import Record


class Perimeter(Record):
    """Set by people for one task type, and narrower than the policies, which hold in any case."""

    act_most: int = Field(default=0, ge=0, description="minor units that one act may let out; 0: no money goes out")
    day_most: int = Field(default=0, ge=0, description="minor units that all its acts together may let out in a day")
    tiers: tuple[str, ...] = Field(default=("standard",), min_length=1, description="of customers")
    channels: tuple[Channel, ...] = Field(default=("email",), min_length=1)
    any_hour: bool = Field(default=False, description="also outside opening hours")
    share: int = Field(default=10, ge=1, le=100, description="percent of customers, always the same ones")
    identity: Identity = Field(default=2, description="the least that the sender is known by")
    upset: bool = Field(default=False, description="also for customers who are upset or in a hurry")
