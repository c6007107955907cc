"""Which entries of the record are told outside Rung, and in what words.

An announcement is made from the very entry that the audit log gets, in its transaction: what is not on record is not
told, and what is told happened. Only a status is told as the ticket's row gets it, whichever entry that goes with.
An announcement carries ids and figures only. A customer's words, a colleague's note and names stay where they are;
whoever is told follows the link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cx_core.records import NotificationEvent, PersonId, Ticket

Figure = str | int | float | bool | None
Payload = Mapping[str, object]

LOW = 2
"""Of 5: a rating up to this is told."""

TITLES: Mapping[NotificationEvent, str] = {
    "escalated": "A ticket is about to breach its SLA",
    "returned": "A ticket came back because a step failed",
    "by_hand": "The copilot leaves a ticket to a person",
    "transferred": "A ticket is handed to a colleague or team",
    "second_wanted": "A large step waits for a second person",
    "decision_wanted": "A level, a change of the rules or an erasure waits for a second person",
    "mention": "A colleague is mentioned in a note",
    "reopened": "A customer writes again about a solved ticket",
    "low_rating": "A customer rates 1 or 2 out of 5",
    "switched": "The copilot is stopped, or goes on",
    "raise_proposed": "Rung proposes level 3 for a task type",
    "came_down": "A level came down by itself",
    "paused": "Acting alone is paused since a system does not answer, or goes on",
    "model_trouble": "The language model is failing, or has recovered",
    "tool_stopped": "A tool of a connected system is stopped, since its server describes it otherwise",
    "backlog": "The backlog is too long, or back to normal",
    "created": "A ticket is created",
    "message_added": "A customer adds a message to a ticket",
    "status_changed": "A ticket’s status changes",
    "reply_sent": "A reply is sent",
    "approval_wanted": "A proposal waits for approval",
}
"""For choosing from, and as the first line of a mail. The last five come with nearly every ticket: for programs."""


@dataclass(frozen=True)
class Announcement:
    """What is told. `about`: the colleagues it concerns; who subscribed for themselves hears only what concerns them,
    where it concerns somebody."""

    event: NotificationEvent
    figures: Mapping[str, Figure] = field(default_factory=dict)
    about: tuple[PersonId, ...] = ()


def announced(kind: str, payload: Payload) -> tuple[Announcement, ...]:
    """What an entry of this kind tells outside, in order."""
    made = (tell(payload) for tell in _MADE.get(kind, ()))
    return tuple(announcement for announcement in made if announcement is not None)


def status_changed(before: str, after: str) -> Announcement:
    return Announcement("status_changed", {"before": before, "status": after})


def figures_of(ticket: Ticket) -> dict[str, Figure]:
    """What an announcement says of its ticket."""
    return {
        "ticket": ticket.id,
        "status": ticket.status,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "respond_by": ticket.respond_by.isoformat() if ticket.respond_by else None,
    }


def _proposed(payload: Payload) -> Announcement | None:
    return Announcement("by_hand", {"version": _whole(payload, "version")}) if payload["route"] == "person" else None


def _approval_wanted(payload: Payload) -> Announcement | None:
    route = payload["route"]
    if route not in ("advisor", "supervisor"):
        return None
    return Announcement("approval_wanted", {"version": _whole(payload, "version"), "role": str(route)})


def _received(payload: Payload) -> Announcement:
    return Announcement("created" if payload.get("new") else "message_added")


def _transferred(payload: Payload) -> Announcement:
    to = payload.get("to")
    return Announcement("transferred", about=(PersonId(str(to)),) if to else ())


def _noted(payload: Payload) -> Announcement | None:
    mentions = payload.get("mentions")
    about = tuple(PersonId(str(one)) for one in mentions) if isinstance(mentions, list | tuple) else ()
    return Announcement("mention", {"mentioned": len(about)}, about) if about else None


def _wanted(payload: Payload) -> Announcement:
    """Whoever may be the second; where nobody else may, everybody who subscribed hears that."""
    able = payload.get("able")
    about = tuple(PersonId(str(one)) for one in able) if isinstance(able, list | tuple) else ()
    return Announcement("second_wanted", {"version": _whole(payload, "version"), "able": len(about)}, about)


def _decision(page: str, what: str) -> Callable[[Payload], Announcement]:
    """A request that waits for another person who may grant it, on this page."""
    return lambda _: Announcement("decision_wanted", {"page": page, "what": what})


def _rated(payload: Payload) -> Announcement | None:
    score = _whole(payload, "score")
    return Announcement("low_rating", {"score": score}) if score is not None and score <= LOW else None


def _switched(on: bool) -> Callable[[Payload], Announcement]:
    return lambda payload: Announcement("switched", {"stopped": on, "what": str(payload.get("name"))})


def _paused(begins: bool) -> Callable[[Payload], Announcement | None]:
    """Nothing is told where nothing is done alone that needs the system."""

    def made(payload: Payload) -> Announcement | None:
        types = payload.get("task_types")
        if not isinstance(types, list | tuple) or not types:
            return None
        names = ", ".join(str(one) for one in types)
        return Announcement("paused", {"begins": begins, "system": str(payload.get("words")), "what": names})

    return made


def _drifted(payload: Payload) -> Announcement:
    changes = payload.get("changes")
    tools = len(changes) if isinstance(changes, Mapping) else 0
    return Announcement("tool_stopped", {"system": str(payload.get("name")), "tools": tools})


def _state(event: NotificationEvent, begins: bool, *names: str) -> Callable[[Payload], Announcement]:
    return lambda payload: Announcement(event, {"begins": begins, **{name: _whole(payload, name) for name in names}})


def _whole(payload: Payload, name: str) -> int | None:
    value = payload.get(name)
    return value if isinstance(value, int) else None


_MADE: Mapping[str, tuple[Callable[[Payload], Announcement | None], ...]] = {
    "escalated": (lambda _: Announcement("escalated"),),
    "given_back": (lambda payload: Announcement("returned", {"version": _whole(payload, "version")}),),
    "proposed": (_proposed, _approval_wanted),
    "not_prepared": (lambda _: Announcement("by_hand"),),
    "transferred": (_transferred,),
    "second_wanted": (_wanted,),
    "level_asked": (_decision("autonomy", "level"),),
    "policies_asked": (_decision("policies", "rules"),),
    "erasure_asked": (_decision("audit", "erasure"),),
    "noted": (_noted,),
    "received": (_received, lambda payload: Announcement("reopened") if payload.get("reopened") else None),
    "replied": (lambda payload: Announcement("reply_sent", {"version": _whole(payload, "version")}),),
    "rated": (_rated,),
    "level_came_down": (lambda payload: Announcement("came_down", {"what": str(payload.get("task_type"))}),),
    "system_paused": (_paused(True),),
    "system_resumed": (_paused(False),),
    "raise_proposed": (lambda payload: Announcement("raise_proposed", {"what": str(payload.get("task_type"))}),),
    "stopped": (_switched(True),),
    "resumed": (_switched(False),),
    "backlog_long": (_state("backlog", True, "waiting", "bound"),),
    "backlog_short": (_state("backlog", False, "waiting", "bound"),),
    "model_failing": (_state("model_trouble", True, "failed"),),
    "model_well": (_state("model_trouble", False),),
    "tool_drifted": (_drifted,),
}
"""By the kind of the entry."""
