"""What an administrator says of a mailbox, checked and made a record."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from urllib.parse import urlsplit

from cx_core.records import Mailbox, MailServer, PersonId
from cx_core.records.mail import MailSecurity
from cx_core.views.channels.mailboxes import MailboxForm, SecretForm

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[?[0-9a-fA-F:]+\]?")
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[A-Za-z0-9.-]{1,250}\.[A-Za-z0-9-]{1,63}")
LONGEST = 2_000


def wrong_with(form: MailboxForm, secret: SecretForm, *, kept: bool) -> str:
    """What must be mended, in words; empty: nothing. `kept`: there is a secret on file."""
    if not _ADDRESS.fullmatch(form.address.strip()):
        return "The address of the mailbox is not one e-mail address: write it as help@example.com."
    for name, host, port, security in (
        ("IMAP", form.imap_host, form.imap_port, form.imap_security),
        ("SMTP", form.smtp_host, form.smtp_port, form.smtp_security),
    ):
        if why := _wrong_server(name, host.strip(), port, security):
            return why
    if not form.folder.strip() or not form.folder.isprintable():
        return "Name the folder that mail arrives in; mostly that is INBOX."
    if len(form.signature) > LONGEST or len(form.name) > 200 or not form.name.isprintable():
        return "The sender’s name or the signature is too long, or has signs that nobody sees."
    if form.at_microsoft and form.authserv_id.strip():
        return "A mailbox at Microsoft 365 has no name in Authentication-Results: leave that empty, or switch it off."
    return _wrong_sign_in(form, secret, kept)


def _wrong_server(name: str, host: str, port: int, security: MailSecurity) -> str:
    if not _HOST.fullmatch(host):
        return f"The {name} server is not a host’s name: write it as mail.example.com, without a scheme or port."
    if not 1 <= port <= 65535:
        return f"The {name} port is a number from 1 to 65535."
    if security == "none" and not is_this_machine(host):
        return f"Without encryption the password could be read on the way: choose TLS or STARTTLS for {name}."
    return ""


def _wrong_sign_in(form: MailboxForm, secret: SecretForm, kept: bool) -> str:
    if form.sign_in == "password":
        return "" if secret.password or kept else "Enter the password, or an app password."
    parts = urlsplit(form.token_url.strip())
    plain_here = parts.scheme == "http" and is_this_machine(parts.hostname or "")
    if not (parts.hostname and (parts.scheme == "https" or plain_here)):
        return "The token address begins with https://: it is where the provider renews access tokens."
    if not form.client_id.strip():
        return "Enter the client id that the provider gave you."
    return "" if secret.refresh_token or kept else "Enter the refresh token."


def is_this_machine(host: str) -> bool:
    """Whether nothing that is said to this host leaves the machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def made_of(form: MailboxForm, id: str, person: PersonId, at: datetime, *, active: bool, revision: int) -> Mailbox:
    """The record. Raises nothing for a form that `wrong_with` passed."""
    return Mailbox(
        id=id,
        address=form.address.strip(),
        name=" ".join(form.name.split()),
        team=form.team,
        signature=form.signature.strip(),
        imap=MailServer(host=form.imap_host.strip(), port=form.imap_port, security=form.imap_security),
        smtp=MailServer(host=form.smtp_host.strip(), port=form.smtp_port, security=form.smtp_security),
        user=form.user.strip() or form.address.strip(),
        folder=form.folder.strip(),
        sign_in=form.sign_in,
        token_url=form.token_url.strip(),
        client_id=form.client_id.strip(),
        authserv_id=form.authserv_id.strip(),
        removes_forged=form.removes_forged,
        at_microsoft=form.at_microsoft,
        plus_addresses=form.plus_addresses,
        with_earlier=form.with_earlier,
        active=active,
        revision=revision,
        by=person,
        at=at,
    )


def form_of(mailbox: Mailbox) -> MailboxForm:
    """The form that this mailbox was made of."""
    return MailboxForm(
        **mailbox.model_dump(include=MailboxForm.model_fields.keys() & Mailbox.model_fields.keys()),
        imap_host=mailbox.imap.host,
        imap_port=mailbox.imap.port,
        imap_security=mailbox.imap.security,
        smtp_host=mailbox.smtp.host,
        smtp_port=mailbox.smtp.port,
        smtp_security=mailbox.smtp.security,
    )
