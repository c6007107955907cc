"""Erasing a customer: whom an identifier finds, what is shown before, who may, and what is said of it afterwards."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing

import pytest
import sqlalchemy as sa

from cx_core.adapters.accounts.local_accounts import DEMO_PASSWORD
from cx_core.adapters.fernline import tables as sandbox
from cx_core.adapters.sql import tables
from cx_core.errors import AuditUnavailable, SystemUnreachable
from cx_core.records import CustomerId, File, Note, Person, TicketId
from cx_core.views import QueueFilter, Refusal
from cx_core.views.erasure import Erased, ErasureRequest, ErasureScope, ErasureWaiting
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, erased, letter
from tests.signed_in import someone

WHY = "She asked for it on 23 November"
NOBODY = "nobody@example.net"


@pytest.fixture
def owen(hand: Hand) -> Person:
    return someone(hand.desk, "Owen")


@pytest.fixture
def farah(hand: Hand) -> Person:
    return someone(hand.desk, "Farah")


def only(hand: Hand, who: Person, text: str) -> ErasureScope:
    """The one whom this names."""
    found = hand.desk.customer_erasure.find_to_erase(who, text)
    assert not isinstance(found, Refusal), found
    (scope,) = found
    return scope


def refused(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def asked(hand: Hand, who: Person, customer: str = "C-7") -> ErasureRequest:
    request = hand.desk.customer_erasure.ask_erasure(who, CustomerId(customer), WHY)
    assert isinstance(request, ErasureRequest), request
    return request


def waiting(hand: Hand, who: Person) -> ErasureWaiting:
    (one,) = hand.desk.customer_erasure.erasures(who)
    return one


def phone(hand: Hand) -> str:
    (record,) = hand.read("customer", customer="C-7")
    return str(record.fields["phone"])


@pytest.mark.parametrize("text", ["C-9999", "maria.keller@exampel.com", "address:lena@fischer.example", "T-404"])
def test_that_whom_nobody_knows_is_refused_and_nothing_is_erased(hand: Hand, owen: Person, text: str) -> None:
    ticket = hand.ticket()
    answer = hand.desk.customer_erasure.find_to_erase(owen, text)
    assert refused(answer) == "unknown"
    assert isinstance(answer, Refusal)
    assert text in answer.text
    assert "Looked for: " in answer.text
    assert refused(hand.desk.customer_erasure.ask_erasure(owen, CustomerId(text), WHY)) == "unknown"
    assert hand.desk.customer_erasure.erasures(owen) == ()
    assert hand.view(ticket).messages[0].text == COPY


@pytest.mark.parametrize("kind", ["id", "small", "mail", "loud", "sender", "phone", "name", "record", "ticket"])
def test_that_any_identifier_finds_the_customer(hand: Hand, owen: Person, kind: str) -> None:
    ticket = hand.ticket()
    text = {
        "id": "C-7",
        "small": "c-7",
        "mail": LENA,
        "loud": LENA.upper(),
        "sender": f"address:{LENA}",
        "phone": phone(hand),
        "name": "Lena Fischer",
        "record": "I-21",
        "ticket": ticket,
    }[kind]
    scope = only(hand, owen, text)
    assert (scope.customer, scope.name, scope.tickets) == ("C-7", "Lena Fischer", (ticket,))


def test_that_what_goes_and_what_stays_is_shown_before(hand: Hand, owen: Person) -> None:
    ticket = hand.ticket()
    assert isinstance(hand.desk.notes.add_note(SAM, ticket, "Rang her back"), Note)
    hand.desk.inbox.save_draft(SAM, ticket, 1, "Dear Lena")
    other = hand.ticket(f"My neighbour {LENA} has the same trouble. {COPY}", MARIA)
    scope = only(hand, owen, "C-7")
    assert scope.goes == {"message": 1, "note": 1, "draft": 1, "proposal": 1}
    assert scope.stays["customer"] == 1
    assert scope.stays["invoice"] == len(hand.read("invoices", customer="C-7"))
    assert scope.named_in == (other,)
    assert LENA in scope.known_as
    asked(hand, owen)
    assert waiting(hand, owen).scope == scope  # whoever grants it sees the same
    assert hand.view(ticket).messages[0].text == COPY


def test_that_an_address_that_is_nobodys_is_erased_with_all_its_tickets(hand: Hand, owen: Person) -> None:
    tickets = [hand.ticket(f"Marmalade {number}! PERSON", NOBODY.upper() if number else NOBODY) for number in range(3)]
    scope = only(hand, owen, NOBODY)
    assert (scope.customer, set(scope.tickets), scope.stays) == (f"address:{NOBODY}", set(tickets), {})
    assert hand.desk.inbox.queue(SAM, QueueFilter(statuses=(), text="nobody@")).total == 3
    assert erased(hand.desk, scope.customer) == 3
    for word in ("nobody@", "marmalade"):
        assert hand.desk.inbox.queue(SAM, QueueFilter(statuses=(), text=word)).total == 0
        assert not [hit for hit in hand.desk.lookup.find(SAM, word).hits if hit.ref.startswith(("ticket/", "case/"))]
    for ticket in tickets:
        assert refused(hand.desk.customer_erasure.find_to_erase(owen, ticket)) == "unknown"
    assert refused(hand.desk.customer_erasure.find_to_erase(owen, NOBODY)) == "unknown"


def test_that_what_nobody_has_read_goes_with_the_customer_whose_address_is_on_file(hand: Hand, owen: Person) -> None:
    hand.works.work.held = True
    unread = hand.ticket("Marmalade")
    assert hand.view(unread).ticket.customer is None
    assert only(hand, owen, "C-7").tickets == (unread,)
    assert erased(hand.desk, "C-7") == 1
    assert "Marmalade" not in hand.view(unread).messages[0].text


def test_that_erasing_an_address_leaves_what_is_known_to_be_a_customers(hand: Hand, owen: Person) -> None:
    """The customer's key opens all of their events: a part of their tickets cannot be erased alone."""
    ticket = hand.ticket()
    assert refused(hand.desk.customer_erasure.ask_erasure(owen, CustomerId(f"address:{LENA}"), WHY)) == "unknown"
    assert hand.desk.audit_access.audit(owen, ticket)[0].payload is not None


