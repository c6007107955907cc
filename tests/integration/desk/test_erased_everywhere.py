"""Nothing that came in with a customer's messages, or was said of them, is left once they are erased."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Approval, Attachment, CustomerId, File, Inbound, MessageId, Note, Role, TicketId
from cx_core.settings import Settings
from cx_core.views import TicketView
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, InlineWorks, erased, person

ADMIN = person(Role.ADMINISTRATOR, "Root Admin")
SAID = "quibblefish"
"""Stands in everything that is said; no word of the shipped knowledge."""


def mail(hand: Hand, number: int, sender: str) -> Inbound:
    return Inbound(
        id=MessageId(f"<{SAID}-{number}@{SAID}.example>"),
        channel="email",
        address=sender,
        identity=1,
        subject=f"{SAID} subject",
        text=f"{COPY} {SAID} text",
        received_at=hand.works.clock(),
        thread=f"{SAID}-thread",
        files=(File(name=f"{SAID}.txt", content=f"{SAID} content".encode()),),
        headers=(("Message-ID", f"<{SAID}@x.example>"), ("References", f"<{SAID}@y.example>"), ("X-Mailer", SAID)),
    )


def view(desk: Desk, ticket: TicketId) -> TicketView:
    found = desk.inbox.ticket(SAM, ticket)
    assert isinstance(found, TicketView)
    return found


def worked_on(hand: Hand, sender: str) -> TicketId:
    """A ticket in which everything was done that keeps words of it; merged, answered, rated."""
    desk = hand.desk
    first = desk.inbound_messages.receive(mail(hand, 1, sender))
    assert isinstance(desk.notes.add_note(SAM, first, f"@Ada {SAID} note"), Note)
    assert desk.inbox.save_draft(SAM, first, 1, f"{SAID} draft") is None
    assert isinstance(
        desk.ticket_attachments.attach(SAM, first, f"{SAID}.txt", f"{SAID} attached".encode()), Attachment
    )
    assert desk.notes.flag(SAM, first, 1, "reply", f"{SAID} flag") is None
    assert desk.ticket_lifecycle.snooze(SAM, first, hand.works.clock() + timedelta(hours=3), f"{SAID} reason") is None
    assert desk.ticket_lifecycle.wake(SAM, first) is None
    assert isinstance(desk.approvals.reject(SAM, first, 1, f"{SAID} reason"), Approval)
    second = desk.inbound_messages.receive(mail(hand, 2, sender))
    if second != first:
        assert desk.ticket_lifecycle.merge(SAM, first, second) is None
    assert (
        desk.ticket_lifecycle.transfer(SAM, second, team=desk.ticket_lifecycle.teams(SAM)[0], note=f"{SAID} handed")
        is None
    )
    answered = desk.approvals.approve(SAM, second, view(desk, second).ticket.version, reply=f"Hello {SAID} reply")
    assert isinstance(answered, Approval)
    token = re.search(r"/rate/([\w-]+)", hand.asked(sender)[0])
    assert token is not None
    assert desk.customer_ratings.rate(token[1], 1, f"{SAID} comment") is None
    return second


@pytest.mark.parametrize("sender", [MARIA, f"{SAID}@example.com", f"{SAID}.ÜNAL@EXAMPLE.com"])
def test_that_no_table_file_or_event_holds_a_word_of_them(hand: Hand, sender: str) -> None:
    customer = view(hand.desk, worked_on(hand, sender)).ticket.customer or f"address:{sender.lower()}"
    files = [path for path in hand.works.settings.data_dir.rglob("*") if path.is_file()]
    assert holding(files)
    assert erased(hand.desk, CustomerId(customer)) in (1, 2)
    files = [path for path in hand.works.settings.data_dir.rglob("*") if path.is_file()]
    # the sandbox stands for the mail server, which is the business's own
    assert holding(path for path in files if not path.name.startswith("fernline.db")) == []
    told = [event.payload for event in hand.works.audit.events(most=10_000) if event.payload is not None]
    assert told
    assert SAID not in str(told).lower()
    assert hand.works.audit.verify().ok


def holding(files: Iterable[Path]) -> list[str]:
    return [path.name for path in files if SAID.encode() in path.read_bytes().lower()]


def test_that_an_erased_message_that_is_brought_again_is_known_still(hand: Hand) -> None:
    brought = mail(hand, 1, LENA)
    ticket = hand.desk.inbound_messages.receive(brought)
    customer = view(hand.desk, ticket).ticket.customer
    assert customer is not None
    for _ in range(2):
        erased(hand.desk, customer)
        assert hand.desk.inbound_messages.receive(brought) == ticket
        assert hand.works.store.known([MessageId(f"email:{brought.id}")]) == {f"email:{brought.id}"}
    with hand.works.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.message)).scalar_one() == 1


@pytest.mark.parametrize("letters", ["ÜNAL.İ@example.com", "ünal@EXAMPLE.com"])
def test_that_postgresql_finds_whom_to_erase_in_any_letters(
    fresh_postgresql: str, settings: Settings, clock: SetClock, furnished: Path, letters: str
) -> None:
    works = InlineWorks(settings.replace(database_url=fresh_postgresql), clock)
    try:
        hand = Hand(open_desk(works.settings, clock, works), works)
        ticket = hand.desk.inbound_messages.receive(mail(hand, 1, letters))
        assert erased(hand.desk, CustomerId(f"address:{letters.lower()}")) == 1
        (message,) = view(hand.desk, ticket).messages
        assert SAID not in message.model_dump_json()
    finally:
        works.close()
