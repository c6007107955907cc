"""What mail servers say of a mail of ours that did not arrive."""

from __future__ import annotations

import pytest

from cx_core.adapters.mail.mail_reading import read_mail
from cx_core.records import Bounce, Trust
from tests.mail_samples import DSN, OLD_BOUNCE, PLAIN, VACATION, mail

OURS = "<T-123456789.abcdef123456.00112233445566778899aabbccddeeff@desk.example>"


def bounce(raw: bytes) -> Bounce | None:
    return read_mail(raw, Trust()).bounce


def dsn(action: str = "failed", status: str = "5.1.1", why: str = "smtp; 550 5.1.1 User unknown") -> Bounce | None:
    raw = DSN.replace(b"Action: failed", f"Action: {action}".encode()).replace(
        b"Status: 5.1.1", f"Status: {status}".encode()
    )
    head, _, rest = raw.partition(b"Diagnostic-Code:")
    return bounce(head + f"Diagnostic-Code: {why}\r\n--r".encode() + rest.partition(b"--r")[2])


def test_that_a_report_names_our_mail_and_says_why() -> None:
    assert bounce(DSN) == Bounce(
        message_id=OURS,
        recipient="jo@shop.example",
        permanent=True,
        status="5.1.1",
        words="550 5.1.1 <jo@shop.example>: User unknown in virtual mailbox table",
        sent_to="jo@shop.example",
    )


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [
        ("failed", "5.2.2", True),
        ("failed (given up)", "5.4.4", True),
        ("Failed", "4.4.7", False),
        ("delayed", "4.4.1", False),
        ("delayed", "5.0.0", False),
        ("error", "5.0.0", True),
        ("failed", "", True),
    ],
)
def test_that_only_what_is_final_is_permanent(action: str, status: str, permanent: bool) -> None:
    found = dsn(action, status)
    assert found is not None
    assert (found.permanent, found.status) == (permanent, status)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_that_a_report_of_success_is_no_bounce_and_only_one_of_delivery_says_so(action: str) -> None:
    found = dsn(action, "2.0.0", "smtp; 250 ok")
    assert found is not None
    assert (found.permanent, found.delivered, found.status) == (False, action == "delivered", "2.0.0")


def test_that_headers_alone_may_be_returned() -> None:
    raw = DSN.replace(b"message/rfc822", b"text/rfc822-headers")
    found = bounce(raw)
    assert found is not None
    assert found.message_id == OURS


def test_that_a_report_without_our_headers_names_no_mail() -> None:
    head, _, _ = DSN.partition(b"--r\r\nContent-Type: message/rfc822")
    found = bounce(head + b"--r--\r\n")
    assert found is not None
    assert (found.message_id, found.recipient) == ("", "jo@shop.example")


def test_that_older_servers_are_understood() -> None:
    found = bounce(OLD_BOUNCE)
    assert found is not None
    assert (found.recipient, found.message_id, found.permanent) == ("jo@shop.example", OURS, True)
    assert found.words == "Sorry, no mailbox here by that name. (#5.1.1)"


def test_that_exim_is_understood() -> None:
    found = bounce(
        mail("""
        Return-path: <>
        X-Failed-Recipients: jo@shop.example
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@far.example>
        To: care@desk.example
        References: <T-123456789.abcdef123456.00112233445566778899aabbccddeeff@desk.example>
        Subject: Mail delivery failed: returning message to sender

        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          jo@shop.example
            host mx.shop.example [203.0.113.9]
            SMTP error from remote mail server after RCPT TO:<jo@shop.example>:
            552 5.2.2 Mailbox full
        """)
    )
    assert found is not None
    assert (found.recipient, found.permanent, found.status) == ("jo@shop.example", True, "5.2.2")
    assert (found.message_id, found.words) == (OURS, "552 5.2.2 Mailbox full")


def test_that_a_warning_is_not_permanent() -> None:
    found = bounce(
        mail("""
        Return-Path: <>
        X-Failed-Recipients: jo@shop.example
        From: Mailer-Daemon@far.example
        Subject: Warning: message delayed 24 hours

        A message that you sent has not yet been delivered. Delivery attempts will continue.

          jo@shop.example
            Delay reason: 451 4.7.1 Greylisted, try again later
        """)
    )
    assert found is not None
    assert not found.permanent


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN,
        VACATION,
        mail("""
        From: Jo <jo@shop.example>
        Subject: Your mail came back

        I got this when I wrote to you:
        <care@desk.example>: host mx.desk.example said: 550 5.1.1 User unknown
        """),
        mail("""
        From: Jo <jo@shop.example>
        Content-Type: multipart/mixed; boundary=z

        --z
        Content-Type: text/plain

        See below.
        --z
        Content-Type: message/rfc822

        """)
        + DSN
        + b"\r\n--z--\r\n",
    ],
    ids=["a reply", "an absence note", "somebody tells of one", "somebody forwards one"],
)
def test_that_what_people_write_is_none(raw: bytes) -> None:
    assert bounce(raw) is None