def test_that_it_takes_two_administrators(hand: Hand, owen: Person, farah: Person) -> None:
    ticket = hand.ticket()
    request = asked(hand, owen)
    assert hand.view(ticket).messages[0].text == COPY
    assert refused(hand.desk.customer_erasure.ask_erasure(farah, CustomerId("C-7"), WHY)) == "already"
    seen = waiting(hand, owen)
    assert seen.mine
    assert refused(hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, DEMO_PASSWORD)) == "role"
    assert hand.view(ticket).messages[0].text == COPY

    done = hand.desk.customer_erasure.grant_erasure(farah, request.id, waiting(hand, farah).scope)
    assert isinstance(done, Erased)
    assert (done.tickets, done.goes["message"], done.stays["customer"], done.swept) == (1, 1, 1, True)
    told = [(event.kind, event.actor, event.payload) for event in hand.works.audit.events() if "eras" in event.kind]
    assert told == [
        ("erasure_asked", owen.id, {"request": request.id, "reason": WHY, "tickets": 1, "alone": False}),
        ("erased", farah.id, {"request": request.id, "tickets": 1, "reason": WHY, "asked_by": owen.id, "alone": False}),
    ]
    assert refused(hand.desk.customer_erasure.grant_erasure(farah, request.id, seen.scope)) == "stale"


def test_that_what_was_not_shown_is_not_erased(hand: Hand, owen: Person, farah: Person) -> None:
    request = asked(hand, owen) if hand.ticket() else None
    assert request is not None
    seen = waiting(hand, farah).scope
    later = hand.ticket("Where is my parcel? PERSON")
    assert refused(hand.desk.customer_erasure.grant_erasure(farah, request.id, seen)) == "stale"
    assert "parcel" in hand.view(later).messages[0].text


