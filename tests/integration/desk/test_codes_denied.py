"""Who was sent a code and did not ask for it stops what would be done alone there, and a person gets the ticket."""

from __future__ import annotations

import pytest

from cx_core.records import Role, TicketId
from tests.conftest import SetClock
from tests.integration.desk.test_identity_codes import EWAN, TWICE, codes, latest, refunds, write
from tests.scripted import SAM, Hand, InlineWorks, enrolled, let_alone, letter, person

LEAD = person(Role.SUPERVISOR, "Nadia Lead")


@pytest.fixture(autouse=True)
def alone(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    let_alone(monkeypatch)
    enrolled(hand.works, SAM, LEAD)


def with_a_person(hand: Hand, ticket: TicketId) -> None:
    view = hand.view(ticket)
    assert view.proposal is not None
    assert (view.ticket.status, view.ticket.route, view.proposal.route) == ("open", "person", "person")
    assert "did not ask for the one-time code" in view.proposal.why
    assert view.proposal.steps == ()
    assert view.proposal.reply is None
    assert "tell the fraud team" in view.proposal.findings[0].text
    assert view.ticket.confirmed is None


def notices(hand: Hand, ticket: TicketId) -> list[str]:
    return [one.kind for one in hand.desk.notes.notices(LEAD) if one.ticket == ticket]


@pytest.mark.parametrize("words", ["This was not me.", "I got a code but I didn't ask for one. Who is this?"])
def test_that_a_denial_hands_the_ticket_to_a_person_for_good(hand: Hand, works: InlineWorks, words: str) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    assert write(hand, words) == ticket
    with_a_person(hand, ticket)
    made = latest(hand, ticket)
    assert made is not None
    assert made.state == "denied"
    assert notices(hand, ticket) == ["denied"]
    assert "code_denied" in hand.kinds(ticket)
    write(hand, code)
    write(hand, TWICE, identity=2)
    assert refunds(hand) == 0, "the code counts no more, and neither does a sender who is known otherwise"
    assert len(codes(hand)) == 1
    with_a_person(hand, ticket)
    assert works.audit.verify().ok


def test_that_a_denial_which_quotes_the_code_is_one(hand: Hand) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    write(hand, f"I did not request the code {code}!")
    with_a_person(hand, ticket)


def test_that_a_denial_from_the_contact_in_another_ticket_counts(hand: Hand) -> None:
    ticket = write(hand, TWICE)
    given = letter("Somebody else is using my account.", hand.works.clock, id="elsewhere", sender=EWAN, thread="other")
    other = hand.desk.inbound_messages.receive(given)
    assert other != ticket
    with_a_person(hand, ticket)
    write(hand, codes(hand)[0])
    assert refunds(hand) == 0


def test_that_a_denial_before_the_act_begins_stops_it(hand: Hand, works: InlineWorks) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    works.work.held = True
    write(hand, code)
    number = len(hand.view(ticket).messages)
    works.journey().prepare(ticket, number, lambda _, work: work())
    assert hand.view(ticket).ticket.work == "sending"
    given = letter("I never asked for this code.", works.clock, id="elsewhere", sender=EWAN, thread="other")
    hand.desk.inbound_messages.receive(given)
    works.journey().carry_out(ticket, hand.view(ticket).ticket.version, lambda _, work: work())
    assert refunds(hand) == 0
    assert hand.view(ticket).ticket.work == "returned"


@pytest.mark.parametrize("words", ["I didn't get the code.", "It wasn't me who made the second payment."])
def test_that_other_words_deny_nothing(hand: Hand, words: str) -> None:
    ticket = write(hand, TWICE)
    write(hand, words)
    made = latest(hand, ticket)
    assert made is not None
    assert made.state != "denied"
    assert notices(hand, ticket) == []


def test_that_the_same_words_without_a_code_or_long_after_it_are_read_like_any(hand: Hand, clock: SetClock) -> None:
    given = letter("This was not me. I was charged twice.", clock, id="fresh", sender="maria.keller@example.com")
    view = hand.view(hand.desk.inbound_messages.receive(given))
    assert view.proposal is not None
    assert view.proposal.steps != ()
    ticket = write(hand, TWICE)
    clock.forward(hours=25)
    write(hand, "This was not me.")
    made = latest(hand, ticket)
    assert made is not None
    assert made.state != "denied"
