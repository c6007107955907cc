"""The way out to visitors of web chat: a reply is an event of their session, kept until they come for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Literal

from cx_core.errors import SystemRefused
from cx_core.ports import Clock, Store, Unit
from cx_core.ports.channels import MaySend, Outgoing, Receive, Sending
from cx_core.ports.outside.chat import ChatTelling
from cx_core.records import File, Identity, MessageId, PersonId, Ticket, TicketId

ChatAuthor = Literal["you", "person", "ai", "notice"]
"""notice: sent by a program without an answer in it, such as that a code is on its way."""

RATING = "rating"


class ChatChannel:
    """Implements ports.channels.Channel. A message is sent once it is on file: the widget fetches it when it can."""

    def __init__(self, store: Store, names: Callable[[], Mapping[PersonId, str]], clock: Clock) -> None:
        self._store = store
        self._names = names
        self._clock = clock

    @property
    def vouches(self) -> Identity:
        """1 by a token of the site that the widget stands on."""
        return 1

    def carries(self, ticket: Ticket) -> bool:
        """Whether this ticket came by a widget."""
        with self._store.look() as unit:
            return ticket.channel == "chat" and unit.chat.session_of(ticket.id) is not None

    def receive(self, receive: Receive) -> int:
        """Nothing: what visitors write is taken in as they write it, see `ChatVisitors`."""
        return 0

    def sending(self, key: str) -> Sending | None:
        """Nothing is known of a message beyond that it is on file."""
        return None

    def retry(self, key: str) -> bool:
        return False

    def may_send(self, ticket: Ticket) -> MaySend:
        if self.carries(ticket):
            return MaySend("text")
        return MaySend("nothing", "The visitor's conversation is not kept any more.")

    def send(self, message: Outgoing) -> str:
        key, text, files, headers = message.key, message.text, message.files, message.headers
        if not key or not message.address.strip():
            raise SystemRefused("A message needs a key and an address.")
        ticket = TicketId(key.partition(":")[0])
        parts = [message.address, text, *(_digest(file) for file in files)]
        exact = sha256("\n".join(parts).encode()).hexdigest()
        with self._store.begin() as unit:
            session, current = unit.chat.session_of(ticket), unit.tickets.get(ticket)
            if session is None or current is None:
                raise SystemRefused("The visitor's conversation is not kept any more; nothing was sent")
            if key == f"{ticket}:{RATING}":
                unit.chat.tell(session.id, ChatTelling("rating", key, {}, ticket), self._clock())
                return f"chat:{session.id}:{key}"
            told = self._telling(unit, current, key, text, files, headers, exact)
            if unit.chat.tell(session.id, told, self._clock()) is None:
                earlier = unit.chat.event(session.id, key)
                if earlier is None or earlier.body.get("exact") != exact:
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


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def _digest(file: File) -> str:
    return sha256(file.content).hexdigest()
