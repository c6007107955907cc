"""Who is told of what outside the Inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records import Notification, NotificationEvent, NotificationWay, PersonId, Record, Subscription


class Failing(Record):
    """That nothing arrives where a subscription goes, since its last success."""

    tries: int = Field(description="in a row, without one that arrived")
    trouble: str = Field(description="of the last one, in words")
    since: datetime = Field(description="of the first notification that did not arrive")
    next_try: datetime | None = Field(description="None: all were given up")


class SubscriptionView(Record):
    """A subscription, with whom it goes to and who made it in words."""

    subscription: Subscription
    to: str
    by: str
    failing: Failing | None = None


NotificationState = Literal["sent", "on its way", "given up"]


class NotificationView(Record):
    """A notification on its way, or at its end."""

    notification: Notification
    to: str
    title: str
    state: NotificationState


class Connections(Record):
    """Who is told of what outside the Inbox, as far as this person may see it."""

    titles: dict[NotificationEvent, str] = Field(description="what can be told, in words")
    missing: dict[NotificationWay, str] = Field(description="what must be set before this way works; empty: nothing")
    people: dict[PersonId, str] = Field(description="colleagues a mail can go to; oneself only, unless one may choose")
    may_choose: bool = Field(description="webhooks, other addresses, other people")
    subscriptions: tuple[SubscriptionView, ...] = ()
    notifications: tuple[NotificationView, ...] = ()


class Subscribed(Record):
    """A subscription that was made. `secret`: what a webhook's receiver verifies with; told this once."""

    id: str
    secret: str = ""


class NotificationTrial(Record):
    """What came of a test."""

    good: bool
    text: str
