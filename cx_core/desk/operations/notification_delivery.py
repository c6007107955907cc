"""Notifications sent, each at least once and under one id; and the states of the whole desk that are worth telling."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from cx_core.act import notification_text
from cx_core.desk.operations.maintenance import RUNG
from cx_core.desk.operations.notification_settings import NotificationSettings
from cx_core.desk.service import Means, Service
from cx_core.errors import SystemRefused, SystemTrouble
from cx_core.ports import Dispatch, Unit
from cx_core.records import Notification, Subscription

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 18_000, 36_000))
"""After each try that failed. When they are used up, about 19 hours on, it is given up, and a person can have it
tried again."""
CLAIM = timedelta(minutes=5)
"""Longer than one sending can take. A process that ends in the middle leaves it to the next for that long."""
MOST, TOGETHER = 200, 50
"""Dispatches in a round, and notifications in one mail: a morning on which many tickets are late is one mail."""
KEPT = timedelta(days=30)
SHORT_AGAIN = 0.9
"""Of the bound: a backlog that goes up and down around it is told once."""
FAILING, RECENT = 3, timedelta(minutes=15)
"""So many answers in a row that could not be used, within so long, are trouble."""


class NotificationDelivery(Service):
    """Done in rounds, by any number of processes."""

    def __init__(self, means: Means, settings: NotificationSettings) -> None:
        super().__init__(means)
        self._settings = settings
        self._dispatcher, self._public_url = means.dispatcher, means.public_url

    def send_notifications(self) -> None:
        """Send what is due. Who does not answer is left alone for the rest of the round, so that others need not
        wait for them."""
        silent: set[str] = set()
        for _ in range(MOST):
            claimed = self._claimed(silent)
            if not claimed:
                return
            if not self._sent(claimed):
                silent.add(claimed[0].subscription)

    def _claimed(self, but: Collection[str]) -> tuple[Notification, ...]:
        """What is due next, which nobody else takes for a while: one call, or all that one mail can tell. The try is
        counted before it is made."""
        now = self._clock()
        with self._store.look() as unit:
            if not unit.notifications.notifications_due(now, 1, but=but):
                return ()  # as nearly always; whoever writes is not kept waiting
        with self._store.begin() as unit:
            found = unit.notifications.notifications_due(now, 1, but=but)
            to = _subscription(unit, found[0].subscription) if found else None
            if to is not None and to.way == "email":
                found = unit.notifications.notifications_due(now, TOGETHER, to=to.id)
            claimed = tuple(one.replace(tries=one.tries + 1, next_try=now + CLAIM) for one in found)
            for one in claimed:
                unit.notifications.put(one)
        return claimed

    def _sent(self, claimed: Sequence[Notification]) -> bool:
        with self._store.look() as unit:
            subscription = _subscription(unit, claimed[0].subscription)
        if subscription is None:
            return True  # removed meanwhile, with all that was on its way to it
        trouble, final = "", False
        try:
            self._dispatcher.send(self._dispatch(claimed, subscription))
        except SystemTrouble as error:
            trouble, final = str(error), isinstance(error, SystemRefused)
        with self._store.begin() as unit:
            for one in claimed:
                if unit.notifications.get(one.id) is not None:
                    self._settle(unit, one, trouble, final)
        return not trouble

    def _settle(self, unit: Unit, notification: Notification, trouble: str, final: bool) -> None:
        now, tries = self._clock(), notification.tries
        if not trouble:
            unit.notifications.put(notification.replace(sent_at=now, next_try=None, trouble=""))
            return
        over = final or tries > len(PAUSES)
        unit.notifications.put(
            notification.replace(trouble=trouble, next_try=None if over else now + PAUSES[tries - 1])
        )
        if over:
            payload = {"notification": notification.id, "event": notification.event, "tries": tries, "why": trouble}
            payload |= {"subscription": notification.subscription}
            unit.record("notification_given_up", actor=RUNG, payload=payload)

    def _dispatch(self, claimed: Sequence[Notification], subscription: Subscription) -> Dispatch:
        """Raises SystemRefused when there is nobody there any more."""
        address = self._settings.address(subscription.target)
        if not address:
            raise SystemRefused("Their account is closed, or sees no tickets any more.")
        return Dispatch(
            id=f"msg_{subscription.id}_{claimed[0].id}",
            subscription=subscription.id,
            way=subscription.way,
            address=address,
            subject=notification_text.subject(*claimed),
            text=notification_text.words(claimed, self._public_url, self._knowledge.company.timezone),
            content=notification_text.fields(claimed[0], self._public_url),
        )

    def watch(self) -> None:
        """One look at the whole desk: a state is put on record when it begins and when it is over."""
        bound, now = self._knowledge.company.service_levels.backlog, self._clock()
        counts = self._store.counts()
        waiting = counts.get("new", 0) + counts.get("open", 0)
        with self._store.begin() as unit:
            answers = unit.notifications.model_answers(now - RECENT, FAILING)
            states = (
                (
                    "backlog",
                    bound and waiting > bound,
                    waiting <= bound * SHORT_AGAIN,
                    "backlog_long",
                    "backlog_short",
                    {"waiting": waiting, "bound": bound},
                ),
                (
                    "model",
                    len(answers) == FAILING and not any(answers),
                    any(answers[:1]),
                    "model_failing",
                    "model_well",
                    {"failed": FAILING},
                ),
            )
            for name, bad, good, begun, over, payload in states:
                if bad and unit.notifications.begin_alarm(name, now):
                    unit.record(begun, actor=RUNG, payload=payload)
                elif good and unit.notifications.end_alarm(name):
                    unit.record(over, actor=RUNG, payload=payload)
            unit.notifications.drop_notifications(now - KEPT)


def _subscription(unit: Unit, id: str) -> Subscription | None:
    return next((one for one in unit.notifications.subscriptions() if one.id == id), None)
