"""What the messages say, as the copilot understood them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from cx_core.records.ids import MessageId, TaskTypeName
from cx_core.records.statements import Polarity, Statement
from cx_core.records.tickets import Priority
from cx_core.records.time_wishes import OfferedTime, SpokenHours, TimeWish
from cx_core.records.values import Record

EntityKind = Literal[
    "order",
    "invoice",
    "payment",
    "appointment",
    "contract",
    "number",
    "date",
    "amount",
    "email",
    "phone",
    "address",
    "product",
]

NUMBERED: tuple[EntityKind, ...] = ("order", "invoice", "payment", "appointment", "contract")
"""Kinds of records that customers name by a number."""


class Entity(Record):
    """Something the customer named. `value` is normalised: ISO date, upper-case id, minor units.

    A `number` is that of some record; nothing in the words says of which kind.
    """

    kind: EntityKind
    text: str = Field(description="as written")
    value: str
    message: MessageId
    start: int = Field(description="offset in the message's text, in characters")
    end: int


PREPARES = 2
"""The lowest level at which the copilot drafts and plans; below, a person does everything."""


class Goal(Record):
    """One task type as found in one ticket."""

    task_type: TaskTypeName
    probability: float = Field(ge=0, le=1, description="calibrated")
    sure: bool = True
    quote: str = Field(default="", description="the customer's words that say so")
    level: int = PREPARES
    told_by: str = Field(default="", description="name of the person who said so; empty: the copilot understood it")
    polarity: Polarity = Field(
        default="wanted", description="asked: they only want to know something about it; kept: all is to stay as it is"
    )
    agreed: bool = Field(default=False, description="they said yes to what we put to them about it")


class Triage(Record):
    """What the messages say. No goals means nothing was understood: "unsure" is an answer."""

    goals: tuple[Goal, ...] = ()
    entities: tuple[Entity, ...] = ()
    language: str = "en"
    urgency: Literal["low", "normal", "high"] = "normal"
    sentiment: Literal["negative", "neutral", "positive"] = "neutral"
    trend: Literal["worse", "same", "better"] = "same"
    priority: Priority = "normal"
    wants_person: bool = False
    grave: str = Field(default="", description="what their words bring up that a person sees first; empty: nothing")
    grave_quote: str = Field(default="", description="the words that do")
    grave_named: bool = Field(default=True, description="it is likely enough to be spoken of in an answer")
    times: tuple[TimeWish, ...] = Field(default=(), description="what was said about when, in order")
    set_aside: tuple[TimeWish, ...] = Field(default=(), description="of that, what a person said does not count")
    which: str = Field(default="", description="an either-or question of ours that they only said yes to; empty: none")
    taken_times: tuple[OfferedTime, ...] = Field(
        default=(), description="of the days and hours we offered last those that the newest words take"
    )
    turned_down: tuple[OfferedTime, ...] = Field(default=(), description="of them all, where they want none")
    unanswered: tuple[MessageId, ...] = Field(default=(), description="messages that came since we wrote last")
    set_aside_by: str = Field(default="", description="name of that person")
    hours: tuple[SpokenHours, ...] = Field(default=(), description="hours of the day that were named, in order")
    said: tuple[Statement, ...] = Field(default=(), description="what each of their clauses does, in order")
    judged: tuple[MessageId, ...] = Field(
        default=(), description="messages that a person had read when they said what the customer wants"
    )

    def at_levels(self, levels: Mapping[TaskTypeName, int]) -> Triage:
        """Return the same with each goal at the level of its task type; 0 where none is given."""
        goals = (goal.replace(level=levels.get(goal.task_type, 0)) for goal in self.goals)
        return self.replace(goals=tuple(goals))