def test_that_a_withdrawn_request_and_one_written_by_hand_ask_for_nothing(
    hand: Hand, owen: Person, farah: Person
) -> None:
    hand.ticket()
    request = asked(hand, owen)
    scope = waiting(hand, farah).scope
    forged = request.replace(id="forged", person=farah.id)
    assert hand.desk.customer_erasure.withdraw_erasure(farah, request.id) is None
    for row in (request, forged):
        with hand.works.engine.begin() as connection:
            body = row.model_dump(mode="json")
            connection.execute(sa.delete(tables.erasure).where(tables.erasure.c.id == row.id))
            connection.execute(sa.insert(tables.erasure).values(id=row.id, at=str(row.at), body=body))
        assert hand.desk.customer_erasure.erasures(farah) == ()
        assert refused(hand.desk.customer_erasure.grant_erasure(farah, row.id, scope)) == "stale"
        assert refused(hand.desk.customer_erasure.grant_erasure(owen, row.id, scope)) == "stale"


def test_that_the_only_administrator_waits_an_hour_and_gives_the_password(
    hand: Hand, owen: Person, farah: Person, clock: SetClock
) -> None:
    ticket = hand.ticket()
    hand.works.accounts.set_disabled(farah.id, True)
    request = asked(hand, owen)
    seen = waiting(hand, owen)
    assert seen.confirm_from is not None
    assert refused(hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, DEMO_PASSWORD)) == "later"
    clock.forward(minutes=59)
    assert refused(hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, DEMO_PASSWORD)) == "later"
    clock.forward(minutes=1)
    for wrong in ("", "not this one"):
        assert refused(hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, wrong)) == "denied"
    assert hand.view(ticket).messages[0].text == COPY
    assert isinstance(hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, DEMO_PASSWORD), Erased)
    last = [event.payload for event in hand.works.audit.events() if event.kind == "erased"]
    assert [payload and payload["alone"] for payload in last] == [True]


def test_that_guessing_the_password_ends_in_a_lock_out(
    hand: Hand, owen: Person, farah: Person, clock: SetClock
) -> None:
    hand.ticket()
    hand.works.accounts.set_disabled(farah.id, True)
    request, seen = asked(hand, owen), waiting(hand, owen)
    clock.forward(hours=1)
    guesses = [
        hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, f"guess {number}") for number in range(6)
    ]
    assert [refused(guess) for guess in guesses] == ["denied"] * 5 + ["later"]


def test_that_who_sends_the_other_administrator_away_waits_from_then(
    hand: Hand, owen: Person, farah: Person, clock: SetClock
) -> None:
    hand.ticket()
    request, seen = asked(hand, owen), waiting(hand, owen)
    hand.works.accounts.set_disabled(farah.id, True)
    clock.forward(hours=2)
    assert refused(hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, DEMO_PASSWORD)) == "role"


def test_that_a_customer_without_a_ticket_here_is_said_to_have_none(hand: Hand, owen: Person) -> None:
    scope = only(hand, owen, "C-7")
    assert (scope.tickets, scope.goes) == ((), {})
    assert scope.stays
    assert erased(hand.desk, "C-7") == 0


def test_that_a_back_office_that_does_not_answer_is_said_to(hand: Hand, owen: Person) -> None:
    hand.ticket()

    def broken(name: str) -> None:
        raise SystemUnreachable(f"{name} does not answer.")

    hand.works.trouble = broken
    assert refused(hand.desk.customer_erasure.find_to_erase(owen, LENA)) == "later"
    assert refused(hand.desk.customer_erasure.ask_erasure(owen, CustomerId("C-7"), WHY)) == "later"


def readable(hand: Hand, ticket: TicketId) -> list[bool]:
    """Of each event of a ticket, whether anybody can read it still."""
    return [event.payload is not None for event in hand.works.audit.events(ticket=ticket)]


def set_contact(hand: Hand, customer: int, field: str, value: str) -> None:
    with hand.works.fernline.begin() as connection:
        table = sandbox.customer
        connection.execute(sa.update(table).where(table.c.number == customer).values({field: value}))


