"""A messenger that is connected by a signed webhook, and each message on its way to a customer by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from cx_core.records.ids import PersonId, TicketId
from cx_core.records.mail.outgoing import SendingState
from cx_core.records.values import Record

GAP = re.compile(r"\{([1-9][0-9]?)\}")


class ReplyTemplate(Record):
    """Words that the messenger's provider has approved: they may be sent at any time."""

    name: str = Field(description="as the provider knows it")
    language: str = Field(default="en", description="as the provider knows it")
    text: str = Field(description="with gaps {1}, {2} for what differs from one customer to the next")

    @property
    def gaps(self) -> tuple[int, ...]:
        """Their numbers, each once, in the order in which they stand."""
        return tuple(dict.fromkeys(int(number) for number in GAP.findall(self.text)))

    def filled(self, values: Mapping[int, str]) -> str:
        """Its words with these values; a gap without one stays."""
        return GAP.sub(lambda gap: values.get(int(gap[1])) or gap[0], self.text)


class Messenger(Record):
    """A channel to a messenger. Its secret lies in the key store."""

    id: str
    name: str = Field(description="for administrators")
    address: str = Field(description="where replies are delivered to")
    window_hours: int = Field(
        default=24, description="how long after the customer's last message free text may be sent; 0: always"
    )
    templates: tuple[ReplyTemplate, ...] = ()
    vouches: bool = Field(default=False, description="the provider knows who holds an address: identity 1")
    active: bool = True
    by: PersonId
    at: datetime


class MessengerState(Record):
    """What a channel's card says of the calls that came in."""

    received_at: datetime | None = None
    turned_away_at: datetime | None = None
    turned_away: str = Field(default="", description="why a call was last turned away")


class OutgoingMessage(Record):
    """One message of a ticket, under the key that makes it go out once. Its words lie beside it, encrypted."""

    key: str
    base: str = Field(description="what the id begins with that the other side sees, whichever attempt it is")
    attempt: int = Field(default=1, description="counts on where a person sends again what the other side refused")
    ticket: TicketId
    messenger: str
    address: str
    exact: str = Field(description="digest of recipient and text: the same key carries nothing else")
    template: str = Field(default="", description="name of the template that it follows; empty: free text")
    state: SendingState = "queued"
    by_them: bool = Field(default=False, description="the other side refused it, so it is sent again under another id")
    words: str = Field(default="", description="of the other side, where it refused or put it off")
    tries: int = 0
    next_try: datetime | None = None
    at: datetime
    settled_at: datetime | None = None

    @property
    def id(self) -> str:
        """The same for every try of one attempt: whoever got it twice knows by it."""
        return f"{self.base}_{self.attempt}"
