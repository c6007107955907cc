"""When a customer wants something, or does not, as they said it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from cx_core.records.ids import MessageId
from cx_core.records.values import Record

_NUMBER_ALONE = re.compile(r"(?:on\s)?the\s\d{1,2}(?:st|nd|rd|th)", re.I)
WishKind = Literal["days", "span", "part", "bound"]
WordsPlace = tuple[MessageId, int]
"""Where words begin: their message, and the offset in its text."""


class SpokenHours(Record):
    """Hours of the day as they were said, for what is arranged for an hour; `words` tell them: "after 16:00"."""

    message: MessageId
    start: int = Field(description="offset in the message's text, in characters")
    end: int
    text: str = Field(description="as written")
    words: str
    begins: str = Field(default="", description='not before this hour, as "16:00"')
    ends: str = Field(default="", description="not after it; the same as `begins` where one hour was named")
    wanted: bool = True
    clock: bool = Field(default=True, description="an hour by the clock, and no mere part of the day")

    def outside(self, opens: str, closes: str) -> bool:
        """Whether all of it is before or after these hours."""
        late = self.begins >= closes if self.begins else False
        early = self.ends < opens if self.ends == self.begins else self.ends <= opens
        return late or (bool(self.ends) and early)


class OfferedTime(Record):
    """A day and its hours that a message of ours offers; no day: that of what is booked; empty hours: any of them."""

    day: date | None
    begins: str = ""
    ends: str = ""

    def is_of(self, day: date, window: tuple[str, str], booked: date | None) -> bool:
        """Whether something on that day, from one hour to another, is what was offered; `booked`: the day it is on."""
        begin, end = window
        within = (not self.begins or not begin or begin >= self.begins) and (
            not self.ends or not end or end <= self.ends
        )
        return (self.day or booked) == day and within


class TimeWish(Record):
    """One thing that was said about time. What is not given holds for any day, weekday or hour.

    Of several days that are wanted one is enough, of several spans too; bounds and parts of the day hold beside them.
    """

    message: MessageId
    start: int = Field(description="offset in the message's text, in characters")
    end: int
    text: str = Field(description="as written")
    kind: WishKind
    wanted: bool = True
    fallback: bool = Field(default=False, description="only where nothing else that was said can be had")
    passing: bool = Field(
        default=False, description="its clause only tells something: the first to be left out of account"
    )
    engaged: bool = Field(default=False, description="something else seems to happen then, so it is rather not wanted")
    first: date | None = Field(default=None, description="no day before it")
    last: date | None = Field(default=None, description="no day after it")
    weekdays: tuple[int, ...] = Field(default=(), description="0 Monday .. 6 Sunday; empty: any")
    begins: str = Field(default="", description='not before this hour, as "16:00"')
    ends: str = Field(default="", description='over by this hour, as "12:00"')
    beside: Literal["", "same", "week", "before", "after"] = Field(
        default="", description="the day of what is booked, its week, a day before it, one after it"
    )
    days_after: int = Field(default=0, description="with `beside` same, week or after: so many days after it")

    @property
    def place(self) -> WordsPlace:
        """Where it stands, which is the same whenever the message is read."""
        return self.message, self.start

    def holds(self, day: date, window: tuple[str, str], booked: date | None) -> bool:
        """Whether a day and an hour (from, to) are among those that are spoken of; `booked`: the day it is on now."""
        if self.beside and not self._beside(day, booked):
            return False
        if self.first is not None and day < self.first:
            return False
        if self.last is not None and day > self.last:
            return False
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        begin, end = window
        return not ((self.begins and begin and begin < self.begins) or (self.ends and end and end > self.ends))

    def _beside(self, day: date, booked: date | None) -> bool:
        if booked is None:
            return True
        if self.beside == "same":
            return day == booked + timedelta(days=self.days_after)
        if self.beside == "week":
            return day.isocalendar()[:2] == (booked + timedelta(days=self.days_after)).isocalendar()[:2]
        if self.beside == "before":
            return day < booked
        return day >= booked + timedelta(days=max(1, self.days_after))

    def names(self, day: date, window: tuple[str, str] = ("", "")) -> bool:
        """Whether it is of this one day, or of all of its weekday, and of no other hours than these."""
        if self.kind != "days" or self.beside or not self.holds(self.first or day, window, None):
            return False
        if _NUMBER_ALONE.fullmatch(self.text) and self.first is not None:
            return self.first.day == day.day
        return self.first == self.last == day or (self.first is None and self.weekdays == (day.weekday(),))
