"""What went wrong between us and a mail server, in words that say what to mend."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from cx_core.errors import MailboxRefused, RungError, SystemRefused, SystemUnreachable
from cx_core.records import MailServer

LONGEST = 300
_BYTES = re.compile(r"b(['\"])(.*)\1", re.S)
_TOO_LARGE = re.compile(r"\b5\.3\.4\b")


@contextmanager
def plain_letters(server: MailServer) -> Iterator[None]:
    """Around signing in. The error that a library raises names the password, so it is not kept as the cause."""
    try:
        yield
    except UnicodeError:
        why = f"{server.host} cannot be signed in to with this: its user name or password has letters beyond ASCII."
        raise MailboxRefused(why) from None


@contextmanager
def imap_trouble(server: MailServer) -> Iterator[None]:
    """Turn what IMAPClient and the network raise into our errors."""
    try:
        yield
    except RungError:
        raise
    except LoginError as error:
        raise MailboxRefused(f"{server.host} does not accept the user name and password: {quoted(error)}") from error
    except IMAPClientAbortError as error:
        raise SystemUnreachable(f"{server.host} ended the connection: {quoted(error)}") from error
    except IMAPClientError as error:
        raise SystemRefused(f"{server.host} answered: {quoted(error)}") from error
    except (OSError, EOFError) as error:
        raise SystemUnreachable(network_trouble(server, error)) from error


@contextmanager
def smtp_trouble(server: MailServer) -> Iterator[None]:
    """Turn what smtplib and the network raise into our errors, by the server's reply code (RFC 5321 4.2.1)."""
    try:
        yield
    except RungError:
        raise
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise MailboxRefused(f"{server.host} does not sign us in: {_words(error)}") from error
    except smtplib.SMTPSenderRefused as error:
        raise _by_code(error.smtp_code, _words(error), sender=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _by_code(code, f"{code} {_plain(words)}") from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, _words(error)) from error
    except smtplib.SMTPException as error:
        raise SystemUnreachable(f"{server.host} ended the connection: {quoted(error)}") from error
    except (OSError, EOFError) as error:
        raise SystemUnreachable(network_trouble(server, error)) from error


def _by_code(code: int, words: str, *, sender: bool = False) -> RungError:
    """4xx may work later. A sender that is refused for good is the mailbox's trouble, not the mail's; but servers tell
    already there that a mail is too large (RFC 1870 6.1)."""
    if not 500 <= code < 600:
        return SystemUnreachable(words)
    if code == 552 or _TOO_LARGE.search(words):
        return SystemRefused(words)
    return MailboxRefused(f"Mail may not be sent from this address: {words}") if sender else SystemRefused(words)


def network_trouble(server: MailServer, error: OSError | EOFError) -> str:
    """Why no conversation with this server came about."""
    where = f"{server.host}, port {server.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {where} is not trusted: {error.verify_message}. Use the name that the certificate is "
            "for, or name your own authority’s file in CX_MAIL_CA_FILE."
        )
    if isinstance(error, ssl.SSLError):
        return f"{where} does not speak TLS in this way: choose the other kind of encryption, or another port."
    if isinstance(error, socket.gaierror):
        return f"There is no server called {server.host}, or its name cannot be looked up now."
    if isinstance(error, ConnectionRefusedError):
        return f"{where} refused the connection. Is the port right?"
    if isinstance(error, TimeoutError):
        return f"{where} did not answer in time. Is the port right, and is the way there open?"
    return f"{where} cannot be reached: {quoted(error)}"


def quoted(error: BaseException) -> str:
    """A server's words on one line, bounded."""
    return _plain(error.args[0] if error.args else "") or type(error).__name__


def _words(error: smtplib.SMTPResponseException | smtplib.SMTPNotSupportedError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_plain(error.smtp_error)}".strip()
    return quoted(error)


def _plain(words: object) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    if (as_python_writes := _BYTES.fullmatch(text)) is not None:  # imaplib hands on bytes that it has put into words
        text = as_python_writes[2]
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
