"""Mailboxes connected, tried out, paused and removed; and what was set apart or did not arrive. For administrators."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from cx_core.desk.channels.mail_fetching import MailFetching, about_mail
from cx_core.desk.channels.mailbox_form import made_of, wrong_with
from cx_core.desk.service import Means, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.ports import Unit
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import APPROVERS, ArrivedMail, Mailbox, MailboxState, OutgoingMail, Person, Role, subject
from cx_core.views import Refusal
from cx_core.views.channels.mailboxes import (
    FailedMail,
    MailboxForm,
    MailboxTried,
    MailboxView,
    MailConnections,
    SecretForm,
    SetApart,
)

MOST = 20
"""Mailboxes."""
SHOWN, RECENT = 50, timedelta(days=14)
READ, MOST_OPENED = 65_536, 1_000_000
"""Bytes of a mail looked through for what it says of itself, and of one that is opened for that."""
_SAYS = re.compile(rb"^(From|Subject):[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.I | re.M)
GONE = Refusal(code="stale", text="That mailbox is not in the list any more.")


class MailboxService(Service):
    """What the Connections page asks."""

    def __init__(self, means: Means, fetching: MailFetching) -> None:
        super().__init__(means)
        self._fetching = fetching
        self._servers, self._vault, self._channels = means.mail_servers, means.vault, means.channels

    def connections(self, person: Person) -> MailConnections:
        """Everything the page shows of mailboxes."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            mailboxes = unit.mailboxes.all()
            apart = unit.arrived_mail.apart(SHOWN)
            names = {mail.mailbox: unit.mailboxes.get(mail.mailbox) for mail in apart}
            failed = unit.outgoing_mail.failed(self._clock() - RECENT, SHOWN)
            return MailConnections(
                mailboxes=tuple(self._shown(unit, mailbox) for mailbox in mailboxes),
                apart=tuple(self._set_apart(unit, mail, names[mail.mailbox]) for mail in apart),
                failed=tuple(_failed(unit, mail) for mail in failed),
                teams=self._knowledge.company.teams,
            )

    def connect(self, person: Person, form: MailboxForm, secret: SecretForm) -> MailboxTried | Refusal:
        """Add a mailbox and try it out. It is fetched from at once where that went well; else it is paused."""
        allow(person, Role.ADMINISTRATOR)
        if why := wrong_with(form, secret, kept=False):
            return Refusal(code="denied", text=why)
        id = secrets.token_hex(8)
        made = made_of(form, id, person.id, self._clock(), active=False, revision=1)
        sealed = self._servers.keep_secret(made, MailboxSecret(*secret))
        with self._store.begin() as unit:
            there = unit.mailboxes.all()
            if any(_same(one, made) for one in there):
                return Refusal(code="already", text="That mailbox is connected already: change it in the list.")
            if len(there) >= MOST:
                return Refusal(code="denied", text=f"{MOST} mailboxes are connected, which is the most.")
            unit.mailboxes.put(made)
            unit.mailboxes.put_secret(id, sealed)
            unit.record("mailbox_connected", actor=person.id, payload=_on_record(made))
        try:
            tried = self._tried(person, made)
        except Exception:
            self.remove(person, id)  # nobody was told of it
            raise
        if tried.good:
            self._change(person, id, "mailbox_resumed", lambda one: one.replace(active=True))
        return tried

    def change(self, person: Person, id: str, form: MailboxForm, secret: SecretForm) -> MailboxTried | Refusal:
        """Change what is known of a mailbox, and try it out. An empty secret stays as it is kept."""
        allow(person, Role.ADMINISTRATOR)
        if why := wrong_with(form, secret, kept=True):
            return Refusal(code="denied", text=why)
        with self._store.begin() as unit:
            before = _found(unit, id)
            if before is None:
                return GONE
            elsewhere = (before.imap.host, before.smtp.host, before.token_url, before.sign_in) != (
                form.imap_host.strip(),
                form.smtp_host.strip(),
                form.token_url.strip(),
                form.sign_in,
            )
            if elsewhere and wrong_with(form, secret, kept=False):  # what one was told is not told another unasked
                return Refusal(code="denied", text="With another server, enter the password or token again.")
            made = made_of(form, id, before.by, before.at, active=before.active, revision=before.revision + 1)
            unit.mailboxes.put(made)
            if made.fetched_from != before.fetched_from:
                unit.mailboxes.begin_anew(id)
            if any(secret):
                kept = None if elsewhere else unit.mailboxes.secret(id)
                unit.mailboxes.put_secret(id, self._servers.keep_secret(made, MailboxSecret(*secret), kept))
            unit.record("mailbox_changed", actor=person.id, payload=_on_record(made) | {"secret": any(secret)})
        return self._tried(person, made)

    def try_out(self, person: Person, id: str) -> MailboxTried | Refusal:
        """Sign in to both servers now."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            mailbox = _found(unit, id)
        return GONE if mailbox is None else self._tried(person, mailbox)

    def pause(self, person: Person, id: str) -> Refusal | None:
        """Fetch and send nothing until it is resumed; nothing is lost."""
        return self._change(person, id, "mailbox_paused", lambda one: one.replace(active=False))

    def resume(self, person: Person, id: str) -> Refusal | None:
        return self._change(person, id, "mailbox_resumed", lambda one: one.replace(active=True))

    def remove(self, person: Person, id: str) -> Refusal | None:
        """With its secret. Its tickets stay; replies to them find no way out."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            mailbox = _found(unit, id)
            if mailbox is None:
                return GONE
            unit.mailboxes.remove(id)
            unit.record("mailbox_removed", actor=person.id, payload=_on_record(mailbox))
        return None

    def retry_apart(self, person: Person, mail: int) -> Refusal | None:
        """Read a mail that was set apart once more; one whose bytes are not on file is fetched again first."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            found = unit.arrived_mail.get(mail)
            if found is None or found.state != "apart":
                return Refusal(code="already", text="It was taken in, or is being tried.")
            on_file = unit.arrived_mail.sealed(mail) is not None
            state = found.replace(state="waiting" if on_file else "wanted", why="", tries=0, next_try=None)
            unit.arrived_mail.put(state)
            unit.record("mail_retried", actor=person.id, payload={"mail": mail, "mailbox": found.mailbox})
        return None

    def send_again(self, person: Person, key: str) -> Refusal | None:
        """Queue a mail again that was refused or bounced. Whoever may answer the ticket may."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            mail = unit.outgoing_mail.get(key)
            ticket = unit.tickets.get(mail.ticket) if mail is not None else None
        if ticket is None or not any(channel.retry(key) for channel in self._channels if channel.carries(ticket)):
            return Refusal(code="already", text="It is on its way already, or too old to be sent again.")
        payload = {"key": key}
        with self._store.begin() as unit:
            unit.record("mail_sent_again", actor=person.id, payload=payload, ticket=ticket.id, customer=subject(ticket))
            unit.tickets.put(ticket)
        return None

    # --- inside -----------------------------------------------------------------------------

    def _tried(self, person: Person, mailbox: Mailbox) -> MailboxTried:
        trial = self._servers.try_out(mailbox)
        if trial.good:
            self._begin(mailbox)
        with self._store.begin() as unit:
            payload = {"mailbox": mailbox.id, "good": trial.good, "answer": list(trial.lines)}
            unit.record("mailbox_tested", actor=person.id, payload=payload)
            if trial.good:
                unit.mailboxes.put_state(_well(unit.mailboxes.state(mailbox.id)))
        return MailboxTried(good=trial.good, lines=trial.lines)

    def _begin(self, mailbox: Mailbox) -> None:
        """Say now which mails were there before: what comes until the first fetch is new."""
        with suppress(SystemTrouble), self._servers.folder(mailbox) as folder:
            self._fetching.begin(mailbox, folder)

    def _change(self, person: Person, id: str, kind: str, change: Callable[[Mailbox], Mailbox]) -> Refusal | None:
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            mailbox = _found(unit, id)
            if mailbox is None:
                return GONE
            changed = change(mailbox)
            unit.mailboxes.put(changed)
            unit.record(kind, actor=person.id, payload=_on_record(changed))
        return None

    def _shown(self, unit: Unit, mailbox: Mailbox) -> MailboxView:
        state = unit.mailboxes.state(mailbox.id)
        return MailboxView(
            mailbox=mailbox,
            state=state,
            token_ended=state.token_until is not None and state.token_until <= self._clock(),
            waiting=unit.arrived_mail.count(mailbox.id, "waiting") + unit.arrived_mail.count(mailbox.id, "wanted"),
            queued=unit.outgoing_mail.queued(mailbox.id),
            apart=unit.arrived_mail.count(mailbox.id, "apart"),
        )

    def _set_apart(self, unit: Unit, mail: ArrivedMail, mailbox: Mailbox | None) -> SetApart:
        sealed = unit.arrived_mail.sealed(mail.id) if mail.size <= MOST_OPENED else None
        raw = self._vault.unseal(sealed, about_mail(mail)) if sealed else None
        said = {found[1].lower(): found[2] for found in reversed(list(_SAYS.finditer((raw or b"")[:READ])))}
        return SetApart(
            id=mail.id,
            mailbox=mailbox.address if mailbox else "",
            sender=_legible(said.get(b"from", b"")),
            subject=_legible(said.get(b"subject", b"")),
            size=mail.size,
            why=mail.why,
            at=mail.at,
        )


