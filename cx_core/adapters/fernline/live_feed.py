"""The live feed of demonstration mode: customers writing in, through the same door as any channel.

What they write is in feed.yaml. A message is put in only while the records of whoever writes it bear it out, and a
follow-up only after an answer was sent that it fits. When all are written, other customers of whom the words are true
write them in other wording; when nobody is left, the feed rests.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from cx_core.adapters.fernline.outbox import Delivered
from cx_core.adapters.sql.database import to_text
from cx_core.demo.feed_messages import FeedMessage, is_true_of
from cx_core.errors import RungError
from cx_core.ports import BackOffice, Clock, Store, Unit
from cx_core.records import BusinessRecord, CustomerId, File, IdentityCode, Inbound, MessageId, Ticket, TicketId
from cx_core.service_rules.unread_messages import of_the_matter

FIRST = 12
"""So many arrive at once on a new installation, so that the first queue is not empty."""

FOLLOW_UP_AFTER = 2
"""So many pauses lie at least between an answer and what its customer writes back."""

LOOK_AGAIN = timedelta(hours=1)
"""A message of which no customer's records are true is not tried again for so long."""

NOTHING_LEFT = "The demonstration's customers have nothing new to write; the feed rests until their records change."
_OPENINGS = ("Hello", "Good day", "Hi", "Dear Fernline", "Good morning", "Hi there")

_FEED = re.compile(r"\w+:(feed-\d+-.+)")
"""The id of a conversation's first message: the feed names the conversation after it."""
_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")

_LOG = logging.getLogger("rung")


