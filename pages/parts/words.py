"""How codes and values read to people. Everything here is plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from textwrap import shorten

from cx_core.records import Channel, Role, Route, Source, Status, Value, Work
from cx_core.views import StopReach

CHANNELS: Mapping[Channel, str] = {
    "email": "Email",
    "chat": "Chat",
    "web": "Web form",
    "messenger": "Messenger",
}
STATUSES: Mapping[Status, str] = {
    "new": "New",
    "open": "Open",
    "pending": "Waiting for customer",
    "solved": "Solved",
    "closed": "Closed",
}
WORK: Mapping[Work, str] = {
    "reading": "Reading",
    "ready": "Ready",
    "sending": "Sending soon",
    "carrying": "In progress",
    "returned": "Needs a person",
    "done": "Done",
    "failed": "Could not read",
}
STOPPED = "Copilot stopped"
"""In place of what a ticket would be ready for, or sent, if nobody had stopped it."""
ROUTES: Mapping[Route, str] = {
    "advisor": "For an advisor",
    "supervisor": "For a supervisor",
    "person": "Manual",
    "act": "Automatic",
}
LEVELS = ("manual", "FAQ", "copilot", "supervised", "orchestrated")
ROLES: Mapping[Role, str] = {
    Role.EDITOR: "a knowledge editor",
    Role.ADVISOR: "an advisor",
    Role.SUPERVISOR: "a supervisor",
    Role.ADMINISTRATOR: "an administrator",
}
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Unicode categories of what leaves no mark on a page: controls, zero-width marks, spaces."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def counted(number: int, what: str, several: str = "") -> str:
    """`1 ticket`, `9 tickets`."""
    return f"{number:,} {what if number == 1 else several or what + 's'}"


def reach_words(title: str, reach: StopReach) -> list[str]:
    """What stopping it would reach, a line for each kind."""
    comes_back = "it comes" if reach.approved == 1 else "they come"
    approved = (
        f"{counted(reach.approved, 'approved ticket is', 'approved tickets are')} not carried out yet: {comes_back} "
        "back, and nothing is sent."
    )
    lines = [
        f"{title}: {counted(reach.task_types, 'task type')}.",
        f"{counted(reach.waiting, 'ticket waits', 'tickets wait')} for an approval of actions that would be refused.",
    ]
    return [
        *lines,
        *([approved] if reach.approved else []),
        "Tickets are still read, and people can send replies without these actions.",
    ]


def titled(name: str) -> str:
    """`deliver_by` -> "Deliver by"."""
    return name.replace("_", " ").strip().capitalize()


def team_words(name: str) -> str:
    """What a team is called to people; empty where there is none."""
    return f"Team {name}" if name else ""


def blank(text: str) -> bool:
    """Whether a reader would see nothing: a text of zero-width marks is as empty as no text."""
    return all(unicodedata.category(mark) in _UNSEEN for mark in text)


def excerpt(text: str, most: int = 200) -> str:
    """The beginning of a text in one line, cut at a word where there is one, with … if something was cut."""
    at_a_word = shorten(text, most, placeholder="…")
    if len(at_a_word) * 2 >= most or not at_a_word.endswith("…"):
        return at_a_word
    return " ".join(text.split())[: most - 1] + "…"  # one word as long as that


def due_within(minutes: int) -> str:
    """How tickets that are late, or will be within these minutes, are called."""
    return f"Breached or due in {time_left(minutes).removesuffix(' left')}"


def time_left(minutes: int) -> str:
    """Until it is late, or since: as the Inbox's list says it."""
    far = abs(minutes)
    hours, rest = divmod(far, 60)
    words = f"{far} min" if far < 60 else f"{hours} h {rest} m" if rest else f"{hours} h"
    if far >= 2 * 24 * 60:
        words = f"{hours // 24} d"
    return f"{words} {'overdue' if minutes < 0 else 'left'}"


def iso_date(value: Value) -> date | None:
    """The date a value holds, if it is one."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def shown(value: Value) -> str:
    """A value for reading."""
    if value is None or value in ("", ()):
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    day = iso_date(value)
    return f"{day:%a} {day.day} {day:%b %Y}" if day else str(value)


def file_size(size: int) -> str:
    """Bytes for reading, in units of a thousand."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{round(size / 1e3)} kB"


def sourced(source: Source, me: str = "") -> str:
    """Where a value comes from, in a few words; `me` is whoever reads them."""
    place = source.ref.replace("/", " ")
    match source.kind:
        case "words":
            return f"customer’s words: “{excerpt(source.quote)}”" if source.quote else "customer’s words"
        case "record":
            return f"from {place}" + (f", {source.field.replace('_', ' ')}" if source.field not in ("", "id") else "")
        case "article":
            return f"from article {place}" + (f": “{excerpt(source.quote)}”" if source.quote else "")
        case "advisor":
            return "set by you" if me and source.ref == me else "set by a colleague"
        case "derived":
            return f"calculated from {place}" if place else "worked out"
        case "arithmetic":
            terms = "; ".join(dict.fromkeys(sourced(term, me) for term in source.operands))
            return f"worked out: {source.quote}" + (f" ({terms})" if terms else "")
        case "none":
            return "no source"
