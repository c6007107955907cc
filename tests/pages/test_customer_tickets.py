"""The Inbox over the real desk: a customer's other tickets, merging, and a plan that the records have overtaken."""

from __future__ import annotations

import pytest

from cx_core.adapters.fernline import Fernline
from cx_core.records import ActionName
from tests.pages.pressing import papers, shown
from tests.scripted import COPY, LENA, MARIA, Hand, letter
from tests.signed_in import token


def test_that_other_tickets_are_named_and_one_is_merged_into_from_there(hand: Hand) -> None:
    mail = hand.ticket("I was charged twice.", MARIA)
    inbound = letter("Please call the visit off.", hand.works.clock, id="chat", sender="C-1")
    chat = hand.desk.inbound_messages.receive(inbound.replace(channel="chat", subject=""))
    hand.ticket(COPY, LENA)
    page = shown("inbox", token(hand.desk, "Ines"), ticket=chat)
    said = papers(page)
    assert "Other open tickets from this customer (1)" in said
    assert f"{mail} \\u00b7 Email \\u00b7 New" in said
    into = page.radio(key=f"merge-into-{chat}")
    assert into.options == [f"{mail} · Charged twice · New"]
    page.button(key="merge-other").click().run()
    assert not page.exception
    assert hand.view(chat).ticket.merged_into == mail
    assert [message.channel for message in hand.view(mail).messages] == [None, "chat"]
    assert '"Chat"' in papers(page)
    assert page.query_params["ticket"] == mail
    assert "Other open tickets" not in papers(page)


@pytest.mark.parametrize("press", ["merge-offered", "keep-apart"])
def test_that_a_ticket_that_may_belong_to_another_is_merged_or_kept_apart_there(hand: Hand, press: str) -> None:
    first = hand.ticket(COPY, LENA)
    why = f"Its subject names {first}, but nothing vouches for the sender."
    inbound = letter("One more thing.", hand.works.clock, id="second", sender=LENA)
    second = hand.desk.inbound_messages.receive(inbound.replace(may_belong=first, held=why))
    page = shown("inbox", token(hand.desk, "Ines"), ticket=second)
    assert why in papers(page)
    page.button(key=press).click().run()
    assert not page.exception
    merged = press == "merge-offered"
    assert (hand.view(second).ticket.merged_into == first, page.query_params["ticket"] == first) == (merged, merged)
    assert why not in papers(page)
    assert [one.key for one in page.button if one.key in ("merge-offered", "keep-apart")] == []


def test_that_opening_a_ticket_shows_a_plan_made_from_the_records_as_they_are_now(hand: Hand) -> None:
    ticket = hand.ticket("Please call the visit off.", MARIA)
    slot = hand.read("free_slots", appointment="A-2")[-1].id
    arguments = {"appointment": "A-2", "slot": slot}
    Fernline(hand.works.fernline, hand.works.clock).write(ActionName("reschedule_appointment"), arguments, "outside")
    said = papers(shown("inbox", token(hand.desk, "Ines"), ticket=ticket))
    assert "Prepared again, since the customer\\u2019s records changed." in said
    assert "Appointment A-2 has changed: " in said
    assert hand.view(ticket).ticket.version == 2
