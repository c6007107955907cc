"""What a notification says: to a program in fields, to a person in a few lines, each with the way to the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from cx_core.act.notification_rules import TITLES
from cx_core.records import Notification, NotificationEvent

TRIAL = "This is a test from Rung. Nothing has happened."

_BOTH_WAYS: Mapping[NotificationEvent, tuple[str, str]] = {
    "switched": ("The copilot is stopped", "The copilot goes on"),
    "model_trouble": ("The language model is in trouble", "The language model answers again"),
    "paused": ("Acting alone is paused: a system does not answer", "Acting alone goes on: the system answers again"),
    "backlog": ("The backlog is too long", "The backlog is short again"),
}


def link(public_url: str, notification: Notification) -> str:
    """Where whoever is told can see what it is about."""
    ticket = notification.body.get("ticket")
    pages = {"backlog": "floor", "model_trouble": "floor", "tool_stopped": "systems"}
    pages |= dict.fromkeys(("switched", "came_down", "paused", "raise_proposed"), "autonomy")
    page = notification.body.get("page") or pages.get(notification.event, "")
    return f"{public_url}/?ticket={ticket}" if ticket else f"{public_url}/{page}"


def fields(notification: Notification, public_url: str) -> dict[str, object]:
    """The body of a webhook: type, time and data, as the Standard Webhooks scheme advises."""
    kind = f"ticket.{notification.event}" if "ticket" in notification.body else f"desk.{notification.event}"
    data = {**notification.body, "link": link(public_url, notification)}
    sequence = notification.id  # grows with each event of a ticket: who got one by hand again can tell
    return {"type": kind, "timestamp": notification.at.isoformat(), "sequence": sequence, "data": data}


def subject(*told: Notification) -> str:
    """One line; the ticket's number makes a mail program keep a ticket's mails apart."""
    if len(told) > 1:
        return f"{len(told)} notifications"
    ticket = told[0].body.get("ticket")
    return f"{_title(told[0])} ({ticket})" if ticket else _title(told[0])


def words(told: Sequence[Notification], public_url: str, zone: str) -> str:
    """The text of a mail. `zone` is where its readers work."""
    about = "\n\n".join(_paragraph(one, public_url, zone) for one in told)
    return f"{about}\n\nWhat is told to whom: {public_url}/connections\n"


def _paragraph(notification: Notification, public_url: str, zone: str) -> str:
    body = notification.body
    due = body.get("respond_by")
    said = (
        f"{subject(notification)}",
        f"When: {_clock(notification.at, zone)}",
        f"Priority: {body['priority']}" if "priority" in body else "",
        f"To be answered by: {_clock(datetime.fromisoformat(due), zone)}" if isinstance(due, str) else "",
        f"Status: {body['before']} → {body['status']}" if "before" in body else "",
        f"Rating: {body['score']} out of 5" if "score" in body else "",
        f"Waiting: {body['waiting']} tickets; alert threshold {body['bound']}" if "waiting" in body else "",
        f"Who may approve it: {_people(body['able'])}" if "able" in body else "",
        f"System: {body['system']}" if "system" in body else "",
        _stopped(notification),
        f"See it: {link(public_url, notification)}",
    )
    return "\n".join(line for line in said if line)


def _people(number: object) -> str:
    return "nobody whose account is open" if not number else "1 colleague" if number == 1 else f"{number} colleagues"


def _title(notification: Notification) -> str:
    """What happened, where the general title names both ways it can go."""
    score = notification.body.get("score")
    if score is not None:
        return f"A customer rates {score} out of 5"
    begins = notification.body.get("begins", notification.body.get("stopped"))
    exact = _BOTH_WAYS.get(notification.event)
    return exact[0 if begins else 1] if exact else TITLES[notification.event]


def _stopped(notification: Notification) -> str:
    what = notification.body.get("what")
    if what is None:
        return ""
    return f"What: {'everything' if what == '*' else str(what).removeprefix('action:').replace('_', ' ')}"


def _clock(at: datetime, zone: str) -> str:
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%A} {there.day} {there:%B}, {there:%H:%M} ({zone})"
