"""A simulated past, as dice tell it: who wrote when about what, where the copilot erred, what people did about it.

Nothing here happened. Each story has dice of its own, thrown from the seed and its number, so that the same seed
tells the same stories however many are asked for. What was said, word by word, is made in `cx_core/past.py`.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from cx_core.catalogue import Knowledge, TaskType
from cx_core.records import Channel, Priority, Record, TaskTypeName, TicketId

Slip = Literal["", "wording", "wrong_value", "wrong_goal", "missed_goal", "failed_step"]
"""How the copilot's proposal was not the right one: words changed, an argument changed or left out, another matter,
a second matter not seen, a step that the system refused. Empty: approved as it was."""

HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 19, 21, 19, 17, 16, 15, 15, 16, 18, 20, 18, 14, 9, 5, 2)
"""How many write in each hour of the day, by the clock on the wall: a peak before noon, one in the evening."""
WEEKDAYS = (1.3, 1.1, 1.0, 1.0, 0.95, 0.6, 0.45)
MONTH_DAYS = 30.4
TAIL = timedelta(hours=7)
"""The newest story begins so long before the past ends, so that it can be over by then."""
_CHANNELS: tuple[Channel, ...] = ("email", "email", "email", "chat", "chat", "web")
_SLIPS: tuple[tuple[Slip, int], ...] = (("wording", 48), ("wrong_value", 22), ("wrong_goal", 20), ("failed_step", 10))
_WORKED: dict[Slip, float] = {"": 48, "wording": 130, "wrong_value": 95, "wrong_goal": 290, "failed_step": 210}
"""Median seconds at a ticket."""
_WAIT: dict[Priority, float] = {"low": 240, "normal": 95, "high": 38, "urgent": 13}
"""Median minutes of opening hours to the first answer."""
_ORDERS, _BILLS = frozenset({"order"}), frozenset({"invoice", "payment"})


class Story(Record):
    """What happened to one ticket. `labels` is what it was about in truth, `guessed` what the copilot took it for."""

    number: int
    id: TicketId
    opened_at: datetime
    month: int = Field(description="since the past began, from 0")
    labels: tuple[TaskTypeName, ...]
    guessed: tuple[TaskTypeName, ...]
    examples: tuple[int, ...] = Field(description="places of the labels' examples that the customer's words are")
    channel: Channel
    customer: int = Field(description="place in the list of customers")
    person: int = Field(description="place in the list of people")
    slip: Slip = ""
    upset: bool = False
    answered_after: int = Field(description="minutes of opening hours")
    worked: float = Field(description="seconds of work at the answer")
    transferred: bool = False
    noted: bool = False
    flagged: bool = False
    reopened_after: float | None = Field(default=None, description="hours after it was thought solved")
    undone: bool = False
    alone: bool = Field(default=False, description="done without a person, at level 3")
    asked: bool = False
    score: int | None = None


class Teller:
    """Tells stories of one business. `people` and `customers` are how many there are to choose from."""

    def __init__(
        self, knowledge: Knowledge, seed: int, months: int, end: datetime, *, people: int, customers: int
    ) -> None:
        self._knowledge = knowledge
        self._seed = seed
        self._months = months
        self._end = end
        self._people = people
        self._customers = customers
        self._zone = ZoneInfo(knowledge.company.timezone)

    def story(self, number: int) -> Story:
        dice = Random(f"{self._seed}:{number}")
        opened = self._opened(dice)
        month = int((opened - self._begin) / timedelta(days=MONTH_DAYS))
        labels = self._labels(dice, opened)
        kinds = [self._knowledge.task_types[name] for name in labels]
        slip = self._slip(dice, kinds, month)
        upset = dice.random() < (0.45 if kinds[0].people_only else 0.14)
        asked = dice.random() < 0.6
        again = {"": 0.03, "wording": 0.05}.get(slip, 0.13) + (0.04 if upset else 0)
        reopened = dice.lognormvariate(math.log(26), 0.8) if dice.random() < again else None
        answered = asked and dice.random() < 0.42
        return Story(
            number=number,
            id=TicketId(f"H{self._seed}-{number:05d}"),
            opened_at=opened,
            month=month,
            labels=labels,
            guessed=self._guess(dice, labels, slip),
            channel=dice.choice(_CHANNELS),
            examples=tuple(dice.randrange(len(kind.examples)) for kind in kinds),
            customer=min(int(dice.expovariate(2.2) * self._customers), self._customers - 1),
            person=dice.choices(range(self._people), [1 / (place + 1.5) for place in range(self._people)])[0],
            slip=slip,
            upset=upset,
            answered_after=self._wait(dice, kinds[0].priority, upset=upset, month=month),
            worked=_WORKED.get(slip, 160) * dice.lognormvariate(0, 0.55) * 0.95**month,
            transferred=dice.random() < (0.2 if kinds[0].people_only else 0.05),
            noted=dice.random() < 0.09,
            flagged=slip in ("wrong_goal", "missed_goal", "wrong_value") and dice.random() < 0.5,
            reopened_after=reopened,
            undone=reopened is not None and dice.random() < 0.3,
            asked=asked,
            score=_score(dice, slip, upset=upset, again=reopened is not None) if answered else None,
        )

    def agreement(self, name: TaskTypeName, month: int) -> float:
        """How probable it is that this type's proposals are approved as they are; it differs, and it grows."""
        at_first = Random(f"{self._seed}:agreement:{name}").uniform(0.48, 0.84)
        return 1 - (1 - at_first) * 0.86**month

    @cached_property
    def _begin(self) -> datetime:
        return self._end - timedelta(days=MONTH_DAYS * self._months)

    @cached_property
    def _weights(self) -> dict[TaskTypeName, float]:
        """How often each task type comes; people's matters are rarer."""
        dice = Random(f"{self._seed}:weights")
        drawn = {name: dice.lognormvariate(0, 0.55) for name in sorted(self._knowledge.task_types)}
        return {name: w * (0.45 if self._knowledge.task_types[name].people_only else 1) for name, w in drawn.items()}

    def _opened(self, dice: Random) -> datetime:
        """By the hour, the weekday and the season: drawn until the dice accept it."""
        most = max(HOURS) * max(WEEKDAYS) * 1.45
        span = (self._end - TAIL - self._begin).total_seconds()
        while True:
            at = self._begin + timedelta(seconds=dice.random() * span)
            here = at.astimezone(self._zone)
            load = HOURS[here.hour] * WEEKDAYS[here.weekday()] * _season(here)
            if dice.random() * most < load:
                return at

    def _labels(self, dice: Random, opened: datetime) -> tuple[TaskTypeName, ...]:
        here = opened.astimezone(self._zone)
        types = self._knowledge.task_types
        weights = {name: weight * _wave(types[name], here) for name, weight in self._weights.items()}
        first = dice.choices(list(weights), list(weights.values()))[0]
        others = [name for name in weights if name != first and not types[name].people_only]
        if types[first].people_only or dice.random() > 0.1 or not others:
            return (first,)
        return first, dice.choices(others, [weights[name] for name in others])[0]

    def _slip(self, dice: Random, kinds: list[TaskType], month: int) -> Slip:
        agreed = min(self.agreement(kind.name, month) for kind in kinds)
        if kinds[0].people_only or dice.random() < agreed:
            return ""
        if len(kinds) > 1 and dice.random() < 0.4:
            return "missed_goal"
        return dice.choices([slip for slip, _ in _SLIPS], [weight for _, weight in _SLIPS])[0]

    def _guess(self, dice: Random, labels: tuple[TaskTypeName, ...], slip: Slip) -> tuple[TaskTypeName, ...]:
        if slip == "missed_goal":
            return labels[:1]
        if slip != "wrong_goal":
            return labels
        types = self._knowledge.task_types
        near = [name for name, kind in types.items() if name not in labels and _akin(kind, types[labels[0]])]
        return (dice.choice(near or [name for name in types if name not in labels]),)

    def _wait(self, dice: Random, priority: Priority, *, upset: bool, month: int) -> int:
        median = _WAIT[priority] * (0.7 if upset else 1) * 0.92**month
        return max(1, round(median * dice.lognormvariate(0, 0.75)))


def _season(here: datetime) -> float:
    """The weeks before Christmas are fuller, and so are the first days of a month, when bills go out."""
    return (1.25 if here.month in (11, 12) and here.day < 24 else 1) * (1.15 if here.day <= 5 else 1)


def _wave(kind: TaskType, here: datetime) -> float:
    """Bills are asked about when they go out, orders before Christmas."""
    wants = frozenset(kind.wants)
    bills = 1.9 if wants & _BILLS and here.day <= 6 else 1
    orders = 1.6 if wants & _ORDERS and (here.month, here.day >= 18) in ((11, True), (12, False)) else 1
    return bills * orders


def _akin(kind: TaskType, other: TaskType) -> bool:
    """Matters that are easily taken for one another look up the same things."""
    reads = {lookup.read for lookup in kind.lookups} & {lookup.read for lookup in other.lookups}
    return bool(reads or set(kind.articles) & set(other.articles)) and not kind.people_only


def _score(dice: Random, slip: Slip, *, upset: bool, again: bool) -> int:
    mean = 4.5 - 0.7 * upset - 1.1 * again - (0.3 if slip in ("wrong_goal", "failed_step") else 0)
    return min(5, max(1, round(dice.gauss(mean, 0.8))))