class Feed:
    """Puts in the first messages at once, then one every `seconds`; a restart goes on where the last process stopped.

    `customers` are those of the demonstration who may write what is not one customer's own story. `delivered` gives
    what reached an address. `wait` waits so many seconds and says whether the feed is to stop.
    """

    def __init__(
        self,
        messages: Sequence[FeedMessage],
        receive: Callable[[Inbound], TicketId],
        store: Store,
        back_office: BackOffice,
        customers: Callable[[], Sequence[BusinessRecord]],
        clock: Clock,
        seconds: float,
        folder: Path,
        delivered: Callable[[str], Sequence[Delivered]],
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._openings = tuple(message for message in messages if message.after is None)
        self._follow_ups = tuple(message for message in messages if message.after is not None)
        self._by_id = {message.id: message for message in messages}
        self._receive = receive
        self._store = store
        self._back_office = back_office
        self._customers = customers
        self._clock = clock
        self._seconds = seconds
        self._folder = folder
        self._delivered = delivered
        self._stop = threading.Event()
        self._wait = wait or self._stop.wait
        self._thread: threading.Thread | None = None
        self._untrue: dict[MessageId, datetime] = {}
        self._resting = False

    def start(self) -> None:
        if self._seconds > 0 and self._openings and self._thread is None:
            self._thread = threading.Thread(target=self.play, name="rung-feed", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def play(self) -> None:
        """Put in one message after the other until `wait` says stop."""
        at_once = self._has_just_begun()
        while not self._wait(0 if at_once else self._seconds):
            try:
                at_once = self.put_in() is not None and self._has_just_begun()
            except (RungError, sa.exc.SQLAlchemyError, OSError) as error:  # the database may be back next time
                _LOG.warning("The feed could not put a message in: %s", type(error).__name__)
                at_once = False

    def put_in(self) -> TicketId | None:
        """Let the next customer write, now; None if nobody has anything to write."""
        inbound = self._next()
        if inbound is None and not self._resting:
            _LOG.warning(NOTHING_LEFT)
        self._resting = inbound is None
        return None if inbound is None else self._receive(inbound)

    def _has_just_begun(self) -> bool:
        return len(self._known(self._openings, 1)) < min(FIRST, len(self._openings))

    def _next(self) -> Inbound | None:
        with self._store.look() as unit:
            return self._code(unit) or self._follow_up(unit) or self._opening(unit)

    # --- what a one-time code brings ----------------------------------------------------------

    def _code(self, unit: Unit) -> Inbound | None:
        """The customer enters the code that reached them, in the ticket of the feed for which it was sent."""
        for code in unit.identity_codes.waiting(self._clock()):
            id = MessageId(f"feed-code-{code.id}")
            ticket, said = unit.tickets.get(code.ticket), unit.tickets.messages(code.ticket)
            thread = _FEED.fullmatch(said[0].id) if said else None
            digits = self._read_code(code) if ticket is not None and thread is not None else ""
            if ticket is None or thread is None or not digits:
                continue
            if unit.tickets.message(MessageId(f"{ticket.channel}:{id}")) is None:
                return Inbound(
                    id=id,
                    channel=ticket.channel,
                    address=ticket.address,
                    identity=1 if ticket.identity else 0,
                    text=f"Here is the code: {digits}",
                    received_at=self._clock(),
                    thread=thread[1],
                )
        return None

    def _read_code(self, code: IdentityCode) -> str:
        """As the customer reads it in the newest message at that contact."""
        came = [one.text for one in self._delivered(code.contact) if one.at >= to_text(code.at)]
        found = (_DIGITS.search(text) for text in reversed(came))
        return next((match[0] for match in found if match), "")

    # --- what an answer brings ----------------------------------------------------------------

    def _follow_up(self, unit: Unit) -> Inbound | None:
        """What a customer writes back, some time after an answer that it fits."""
        for round_ in self._rounds_begun():
            known = self._known(self._follow_ups, round_)
            for message in self._follow_ups:
                if message.id in known or message.after is None:
                    continue
                before = unit.tickets.message(_kept_as(self._by_id[message.after], round_))
                ticket = unit.tickets.get(before.ticket) if before is not None else None
                if ticket is not None and self._fits(unit, message, ticket):
                    return self._inbound(message, round_, ticket.address)
        return None

    def _fits(self, unit: Unit, message: FeedMessage, ticket: Ticket) -> bool:
        address, customer = ticket.address, ticket.customer
        while ticket.merged_into is not None and (into := unit.tickets.get(ticket.merged_into)) is not None:
            ticket = into
        said = of_the_matter(unit.tickets.messages(ticket.id))
        if not said or said[-1].sender == "customer":
            return False
        if self._clock() - said[-1].at < timedelta(seconds=FOLLOW_UP_AFTER * self._seconds):
            return False
        solved = ticket.status in ("solved", "closed")
        if message.when != "answered" and solved != (message.when == "solved"):
            return False
        return not message.needs or self._is_true(message, customer or CustomerId(address))

    # --- what begins a conversation -----------------------------------------------------------

    def _opening(self, unit: Unit) -> Inbound | None:
        """The next written message; after all of them, what another customer could write as well."""
        for round_ in count(1):
            known = self._known(self._openings, round_)
            for message in self._openings:
                if message.id not in known and (inbound := self._written(unit, message, round_)) is not None:
                    return inbound
            if round_ > 1 and not known:
                return None
        return None

    def _written(self, unit: Unit, message: FeedMessage, round_: int) -> Inbound | None:
        if round_ == 1 and not message.needs:
            return self._inbound(message, round_, message.sender)
        if (round_ > 1 and not message.anyone) or self._clock() < self._untrue.get(message.id, self._clock()):
            return None
        written = self._who_wrote(unit, message, round_)
        for customer in self._candidates(message, round_):
            mine = {str(customer.id).lower(), str(customer.fields["email"]).lower()}
            if not mine & written and self._is_true(message, CustomerId(customer.id)):
                return self._of(message, round_, customer)
        self._untrue[message.id] = self._clock() + LOOK_AGAIN
        return None

    def _of(self, message: FeedMessage, round_: int, customer: BusinessRecord) -> Inbound:
        address = str(customer.fields["email"]) if "@" in message.sender or message.channel == "email" else customer.id
        if round_ == 1:
            own = message.sender.lower() in (str(customer.id).lower(), str(customer.fields["email"]).lower())
            return self._inbound(message, round_, message.sender if own else address)
        varied = message.replace(text=reworded(message, str(customer.fields["name"]), round_))
        return self._inbound(varied, round_, address)

    def _candidates(self, message: FeedMessage, round_: int) -> Iterable[BusinessRecord]:
        """First whom it was written for; then everybody who has no story of their own, in an order of its own."""
        if round_ == 1:
            yield from self._back_office.find_customers(message.sender)
        if message.anyone:
            free = [
                customer
                for customer in self._customers()
                if not {str(customer.id).lower(), str(customer.fields["email"]).lower()} & self._spoken_for
            ]
            yield from sorted(free, key=lambda customer: _shuffled(f"{message.id} {customer.id}"))

    @cached_property
    def _spoken_for(self) -> frozenset[str]:
        """Whoever writes something that nobody else could have written."""
        return frozenset(message.sender.lower() for message in self._by_id.values() if not message.anyone)

    def _who_wrote(self, unit: Unit, message: FeedMessage, round_: int) -> frozenset[str]:
        """The addresses from which this message came in the rounds before."""
        kept = (unit.tickets.message(_kept_as(message, earlier)) for earlier in range(1, round_))
        tickets = (unit.tickets.get(one.ticket) for one in kept if one is not None)
        return frozenset(ticket.address.lower() for ticket in tickets if ticket is not None)

    def _is_true(self, message: FeedMessage, customer: CustomerId) -> bool:
        today = self._clock().date()
        return all(
            is_true_of(self._back_office.read(read, {"customer": customer}), wanted, today)
            for read, wanted in message.needs.items()
        )

    # --- as it arrives ------------------------------------------------------------------------

    def _rounds_begun(self) -> Iterable[int]:
        for round_ in count(1):
            if not self._known(self._openings, round_):
                return
            yield round_

    def _known(self, messages: Sequence[FeedMessage], round_: int) -> frozenset[MessageId]:
        """Which of these messages have arrived in this round."""
        ids = {_kept_as(message, round_): message.id for message in messages}
        return frozenset(ids[id] for id in self._store.known(list(ids)))

    def _inbound(self, message: FeedMessage, round_: int, address: str) -> Inbound:
        return Inbound(
            id=MessageId(f"feed-{round_}-{message.id}"),
            channel=message.channel,
            address=address,
            identity=message.identity,
            subject=message.subject,
            text=message.text,
            received_at=self._clock(),
            thread=f"feed-{round_}-{self._first(message)}",
            files=tuple(self._file(name) for name in message.files),
        )

    def _file(self, name: str) -> File:
        return File(name=Path(name).name, content=(self._folder / name).read_bytes())

    def _first(self, message: FeedMessage) -> MessageId:
        """The message that began this conversation."""
        while message.after is not None:
            message = self._by_id[message.after]
        return message.id


def reworded(message: FeedMessage, name: str, round_: int) -> str:
    """The same matter as somebody else would begin and sign it."""
    opening = _OPENINGS[_shuffled(f"{name} {round_}") % len(_OPENINGS)]
    first = name.split(maxsplit=1)[0]
    if message.channel == "chat":
        return f"{opening.lower()}, {first} here. {message.text}"
    return f"{opening},\n\n{message.text}\n\n{name}"


def _kept_as(message: FeedMessage, round_: int) -> MessageId:
    return MessageId(f"{message.channel}:feed-{round_}-{message.id}")


def _shuffled(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
