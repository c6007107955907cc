"""A messenger as a channel: free text within a window after the customer's last message, templates outside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from cx_core.errors import SystemRefused
from cx_core.ports import Clock, Store, Unit
from cx_core.ports.channels import MaySend, Outgoing, Receive, Sending
from cx_core.ports.outside.mailboxes import Vault
from cx_core.records import Identity, Ticket, TicketId
from cx_core.records.channels.messengers import Messenger, OutgoingMessage
from cx_core.service_rules.reply_templates import Fitted, fitted

LONGEST = 4096
"""Characters of one message: what the messengers in use take."""
REMOVED = "The messenger that this ticket came by was removed from Connections."


class MessengerChannel:
    """Implements ports.channels.Channel. What it takes is queued in the database; see `MessengerSending`."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store, self._vault, self._clock = store, vault, clock

    @property
    def vouches(self) -> Identity:
        """1 where an administrator says that the provider knows who holds an address."""
        return 1

    def carries(self, ticket: Ticket) -> bool:
        """Whether this ticket came by a messenger, also by one that was removed."""
        if ticket.channel != "messenger":
            return False
        with self._store.look() as unit:
            return bool(unit.messengers.of_ticket(ticket.id))

    def receive(self, receive: Receive) -> int:
        """Nothing: what customers write is stored before the call is answered, see `MessengerIntake`."""
        return 0

    def send(self, message: Outgoing) -> str:
        if not message.key or not message.address.strip():
            raise SystemRefused("A message needs a key and an address.")
        if message.files:
            raise SystemRefused("This channel carries no files: take them out, or send them another way")
        exact = sha256("\0".join([message.address, message.text]).encode()).hexdigest()
        with self._store.begin() as unit:
            sent = unit.outgoing_messages.get(message.key)
            if sent is None:
                sent = self._queue(unit, message, exact)
        if sent.exact != exact:
            raise SystemRefused("Another message was sent under this key; nothing was sent.")
        return f"messenger:{sent.base}"

    def _queue(self, unit: Unit, message: Outgoing, exact: str) -> OutgoingMessage:
        ticket, now = unit.tickets.get(TicketId(message.key.partition(":")[0])), self._clock()
        messenger = unit.messengers.get(unit.messengers.of_ticket(ticket.id)) if ticket is not None else None
        if ticket is None or messenger is None:
            raise SystemRefused(REMOVED)
        if message.address.strip() != ticket.address:
            raise SystemRefused("A messenger reaches only the address that the customer wrote from")
        if len(message.text) > LONGEST:
            raise SystemRefused(f"A message by this channel has at most {LONGEST:,} characters")
        template = fitted(messenger.templates, message.text)
        if template is None and (closed := window_closed(unit, ticket.id, messenger, now)):
            raise SystemRefused(closed)
        queued = OutgoingMessage(
            key=message.key,
            base=f"msg_{sha256(message.key.encode()).hexdigest()[:32]}",
            ticket=ticket.id,
            messenger=messenger.id,
            address=ticket.address,
            exact=exact,
            template=template.template.name if template else "",
            next_try=now,
            at=now,
        )
        content = json.dumps(_content(queued, message.text, template)).encode()
        unit.outgoing_messages.add(queued, self._vault.seal(content, about_message(message.key)))
        return queued

    def sending(self, key: str) -> Sending | None:
        with self._store.look() as unit:
            message = unit.outgoing_messages.get(key)
        if message is None:
            return None
        failed = message.state == "refused"
        told = (message.state, message.words, message.tries, message.next_try, message.settled_at)
        return Sending(key, *told, can_retry=failed)

    def retry(self, key: str) -> bool:
        """Under another id where the other side refused it: by the old one it would take it for a repetition."""
        with self._store.begin() as unit:
            message = unit.outgoing_messages.get(key)
            if message is None or message.state != "refused" or unit.outgoing_messages.sealed(key) is None:
                return False
            again = message.replace(
                attempt=message.attempt + message.by_them,
                state="queued",
                by_them=False,
                words="",
                tries=0,
                next_try=self._clock(),
                settled_at=None,
            )
            unit.outgoing_messages.put(again)
        return True

    def may_send(self, ticket: Ticket) -> MaySend:
        now = self._clock()
        with self._store.look() as unit:
            messenger = unit.messengers.get(unit.messengers.of_ticket(ticket.id))
            if messenger is None:
                return MaySend("nothing", REMOVED, files=False)
            closed = window_closed(unit, ticket.id, messenger, now)
            last = unit.messengers.last_words(ticket.id)
        paused = "" if messenger.active else f"{messenger.name} is paused: what is sent leaves when it is resumed."
        if closed and not messenger.templates:
            return MaySend("nothing", f"{closed} There is no template for this channel.", files=False)
        if closed:
            return MaySend("template", f"{closed} {paused}".strip(), templates=messenger.templates, files=False)
        until = last + timedelta(hours=messenger.window_hours) if last and messenger.window_hours else None
        return MaySend("text", paused, until=until, files=False, longest=LONGEST)


def window_closed(unit: Unit, ticket: TicketId, messenger: Messenger, now: datetime) -> str:
    """Why no free text may be sent; empty: it may."""
    if not messenger.window_hours:
        return ""
    last = unit.messengers.last_words(ticket)
    if last is not None and now - last < timedelta(hours=messenger.window_hours):
        return ""
    return (
        f"{messenger.name} takes free text for {messenger.window_hours} hours after the customer’s last message, "
        "and these are over: only a template may be sent."
    )


def about_message(key: str) -> str:
    """What the encrypted words of a message on its way out are bound to."""
    return f"messenger:{key}"


def _content(message: OutgoingMessage, text: str, template: Fitted | None) -> Mapping[str, object]:
    """What the other side is sent, but for the id of the attempt."""
    followed = None
    if template is not None:
        known = template.template
        followed = {"name": known.name, "language": known.language, "values": list(template.values)}
    return {"to": message.address, "text": text, "template": followed}
