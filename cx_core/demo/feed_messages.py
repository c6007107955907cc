"""The messages of feed.yaml, and whether a customer's records bear out what such a message says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, StrictBool, model_validator

from cx_core.records import ActionName, BusinessRecord, Channel, Identity, MessageId, Record, Value

When = Literal["answered", "solved", "unsolved"]
"""When a follow-up comes: after any answer, only after one that solved the ticket, only after one that did not."""


class LastDays(Record):
    """A date that is not older than this, and not in the future."""

    last_days: int = Field(gt=0)


class Contains(Record):
    """A text with these words in it."""

    contains: str = Field(min_length=1)


Wanted = StrictBool | str | tuple[str, ...] | LastDays | Contains
"""What a field of a record must be: this value, one of several, a recent date, or a text that has some words."""
Needs = Mapping[ActionName, Mapping[str, Wanted]]
"""Reads of a customer, each with the fields that one of its records must have; the field `id` is the record's own."""


class FeedMessage(Record):
    """One message that the live feed plays. `sender` is an e-mail address or a customer's id."""

    id: MessageId
    channel: Channel
    sender: str = Field(alias="from", min_length=3)
    identity: Identity = 0
    subject: str = ""
    text: str = Field(min_length=1)
    after: MessageId | None = Field(default=None, description="the earlier message whose answer it follows")
    when: When = Field(default="answered", description="after which answer a follow-up comes")
    anyone: bool = Field(default=False, description="whether other customers could write it just as well")
    needs: Needs = Field(default={}, description="what must be on the sender's records for the words to be true")
    mistaken: str = Field(default="", description="what in it is wrong on purpose, as customers are")
    files: tuple[str, ...] = Field(default=(), description="what comes with it, by its path in the knowledge folder")

    @model_validator(mode="after")
    def _follow_ups_are_their_senders(self) -> FeedMessage:
        if self.after is None and self.when != "answered":
            raise ValueError("when: only a message with `after` waits for an answer. Add `after`, or take `when` out")
        if self.after is not None and self.anyone:
            raise ValueError("anyone: whoever began the conversation goes on with it. Take `anyone` out")
        return self


def is_true_of(records: Sequence[BusinessRecord], wanted: Mapping[str, Wanted], today: date) -> bool:
    """Whether one of these records has all the fields wanted."""
    return any(
        all(_fits(record.id if name == "id" else record.fields.get(name), want, today) for name, want in wanted.items())
        for record in records
    )


def _fits(value: Value, wanted: Wanted, today: date) -> bool:
    if isinstance(wanted, LastDays):
        return _is_recent(str(value), wanted.last_days, today)
    if isinstance(wanted, Contains):
        return wanted.contains.casefold() in str(value).casefold()
    if isinstance(wanted, bool):
        return value is wanted
    choices = (wanted,) if isinstance(wanted, str) else wanted
    held = value if isinstance(value, tuple) else (str(value),)
    return any(choice in held for choice in choices)


def _is_recent(text: str, days: int, today: date) -> bool:
    try:
        return today - timedelta(days=days) <= date.fromisoformat(text) <= today
    except ValueError:
        return False
