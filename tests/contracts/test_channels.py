"""What any channel does: take in at most once and only after it is stored, send once per key, say how far that came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cx_core.desk.channels.mail_fetching import about_mail, key_of
from cx_core.desk.channels.outbox_channel import OutboxChannel
from cx_core.errors import StoreUnavailable, SystemRefused
from cx_core.ports.channels import AlsoKept, Channel, Outgoing
from cx_core.ports.outside.mailboxes import ListedMail, MailboxSecret
from cx_core.records import (
    ArrivedMail,
    File,
    Inbound,
    Mailbox,
    MailServer,
    Message,
    MessageId,
    PersonId,
    Ticket,
    TicketId,
)
from cx_core.records.channels.messengers import Messenger
from cx_core.records.chat import ChatSession, ChatWidget
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import mail
from tests.scripted import LENA, InlineWorks, copied

NOWHERE = MailServer(host="127.0.0.1", port=9, security="none")
LABEL = File(name="label.pdf", content=b"%PDF-1 label", media_type="application/pdf")


class Way(NamedTuple):
    """A channel with a ticket of its own. `arrive` lets a customer's message come in; None: it comes by the desk."""

    channel: Channel
    ticket: Ticket
    arrive: Callable[[str], None] | None
    clock: SetClock


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[InlineWorks]:
    with closing(copied(furnished, settings, clock)) as made:
        yield made


@pytest.fixture(params=["mail", "chat", "messenger", "outbox"])
def way(request: pytest.FixtureRequest, works: InlineWorks, clock: SetClock) -> Way:
    """Each implementation of ports.channels.Channel."""
    by_mail, by_chat = request.param == "mail", request.param == "chat"
    if request.param == "messenger":
        return _by_messenger(works, clock)
    ticket = Ticket(
        id=TicketId("T-000000001"),
        subject="Hello",
        channel="chat" if by_chat else "email",
        address=LENA,
        mailbox="m1" if by_mail else "",
        opened_at=clock(),
        updated_at=clock(),
    )
    with works.store.begin() as unit:
        unit.tickets.put(ticket, thread="w-1")
    if by_chat:
        session = ChatSession(id="s1", widget="w1", thread="w-1", address=LENA, at=clock(), seen_at=clock())
        with works.store.begin() as unit:
            unit.chat.put_widget(ChatWidget(id="w1", name="Shop", origins=(), by=PersonId("p"), at=clock()))
            unit.chat.put_session(session, "0" * 64)
        return Way(works.channels[1], ticket, None, clock)
    if not by_mail:
        return Way(OutboxChannel(works.business.outbox), ticket, None, clock)
    box = Mailbox(
        id="m1", address="help@rung.example", imap=NOWHERE, smtp=NOWHERE, user="u", by=PersonId("p"), at=clock()
    )
    with works.store.begin() as unit:
        unit.mailboxes.put(box)
        unit.mailboxes.put_secret("m1", works.mail_servers.keep_secret(box, MailboxSecret("x")))

    def arrive(id: str) -> None:
        raw = mail(id=id)
        made = ArrivedMail(
            mailbox="m1", key=key_of(ListedMail(1, len(raw), raw), 1), validity=1, uid=1, size=len(raw), at=clock()
        )
        with works.store.begin() as unit:
            unit.arrived_mail.add(made, works.vault.seal(raw, about_mail(made)))

    return Way(works.channels[0], ticket, arrive, clock)


def _by_messenger(works: InlineWorks, clock: SetClock) -> Way:
    """A customer wrote by it a moment ago: free text may be sent."""
    channel, said = works.channels[2], f"messenger:p1:{LENA}"
    made = Messenger(id="p1", name="Pigeon", address="https://pigeon.example/in", by=PersonId("p"), at=clock())
    ticket = Ticket(
        id=TicketId("T-000000001"),
        subject="Hello",
        channel="messenger",
        address=LENA,
        opened_at=clock(),
        updated_at=clock(),
    )
    words = Message(id=MessageId("messenger:p1:1"), ticket=ticket.id, sender="customer", text="Hello", at=clock())
    with works.store.begin() as unit:
        unit.messengers.put(made)
        unit.tickets.put(ticket, thread=said.partition(":")[2])
        unit.tickets.add_message(words)
    return Way(channel, ticket, None, clock)


def outgoing(way: Way, key: str = "", **other: Any) -> Outgoing:  # noqa: ANN401  # any field, as `_replace` takes it
    given = Outgoing(key or f"{way.ticket.id}:1", way.ticket.channel, LENA, "Re: Hello", "It is done.", (), {})
    return given._replace(**other)


def test_that_it_carries_its_ticket_and_says_what_may_be_sent(way: Way) -> None:
    assert way.channel.carries(way.ticket)
    assert way.channel.may_send(way.ticket).what == "text"
    assert way.channel.vouches in (0, 1, 2)


def test_that_a_key_carries_one_message(way: Way) -> None:
    reference = way.channel.send(outgoing(way))
    assert reference
    assert way.channel.send(outgoing(way)) == reference
    assert way.channel.send(outgoing(way, subject="Another subject")) == reference
    others: tuple[dict[str, Any], ...] = ({"text": "No."}, {"address": "sam@example.com"}, {"files": (LABEL,)})
    for other in others:
        with pytest.raises(SystemRefused):
            way.channel.send(outgoing(way, **other))
    assert way.channel.send(outgoing(way, f"{way.ticket.id}:2")) != reference


@pytest.mark.parametrize("lacking", [{"address": " "}, {"address": ""}])
def test_that_a_message_needs_an_address(way: Way, lacking: dict[str, Any]) -> None:
    with pytest.raises(SystemRefused):
        way.channel.send(outgoing(way, **lacking))


def test_that_what_was_just_sent_does_not_count_as_delivered(way: Way) -> None:
    way.channel.send(outgoing(way))
    sending = way.channel.sending(f"{way.ticket.id}:1")
    assert sending is None or sending.state == "queued"
    assert not way.channel.retry(f"{way.ticket.id}:1")
    assert way.channel.sending("nothing") is None


def test_that_a_message_is_handed_over_once_and_again_only_where_it_was_not_stored(way: Way) -> None:
    came: list[Inbound] = []

    def stored(inbound: Inbound, _also: AlsoKept = lambda _unit, _ticket: None, /) -> TicketId:
        came.append(inbound)
        return way.ticket.id

    def away(_inbound: Inbound, _also: AlsoKept = lambda _unit, _ticket: None, /) -> TicketId:
        raise StoreUnavailable("not now")

    assert way.channel.receive(stored) == 0
    if way.arrive is None:
        return
    way.arrive("<a@example.com>")
    assert way.channel.receive(away) == 0
    way.clock.forward(minutes=5)
    assert (way.channel.receive(stored), way.channel.receive(stored)) == (1, 0)
    way.arrive("<a@example.com>")
    assert way.channel.receive(stored) == 0
    (message,) = came
    assert (message.channel, message.identity <= way.channel.vouches) == ("email", True)
