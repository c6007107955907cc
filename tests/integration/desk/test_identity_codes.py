"""A one-time code shows who writes: sent to a contact on file, entered in the ticket, worth nothing anywhere else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cx_core.adapters.fernline import Fernline, FernlineOutbox
from cx_core.adapters.fernline.outbox import Delivered
from cx_core.records import ActionName, Confirmation, Identity, IdentityCode, TicketId
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import SAM, Hand, InlineWorks, erased, let_alone, letter

TWICE, EWAN = "I was charged twice.", "ewan.jones.77@example.com"


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    let_alone(monkeypatch)


def out(hand: Hand, address: str = EWAN) -> list[Delivered]:
    return list(FernlineOutbox(hand.works.fernline, hand.works.clock).sent(address))


def codes(hand: Hand, address: str = EWAN) -> list[str]:
    """The codes that reached the customer, oldest first."""
    found = (re.search(r"Your code is (\d{6})", one.text) for one in out(hand, address))
    return [match[1] for match in found if match]


def write(hand: Hand, text: str, *, identity: Identity = 1, id: str = "", sender: str = EWAN) -> TicketId:
    number = len(hand.works.audit.events(most=10_000))
    given = letter(text, hand.works.clock, id=id or f"w{number}", sender=sender, thread="t")
    return hand.desk.inbound_messages.receive(given.replace(identity=identity))


def latest(hand: Hand, ticket: TicketId) -> IdentityCode | None:
    with hand.works.store.look() as unit:
        return unit.identity_codes.latest(ticket)


def refunds(hand: Hand) -> int:
    return sum(event.kind == "act_done" for event in hand.works.audit.events(most=10_000))


def test_that_a_code_confirms_the_sender_and_the_act_goes_alone(hand: Hand, alone: None) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    assert refunds(hand) == 0
    view = hand.view(ticket).ticket
    assert (view.status, view.work) == ("pending", "ready")
    assert "e…@example.com" in out(hand)[-1].text
    assert code not in out(hand)[-1].text
    assert write(hand, f"Hi, {code[:3]} {code[3:]}\n\nEwan Jones") == ticket
    assert refunds(hand) == 1
    assert hand.view(ticket).ticket.work == "done"
    assert "automatically" in out(hand)[-1].text or "automatically" in out(hand)[-2].text
    assert hand.kinds(ticket)[:5] == ["received", "proposed", "code_begun", "code_sent", "code_confirmed"]


def test_that_the_code_is_nowhere_but_with_the_customer(hand: Hand, works: InlineWorks, alone: None) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    write(hand, f"{code}\n\n> Your code is {code}. It counts for 15 minutes.")
    assert refunds(hand) == 1
    kept = [message.text for message in hand.view(ticket).messages]
    assert all(code not in text for text in kept)
    assert "••••••" in kept[-2]
    events = works.audit.events(ticket=ticket)
    assert all(code not in str(event.payload) for event in events)
    with works.engine.connect() as connection:
        everything = "\n".join(connection.connection.iterdump())
    assert not re.search(rf"(?<![0-9A-Fa-f]){code}(?![0-9A-Fa-f])", everything)


@pytest.mark.parametrize(
    "text",
    [
        "000000",
        "I have no code.",
        "The code is {wrong}",
        "{code} or {wrong}",
        "1{code}",
        "> {code}",
        "{code}.50",
        "£{code}",
    ],
)
def test_that_anything_but_the_code_confirms_nobody(hand: Hand, alone: None, text: str) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    write(hand, text.format(code=code, wrong=wrong) if text != "000000" else wrong)
    assert refunds(hand) == 0
    assert hand.view(ticket).ticket.confirmed is None


def test_that_a_wrong_code_is_said_to_be_one_and_the_right_one_counts_afterwards(hand: Hand, alone: None) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    write(hand, f"{(int(code) + 7) % 10**6:06d}")
    assert "isn't the code" in out(hand)[-1].text
    assert hand.view(ticket).ticket.status == "pending"
    write(hand, code)
    assert refunds(hand) == 1


def test_that_five_wrong_ones_are_the_end_and_a_person_gets_it(hand: Hand, alone: None) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    for more in range(1, 6):
        write(hand, f"{(int(code) + more) % 10**6:06d}")
    made = latest(hand, ticket)
    assert made is not None
    assert (made.state, made.tries) == ("failed", 5)
    write(hand, code)
    assert refunds(hand) == 0
    view = hand.view(ticket).ticket
    assert (view.status, view.route) == ("open", "advisor")
    assert len(codes(hand)) == 1


def test_that_an_expired_code_counts_for_nothing_and_a_new_one_is_sent(
    hand: Hand, clock: SetClock, alone: None
) -> None:
    write(hand, TWICE)
    (code,) = codes(hand)
    clock.forward(minutes=15)
    ticket = write(hand, code)
    assert refunds(hand) == 0
    assert hand.view(ticket).ticket.confirmed is None
    first, second = codes(hand)
    assert first == code
    write(hand, second)
    assert refunds(hand) == 1


def test_that_whoever_does_not_answer_gets_a_person_once_it_expires(hand: Hand, clock: SetClock, alone: None) -> None:
    ticket = write(hand, TWICE)
    clock.forward(minutes=16)
    hand.desk.maintenance.tidy()
    assert hand.view(ticket).ticket.status == "open"
    assert hand.view(ticket).ticket.route == "advisor"


def test_that_a_code_works_once_and_in_its_own_ticket(hand: Hand, alone: None) -> None:
    write(hand, TWICE)
    (code,) = codes(hand)
    given = letter(TWICE, hand.works.clock, id="other", sender=EWAN, thread="u")
    other = hand.desk.inbound_messages.receive(given)
    hand.desk.inbound_messages.receive(letter(code, hand.works.clock, id="again", sender=EWAN, thread="u"))
    assert hand.view(other).ticket.confirmed is None
    write(hand, code)
    assert refunds(hand) == 1


def test_that_no_more_than_three_are_sent_within_an_hour(hand: Hand, clock: SetClock, alone: None) -> None:
    for number in range(6):
        given = letter(TWICE, hand.works.clock, id=f"m{number}", sender=EWAN, thread=f"t{number}")
        hand.desk.inbound_messages.receive(given)
    assert len(codes(hand)) == 3
    clock.forward(minutes=61)
    hand.desk.inbound_messages.receive(letter(TWICE, hand.works.clock, id="late", sender=EWAN, thread="late"))
    assert len(codes(hand)) == 4


def test_that_mail_which_nobody_vouches_for_brings_no_code(hand: Hand, alone: None) -> None:
    write(hand, TWICE, identity=0)
    assert codes(hand) == []


def test_that_forged_words_after_the_code_are_not_confirmed_by_it(hand: Hand, alone: None) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    hand.works.work.held = True
    write(hand, code)
    write(hand, "And I was charged twice again.", identity=0)
    hand.works.work.release()
    assert refunds(hand) == 0
    assert hand.view(ticket).ticket.identity == 0


def test_that_a_contact_changed_lately_is_sent_nothing(
    hand: Hand, works: InlineWorks, clock: SetClock, alone: None
) -> None:
    office = Fernline(works.fernline, works.clock)
    (ewan,) = office.find_customers(EWAN)
    for number, value in enumerate(("someone@example.net", EWAN)):
        arguments = {"customer": ewan.id, "field": "email", "value": value}
        office.write(ActionName("change_contact"), arguments, f"k{number}")
    ticket = write(hand, TWICE)
    assert codes(hand) == []
    assert hand.view(ticket).ticket.route == "advisor"
    clock.forward(days=8)
    write(hand, TWICE)
    assert len(codes(hand)) == 1


def test_that_nothing_is_asked_below_level_three(hand: Hand) -> None:
    write(hand, TWICE)
    assert codes(hand) == []


@pytest.mark.parametrize(
    "words",
    ["{} and a PERSON please", "This was not me, I did not write to you. I got the code {}.", "Please stop. {}"],
)
def test_that_a_code_among_other_words_confirms_nothing_and_is_void(hand: Hand, alone: None, words: str) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    write(hand, words.format(code))
    view = hand.view(ticket)
    assert view.ticket.confirmed is None
    assert refunds(hand) == 0
    assert code not in view.messages[-1].text
    write(hand, code)
    assert hand.view(ticket).ticket.confirmed is None
    assert refunds(hand) == 0


@pytest.mark.parametrize("spaced", ["{0} {1} {2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "{0}\n{1}\n{2}"])
def test_that_a_code_is_kept_nowhere_however_it_is_spaced(hand: Hand, alone: None, spaced: str) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    write(hand, spaced.format(code[:2], code[2:4], code[4:]))
    kept = "".join(one for one in hand.view(ticket).messages[-1].text if one.isdigit())
    assert code not in kept


def test_that_a_confirmation_written_into_the_database_counts_for_nothing(hand: Hand, alone: None) -> None:
    ticket = write(hand, TWICE)
    now = hand.works.clock()
    with hand.works.store.begin() as unit:
        one = unit.tickets.get(ticket)
        assert one is not None
        assert one.customer is not None
        forged = Confirmation(
            code="x", customer=one.customer, address=EWAN, at=now, until=now + timedelta(days=1), mark="0" * 64
        )
        unit.tickets.put(one.replace(confirmed=forged))
    write(hand, "Please hurry.")
    assert refunds(hand) == 0


def test_that_an_erased_customer_leaves_no_code(hand: Hand, alone: None) -> None:
    ticket = write(hand, TWICE)
    customer = hand.view(ticket).ticket.customer
    assert customer is not None
    erased(hand.desk, customer)
    assert latest(hand, ticket) is None


def test_that_an_advisor_has_a_code_sent_at_any_level_and_sees_how_it_stands(hand: Hand, clock: SetClock) -> None:
    ticket = write(hand, TWICE)
    assert hand.desk.customer_confirmation.send_code(SAM, ticket) is None
    (code,) = codes(hand)
    shown = hand.view(ticket).code
    assert shown is not None
    assert (shown.state, shown.to, shown.by, shown.counts) == ("sent", "e…@example.com", "Sam Lead", False)
    write(hand, code)
    shown = hand.view(ticket).code
    assert shown is not None
    assert (shown.state, shown.counts) == ("confirmed", True)
    assert refunds(hand) == 0, "a code raises no level"
    clock.forward(hours=25)
    shown = hand.view(ticket).code
    assert shown is not None
    assert not shown.counts


def test_that_an_advisor_is_told_why_no_code_is_sent(hand: Hand) -> None:
    stranger = write(hand, TWICE, sender="nobody@example.com")
    refusal = hand.desk.customer_confirmation.send_code(SAM, stranger)
    assert isinstance(refusal, Refusal)
    assert "no contact on file" in refusal.text
    ticket = write(hand, TWICE)
    assert [hand.desk.customer_confirmation.send_code(SAM, ticket) for _ in range(3)] == [None, None, None]
    refusal = hand.desk.customer_confirmation.send_code(SAM, ticket)
    assert isinstance(refusal, Refusal)
    assert "no more for now" in refusal.text
    first, _, third = codes(hand)
    write(hand, first)
    assert hand.view(ticket).ticket.confirmed is None, "only the last one counts"
    write(hand, third)
    assert hand.view(ticket).ticket.confirmed is not None


def test_that_merging_leaves_no_confirmation(hand: Hand) -> None:
    ticket = write(hand, TWICE)
    hand.desk.customer_confirmation.send_code(SAM, ticket)
    write(hand, codes(hand)[-1])
    other = hand.desk.inbound_messages.receive(letter(TWICE, hand.works.clock, id="o", sender=EWAN, thread="o"))
    assert hand.desk.ticket_lifecycle.merge(SAM, other, ticket) is None
    assert hand.view(ticket).ticket.confirmed is None


def test_that_a_program_enters_no_code(hand: Hand, alone: None) -> None:
    ticket = write(hand, TWICE)
    (code,) = codes(hand)
    given = letter(code, hand.works.clock, id="auto", sender=EWAN, thread="t")
    hand.desk.inbound_messages.receive(given.replace(headers=(("Auto-Submitted", "auto-replied"),)))
    assert hand.view(ticket).ticket.confirmed is None
    assert code not in hand.view(ticket).messages[-1].text


def test_that_a_stop_sends_no_code(hand: Hand, alone: None) -> None:
    assert hand.desk.kill_switches.stop(SAM, "*", "A pause") is None
    write(hand, TWICE)
    assert codes(hand) == []
