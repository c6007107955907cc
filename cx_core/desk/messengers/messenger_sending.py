"""Queued messages delivered to their messengers; what the other side took is sent, which is not delivered."""

from __future__ import annotations

import json
from datetime import timedelta

from cx_core.desk.channels.mail_claims import claimed
from cx_core.desk.channels.undelivered import not_delivered
from cx_core.desk.messengers.messenger_channel import REMOVED, about_message, window_closed
from cx_core.desk.service import Means, Service
from cx_core.errors import SystemRefused, SystemTrouble
from cx_core.records.channels.messengers import Messenger, OutgoingMessage
from cx_core.service_rules.sending_states import goes_on

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 1_800, 3_600, 7_200, 10_800))
"""After each try that failed. When they are used up, about seven hours on, it counts as refused: somebody who waits in
a messenger is not served by an answer of yesterday."""
CLAIM = timedelta(minutes=5)
"""Longer than one delivery can take. A process that ends in the middle leaves it to the next for so long; what goes out
twice then has one id."""
PAUSED = timedelta(minutes=1)
MOST = 200
KEPT = timedelta(days=14)
"""How long a message that was settled can be sent again."""


class MessengerSending(Service):
    """Done in rounds, by any number of processes. Messages to one customer go out one after the other."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._calls, self._vault = means.messenger_calls, means.vault

    def send_messages(self) -> None:
        """Deliver what is due."""
        for _ in range(MOST):
            message = claimed(self._store, lambda unit: unit.outgoing_messages, self._clock(), CLAIM)
            if message is None:
                return
            self._deliver(message)

    def forget_old(self) -> None:
        """Drop the words of messages that were settled long ago."""
        with self._store.begin() as unit:
            unit.outgoing_messages.forget_before(self._clock() - KEPT)

    def _deliver(self, message: OutgoingMessage) -> None:
        with self._store.look() as unit:
            messenger, sealed = unit.messengers.get(message.messenger), unit.outgoing_messages.sealed(message.key)
            closed = ""
            if messenger is not None and not message.template:
                closed = window_closed(unit, message.ticket, messenger, self._clock())
        words = self._vault.unseal(sealed, about_message(message.key)) if sealed else None
        if messenger is None or words is None:
            self._settle(message.replace(state="refused", words=REMOVED))
        elif closed:
            self._settle(message.replace(state="refused", words=f"Not sent in time. {closed}"))
        elif not messenger.active:
            self._wait(message.replace(tries=message.tries - 1, next_try=self._clock() + PAUSED))
        else:
            self._try(message, messenger, words)

    def _try(self, message: OutgoingMessage, messenger: Messenger, words: bytes) -> None:
        now = self._clock()
        data = {"id": message.id, **json.loads(words)}
        content = {"type": "message", "timestamp": message.at.isoformat(), "data": data}
        try:
            said = self._calls.deliver(messenger, message.id, content)
        except SystemRefused as refused:
            self._settle(message.replace(state="refused", by_them=True, words=str(refused)))
        except SystemTrouble as trouble:
            if message.tries > len(PAUSES):
                self._settle(message.replace(state="refused", words=f"Given up after {message.tries} tries. {trouble}"))
            else:
                self._wait(message.replace(words=str(trouble), next_try=now + PAUSES[message.tries - 1]))
        else:
            self._settle(message.replace(state="sent", words=said))

    def _settle(self, message: OutgoingMessage) -> None:
        now = self._clock()
        with self._store.begin() as unit:
            known = unit.outgoing_messages.get(message.key)
            if known is None or not goes_on(known.state, message.state):
                return  # its customer was erased, or a receipt came before the answer did
            settled = message.replace(next_try=None, settled_at=now)
            unit.outgoing_messages.put(settled)
            if settled.state == "refused":
                not_delivered(unit, settled, now)

    def _wait(self, message: OutgoingMessage) -> None:
        with self._store.begin() as unit:
            known = unit.outgoing_messages.get(message.key)
            if known is not None and known.state == "queued":
                unit.outgoing_messages.put(message)