def _found(unit: Unit, id: str) -> Mailbox | None:
    return next((mailbox for mailbox in unit.mailboxes.all() if mailbox.id == id), None)


def _same(one: Mailbox, other: Mailbox) -> bool:
    """Two that fetch from one folder would make two of each ticket's mails."""
    return one.fetched_from == other.fetched_from or one.address.lower() == other.address.lower()


def _well(state: MailboxState) -> MailboxState:
    return state.replace(trouble="", refused=False, since=None, failures=0)


def _legible(words: bytes) -> str:
    """As it stands in the header, undecoded: whatever could not be read is not read again for this."""
    text = " ".join(words.decode("utf-8", "replace").split())
    return "".join(one for one in text if one.isprintable())[:200]


def _failed(unit: Unit, mail: OutgoingMail) -> FailedMail:
    return FailedMail(
        key=mail.key,
        ticket=mail.ticket,
        address=mail.address,
        state=mail.state,
        words=mail.words,
        at=mail.settled_at or mail.at,
        can_retry=unit.outgoing_mail.sealed(mail.key) is not None,
    )


def _on_record(mailbox: Mailbox) -> dict[str, object]:
    """Without anything secret."""
    return {
        "mailbox": mailbox.id,
        "address": mailbox.address,
        "imap": f"{mailbox.imap.host}:{mailbox.imap.port}",
        "smtp": f"{mailbox.smtp.host}:{mailbox.smtp.port}",
        "active": mailbox.active,
    }
