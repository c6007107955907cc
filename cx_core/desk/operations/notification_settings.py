"""Who is told of what outside the Inbox: subscriptions, a test of each, and what came of the latest notifications."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from cx_core.act import notification_text
from cx_core.act.notification_rules import TITLES
from cx_core.desk.service import LEADS, Means, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.ports import Dispatch, Unit
from cx_core.records import (
    APPROVERS,
    Notification,
    NotificationEvent,
    NotificationWay,
    Person,
    PersonId,
    Role,
    Subscription,
)
from cx_core.views import (
    Connections,
    Failing,
    NotificationState,
    NotificationTrial,
    NotificationView,
    Refusal,
    Subscribed,
    SubscriptionView,
)

ACCOUNT = "account:"
MOST = 50
LATEST = 50
WAYS: dict[NotificationWay, str] = {"email": "e-mail", "webhook": "webhook"}


class NotificationSettings(Service):
    """An administrator decides for everybody; a supervisor for mail to themselves."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._dispatcher = means.dispatcher
        self._public_url = means.public_url

    def connections(self, person: Person) -> Connections:
        """Everything the page shows."""
        allow(person, *LEADS)
        names, may_choose = self._accounts.names(), person.role is Role.ADMINISTRATOR
        with self._store.look() as unit:
            mine = [one for one in unit.notifications.subscriptions() if _may_see(person, one)]
            latest = unit.notifications.notifications_of([one.id for one in mine], LATEST)
            failing = {one.id: _failing(unit.notifications.notifications_of([one.id], LATEST)) for one in mine}
        to = {one.id: _shown(one, names) for one in mine}
        open_ = {one.id: one.name for one in self._accounts.people() if one.role in APPROVERS}
        return Connections(
            titles=dict(TITLES),
            missing={way: self._dispatcher.missing(way) for way in WAYS},
            people=open_ if may_choose else {person.id: person.name},
            may_choose=may_choose,
            subscriptions=tuple(
                SubscriptionView(
                    subscription=one, to=to[one.id], by=names.get(one.person, one.person), failing=failing[one.id]
                )
                for one in mine
            ),
            notifications=tuple(
                NotificationView(
                    notification=one, to=to[one.subscription], title=notification_text.subject(one), state=_state(one)
                )
                for one in latest
            ),
        )

    def subscribe(
        self, person: Person, events: Sequence[NotificationEvent], way: NotificationWay, target: str
    ) -> Subscribed | Refusal:
        """`target`: a web address, an e-mail address, or "account:" and a colleague's id."""
        allow(person, *LEADS)
        target, chosen = target.strip(), tuple(event for event in TITLES if event in events)
        wrong = "Choose what they should be told." if not chosen else self._wrong(person, way, target)
        if wrong:
            return Refusal(code="denied", text=wrong)
        made = Subscription(
            id=secrets.token_hex(6), events=chosen, way=way, target=target, person=person.id, at=self._clock()
        )
        with self._store.begin() as unit:
            known = unit.notifications.subscriptions()
            if any((one.way, one.target) == (way, target) for one in known):
                return Refusal(code="already", text="That one is in the list already: change what it is told there.")
            if len(known) >= MOST:
                return Refusal(
                    code="denied", text=f"There are {MOST} in the list, which is the most. Remove one first."
                )
            secret = self._dispatcher.secret(made.id) if way == "webhook" else ""
            unit.notifications.put_subscription(made)
            unit.record("subscribed", actor=person.id, payload=_on_record(made))
        return Subscribed(id=made.id, secret=secret)

    def retell(self, person: Person, id: str, events: Sequence[NotificationEvent]) -> Refusal | None:
        """Change what a subscription is told."""
        chosen = tuple(event for event in TITLES if event in events)
        if not chosen:
            return Refusal(code="empty", text="Choose what they should be told, or switch it off.")
        return self._changed(person, id, lambda one: one.replace(events=chosen))

    def switch_subscription(self, person: Person, id: str, active: bool) -> Refusal | None:
        """Off: nothing new is put on its way, and what is on its way waits."""
        return self._changed(person, id, lambda one: one.replace(active=active))

    def unsubscribe(self, person: Person, id: str) -> Refusal | None:
        """With all that is on its way to it, and its secret."""
        with self._store.begin() as unit:
            found = self._found(unit, person, id)
            if isinstance(found, Refusal):
                return found
            unit.notifications.drop_subscription(id)
            unit.record("unsubscribed", actor=person.id, payload=_on_record(found))
        if found.way == "webhook":
            self._dispatcher.forget(id)
        return None

    def try_subscription(self, person: Person, id: str) -> NotificationTrial | Refusal:
        """Send a test now, and say what came of it."""
        with self._store.look() as unit:
            found = self._found(unit, person, id)
        if isinstance(found, Refusal):
            return found
        try:
            answer = NotificationTrial(good=True, text=self._dispatcher.send(self._trial(found)))
        except SystemTrouble as trouble:
            answer = NotificationTrial(good=False, text=str(trouble))
        payload = {**_on_record(found), "good": answer.good, "answer": answer.text}
        self._audit.append("notification_tested", actor=person.id, payload=payload)
        return answer

    def send_again(self, person: Person, notification: int) -> Refusal | None:
        """Put one that was given up on its way again, under the same id."""
        with self._store.begin() as unit:
            one = unit.notifications.get(notification)
            found = self._found(unit, person, one.subscription) if one else None
            if one is None or not isinstance(found, Subscription):
                return Refusal(code="stale", text="There is no such notification any more.")
            if one.next_try is not None or one.sent_at is not None:
                return Refusal(code="already", text="It was sent, or is on its way.")
            unit.notifications.put(one.replace(tries=0, next_try=self._clock()))
            unit.record("notification_again", actor=person.id, payload={"notification": one.id, **_on_record(found)})
        return None

    # --- inside -----------------------------------------------------------------------------

    def _changed(self, person: Person, id: str, change: Callable[[Subscription], Subscription]) -> Refusal | None:
        with self._store.begin() as unit:
            found = self._found(unit, person, id)
            if isinstance(found, Refusal):
                return found
            changed = change(found)
            unit.notifications.put_subscription(changed)
            unit.record("subscription_changed", actor=person.id, payload=_on_record(changed))
        return None

    def _found(self, unit: Unit, person: Person, id: str) -> Subscription | Refusal:
        allow(person, *LEADS)
        found = next(
            (one for one in unit.notifications.subscriptions() if one.id == id and _may_see(person, one)), None
        )
        return found or Refusal(code="stale", text="It is not in the list any more.")

    def _wrong(self, person: Person, way: NotificationWay, target: str) -> str:
        """Why this person cannot subscribe so; empty if they can."""
        if person.role is not Role.ADMINISTRATOR and (way, target) != ("email", f"{ACCOUNT}{person.id}"):
            return "You can have mail sent to yourself. An administrator connects others."
        if missing := self._dispatcher.missing(way):
            return missing
        if not target:
            return "Say whom to tell."
        if way == "email" and target.startswith(ACCOUNT):
            return "" if self.address(target) else "Choose a colleague from the list."
        return self._dispatcher.refuses(way, target)

    def address(self, target: str) -> str:
        """Where this goes now; empty when the account is closed, or is of a role that sees no tickets."""
        if not target.startswith(ACCOUNT):
            return target
        account = self._accounts.account(PersonId(target.removeprefix(ACCOUNT)))
        return account.email if account is not None and account.role in APPROVERS else ""

    def _trial(self, subscription: Subscription) -> Dispatch:
        content = {"type": "test", "timestamp": self._clock().isoformat(), "data": {"link": f"{self._public_url}/"}}
        return Dispatch(
            id=f"msg_{subscription.id}_{secrets.token_hex(6)}",
            subscription=subscription.id,
            way=subscription.way,
            address=self.address(subscription.target),
            subject="A test",
            text=f"{notification_text.TRIAL}\n",
            content=content,
        )


