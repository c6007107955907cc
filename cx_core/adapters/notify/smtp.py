"""Mail to colleagues over SMTP (RFC 5321), as one setting says: `smtps://user:password@mail.example.com:465`.

`smtps` speaks TLS from the start, `smtp` turns to it before anything is said (STARTTLS) or not at all, and `smtp+plain`
does without, for a relay on this machine or in one's own network; then no password is sent.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from cx_core.errors import BadInput, SystemRefused, SystemUnreachable
from cx_core.ports import Clock, Dispatch

SECONDS = 10.0
LONGEST = 254
"""Characters of an address, RFC 5321 4.5.3.1.3."""
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class Server(NamedTuple):
    """Where mail is handed in."""

    scheme: str
    host: str
    port: int
    user: str
    password: str


class Mail:
    """Nothing is sent until there is a server and a sender."""

    def __init__(self, url: str, sender: str, clock: Clock, seconds: float = SECONDS) -> None:
        self._server = _server(url) if url else None
        if sender and not good_address(sender):
            raise BadInput("CX_MAIL_FROM: it is not an e-mail address. Mend or unset it.")
        self._sender = sender
        self._clock = clock
        self._seconds = seconds

    @property
    def missing(self) -> str:
        names = [name for name, value in (("CX_SMTP_URL", self._server), ("CX_MAIL_FROM", self._sender)) if not value]
        return f"To send e-mail, set {' and '.join(names)}." if names else ""

    def send(self, dispatch: Dispatch) -> str:
        """Raises SystemRefused when there is no use in trying again, SystemUnreachable when there is."""
        if self._server is None or not self._sender:
            raise SystemUnreachable(self.missing)
        message = self._message(dispatch)
        with _trouble(), self._connected(self._server) as connection:
            connection.send_message(message, self._sender, [dispatch.address])
        return f"{self._server.host} took it."

    def _message(self, dispatch: Dispatch) -> EmailMessage:
        """As a header takes a line only, and an address is checked, nobody can add a header or another recipient."""
        if not good_address(dispatch.address):
            raise SystemRefused("That is no e-mail address.")
        message = EmailMessage()
        message["From"] = Address("Rung", addr_spec=self._sender)
        message["To"] = Address(addr_spec=dispatch.address)
        message["Subject"] = " ".join(dispatch.subject.split())
        message["Date"] = format_datetime(self._clock().astimezone(UTC))
        message["Message-ID"] = f"<{dispatch.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies to this
        message.set_content(dispatch.text)
        return message

    @contextmanager
    def _connected(self, server: Server) -> Iterator[smtplib.SMTP]:
        trust = ssl.create_default_context()
        made: smtplib.SMTP
        if server.scheme == "smtps":
            made = smtplib.SMTP_SSL(server.host, server.port, timeout=self._seconds, context=trust)
        else:
            made = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        with made as connection:
            if server.scheme == "smtp":
                connection.starttls(context=trust)
            if server.user:
                connection.login(server.user, server.password)
            yield connection


def good_address(address: str) -> bool:
    """Whether this is one plain address: no name beside it, no list, nothing that could end a header's line."""
    if len(address) > LONGEST or not address.isascii() or not address.isprintable():
        return False
    try:
        read = Address(addr_spec=address)
    except (ValueError, HeaderParseError, IndexError):
        return False
    domain = read.domain
    plain = read.addr_spec == address and '"' not in address and len(read.username) <= 64
    return plain and "." in domain and not domain.startswith((".", "[")) and not domain.endswith(".")


def _server(url: str) -> Server:
    wrong = "CX_SMTP_URL: write it as smtps://user:password@mail.example.com:465. Mend or unset it."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadInput(wrong) from None  # the address holds a password, which a message must not repeat
    if parts.scheme not in PORTS or not host:
        raise BadInput(wrong)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and parts.scheme == "smtp+plain":
        raise BadInput("CX_SMTP_URL: a password is never sent in the clear. Use smtps or smtp, or leave it out.")
    return Server(parts.scheme, host, port or PORTS[parts.scheme], user, password)


@contextmanager
def _trouble() -> Iterator[None]:
    """A server's answers quote addresses, so only their code is passed on."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        _refused(code, f"The mail server does not take this address: {code}.")
    except smtplib.SMTPAuthenticationError as error:
        raise SystemUnreachable(f"The mail server does not take the name and password: {error.smtp_code}.") from error
    except smtplib.SMTPNotSupportedError as error:
        raise SystemUnreachable("The mail server cannot do what CX_SMTP_URL asks: STARTTLS, or signing in.") from error
    except smtplib.SMTPResponseException as error:
        _refused(error.smtp_code, f"The mail server answered {error.smtp_code}.")
    except (OSError, smtplib.SMTPException) as error:
        if TimeoutError in (type(error), type(error.__context__)):
            raise SystemUnreachable("The mail server did not answer in time.") from error
        raise SystemUnreachable(f"The mail server cannot be reached: {type(error).__name__}.") from error


def _refused(code: int, words: str) -> None:
    """RFC 5321 4.2.1: from 500 on it is final."""
    raise (SystemRefused if code >= 500 else SystemUnreachable)(words)
