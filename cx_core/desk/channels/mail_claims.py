"""The next mail or message of a queue, for one of the threads and processes that work on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from cx_core.ports import Store, Unit
from cx_core.records import ArrivedMail, OutgoingMail
from cx_core.records.channels.messengers import OutgoingMessage

MailT = TypeVar("MailT", ArrivedMail, OutgoingMail, OutgoingMessage)


class MailQueue(Protocol[MailT]):
    """The repository of a queue of mails."""

    def due(self, now: datetime, most: int) -> tuple[MailT, ...]: ...

    def put(self, mail: MailT) -> None: ...


def claimed(store: Store, queue: Callable[[Unit], MailQueue[MailT]], now: datetime, claim: timedelta) -> MailT | None:
    """The next mail that waits, which nobody else takes for so long. The try is counted before it is made."""
    with store.look() as unit:
        if not queue(unit).due(now, 1):
            return None
    with store.begin() as unit:
        return claimed_within(queue(unit), now, claim)


def claimed_within(queue: MailQueue[MailT], now: datetime, claim: timedelta) -> MailT | None:
    """The same in a transaction that the caller commits before the mail is looked at."""
    for mail in queue.due(now, 1):
        mine = mail.replace(tries=mail.tries + 1, next_try=now + claim)
        queue.put(mine)
        return mine
    return None
