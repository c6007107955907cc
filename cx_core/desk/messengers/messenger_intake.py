"""What a messenger calls with: customers' messages, each taken once, and receipts, which never move a state back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from cx_core.desk.channels.undelivered import not_delivered
from cx_core.desk.service import Means, Service
from cx_core.desk.tickets.inbound_messages import InboundMessages
from cx_core.ports import Unit
from cx_core.records import File, Inbound, MessageId, SendingState, TicketId, subject
from cx_core.records.channels.messengers import Messenger
from cx_core.service_rules.sending_states import goes_on
from cx_core.text.phone_numbers import international
from cx_core.understand import intake
from cx_core.views import Refusal
from cx_core.views.channels.messengers import MessageGiven, ReceiptGiven, ReceiptState

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NOTED_EVERY = timedelta(minutes=1)
"""How often it is kept why a call was turned away: whoever has no secret causes no more writing than that."""
PAUSED = Refusal(code="later", text="This channel is paused. Deliver it again later.")
_STATES: Mapping[ReceiptState, SendingState] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "failed": "refused",
}


class MessengerIntake(Service):
    """For the other side's calls, each believed by its signature alone."""

    def __init__(self, means: Means, inbound: InboundMessages) -> None:
        super().__init__(means)
        self._calls, self._inbound = means.messenger_calls, inbound

    def known(self, id: str) -> bool:
        """Whether there is such a channel: of a call to none, little is read."""
        with self._store.look() as unit:
            return unit.messengers.get(id) is not None

    def believed(self, id: str, headers: Mapping[str, str], body: bytes) -> Messenger | None:
        """The channel, if this call is signed with its secret and fresh."""
        with self._store.look() as unit:
            messenger = unit.messengers.get(id)
        if messenger is None:
            return None
        why = self._calls.wrong(messenger.id, headers, body, self._clock())
        if why:
            self._note(messenger.id, why)
        return None if why else messenger

    def take(self, messenger: Messenger, given: MessageGiven) -> bool | Refusal:
        """Whether it is a new message; it is stored when this returns. Raises BadInput for what no channel hands in."""
        if not messenger.active:
            return PAUSED
        address, now = reachable(given.sender), self._clock()
        inbound = Inbound(
            id=MessageId(f"{messenger.id}:{given.id}"),
            channel="messenger",
            address=address,
            identity=1 if messenger.vouches and _vouched(address) else 0,
            text=given.text,
            received_at=given.sent_at or now,
            thread=f"{messenger.id}:{address.lower()}",
            files=tuple(File(name=file.name, content=file.content) for file in given.files),
        )
        accepted = intake.accept(inbound, now)
        with self._store.look() as unit:
            before = unit.tickets.message(intake.message_id(accepted))
        if before is not None and before.text != accepted.text and not before.purpose:
            return Refusal(code="already", text="Another message was taken under this id. Give each an id of its own.")

        def note_arrival(unit: Unit, ticket: TicketId) -> None:
            unit.tickets.put_in_order(ticket)
            state = unit.messengers.state(messenger.id)
            unit.messengers.put_state(messenger.id, state.replace(received_at=now))

        self._inbound.receive(inbound, note_arrival)
        return before is None

    def receipt(self, messenger: Messenger, given: ReceiptGiven) -> Refusal | None:
        """Note how far a message has come. One that says less than is known changes nothing, nor does a repetition.

        Of an attempt before the last one only that it arrived is news.
        """
        base, _, attempt = given.message.rpartition("_")
        state, now = _STATES[given.state], self._clock()
        with self._store.begin() as unit:
            message = unit.outgoing_messages.by_base(messenger.id, base)
            if message is None:
                return Refusal(code="stale", text="There is no message with this id.")
            earlier = attempt != str(message.attempt)
            if not goes_on(message.state, state) or (earlier and state != "delivered"):
                return None
            settled = message.replace(
                state=state,
                by_them=state == "refused",
                words=given.words if state == "refused" else "",
                next_try=None,
                settled_at=_settled_at(given.at, message.at, now),
            )
            unit.outgoing_messages.put(settled)
            if state == "refused":
                not_delivered(unit, settled, now)
                return None
            if (ticket := unit.tickets.get(message.ticket)) is not None:
                payload = {"key": message.key, "state": state, "messenger": messenger.id}
                unit.record(
                    "message_receipt", actor="rung", payload=payload, ticket=ticket.id, customer=subject(ticket)
                )
                unit.tickets.put(ticket)  # whoever has it open sees how far it has come
        return None

    def _note(self, messenger: str, why: str) -> None:
        now = self._clock()
        with self._store.look() as unit:
            state = unit.messengers.state(messenger)
        if state.turned_away_at is not None and now - state.turned_away_at < NOTED_EVERY:
            return
        with self._store.begin() as unit:
            state = unit.messengers.state(messenger)
            unit.messengers.put_state(messenger, state.replace(turned_away_at=now, turned_away=why))


def reachable(sender: str) -> str:
    """The address as it is kept: a phone number in one form, anything else as it was given."""
    return international(sender) or " ".join(sender.split())


def _vouched(address: str) -> bool:
    """Whether a provider can know that this is the customer's: not of a name that its users give themselves.

    One that is called C-1042 there would else be our customer of that number.
    """
    return bool(international(address) or _EMAIL.fullmatch(address))


def _settled_at(told: datetime | None, queued: datetime, now: datetime) -> datetime:
    """When it happened, as the other side says, within what can be."""
    return now if told is None else min(max(told, queued), now)