def test_that_what_another_customer_wrote_from_a_shared_address_stays_and_can_be_read(hand: Hand, owen: Person) -> None:
    """First it is Lena's alone; then her office uses it, under another customer."""
    lenas = hand.ticket("Marmalade")
    set_contact(hand, 7, "email", "lena@fischer.example")
    set_contact(hand, 8, "email", LENA)
    theirs = hand.ticket("Where is my parcel? PERSON")
    assert hand.view(theirs).ticket.customer == "C-8"
    set_contact(hand, 7, "email", LENA)
    unknown = hand.ticket("Two of us may have written this.")
    assert hand.view(unknown).ticket.customer is None
    scope = only(hand, owen, "C-7")
    assert (scope.tickets, scope.shared, scope.log_keeps) == ((lenas,), (LENA,), (LENA,))
    assert erased(hand.desk, "C-7") == 1
    assert not any(readable(hand, lenas))
    for kept, words in ((theirs, "parcel"), (unknown, "Two of us")):
        assert words in hand.view(kept).messages[0].text
        assert all(readable(hand, kept))


def test_that_erasing_a_sender_leaves_what_the_same_address_wrote_as_a_customer(hand: Hand, owen: Person) -> None:
    hand.works.work.held = True
    unread = hand.desk.inbound_messages.receive(
        letter("Marmalade", hand.works.clock, id="u", sender=LENA).replace(
            files=(File(name="a.txt", content=b"Marmalade"),)
        )
    )
    hand.works.work._later.clear()
    hand.works.work.held = False
    known = hand.desk.inbound_messages.receive(
        letter(COPY, hand.works.clock, id="k", sender=LENA).replace(files=(File(name="b.txt", content=b"parcel"),))
    )
    kept = hand.view(known).attachments[0]
    assert erased(hand.desk, f"address:{LENA}") == 1
    assert not any(readable(hand, unread))
    assert all(readable(hand, known))
    assert isinstance(hand.desk.ticket_attachments.file(SAM, kept.id), File)


def test_that_a_phone_number_of_several_customers_names_none_of_them(hand: Hand, owen: Person) -> None:
    number = phone(hand)
    hand.works.work.held = True
    unread = hand.ticket("Marmalade", number)
    assert unread in only(hand, owen, "C-7").tickets
    set_contact(hand, 8, "phone", f"00{number.lstrip('+')}" if number.startswith("+") else number)
    answer = hand.desk.customer_erasure.find_to_erase(owen, number)
    assert isinstance(answer, Refusal)
    assert "C-7, C-8" in answer.text
    scope = only(hand, owen, "C-7")
    assert unread not in scope.tickets
    assert number in scope.shared


def test_that_an_erasure_whose_keys_cannot_be_swept_is_finished_later(hand: Hand, owen: Person, farah: Person) -> None:
    ticket = hand.ticket(f"Marmalade! {COPY}")
    request = asked(hand, owen)
    keys = hand.works.settings.data_dir / "keys" / "keys.db"
    with closing(sqlite3.connect(keys)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM customer_key").fetchone()
        answer = hand.desk.customer_erasure.grant_erasure(farah, request.id, waiting(hand, farah).scope)
        assert refused(answer) == "later"
    assert "Marmalade" not in hand.view(ticket).messages[0].text
    assert refused(hand.desk.customer_erasure.withdraw_erasure(owen, request.id)) == "already"
    seen = waiting(hand, owen)
    assert seen.request.begun is not None
    done = hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope)
    assert isinstance(done, Erased)
    assert (done.tickets, done.goes["message"]) == (1, 1)
    assert not any(readable(hand, ticket))
    assert hand.desk.customer_erasure.erasures(owen) == ()
    assert [event.kind for event in hand.works.audit.events()].count("erased") == 1


