"""Signing in to real servers: certificates are verified, tokens renewed, and what is wrong is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from cx_core.bootstrap import open_desk
from cx_core.errors import MailboxRefused, SystemUnreachable
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import Mailbox, MailServer
from cx_core.records.mail import MailSecurity
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import MailHand, mail
from tests.mail_servers import Dovecot, dovecot
from tests.receivers import certify, letterbox
from tests.scripted import copied
from tests.token_server import token_server


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return certify(tmp_path / "localhost.pem")


@pytest.fixture
def secure(certificate: Path) -> Iterator[Dovecot]:
    with dovecot(certificate) as running:
        yield running


@contextmanager
def at(furnished: Path, settings: Settings, clock: SetClock, server: Dovecot) -> Iterator[MailHand]:
    with letterbox() as box, closing(copied(furnished, settings, clock)) as works:
        yield MailHand(open_desk(works.settings, works.clock, works), works, server, box)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_that_mail_is_fetched_over_tls_and_only_from_a_server_whose_certificate_is_trusted(
    security: MailSecurity, furnished: Path, settings: Settings, clock: SetClock, secure: Dovecot, certificate: Path
) -> None:
    port = secure.imaps if security == "tls" else secure.imap
    over: dict[str, Any] = {"imap": MailServer(host="localhost", port=port, security=security)}
    with at(furnished, settings.replace(mail_ca_file=certificate), clock, secure) as hand:
        box = hand.connect(**over)
        secure.deliver([mail(id="<a@example.com>")], box.address)
        assert hand.fetch(box) == 1
        named_otherwise = box.replace(imap=box.imap.replace(host="127.0.0.1"))
        with pytest.raises(SystemUnreachable, match="certificate"):
            hand.fetch(named_otherwise)
    settings.data_dir.rename(settings.data_dir.with_name("trusted"))
    with (
        at(furnished, settings, clock, secure) as hand,
        pytest.raises(SystemUnreachable, match="CX_MAIL_CA_FILE"),
    ):
        hand.fetch(hand.connect(**over))


def test_that_plain_and_tls_mixed_up_is_told(hand: MailHand) -> None:
    box = hand.connect(imap=MailServer(host="localhost", port=hand.server.imap, security="tls"))
    with pytest.raises(SystemUnreachable, match="choose the other kind of encryption"):
        hand.fetch(box)


def test_that_a_wrong_password_is_told_in_the_servers_words_and_stays_out_of_them(hand: MailHand) -> None:
    keep(hand, hand.mailbox, MailboxSecret(password="hunter2-wrong"))
    with pytest.raises(MailboxRefused, match="AUTHENTICATIONFAILED") as refused:
        hand.fetch()
    assert "hunter2" not in str(refused.value)


def test_that_access_tokens_are_renewed_and_a_withdrawn_one_is_told(hand: MailHand, clock: SetClock) -> None:
    with token_server() as server:
        given: dict[str, Any] = {
            "sign_in": "xoauth2",
            "token_url": f"http://127.0.0.1:{server.port}/token",
            "client_id": "rung",
        }
        box = hand.connect(**given)
        keep(hand, box, MailboxSecret(refresh_token="r0", client_secret="s"))
        access = hand.works.mail_servers._access  # type: ignore[attr-defined]
        assert access.sign_in(box).xoauth2() == f"user={box.user}\x01auth=Bearer t1\x01\x01"
        assert access.sign_in(box).secret == "t1"
        clock.forward(minutes=59)
        assert access.sign_in(box).secret == "t2"  # with the refresh token that came with the first
        assert [one["refresh_token"] for one in server.asked] == ["r0", "r1"]
        with hand.works.store.look() as unit:
            until = unit.mailboxes.state(box.id).token_until
            sealed = unit.mailboxes.secret(box.id) or b""
        assert until is not None
        assert (until - clock()).total_seconds() == server.lasts
        assert b"r2" not in sealed
        server.refresh = "another"
        clock.forward(hours=2)
        with pytest.raises(MailboxRefused, match="invalid_grant"):
            access.sign_in(box)


def keep(hand: MailHand, box: Mailbox, secret: MailboxSecret) -> None:
    with hand.works.store.begin() as unit:
        unit.mailboxes.put_secret(box.id, hand.works.mail_servers.keep_secret(box, secret))
