"""Signing in by access token at a real Dovecot and Postfix, which ask the token server whose it is (XOAUTH2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk.channels.mailbox_form import form_of
from cx_core.errors import MailboxRefused
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import Mailbox, MailboxState, MailServer, Role
from cx_core.settings import Settings
from cx_core.views.channels.mailboxes import MailboxTried, SecretForm
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import MailHand, mail
from tests.mail_servers import Dovecot, Postfix, dovecot, postfix
from tests.receivers import await_until, letterbox
from tests.scripted import MARIA, copied, person
from tests.token_server import TokenServer, token_server

ADMIN = person(Role.ADMINISTRATOR, "Ina Root")


@pytest.fixture(scope="module")
def tokens() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


@pytest.fixture(scope="module")
def imap(tokens: TokenServer) -> Iterator[Dovecot]:
    with dovecot(introspects=f"{tokens.url}/introspect") as running:
        yield running


@pytest.fixture(scope="module")
def smtp(imap: Dovecot) -> Iterator[Postfix]:
    with postfix(imap) as running:
        yield running


@pytest.fixture
def hand(furnished: Path, settings: Settings, clock: SetClock, imap: Dovecot) -> Iterator[MailHand]:
    with letterbox() as box, closing(copied(furnished, settings, clock)) as works:
        yield MailHand(open_desk(works.settings, works.clock, works), works, imap, box)


@pytest.fixture
def consented(hand: MailHand, tokens: TokenServer, smtp: Postfix) -> Mailbox:
    """A mailbox with a refresh token, whose owner may sign in nowhere yet."""
    made = hand.connect(
        sign_in="xoauth2",
        token_url=f"{tokens.url}/token",
        client_id="rung",
        smtp=MailServer(host="127.0.0.1", port=smtp.port, security="none"),
    )
    tokens.user, tokens.refresh = made.user, "r0"
    tokens.asked.clear()
    tokens.introspected.clear()
    tokens.whose.clear()
    with hand.works.store.begin() as unit:
        secret = hand.works.mail_servers.keep_secret(made, MailboxSecret(refresh_token="r0"))
        unit.mailboxes.put_secret(made.id, secret)
    return made


def state(hand: MailHand, box: Mailbox) -> MailboxState:
    with hand.works.store.look() as unit:
        return unit.mailboxes.state(box.id)


def test_that_mail_is_fetched_and_sent_by_token_and_an_ended_one_is_replaced(
    hand: MailHand, consented: Mailbox, imap: Dovecot, smtp: Postfix, tokens: TokenServer, clock: SetClock
) -> None:
    imap.deliver([mail(id="<a@example.com>")], consented.address)
    assert hand.fetch(consented) == 1
    assert (set(tokens.introspected), state(hand, consented).token_until is None) == ({"t1"}, False)
    (ticket,) = hand.tickets()
    hand.approve(ticket.id)
    hand.send()
    with hand.works.store.look() as unit:
        assert {one.state for one in unit.outgoing_mail.of_ticket(ticket.id)} == {"sent"}
    assert f"sasl_method=XOAUTH2, sasl_username={consented.user}" in smtp.log()
    del tokens.whose["t1"]  # as it ends
    clock.forward(minutes=59)
    imap.deliver([mail(id="<b@example.com>", sender=MARIA)], consented.address)
    assert hand.fetch(consented) >= 1
    assert (len(tokens.asked), list(tokens.whose)) == (2, ["t2"])


def test_that_a_token_withdrawn_before_its_end_is_told_and_replaced_at_the_next_try(
    hand: MailHand, consented: Mailbox, tokens: TokenServer
) -> None:
    assert hand.fetch(consented) == 0
    tokens.whose.clear()
    with pytest.raises(MailboxRefused, match="does not accept"):
        hand.fetch(consented)
    assert hand.fetch(consented) == 0
    assert list(tokens.whose) == ["t2"]


def test_that_a_token_of_somebody_else_opens_no_mailbox(
    hand: MailHand, consented: Mailbox, tokens: TokenServer
) -> None:
    tokens.user = "boss@rung.example"
    with pytest.raises(MailboxRefused):
        hand.fetch(consented)


def test_that_a_withdrawn_consent_shows_on_connections_and_mail_goes_on_after_a_new_one(
    hand: MailHand, consented: Mailbox, imap: Dovecot, tokens: TokenServer, clock: SetClock
) -> None:
    watch = hand.desk.mailbox_watch
    assert hand.fetch(consented) == 0
    tokens.whose.clear()
    tokens.refresh = "withdrawn"
    clock.forward(minutes=61)
    try:
        watch.look_after()
        await_until(lambda: state(hand, consented).refused)
        (shown,) = [
            one for one in hand.desk.mailbox_admin.connections(ADMIN).mailboxes if one.mailbox.id == consented.id
        ]
        assert "invalid_grant" in shown.state.trouble
        assert "new refresh token" in shown.state.trouble
        assert (shown.state.token_until is not None, shown.token_ended) == (True, True)
        imap.deliver([mail(id="<a@example.com>")], consented.address)
        tokens.refresh = "given anew"
        form, secret = form_of(consented), SecretForm(refresh_token="given anew")
        tried = hand.desk.mailbox_admin.change(ADMIN, consented.id, form, secret)
        assert isinstance(tried, MailboxTried)
        assert tried.good, tried.lines
        watch.look_after()
        await_until(lambda: len(hand.tickets()) == 1)
        await_until(lambda: state(hand, consented).fetched_at == clock())
        assert not state(hand, consented).refused
    finally:
        watch.close()
