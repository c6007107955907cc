"""Mails that could not be taken in: shown, tried again, handed to an administrator, discarded; and whose they are.

Their bytes are encrypted, so the addresses in their headers are noted beside them, once: by these erasure finds them.
"""

from __future__ import annotations

import re

from cx_core.desk.channels.mail_fetching import about_mail
from cx_core.desk.service import Means, Service, allow
from cx_core.ports import Store, Unit
from cx_core.ports.outside.mailboxes import Vault
from cx_core.records import ArrivedMail, Mailbox, Person, Role
from cx_core.views import Refusal
from cx_core.views.channels.mailboxes import SetApart

READ, MOST_OPENED = 65_536, 1_000_000
"""Bytes of a mail looked through for what it says of itself, and of one that is opened for that."""
MOST_HEADER, MOST_ADDRESSES = 262_144, 200
"""Bytes of a mail that its addresses are looked for in, and of these how many are noted."""
ROUND = 50
"""Mails whose addresses are noted at once."""
_SAYS = re.compile(rb"^(From|Subject):[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.I | re.M)
_NAMES = re.compile(rb"^(?:From|Sender|Reply-To|Return-Path|To):((?:[^\r\n]|\r?\n[ \t])*)", re.I | re.M)
_ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]\\@]{1,64}@[^\s<>\"(),:;\[\]\\@]{1,253}")
_HEADER_ENDS = re.compile(rb"\r?\n\r?\n")
DECIDED = Refusal(code="already", text="It was taken in, discarded, or is being tried.")


class MailsSetApart(Service):
    """For administrators. Whatever is done with one is on record."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._vault = means.vault

    def retry(self, person: Person, mail: int) -> Refusal | None:
        """Read a mail that was set apart once more; one whose bytes are not on file is fetched again first."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            found = unit.arrived_mail.get(mail)
            if found is None or found.state != "apart":
                return DECIDED
            on_file = unit.arrived_mail.sealed(mail) is not None
            state = found.replace(state="waiting" if on_file else "wanted", why="", tries=0, next_try=None)
            unit.arrived_mail.put(state)
            unit.record("mail_retried", actor=person.id, payload={"mail": mail, "mailbox": found.mailbox})
        return None

    def download(self, person: Person, mail: int) -> bytes | Refusal:
        """Hand over the mail as it came. Nothing in it was checked."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            found = unit.arrived_mail.get(mail)
            if found is None or found.state != "apart":
                return DECIDED
            raw = _opened(unit, self._vault, found)
            if raw is None:
                return Refusal(code="unknown", text="Its bytes are not on file. Retry fetches it again.")
            unit.record("mail_downloaded", actor=person.id, payload={"mail": mail, "mailbox": found.mailbox})
        return raw

    def discard(self, person: Person, mail: int, reason: str) -> Refusal | None:
        """Drop a mail for good. In the mailbox on its server it stays, and is not fetched again."""
        allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why it is discarded; the reason stays on record.")
        with self._store.begin() as unit:
            found = unit.arrived_mail.get(mail)
            if found is None or found.state != "apart":
                return DECIDED
            unit.arrived_mail.put(found.replace(state="discarded", next_try=None), forget=True)
            payload = {"mail": mail, "mailbox": found.mailbox, "set_apart": found.why, "reason": reason.strip()[:500]}
            unit.record("mail_discarded", actor=person.id, payload=payload)
        return None


def shown_apart(unit: Unit, vault: Vault, mail: ArrivedMail, mailbox: Mailbox | None) -> SetApart:
    """One of the list, with what the mail says of itself."""
    sealed = unit.arrived_mail.sealed(mail.id)
    raw = vault.unseal(sealed, about_mail(mail)) if sealed and mail.size <= MOST_OPENED else None
    said = {found[1].lower(): found[2] for found in reversed(list(_SAYS.finditer((raw or b"")[:READ])))}
    return SetApart(
        id=mail.id,
        mailbox=mailbox.address if mailbox else "",
        sender=_legible(said.get(b"from", b"")),
        subject=_legible(said.get(b"subject", b"")),
        size=mail.size,
        why=mail.why,
        at=mail.at,
        on_file=sealed is not None,
    )


def note_addresses(store: Store, vault: Vault) -> None:
    """Note whose the mails are that were set apart since. Each is decrypted for it once."""
    while True:
        with store.look() as unit:
            if not unit.arrived_mail.unaddressed(1):
                return
        with store.begin() as unit:
            ours = {mailbox.address.lower() for mailbox in unit.mailboxes.all()}
            for mail in unit.arrived_mail.unaddressed(ROUND):
                unit.arrived_mail.note_addresses(mail.id, addresses_in(_opened(unit, vault, mail) or b"") - ours)


def addresses_in(raw: bytes) -> frozenset[str]:
    """Whoever the header names as sender or recipient, in small letters, however damaged the rest is."""
    ends = _HEADER_ENDS.search(raw, 0, MOST_HEADER)
    head = raw[: ends.start()] if ends and _NAMES.search(raw, 0, ends.start()) else raw[:MOST_HEADER]
    words = (value[1].decode("utf-8", "replace") for value in _NAMES.finditer(head))
    found = dict.fromkeys(address.lower().strip("'.") for text in words for address in _ADDRESS.findall(text))
    return frozenset(list(found)[:MOST_ADDRESSES])


def _opened(unit: Unit, vault: Vault, mail: ArrivedMail) -> bytes | None:
    sealed = unit.arrived_mail.sealed(mail.id)
    return vault.unseal(sealed, about_mail(mail)) if sealed else None


def _legible(words: bytes) -> str:
    """As it stands in the header, undecoded: whatever could not be read is not read again for this."""
    text = " ".join(words.decode("utf-8", "replace").split())
    return "".join(one for one in text if one.isprintable())[:200]
