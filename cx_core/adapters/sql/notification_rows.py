"""Subscriptions, and notifications on their way, as rows of the transaction they belong to; see `ports.Unit`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from cx_core.act.notification_rules import Announcement, announced, figures_of, status_changed
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.records import Notification, PersonId, Subscription, Ticket, TicketId

ACCOUNT = "account:"


class NotificationRows(Rows):
    """A part of `SqlUnit`."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        rows = self._connection.execute(sa.select(t.subscription).order_by(t.subscription.c.at, t.subscription.c.id))
        return tuple(_subscription(row) for row in rows.mappings())

    def put_subscription(self, subscription: Subscription) -> None:
        values = {**subscription.model_dump(mode="json"), "at": to_text(subscription.at)}
        same = t.subscription.c.id == subscription.id
        if self._connection.execute(sa.update(t.subscription).where(same).values(values)).rowcount == 0:
            self._connection.execute(sa.insert(t.subscription).values(values))

    def drop_subscription(self, id: str) -> None:
        self._connection.execute(sa.delete(t.notification).where(t.notification.c.subscription == id))
        self._connection.execute(sa.delete(t.subscription).where(t.subscription.c.id == id))

    def announce(self, kind: str, payload: Mapping[str, object], ticket: TicketId | None, entry: int) -> None:
        """Put what this entry of the record (its number) tells on its way to whoever subscribed to it."""
        for told in announced(kind, payload):
            if not (to := self._listeners(told)):
                continue
            about = self._ticket_told(ticket)
            of_entry = sa.select(t.audit_event.c.at).where(t.audit_event.c.seq == entry)
            self._put_on_its_way(told, to, about, self._connection.execute(of_entry).scalar_one())

    def announce_status(self, ticket: Ticket, before: str) -> None:
        """Put it on its way that this ticket, which is written now, had another status before."""
        if ticket.imported is not None and (before, ticket.status) == ("solved", "closed"):
            return  # it closes by time, as hundreds may at once that were solved elsewhere
        told = status_changed(before, ticket.status)
        if to := self._listeners(told):
            self._put_on_its_way(told, to, ticket, to_text(ticket.updated_at))

    def _listeners(self, told: Announcement) -> list[Subscription]:
        return [one for one in self.subscriptions() if one.active and told.event in one.events and _concerns(one, told)]

    def _put_on_its_way(self, told: Announcement, to: Sequence[Subscription], about: Ticket | None, at: str) -> None:
        if about is not None and (about.simulated or (about.imported is not None and told.event == "by_hand")):
            return  # hundreds may be imported at once, and a person answers each of them anyway
        body = {**(figures_of(about) if about else {}), **told.figures}
        row = {"event": told.event, "ticket": about.id if about else "", "body": body, "at": at, "next_try": at}
        self._connection.execute(sa.insert(t.notification), [{**row, "subscription": one.id} for one in to])

    def _ticket_told(self, id: TicketId | None) -> Ticket | None:
        query = sa.select(t.ticket.c.body).where(t.ticket.c.id == id)
        body = self._connection.execute(query).scalar_one_or_none() if id else None
        return Ticket.model_validate(body) if body else None

    def get(self, id: int) -> Notification | None:
        query = sa.select(t.notification).where(t.notification.c.id == id).with_for_update()
        row = self._connection.execute(query).mappings().one_or_none()
        return _notification(row) if row else None

    def put(self, notification: Notification) -> None:
        """How far it has come; it is never moved, and its body stays."""
        values = {
            "tries": notification.tries,
            "next_try": to_text(notification.next_try) if notification.next_try else None,
            "sent_at": to_text(notification.sent_at) if notification.sent_at else None,
            "trouble": notification.trouble,
        }
        self._connection.execute(sa.update(t.notification).where(t.notification.c.id == notification.id).values(values))

    def notifications_due(
        self, now: datetime, most: int, *, but: Collection[str] = (), to: str = ""
    ) -> tuple[Notification, ...]:
        whose = t.subscription.c.id == to if to else t.subscription.c.id.not_in(but)
        earlier = t.notification.alias("earlier")
        same = (earlier.c.subscription == t.notification.c.subscription) & (earlier.c.ticket == t.notification.c.ticket)
        overtakes = sa.exists().where(same, earlier.c.id < t.notification.c.id, earlier.c.next_try.is_not(None))
        its_turn = (t.subscription.c.way == "email") | (t.notification.c.ticket == "") | ~overtakes
        active = t.notification.join(t.subscription, t.subscription.c.id == t.notification.c.subscription)
        query = (
            sa.select(t.notification)
            .select_from(active)
            .where(t.notification.c.next_try <= to_text(now), t.subscription.c.active, whose, its_turn)
            .order_by(t.notification.c.next_try, t.notification.c.id)
            .limit(most)
            .with_for_update(of=t.notification, skip_locked=True)
        )
        return tuple(_notification(row) for row in self._connection.execute(query).mappings())

    def notifications_of(self, subscriptions: Sequence[str], most: int) -> tuple[Notification, ...]:
        theirs = t.notification.c.subscription.in_(list(subscriptions))
        query = sa.select(t.notification).where(theirs).order_by(t.notification.c.id.desc()).limit(most)
        return tuple(_notification(row) for row in self._connection.execute(query).mappings())

    def drop_notifications(self, before: datetime) -> None:
        done = (t.notification.c.next_try.is_(None), t.notification.c.at < to_text(before))
        self._connection.execute(sa.delete(t.notification).where(*done))

    def model_answers(self, since: datetime, most: int) -> tuple[bool, ...]:
        recent = t.model_use.c.at >= to_text(since)
        query = sa.select(t.model_use.c.ok).where(recent).order_by(t.model_use.c.id.desc()).limit(most)
        return tuple(bool(ok) for ok in self._connection.execute(query).scalars())

    def begin_alarm(self, name: str, at: datetime) -> bool:
        if self._connection.execute(sa.select(t.alarm.c.name).where(t.alarm.c.name == name)).first():
            return False
        self._connection.execute(sa.insert(t.alarm).values(name=name, since=to_text(at)))
        return True

    def end_alarm(self, name: str) -> bool:
        return self._connection.execute(sa.delete(t.alarm).where(t.alarm.c.name == name)).rowcount > 0


def _concerns(subscription: Subscription, told: Announcement) -> bool:
    """Who subscribed for a person hears what concerns that person, or nobody in particular."""
    if not told.about or not subscription.target.startswith(ACCOUNT):
        return True
    return PersonId(subscription.target.removeprefix(ACCOUNT)) in told.about


def _subscription(row: sa.RowMapping) -> Subscription:
    return Subscription.model_validate({**row, "at": from_text(row["at"])})


def _notification(row: sa.RowMapping) -> Notification:
    times = {name: from_text(row[name]) if row[name] else None for name in ("at", "next_try", "sent_at")}
    return Notification.model_validate({**row, **times})
