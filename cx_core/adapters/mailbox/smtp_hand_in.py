"""A mail handed in at a mailbox's SMTP server (RFC 5321, RFC 6409)."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ssl import SSLContext

from cx_core.adapters.mailbox.access import MailboxSignIn
from cx_core.adapters.mailbox.server_trouble import plain_letters, smtp_trouble
from cx_core.errors import MailboxRefused
from cx_core.records import Mailbox

SECONDS = 30.0
REPORTS = "NOTIFY=SUCCESS,FAILURE,DELAY"


def hand_in(mailbox: Mailbox, sign_in: MailboxSignIn, terms: SSLContext, address: str, raw: bytes) -> str:
    """Returns what became of it. Raises SystemRefused, MailboxRefused or SystemUnreachable with the server's words.

    A server that offers DSN (RFC 3461) is asked to report also the delivery, with the headers alone.
    """
    with smtp_trouble(mailbox.smtp), _signed_in(mailbox, sign_in, terms) as connection:
        if connection.has_extn("dsn"):
            connection.sendmail(mailbox.address, [address], raw, ["RET=HDRS"], [REPORTS])
            return f"{mailbox.smtp.host} took it, and was asked to report its delivery."
        connection.sendmail(mailbox.address, [address], raw)
    return f"{mailbox.smtp.host} took it. It does not report deliveries."


def try_out(mailbox: Mailbox, sign_in: MailboxSignIn, terms: SSLContext) -> None:
    """Sign in, and ask whether mail may be sent from the mailbox's address; nothing is sent."""
    with smtp_trouble(mailbox.smtp), _signed_in(mailbox, sign_in, terms) as connection:
        code, words = connection.mail(mailbox.address)
        connection.rset()
        if code >= 400:
            raise smtplib.SMTPSenderRefused(code, words, mailbox.address)


@contextmanager
def _signed_in(mailbox: Mailbox, sign_in: MailboxSignIn, terms: SSLContext) -> Iterator[smtplib.SMTP]:
    server = mailbox.smtp
    made: smtplib.SMTP
    if server.security == "tls":
        made = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=terms)
    else:
        made = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == "starttls":
            made.starttls(context=terms)
        made.ehlo_or_helo_if_needed()
        if made.has_extn("auth"):
            with plain_letters(server):
                _authenticate(made, sign_in)
        elif server.security != "none":
            raise MailboxRefused(f"{server.host} offers no way to sign in at port {server.port}.")
        yield made
    finally:
        _left(made)


def _left(connection: smtplib.SMTP) -> None:
    """Say goodbye. What a server does then is nothing to a mail that it took before."""
    with suppress(Exception):
        connection.quit()
    with suppress(Exception):
        connection.close()


def _authenticate(connection: smtplib.SMTP, sign_in: MailboxSignIn) -> None:
    if not sign_in.token:
        connection.login(sign_in.user, sign_in.secret)
        return

    def answer(challenge: bytes | None = None) -> str:
        return sign_in.xoauth2() if challenge is None else ""  # after a refusal the server waits for an empty line

    connection.auth("XOAUTH2", answer)
