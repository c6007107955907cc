"""Events told outside Rung, within a transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from cx_core.records import (
    Notification,
    Subscription,
)


class NotificationRepository(Protocol):
    """The part of a transaction that tells events outside Rung. What `record` puts on record is put on its way."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Oldest first."""
        ...

    def put_subscription(self, subscription: Subscription) -> None: ...

    def drop_subscription(self, id: str) -> None:
        """With all that was on its way to it."""
        ...

    def get(self, id: int) -> Notification | None:
        """Held against other writers until the transaction ends."""
        ...

    def put(self, notification: Notification) -> None: ...

    def notifications_due(
        self, now: datetime, most: int, *, but: Collection[str] = (), to: str = ""
    ) -> tuple[Notification, ...]:
        """To be sent by now, longest due first, but to these, or only to one; none that another transaction holds.

        Of the webhooks of one ticket to one subscription only the earliest: none overtakes
        another. A mail tells several.
        """
        ...

    def notifications_of(self, subscriptions: Sequence[str], most: int) -> tuple[Notification, ...]:
        """Newest first."""
        ...

    def drop_notifications(self, before: datetime) -> None:
        """Those that were sent or given up, and are older than this."""
        ...

    def model_answers(self, since: datetime, most: int) -> tuple[bool, ...]:
        """Whether the language model's latest answers since then could be used, newest first."""
        ...

    def begin_alarm(self, name: str, at: datetime) -> bool:
        """A state that people are told of once; True if it was not on."""
        ...

    def end_alarm(self, name: str) -> bool:
        """True if it was on."""
        ...
