"""The transcript of a chat by mail: once, to one address, with what was said there, if there is a mailbox."""

from __future__ import annotations

import pytest

from cx_core.desk.chat.transcripts import MOST_HOUR
from cx_core.desk.desk import Desk
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import Mailbox, MailServer, PersonId, TicketId
from cx_core.records.chat import ChatWidget
from tests.conftest import SetClock
from tests.integration.chat.at_the_widget import WIDE, Visitor, site
from tests.scripted import SAM, Hand, InlineWorks

ADA = "ada@example.com"
NOWHERE = MailServer(host="127.0.0.1", port=9, security="none")


def connected(works: InlineWorks, clock: SetClock) -> None:
    box = Mailbox(
        id="m1", address="help@rung.example", imap=NOWHERE, smtp=NOWHERE, user="u", by=PersonId("p"), at=clock()
    )
    with works.store.begin() as unit:
        unit.mailboxes.put(box)
        unit.mailboxes.put_secret("m1", works.mail_servers.keep_secret(box, MailboxSecret("x")))


def answered(hand: Hand, visitor: Visitor, text: str = "ring me, see https://evil.example/x") -> TicketId:
    assert visitor.say(text).status_code == 204
    (ticket,) = {TicketId(event["ticket"]) for event in _tickets(hand, visitor)}
    hand.approve(ticket)
    return ticket


def _tickets(hand: Hand, visitor: Visitor) -> list[dict[str, str]]:
    widget = hand.desk.chat_visitors.admitted(visitor.widget, visitor.origin).widget
    assert widget is not None
    session = hand.desk.chat_visitors.who(widget, visitor.token)
    assert session is not None
    return [{"ticket": str(one.ticket)} for one in hand.desk.chat_visitors.events(session, 0) if one.ticket]


def asked(visitor: Visitor, email: str = ADA) -> int:
    return visitor.call("transcript", {"email": email}).status_code


@pytest.fixture
def mail(works: InlineWorks, clock: SetClock) -> None:
    connected(works, clock)


def test_that_it_is_offered_only_with_a_mailbox(
    visitor: Visitor, hand: Hand, works: InlineWorks, clock: SetClock
) -> None:
    assert visitor.call("hello").json()["transcript"] is False
    answered(hand, visitor.begin())
    assert asked(visitor) == 403
    connected(works, clock)
    assert visitor.call("hello").json()["transcript"] is True


def test_that_it_goes_once_to_one_address_with_the_words_of_the_chat(
    mail: None, visitor: Visitor, hand: Hand, works: InlineWorks
) -> None:
    assert asked(visitor.begin()) == 422  # nobody has answered: it would carry whatever was typed
    ticket = answered(hand, visitor)
    assert [asked(visitor, "no address"), asked(visitor, "a@example.com, b@example.com")] == [403, 403]
    assert [asked(visitor), asked(visitor), asked(visitor, "eve@example.com")] == [204, 204, 409]
    with works.store.look() as unit:
        (kept,) = unit.outgoing_mail.of_ticket(ticket)
        sealed = unit.outgoing_mail.sealed(kept.key)
    assert sealed is not None
    raw = works.vault.unseal(sealed, f"outgoing:{kept.key}")
    assert raw is not None
    text = works.mail_format.read(raw, _box(works), ()).text
    assert "transcript that was asked for" in text
    assert "ring me, see […]" in text
    assert "evil.example" not in text
    assert (kept.address, kept.automatic, kept.state) == (ADA, True, "queued")


def _box(works: InlineWorks) -> Mailbox:
    with works.store.look() as unit:
        (box,) = unit.mailboxes.all()
    return box


def test_that_an_address_is_not_flooded_and_a_stranger_gets_nothing(
    mail: None, desk: Desk, widget: ChatWidget, hand: Hand
) -> None:
    client, statuses = site(desk), list[int]()
    for _ in range(MOST_HOUR + 1):
        visitor = Visitor(client, widget.id).begin()
        answered(hand, visitor)
        statuses.append(asked(visitor))
    assert statuses == [204] * MOST_HOUR + [429]
    assert asked(Visitor(client, widget.id)) == 401
    often = Visitor(site(desk, WIDE._replace(transcripts=(1, 1))), widget.id).begin()
    assert [asked(often), asked(often)] == [422, 429]


@pytest.mark.parametrize("words", ["ring me, go to evil.example now", "ring me, mail eve@evil.example."])
def test_that_a_name_without_a_scheme_is_no_link_either(
    mail: None, visitor: Visitor, hand: Hand, works: InlineWorks, words: str
) -> None:
    ticket = answered(hand, visitor.begin(), words)
    assert asked(visitor) == 204
    assert "evil" not in _sent(works, ticket)


def test_that_it_is_sent_again_where_it_was_refused(
    mail: None, visitor: Visitor, hand: Hand, works: InlineWorks
) -> None:
    ticket = answered(hand, visitor.begin())
    assert asked(visitor) == 204
    with works.store.begin() as unit:
        (kept,) = unit.outgoing_mail.of_ticket(ticket)
        unit.outgoing_mail.put(kept.replace(state="refused", next_try=None))
    assert hand.desk.mailbox_admin.send_again(SAM, kept.key) is None
    with works.store.look() as unit:
        assert [one.state for one in unit.outgoing_mail.of_ticket(ticket)] == ["queued"]


def _sent(works: InlineWorks, ticket: TicketId) -> str:
    with works.store.look() as unit:
        (kept,) = unit.outgoing_mail.of_ticket(ticket)
        sealed = unit.outgoing_mail.sealed(kept.key)
    assert sealed is not None
    raw = works.vault.unseal(sealed, f"outgoing:{kept.key}")
    assert raw is not None
    return str(works.mail_format.read(raw, _box(works), ()).text)
