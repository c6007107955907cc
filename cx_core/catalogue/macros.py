"""Ready words for a reply."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from cx_core.records import Channel, Record, Role, TaskTypeName

SLOT_OF_MACRO = re.compile(r"\{([a-z_]+)\.([a-z_0-9]+)\}")
"""{order.expected}: a kind of record and its field, or customer, agent, company, ticket."""


class Macro(Record):
    """Ready words for a reply, for the task types, channels and roles named; none named: for all."""

    name: str
    title: str = Field(min_length=1)
    text: str = Field(min_length=1, description="with slots, see SLOT_OF_MACRO")
    only_if: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="by a slot's name, the values for which the words are true; of a date also `ahead` or `past`",
    )
    status: Literal["open", "pending"] | None = Field(
        default=None,
        description="of the ticket after a reply with these words: open where they promise something, pending where "
        "they ask; None: as the rest of the reply has it",
    )
    task_types: tuple[TaskTypeName, ...] = ()
    channels: tuple[Channel, ...] = ()
    roles: tuple[Role, ...] = ()
