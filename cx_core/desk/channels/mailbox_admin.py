"""Mailboxes connected, tried out, paused and removed; and what did not arrive, sent again. For administrators."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from cx_core.desk.channels.mail_fetching import MailFetching
from cx_core.desk.channels.mailbox_form import made_of, wrong_with
from cx_core.desk.channels.mails_set_apart import shown_apart
from cx_core.desk.service import Means, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.ports import Unit
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import APPROVERS, Mailbox, MailboxState, OutgoingMail, Person, Role, TicketId, subject
from cx_core.views import Refusal
from cx_core.views.channels.mailboxes import (
    FailedMail,
    MailboxForm,
    MailboxTried,
    MailboxView,
    MailConnections,
    SecretForm,
)

MOST = 20
"""Mailboxes."""
SHOWN, RECENT = 50, timedelta(days=14)
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
                apart=tuple(shown_apart(unit, self._vault, mail, names[mail.mailbox]) for mail in apart),
                failed=tuple(_failed(unit, mail) for mail in failed),
                teams=self._knowledge.company.teams,
            )

    def connect(self, person: Person, form: MailboxForm, secret: SecretForm) -> MailboxTried | Refusal:
        """Add a mailbox and try it out. It is paused until that went well, now or later."""
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

    def send_again(self, person: Person, key: str) -> Refusal | None:
        """Queue a mail or message again that was refused or bounced. Whoever may answer the ticket may."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(TicketId(key.partition(":")[0]))
            kind = "mail_sent_again" if unit.outgoing_mail.get(key) is not None else "message_sent_again"
        if ticket is None or not any(channel.retry(key) for channel in self._channels):
            return Refusal(code="already", text="It is on its way already, or too old to be sent again.")
        payload = {"key": key}
        with self._store.begin() as unit:
            unit.record(kind, actor=person.id, payload=payload, ticket=ticket.id, customer=subject(ticket))
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
            state = unit.mailboxes.state(mailbox.id)
            if trial.good:
                unit.mailboxes.put_state(_well(state))
        if (
            trial.good and not mailbox.active and state.fetched_at is None
        ):  # it waited for a good test, not for a person
            self.resume(person, mailbox.id)
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


def _found(unit: Unit, id: str) -> Mailbox | None:
    return next((mailbox for mailbox in unit.mailboxes.all() if mailbox.id == id), None)


def _same(one: Mailbox, other: Mailbox) -> bool:
    """Two that fetch from one folder would make two of each ticket's mails."""
    return one.fetched_from == other.fetched_from or one.address.lower() == other.address.lower()


def _well(state: MailboxState) -> MailboxState:
    return state.replace(trouble="", refused=False, since=None, failures=0)


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
        "believes": mailbox.authserv_id or ("Microsoft 365" if mailbox.at_microsoft else ""),
    }
