"""What comes in, from whom, and what is left of it when somebody asks to be forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cx_core.records import CustomerId, Role
from cx_core.views import Refusal
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, erased, letter, person

OWEN = person(Role.ADMINISTRATOR, "Owen")
TWICE = "I was charged twice."


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_that_a_channel_with_a_wrong_clock_brings_nobody_forward_or_back(hand: Hand, year: int) -> None:
    now = hand.works.clock()
    wrong = letter(TWICE, hand.works.clock, id=f"w{year}").replace(received_at=datetime(year, 6, 1, tzinfo=UTC))
    ticket = hand.view(hand.desk.inbound_messages.receive(wrong)).ticket
    assert now - timedelta(days=367) <= ticket.opened_at <= now


def test_that_names_from_a_channel_are_made_legible(hand: Hand) -> None:
    odd = letter("hello", hand.works.clock, id="f\x001").replace(
        thread="a\x00b\ud800" * 100, address="x\x00\ud800@example.com"
    )
    ticket = hand.view(hand.desk.inbound_messages.receive(odd)).ticket
    assert "\x00" not in ticket.address
    ticket.address.encode()


def test_that_one_address_is_one_however_it_is_written(hand: Hand) -> None:
    first = hand.ticket(TWICE, sender=LENA, thread="t")
    assert hand.ticket("And one more thing.", sender=LENA.upper(), thread="t") == first


@pytest.mark.parametrize("sender", [f"{LENA} <{LENA}>", f"{LENA.title()} <{LENA}>", f'"{LENA}" <{LENA}>'])
def test_that_a_sender_shown_by_their_own_address_is_known(hand: Hand, sender: str) -> None:
    assert hand.view(hand.ticket(COPY, sender)).ticket.customer == "C-7"


def test_that_a_sender_shown_by_another_address_is_nobody(hand: Hand) -> None:
    assert hand.view(hand.ticket(COPY, f"{LENA} <{MARIA}>")).ticket.customer is None


def test_that_a_later_message_does_not_vouch_for_the_words_before_it(hand: Hand) -> None:
    forged = letter(TWICE, hand.works.clock, id="a", sender=MARIA, thread="t").replace(identity=0)
    ticket = hand.desk.inbound_messages.receive(forged)
    hand.desk.inbound_messages.receive(letter("Thanks!", hand.works.clock, id="b", sender=MARIA, thread="t"))
    assert hand.view(ticket).ticket.identity == 0


def test_that_words_merged_into_a_ticket_are_trusted_no_more_than_they_were(hand: Hand) -> None:
    forged = letter(TWICE, hand.works.clock, id="a").replace(identity=0)
    sure = letter("hello", hand.works.clock, id="b").replace(identity=2)
    source, target = hand.desk.inbound_messages.receive(forged), hand.desk.inbound_messages.receive(sure)
    assert hand.desk.ticket_lifecycle.merge(SAM, source, target) is None
    assert hand.view(target).ticket.identity == 0


def test_that_nothing_more_is_written_about_somebody_who_was_forgotten(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, sender=MARIA)
    customer = hand.view(ticket).ticket.customer
    assert customer is not None
    erased(hand.desk, CustomerId(customer))
    assert isinstance(hand.desk.inbox.save_draft(SAM, ticket, 1, "Dear Maria Keller"), Refusal)


def test_that_forgetting_reaches_what_is_not_read_yet(hand: Hand) -> None:
    customer = hand.view(hand.ticket(TWICE, sender=MARIA)).ticket.customer
    assert customer is not None
    hand.works.work.held = True
    unread = hand.ticket("Nobody has read this.", sender=MARIA)
    erased(hand.desk, CustomerId(customer))
    assert "Nobody" not in hand.view(unread).messages[0].text


def test_that_nothing_of_it_is_left_on_the_disk(hand: Hand) -> None:
    words = "Marmaladenglas Quittenbrot"
    ticket = hand.ticket(f"{words}. Please send me a copy of my invoice I-21.")
    hand.desk.inbox.save_draft(SAM, ticket, 1, f"{words} draft")
    erased(hand.desk, CustomerId("C-7"))
    left = [
        path.name
        for path in hand.works.settings.data_dir.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    ]
    assert left == []
