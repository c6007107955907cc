"""Which ticket a mail joins: replies of all mail programs do, what somebody made up never does."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from contextlib import AbstractContextManager
from hashlib import sha256

import pytest

from cx_core.ports.sealing import Marked, Renewal
from cx_core.records import Bounce, Identity, MailParty, ReadMail, Seal, TicketId
from cx_core.service_rules.mail_threads import MailThreads, looks_ours
from cx_core.understand.mail_headers import handed_on


class KeyOfItsOwn:
    """ports.Sealer with a key in memory, as far as marks go."""

    def __init__(self, key: bytes = b"key") -> None:
        self._key = key

    def mark(self, exact: str) -> str:
        return hmac.new(self._key, exact.encode(), sha256).hexdigest()

    def marked(self, exact: str, mark: str) -> bool:
        return self.mark(exact) == mark

    def seal(self, bare: Seal) -> Seal:
        raise NotImplementedError

    def check(self, seal: Seal) -> bool:
        raise NotImplementedError

    def renewing(self) -> AbstractContextManager[Renewal]:
        raise NotImplementedError

    def ever_marked(self, name: str) -> bool:
        raise NotImplementedError

    def marked_last(self, name: str, exact: str, mark: str) -> bool:
        raise NotImplementedError

    def all_marked_last(self, rows: Collection[Marked]) -> frozenset[str]:
        raise NotImplementedError


THREADS = MailThreads(KeyOfItsOwn())
JO, EVE = "jo@shop.example", "eve@evil.example"
OURS, OTHER = TicketId("T-123456789"), TicketId("T-987654321")
TICKETS: dict[TicketId, str] = {OURS: JO, OTHER: "mia@else.example"}
ID = THREADS.message_id(OURS, JO, "desk.example", "abcdef123456")
PLUS = THREADS.reply_address("care@desk.example", OURS, JO)


def mail(
    sender: str = JO,
    *,
    references: tuple[str, ...] = (),
    to: str = "care@desk.example",
    subject: str = "",
    identity: Identity = 0,
    headers: tuple[tuple[str, str], ...] = (),
) -> ReadMail:
    return ReadMail(
        message_id="<x@shop.example>",
        digest="0",
        sender=MailParty(address=sender),
        to=(MailParty(address=to),),
        references=references,
        subject=subject,
        identity=identity,
        headers=headers,
        text="Hello",
    )


def joined(one: ReadMail) -> tuple[TicketId | None, TicketId | None, str]:
    return tuple(THREADS.thread_of(one, TICKETS.get, forwarded=handed_on(one.subject)))  # type: ignore[return-value]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(mail(references=("<a@x>", ID), subject="Re: Your order", to=PLUS), id="Gmail"),
        pytest.param(
            mail(references=(ID, "<0E5F@icloud.example>"), subject="Re: Your order"),
            id="Apple Mail, rewriting References",
        ),
        pytest.param(
            mail(references=("<0E5F@icloud.example>", "<rewritten@mac>"), to=PLUS, subject="Re: Your order"),
            id="Apple Mail, by Reply-To",
        ),
        pytest.param(
            mail(to=PLUS, subject="RE: Your order", headers=(("Thread-Index", "AdkX"),)),
            id="Outlook, Thread-Index alone",
        ),
        pytest.param(mail(references=(ID,), subject="AW: Ihre Bestellung"), id="Outlook in German"),
        pytest.param(mail(references=(ID,), subject="WG: Ihre Bestellung"), id="Outlook, forwarded back to us"),
        pytest.param(mail(references=(ID,), subject="Antw: Ihre Bestellung"), id="GroupWise"),
        pytest.param(mail(references=("<a@x>", ID, "<b@y>"), subject="Re: Your order"), id="Yahoo"),
        pytest.param(mail(references=(ID.lower(),), subject="Re: Your order"), id="a phone, in small letters"),
        pytest.param(mail(to=PLUS.lower(), subject=""), id="a phone, without subject and ids"),
        pytest.param(
            mail("Jo@Shop.Example", references=(ID,), subject="Re: Your order"),
            id="Thunderbird, another case of the address",
        ),
        pytest.param(
            mail(references=("<OF12-ON34@notes.example>",), to=PLUS, subject="Antwort: Your order"),
            id="Notes, with ids of its own",
        ),
        pytest.param(
            mail(subject=f"Re: [{OURS}] Your order", identity=1), id="a help desk, by the number, vouched for"
        ),
        pytest.param(
            mail(headers=(("Delivered-To", f"<{PLUS}>"),), subject="Odp: Your order"), id="a redirected mailbox"
        ),
    ],
)
def test_that_replies_of_mail_programs_join(reply: ReadMail) -> None:
    assert joined(reply) == (OURS, None, "")


def _damaged(id: str, at: int) -> str:
    return f"{id[:at]}{'0' if id[at] != '0' else '1'}{id[at + 1 :]}"


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(mail(EVE, references=(ID,)), id="a stolen id"),
        pytest.param(mail(EVE, to=PLUS), id="a stolen reply address"),
        pytest.param(mail(EVE, references=(ID,), identity=1), id="a stolen id, vouched for as somebody else"),
        pytest.param(mail(EVE, to=PLUS, references=(ID,), subject=f"Re: {OURS}", identity=1), id="all of it"),
        pytest.param(mail(references=(f"<{OURS}.abcdef123456.{'0' * 32}@desk.example>",)), id="a mark made up"),
        pytest.param(mail(references=(_damaged(ID, len(ID) - 20),)), id="a mark with one digit changed"),
        pytest.param(mail(references=(ID.replace("abcdef123456", "abcdef123457"),)), id="another nonce"),
        pytest.param(mail(references=(ID.replace(OURS, OTHER),)), id="another ticket's number"),
        pytest.param(mail(to=PLUS.replace(OURS, OTHER)), id="another ticket's number in the address"),
        pytest.param(mail(to=f"care+{OURS}.{'0' * 24}@desk.example"), id="an address made up"),
        pytest.param(mail(to=f"care+{OURS}.{ID.split('.')[2][:24]}@desk.example"), id="an id's digits in the address"),
        pytest.param(
            mail(references=(MailThreads(KeyOfItsOwn(b"evil")).message_id(OURS, JO, "desk.example"),)),
            id="marked with another key",
        ),
        pytest.param(mail("jo@shop.example.evil.example", references=(ID,)), id="an address that begins alike"),
        pytest.param(mail("xjo@shop.example", references=(ID,)), id="an address that ends alike"),
        pytest.param(mail("jo@ѕhop.example", references=(ID,)), id="a letter that looks alike"),
        pytest.param(mail("jo@shop.example\x00", references=(ID,)), id="a NULL byte"),
        pytest.param(
            mail("jo@SHOP.example".replace("S", "ſ"), references=(ID,)), id="a letter that becomes another's small one"
        ),
        pytest.param(mail("", references=(ID,)), id="no sender"),
        pytest.param(mail(subject=f"Re: {OURS}"), id="the number, and a sender nobody vouches for"),
        pytest.param(mail(EVE, subject=f"Re: {OURS}", identity=1), id="the number, vouched for as somebody else"),
        pytest.param(mail(subject=f"Fwd: [{OURS}] Your order", identity=1), id="the number in what is forwarded"),
        pytest.param(mail(subject=f"WG: [{OURS}]", identity=1), id="the number in what is forwarded in German"),
        pytest.param(mail(subject=f"Re: {OURS} {OTHER}", identity=1), id="two numbers"),
        pytest.param(mail(subject=f"Re: {OTHER}", identity=1), id="another customer's number"),
    ],
)
def test_that_what_is_made_up_joins_nothing_and_is_shown(forged: ReadMail) -> None:
    ticket, maybe, held = joined(forged)
    assert ticket is None
    assert maybe in TICKETS
    assert maybe in held or "tickets" in held


@pytest.mark.parametrize(
    "stranger",
    [
        mail(),
        mail(subject="Re: T-000000001", identity=1),
        mail(subject="XT-123456789Y"),
        mail(references=("<a@b>",)),
        mail(references=(f"<T-000000001.abcdef123456.{'0' * 32}@desk.example>",)),
    ],
)
def test_that_a_mail_that_names_no_ticket_of_ours_is_a_new_one(stranger: ReadMail) -> None:
    assert joined(stranger) == (None, None, "")


def test_that_the_id_that_is_answered_counts_first() -> None:
    later = THREADS.message_id(OTHER, JO, "desk.example")
    assert THREADS.ticket_of([ID, later], [], JO) == OTHER
    assert THREADS.ticket_of([later, ID], [], JO) == OURS


def test_that_a_mail_sent_again_keeps_its_id_and_others_differ() -> None:
    assert THREADS.message_id(OURS, JO, "desk.example", "abcdef123456") == ID
    assert THREADS.message_id(OURS, JO, "desk.example") != THREADS.message_id(OURS, JO, "desk.example")
    assert looks_ours(ID)
    assert not looks_ours("<a@b>")


def test_that_an_address_without_room_gets_no_mark() -> None:
    assert len(PLUS.partition("@")[0]) <= 64
    assert THREADS.reply_address(f"{'x' * 40}@desk.example", OURS, JO) == ""


def test_that_only_a_bounce_of_a_mail_of_ours_names_a_ticket() -> None:
    bounce = Bounce(message_id=ID, recipient="jo.new@shop.example", sent_to=JO, permanent=True, words="550")
    assert THREADS.ticket_of_bounce(bounce) == OURS
    assert THREADS.ticket_of_bounce(bounce.replace(sent_to="", recipient=JO)) == OURS
    assert THREADS.ticket_of_bounce(bounce.replace(sent_to="", recipient=EVE)) is None
    assert THREADS.ticket_of_bounce(bounce.replace(message_id="")) is None
    assert THREADS.ticket_of_bounce(bounce.replace(message_id=_damaged(ID, 30))) is None


def test_that_a_mark_for_another_address_than_the_tickets_is_held() -> None:
    to_eve = THREADS.message_id(OURS, EVE, "desk.example")
    ticket, maybe, held = joined(mail(EVE, references=(to_eve,), identity=1))
    assert (ticket, maybe, "another address" in held) == (None, OURS, True)
