"""What cannot be undone is put to the customer, and done alone only after a plain yes to exactly that."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.records import Consent, ConsentOffer, Identity, TicketId
from tests.conftest import SetClock
from tests.integration.desk.test_identity_codes import codes
from tests.scripted import SAM, Hand, erased, let_alone, letter

GRACE, ORDER = "grace.lin@example.com", "O-31"
WISH = "Please call my order off."


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    let_alone(monkeypatch)


def write(hand: Hand, text: str, *, identity: Identity = 2, sender: str = GRACE, thread: str = "t") -> TicketId:
    id = f"c{len(hand.works.audit.events(most=10_000))}"
    given = letter(text, hand.works.clock, id=id, sender=sender, thread=thread)
    return hand.desk.inbound_messages.receive(given.replace(identity=identity))


def status(hand: Hand) -> object:
    (order,) = hand.read("order", order=ORDER)
    return order.fields["status"]


def latest(hand: Hand, ticket: TicketId) -> ConsentOffer:
    with hand.works.store.look() as unit:
        offer = unit.consents.latest(ticket)
    assert offer is not None
    return offer


def test_that_a_plain_yes_to_what_was_put_lets_it_be_done_alone(hand: Hand) -> None:
    ticket = write(hand, WISH)
    (put,) = hand.sent(GRACE)
    for words in (
        "cancel order O-31",
        "£25.00 goes back to you",
        "cannot be brought back",
        "reply with yes",
        "25 November",
    ):
        assert words in put
    assert "no person has looked at it" in " ".join(put.split())
    assert (status(hand), hand.view(ticket).ticket.status) == ("processing", "pending")
    assert write(hand, "Yes, please go ahead.\n\nGrace") == ticket
    assert status(hand) == "cancelled"
    assert "O-31" in hand.sent(GRACE)[-1]
    kinds = hand.kinds(ticket)
    assert kinds.index("consent_asked") < kinds.index("consented") < kinds.index("act_begun")
    assert latest(hand, ticket).state == "accepted"


def test_that_a_customer_enters_a_code_first_where_identity_is_missing_too(hand: Hand) -> None:
    ticket = write(hand, WISH, identity=1)
    assert "Your code is" in hand.sent(GRACE)[0]
    code = codes(hand, GRACE)[-1]
    write(hand, code, identity=1)
    assert status(hand) == "processing"
    assert latest(hand, ticket).identity == 2
    write(hand, "Yes", identity=1)
    assert status(hand) == "cancelled"


@pytest.mark.parametrize(
    "answer",
    [
        "No",
        "Yes, but tomorrow",
        "Yes?",
        "Yes, cancel order O-32",
        "Later",
        "How long does it take?",
        "OK",
        "Yes and no",
    ],
)
def test_that_anything_else_is_for_a_person(hand: Hand, answer: str) -> None:
    ticket = write(hand, WISH)
    write(hand, answer)
    write(hand, "Yes")
    assert status(hand) == "processing"
    view = hand.view(ticket)
    assert view.ticket.route != "act"
    assert view.ticket.work == "ready"
    assert len(hand.sent(GRACE)) == 1, "nothing is put a second time"


def test_that_a_yes_counts_until_its_time_is_over(hand: Hand, clock: SetClock) -> None:
    write(hand, WISH)
    clock.forward(hours=48)
    write(hand, "Yes")
    assert status(hand) == "processing"


def test_that_an_offer_which_lapses_goes_back_to_a_person_with_the_reason(hand: Hand, clock: SetClock) -> None:
    ticket = write(hand, WISH)
    clock.forward(hours=47)
    hand.desk.maintenance.tidy()
    assert hand.view(ticket).ticket.status == "pending"
    clock.forward(hours=1)
    hand.desk.maintenance.tidy()
    view = hand.view(ticket)
    assert (view.ticket.status, view.ticket.work, view.ticket.route) == ("open", "returned", "person")
    assert view.proposal is not None
    assert "asked for a yes to cancel order O-31 by" in view.proposal.why
    assert "did not answer" in view.proposal.why
    assert latest(hand, ticket).state == "void"
    assert "consent_lapsed" in hand.kinds(ticket)
    hand.desk.maintenance.tidy()
    assert hand.kinds(ticket).count("consent_lapsed") == 1
    write(hand, "Yes, please go ahead.")
    assert status(hand) == "processing", "it is too late, and a person has it"


def test_that_an_offer_which_was_answered_wakes_nobody(hand: Hand, clock: SetClock) -> None:
    ticket = write(hand, WISH)
    write(hand, "Yes, please go ahead.")
    clock.forward(hours=49)
    hand.desk.maintenance.tidy()
    assert status(hand) == "cancelled"
    assert "consent_lapsed" not in hand.kinds(ticket)


def test_that_a_yes_by_somebody_less_known_is_none(hand: Hand) -> None:
    write(hand, WISH)
    write(hand, "Yes", identity=1)
    assert status(hand) == "processing"


def test_that_a_yes_from_elsewhere_is_none(hand: Hand) -> None:
    write(hand, WISH)
    write(hand, "Yes", thread="another")
    write(hand, "Yes", sender="lena.fischer@example.com")
    assert status(hand) == "processing"


def test_that_a_program_and_a_file_say_no_yes(hand: Hand) -> None:
    write(hand, WISH)
    given = letter("Yes", hand.works.clock, id="auto", sender=GRACE, thread="t").replace(identity=2)
    hand.desk.inbound_messages.receive(given.replace(headers=(("Auto-Submitted", "auto-replied"),)))
    assert status(hand) == "processing"


def test_that_records_which_changed_since_make_it_none(hand: Hand) -> None:
    write(hand, WISH)
    with hand.works.fernline.begin() as connection:
        connection.execute(sa.text("UPDATE \"order\" SET address = '9 Elsewhere Road, Wexmouth' WHERE number = 31"))
    ticket = write(hand, "Yes")
    assert status(hand) == "processing"
    assert hand.view(ticket).ticket.route == "advisor"


def test_that_another_sum_than_the_one_that_was_named_is_not_let_out(hand: Hand) -> None:
    ticket = write(hand, WISH)
    hand.works.work.held = True
    write(hand, "Yes")
    with hand.works.store.begin() as unit:
        offer = unit.consents.latest(ticket)
        assert offer is not None
        other = offer.replace(step=Consent(act=offer.step.act, amount=2400), mark="")
        unit.consents.put(other.replace(mark=hand.works.sealer.mark(other.exact())))
    hand.works.work.release()
    assert status(hand) == "processing"


def test_that_more_words_before_the_act_take_the_yes_back(hand: Hand) -> None:
    ticket = write(hand, WISH)
    hand.works.work.held = True
    write(hand, "Yes")
    write(hand, "Oh wait, not the sleeve")
    hand.works.work.release()
    assert status(hand) == "processing"
    assert latest(hand, ticket).state == "void"
    assert [message.purpose for message in hand.view(ticket).messages] == ["", "", "", ""]


def test_that_an_offer_changed_in_the_database_is_none(hand: Hand) -> None:
    ticket = write(hand, WISH)
    forged = latest(hand, ticket).replace(identity=0)
    with hand.works.store.begin() as unit:
        unit.consents.put(forged)
    write(hand, "Yes", identity=1)
    write(hand, "Yes", identity=2)
    assert status(hand) == "processing"


def test_that_a_yes_written_into_the_database_is_none(hand: Hand) -> None:
    ticket = write(hand, WISH)
    with hand.works.store.begin() as unit:
        unit.consents.put(latest(hand, ticket).replace(state="accepted"))
        for message in unit.tickets.messages(ticket):
            if message.sender == "copilot":
                unit.tickets.put_purpose(message.id, "consent")
    write(hand, "Thanks")
    assert status(hand) == "processing"


def test_that_merging_takes_the_yes_back(hand: Hand) -> None:
    ticket = write(hand, WISH)
    other = write(hand, "Hello there", thread="other")
    assert hand.desk.ticket_lifecycle.merge(SAM, other, ticket) is None
    write(hand, "Yes")
    assert status(hand) == "processing"


def test_that_a_stop_after_the_yes_holds(hand: Hand) -> None:
    write(hand, WISH)
    assert hand.desk.kill_switches.stop(SAM, "*", "A pause") is None
    write(hand, "Yes")
    assert status(hand) == "processing"


def test_that_erasing_the_customer_erases_what_was_put_to_them(hand: Hand) -> None:
    ticket = write(hand, WISH)
    erased(hand.desk, "C-10")
    with hand.works.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.consent_offer).where(tables.consent_offer.c.ticket == ticket)).all()
    assert rows == []


def test_that_an_advisor_is_not_bound_by_it(hand: Hand) -> None:
    ticket = write(hand, WISH)
    write(hand, "No wait, can you call me about it?")
    assert hand.view(ticket).ticket.route == "advisor"
    assert hand.view(ticket).cards[0].ruling.answer == "ask"
