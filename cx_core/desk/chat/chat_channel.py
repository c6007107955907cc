"""The way out to visitors of web chat: a reply is an event of their session, kept until they come for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from cx_core.errors import SystemRefused
from cx_core.ports import Clock, Outbox, Store, Unit
from cx_core.ports.outside.chat import ChatTelling
from cx_core.records import File, MessageId, PersonId, Ticket, TicketId
from cx_core.records.chat import ChatSession

ChatAuthor = Literal["you", "person", "ai", "notice"]
"""notice: sent by a program without an answer in it, such as that a code is on its way."""

RATING = "rating"


class ChatChannel:
    """Delivers to sessions. A message counts as sent once it is on file: the widget fetches it when it can."""

    def __init__(self, store: Store, names: Callable[[], Mapping[PersonId, str]], clock: Clock) -> None:
        self._store = store
        self._names = names
        self._clock = clock

    def carries(self, ticket: TicketId) -> bool:
        """Whether this ticket came by a widget."""
        with self._store.look() as unit:
            return unit.chat.session_of(ticket) is not None

    def send(self, *, key: str, ticket: TicketId, text: str, files: Sequence[File], headers: Mapping[str, str]) -> str:
        """Once per key; returns a reference. Raises SystemRefused where the key carried another message before."""
        exact = sha256("\n".join([text, *(_digest(file) for file in files)]).encode()).hexdigest()
        with self._store.begin() as unit:
            session, current = unit.chat.session_of(ticket), unit.tickets.get(ticket)
            if session is None or current is None:
                raise SystemRefused("The visitor's conversation is not kept any more; nothing was sent")
            if key == f"{ticket}:{RATING}":
                unit.chat.tell(session.id, ChatTelling("rating", key, {}, ticket), self._clock())
                return f"chat:{session.id}:{key}"
            told = self._telling(unit, current, key, text, files, headers, exact)
            if unit.chat.tell(session.id, told, self._clock()) is None and not _same(unit, session, key, exact):
                raise SystemRefused("Another message was sent under this key; nothing was sent")
        return f"chat:{session.id}:{key}"

    def _telling(
        self,
        unit: Unit,
        ticket: Ticket,
        key: str,
        text: str,
        files: Sequence[File],
        headers: Mapping[str, str],
        exact: str,
    ) -> ChatTelling:
        author, name = self._author(unit, ticket, key, headers)
        body = {
            "from": author,
            "name": name,
            "text": text,
            "files": [{"name": file.name, "size": len(file.content), "sha256": _digest(file)} for file in files],
            "exact": exact,
        }
        return ChatTelling("message", key, body, ticket.id, MessageId(key))

    def _author(self, unit: Unit, ticket: Ticket, key: str, headers: Mapping[str, str]) -> tuple[ChatAuthor, str]:
        """Who sends it, with the first name of a person: a whole name is not a visitor's to know."""
        if (automatic := headers.get("Auto-Submitted")) is not None:
            return ("ai" if automatic == "auto-replied" else "notice"), ""
        version = key.removeprefix(f"{ticket.id}:").partition(":")[0]
        approval = unit.proposals.approval(ticket.id, int(version)) if version.isdecimal() else None
        if approval is not None and approval.role is None:
            return "ai", ""
        return "person", first_name(self._names().get(approval.person, "") if approval else ticket.assignee_name)


class ChatOutbox:
    """Implements ports.Outbox: by web chat what came that way, all else as before."""

    def __init__(self, channel: ChatChannel, otherwise: Outbox) -> None:
        self._channel = channel
        self._otherwise = otherwise

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        ticket = TicketId(key.partition(":")[0])
        if channel == "chat" and self._channel.carries(ticket):
            return self._channel.send(key=key, ticket=ticket, text=text, files=files, headers=headers)
        return self._otherwise.deliver(
            key=key, channel=channel, address=address, subject=subject, text=text, files=files, headers=headers
        )


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def _same(unit: Unit, session: ChatSession, key: str, exact: str) -> bool:
    earlier = next((one for one in unit.chat.events(session.id, 0, 10_000) if one.message == key), None)
    return earlier is not None and earlier.body.get("exact") == exact


def _digest(file: File) -> str:
    return sha256(file.content).hexdigest()