def _may_see(person: Person, subscription: Subscription) -> bool:
    return person.role is Role.ADMINISTRATOR or subscription.target == f"{ACCOUNT}{person.id}"


def _shown(subscription: Subscription, names: dict[PersonId, str]) -> str:
    if not subscription.target.startswith(ACCOUNT):
        return subscription.target
    id = PersonId(subscription.target.removeprefix(ACCOUNT))
    return names.get(id, id)


def _failing(newest_first: Sequence[Notification]) -> Failing | None:
    """The failures since something last arrived there, if there are any."""
    arrived = max((one.sent_at for one in newest_first if one.sent_at is not None), default=None)
    failed = [
        one for one in newest_first if one.sent_at is None and one.trouble and (arrived is None or one.at > arrived)
    ]
    if not failed:
        return None
    return Failing(
        tries=sum(one.tries for one in failed),
        trouble=failed[0].trouble,
        since=min(one.at for one in failed),
        next_try=min((one.next_try for one in failed if one.next_try is not None), default=None),
    )


def _state(notification: Notification) -> NotificationState:
    if notification.sent_at is not None:
        return "sent"
    return "on its way" if notification.next_try is not None else "given up"


def _on_record(subscription: Subscription) -> dict[str, object]:
    """Of a web address only the host: the rest of it is often a password of its own."""
    web = subscription.way == "webhook"
    target = urlsplit(subscription.target).netloc if web else subscription.target
    return {
        "subscription": subscription.id,
        "way": subscription.way,
        "target": target,
        "events": list(subscription.events),
        "active": subscription.active,
    }