def test_that_what_is_left_to_destroy_is_nobody_s_to_write(hand: Hand, owen: Person, farah: Person) -> None:
    hand.ticket()
    other = hand.ticket(COPY, MARIA)
    request = asked(hand, owen)
    forged = {"person": farah.id, "keys": ["C-1"], "files": [], "tickets": 0, "goes": {}, "stays": {}, "mark": "x"}
    body = request.model_dump(mode="json") | {"begun": forged}
    with hand.works.engine.begin() as connection:
        connection.execute(sa.update(tables.erasure).values(body=json.loads(json.dumps(body))))
    assert hand.desk.customer_erasure.erasures(farah) == ()
    assert refused(hand.desk.customer_erasure.grant_erasure(farah, request.id, only(hand, farah, "C-7"))) == "stale"
    assert all(readable(hand, other))


def test_that_an_erasure_that_cannot_be_put_on_record_leaves_everything_as_it_was(
    hand: Hand, owen: Person, farah: Person
) -> None:
    ticket = hand.ticket(f"Marmalade! {COPY}")
    request = asked(hand, owen)
    seen = waiting(hand, farah).scope
    anchor = hand.works.settings.data_dir / "audit.anchor"
    kept = anchor.read_bytes()
    anchor.unlink()
    with pytest.raises(AuditUnavailable):
        hand.desk.customer_erasure.grant_erasure(farah, request.id, seen)
    anchor.write_bytes(kept)
    assert "Marmalade" in hand.view(ticket).messages[0].text
    assert all(readable(hand, ticket))
    assert isinstance(hand.desk.customer_erasure.grant_erasure(farah, request.id, waiting(hand, farah).scope), Erased)


def test_that_others_write_while_the_back_office_is_slow_to_say_who_it_is(
    hand: Hand, owen: Person, farah: Person
) -> None:
    hand.ticket()
    wrote: list[bool] = []

    def slow(_name: str) -> None:
        if threading.current_thread() is threading.main_thread():
            with closing(sqlite3.connect(hand.works.settings.data_dir / "rung.db", timeout=0.2)) as other:
                other.execute("BEGIN IMMEDIATE")
                wrote.append(True)

    hand.works.trouble = slow
    request = asked(hand, owen)
    assert isinstance(hand.desk.customer_erasure.grant_erasure(farah, request.id, waiting(hand, farah).scope), Erased)
    assert wrote


def test_that_an_account_changed_outside_rung_leaves_nobody_the_only_administrator(
    hand: Hand, owen: Person, farah: Person, clock: SetClock
) -> None:
    """Whoever spoils the other administrator's row is not alone for it; nor does a row of theirs count as a second."""
    hand.ticket()
    row = sa.update(tables.account).where(tables.account.c.id == farah.id)
    with hand.works.engine.begin() as connection:
        connection.execute(row.values(role="advisor"))
    request = asked(hand, owen)
    assert not request.alone
    clock.forward(hours=2)
    seen = waiting(hand, owen)
    assert (seen.confirm_from, farah.email in seen.doubt) == (None, True)
    answer = hand.desk.customer_erasure.grant_erasure(owen, request.id, seen.scope, DEMO_PASSWORD)
    assert isinstance(answer, Refusal)
    assert f"{farah.email} was changed outside Rung" in answer.text


def test_that_an_answer_whose_ticket_is_erased_before_it_goes_was_none(hand: Hand, owen: Person, farah: Person) -> None:
    hand.desk.approvals._undo_seconds = 5
    ines, ticket = someone(hand.desk, "Ines"), hand.ticket()
    hand.works.work.held = True
    assert not isinstance(hand.desk.approvals.approve(ines, ticket, 1, reply="Here is your invoice."), Refusal)
    assert hand.desk.advisor_stats.day(ines).today.handled == 1
    request = asked(hand, owen)
    assert isinstance(hand.desk.customer_erasure.grant_erasure(farah, request.id, waiting(hand, farah).scope), Erased)
    hand.works.work.release()
    assert hand.desk.advisor_stats.day(ines).today.handled == 0
    assert "withdrawn" in hand.kinds(ticket)
    assert hand.sent(LENA) == []
