"""Signing in to the servers of mailboxes; see ports.mailboxes.MailServers."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from cx_core.adapters.mailbox import smtp_hand_in
from cx_core.adapters.mailbox.access import MailboxAccess
from cx_core.adapters.mailbox.imap_folder import ImapFolder, opened
from cx_core.errors import BadInput, MailboxRefused, SystemTrouble
from cx_core.ports import Clock, Store
from cx_core.ports.outside.mailboxes import MailboxSecret, MailboxTrial, Vault
from cx_core.records import Mailbox


class NetworkMailServers:
    """Certificates are verified against the system's authorities, and those of a file of one's own."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, most_bytes: int, ca_file: Path | None = None) -> None:
        self._vault, self._most = vault, most_bytes
        self._terms = _terms(ca_file)
        self._access = MailboxAccess(store, vault, clock, self._terms)

    @contextmanager
    def folder(self, mailbox: Mailbox) -> Iterator[ImapFolder]:
        sign_in = self._access.sign_in(mailbox)
        try:
            with opened(mailbox, sign_in, self._terms, self._most) as folder:
                yield folder
        except MailboxRefused:
            self._access.forget_token(mailbox)
            raise

    def hand_in(self, mailbox: Mailbox, address: str, raw: bytes) -> str:
        try:
            return smtp_hand_in.hand_in(mailbox, self._access.sign_in(mailbox), self._terms, address, raw)
        except MailboxRefused:
            self._access.forget_token(mailbox)
            raise

    def try_out(self, mailbox: Mailbox) -> MailboxTrial:
        """Both servers, one after the other, so that the second is tried even where the first one fails."""
        lines, good = [], True
        for name, work in (("IMAP", self._try_imap), ("SMTP", self._try_smtp)):
            try:
                lines.append(f"{name}: {work(mailbox)}")
            except SystemTrouble as trouble:
                lines.append(f"{name}: {trouble}")
                good = False
        return MailboxTrial(good, tuple(lines))

    def keep_secret(self, mailbox: Mailbox, secret: MailboxSecret, before: bytes | None = None) -> bytes:
        about = f"mailbox:{mailbox.id}"
        content = self._vault.unseal(before, about) if before else None
        old = json.loads(content) if content else {}
        given = {name: value or old.get(name, "") for name, value in secret._asdict().items()}
        kept = {name: value for name, value in given.items() if value}  # an access token of before is not kept
        return self._vault.seal(json.dumps(kept).encode(), about)

    def _try_imap(self, mailbox: Mailbox) -> str:
        with self.folder(mailbox) as folder:
            return f"signed in; “{mailbox.folder}” holds {folder.count_after(0):,} mails."

    def _try_smtp(self, mailbox: Mailbox) -> str:
        smtp_hand_in.try_out(mailbox, self._access.sign_in(mailbox), self._terms)
        return f"signed in; mail may be sent from {mailbox.address}."


def _terms(ca_file: Path | None) -> ssl.SSLContext:
    """Raises BadInput where the file cannot be used."""
    if ca_file is None:
        return _system_terms()
    terms = ssl.create_default_context()
    try:
        terms.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise BadInput(f"CX_MAIL_CA_FILE: {ca_file} holds no certificates that can be read.") from error
    return terms


@cache
def _system_terms() -> ssl.SSLContext:
    """Reading the system's authorities takes longer than all else that opens a desk."""
    return ssl.create_default_context()
