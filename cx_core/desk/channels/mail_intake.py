"""Mails that were fetched, each made a message of a ticket, or set apart with the reason.

A report of a mail server ends on the mail that it is about, and a mail of our own ends here: neither opens a ticket.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from cx_core.desk.channels.mail_claims import claimed, claimed_within
from cx_core.desk.channels.mail_fetching import about_mail
from cx_core.desk.channels.mails_set_apart import note_addresses
from cx_core.desk.channels.undelivered import not_delivered
from cx_core.errors import BadInput, RungError
from cx_core.ports import Clock, Store, Unit
from cx_core.ports.channels import AlsoKept, Receive
from cx_core.ports.outside.mailboxes import MailFormat, Vault
from cx_core.records import ArrivalState, ArrivedMail, Bounce, Inbound, Mailbox, MessageId, ReadMail, TicketId
from cx_core.service_rules.mail_threads import MailThread, MailThreads
from cx_core.understand.mail_headers import handed_on

MOST = 500
"""Mails in a round."""
CLAIM = timedelta(seconds=45)
"""Longer than reading one can take. A process that ends over it leaves it to the next for so long."""
TRIES = 3
"""So often a mail may end the program that reads it."""
LATER = timedelta(seconds=20)
LONGEST_ID = 170
MOST_REPLY_TO = 10
MOST_REFERENCES = 10
"""Mails that one refers to which are looked up, the last first."""
OWN_THREAD = "self:"
_LOG = logging.getLogger("rung")


class MailIntake:
    """Done in rounds, by any number of threads and processes."""

    def __init__(self, store: Store, vault: Vault, format: MailFormat, threads: MailThreads, clock: Clock) -> None:
        self._store, self._vault, self._format, self._clock = store, vault, format, clock
        self._threads = threads

    def take_in(self, receive: Receive) -> int:
        """Take in what waits; returns how many mails became messages."""
        count = 0
        mail = claimed(self._store, lambda unit: unit.arrived_mail, self._clock(), CLAIM)
        for left in reversed(range(MOST)):
            if mail is None:
                break
            became, mail = self._take(mail, receive, go_on=left > 0)
            count += became
        note_addresses(self._store, self._vault)
        return count

    def _take(self, mail: ArrivedMail, receive: Receive, *, go_on: bool) -> tuple[bool, ArrivedMail | None]:
        """Whether it became a message, and the next mail, if there is one and the round is to go on."""
        if mail.tries > TRIES:
            return False, self._settle(mail, "apart", f"Reading it ended the program {TRIES} times.", go_on)
        ahead: list[ArrivedMail | None] = []

        def keep(unit: Unit, _ticket: TicketId) -> None:
            """A mail and its message are settled together, so that one transaction serves both."""
            ahead.append(self._settled(unit, mail.replace(state="taken", why="", next_try=None), go_on))

        try:
            state, why = self._taken(mail, receive, keep)
        except BadInput as refused:  # also UnreadableMail
            state, why = "apart", _sentence(str(refused))
        except RungError as trouble:
            _LOG.warning("A mail could not be taken in yet: %s", type(trouble).__name__)
            with self._store.begin() as unit:
                later = mail.replace(tries=mail.tries - 1, next_try=self._clock() + LATER)
                return False, self._settled(unit, later, go_on, *ahead)
        except Exception as fault:  # noqa: BLE001 - one mail must not stop the next, whatever is in it
            _LOG.exception("A mail could not be taken in")
            state, why = "apart", f"It could not be taken in: {type(fault).__name__}."
        else:
            if ahead:
                return True, ahead[0]
        return state == "taken", self._settle(mail, state, why, go_on, *ahead)

    def _taken(self, mail: ArrivedMail, receive: Receive, keep: AlsoKept) -> tuple[ArrivalState, str]:
        """What becomes of a mail, and why. Raises BadInput where it cannot be taken."""
        with self._store.look() as unit:
            mailboxes, sealed = unit.mailboxes.all(), unit.arrived_mail.sealed(mail.id)
            mailbox = next((each for each in mailboxes if each.id == mail.mailbox), None)
            mailbox = mailbox or unit.mailboxes.get(mail.mailbox)  # it may have been removed since
            alone = _alone(unit, mail)
        raw = self._vault.unseal(sealed, about_mail(mail)) if sealed else None
        if mailbox is None or raw is None:
            raise BadInput("Its bytes are not on file any more. Retry fetches it again.")
        ours = {each.address.lower() for each in mailboxes}
        read = self._format.read(raw, mailbox, ours)
        if read.bounce is not None:
            if why := self._reported(read.bounce):
                return "ended", why
            if read.bounce.status.startswith("2."):
                return "ended", "A mail server’s report of a mail that is not on file; nothing went wrong with it."
            raise BadInput("It looks like a mail server’s report of a mail that is not on file.")
        if read.sender.address.lower() in ours:
            raise BadInput("It comes from one of our own mailboxes: answering it could start a loop.")
        id = read.message_id
        if len(id) > LONGEST_ID or not alone:
            id = f"sha256:{hashlib.sha256(raw).hexdigest()}"
        receive(self._inbound(read, mail, mailbox, MessageId(id), ours), keep)
        return "taken", ""

    def _inbound(self, read: ReadMail, mail: ArrivedMail, mailbox: Mailbox, id: MessageId, ours: set[str]) -> Inbound:
        """Without proof that it goes on with a ticket, or a verified sender, it begins a conversation of its own."""
        thread = self._threads.thread_of(read, self._address_of, forwarded=handed_on(read.subject))
        if thread == MailThread():
            thread = self._broken_thread(read)
        root = f"{OWN_THREAD}{id}"  # that no answer names: whoever only claims a sender can write any Message-ID
        if read.identity >= 1:
            root = read.references[0] if read.references else id
        others = dict.fromkeys(party.address for party in (*read.to, *read.cc) if party.address.lower() not in ours)
        sender = read.sender.address.lower()
        asked = dict.fromkeys(party.address for party in read.reply_to if party.address.lower() != sender)
        return Inbound(
            id=id,
            channel="email",
            address=read.sender.address,
            identity=read.identity,
            subject=read.subject,
            text=read.text,
            received_at=read.sent_at or mail.at,
            thread=root,
            files=read.files,
            headers=read.headers,
            answers=thread.ticket,
            may_belong=thread.maybe,
            held=thread.held,
            mailbox=mailbox.id,
            team=mailbox.team,
            also_to=tuple(others)[:50],
            reply_to=tuple(asked)[:MOST_REPLY_TO],
        )

    def _broken_thread(self, read: ReadMail) -> MailThread:
        """The ticket of a mail that this one refers to, without a mark of ours. It counts where no thread goes on."""
        with self._store.look() as unit:
            for reference in read.references[: -MOST_REFERENCES - 1 : -1]:
                message = unit.tickets.message(MessageId(f"email:{reference}"))
                sent = unit.outgoing_mail.by_message_id(reference) if message is None else None
                id = message.ticket if message is not None else sent.ticket if sent is not None else None
                ticket = unit.tickets.get(id) if id is not None else None
                if ticket is not None and not ticket.erased:
                    other = ticket.address.lower() != read.sender.address.lower()
                    but = "it comes from another address" if other else "nothing vouches for the sender"
                    return MailThread(None, ticket.id, f"It refers to a mail of {ticket.id}, but {but}.")
        return MailThread()

    def _address_of(self, id: TicketId) -> str | None:
        with self._store.look() as unit:
            ticket = unit.tickets.get(id)
        return ticket.address if ticket is not None and not ticket.erased else None

    def _reported(self, bounce: Bounce) -> str:
        with self._store.begin() as unit:
            return self._noted(unit, bounce)

    def _noted(self, unit: Unit, bounce: Bounce) -> str:
        """On the mail that a server reports of; empty: it is none of ours. What is settled otherwise stays so."""
        mail = unit.outgoing_mail.by_message_id(bounce.message_id) if bounce.message_id else None
        if mail is None:
            return ""
        words, now = " ".join(f"{bounce.status} {bounce.words}".split()), self._clock()
        if bounce.delivered:
            if mail.state == "sent":
                unit.outgoing_mail.put(mail.replace(state="delivered", words=words, settled_at=now))
            return "A mail server’s report that a mail was delivered."
        if bounce.status.startswith("2."):
            return "A mail server’s report that it passed a mail on to one that does not report deliveries."
        if not bounce.permanent:
            if mail.state == "sent":
                unit.outgoing_mail.put(mail.replace(words=f"Delayed: {words}"))
            return "A mail server’s report that a mail is delayed."
        if mail.state in ("sent", "delivered"):
            if mail.state == "delivered" and mail.settled_at is not None:  # the next server took it, and sent it back
                words = f"{words} (A server had reported it as delivered on {mail.settled_at:%d %b %Y at %H:%M %Z}.)"
            bounced = mail.replace(state="bounced", words=words, settled_at=now)
            unit.outgoing_mail.put(bounced)
            not_delivered(unit, bounced, now)
        return "A mail server’s report that a mail was not delivered."

    def _settle(
        self, mail: ArrivedMail, state: ArrivalState, why: str, go_on: bool, ahead: ArrivedMail | None = None
    ) -> ArrivedMail | None:
        """The bytes of what was set apart stay, for another try."""
        with self._store.begin() as unit:
            return self._settled(unit, mail.replace(state=state, why=why[:500], next_try=None), go_on, ahead)

    def _settled(
        self, unit: Unit, mail: ArrivedMail, go_on: bool, ahead: ArrivedMail | None = None
    ) -> ArrivedMail | None:
        """Write what became of a mail, and claim the next one.

        One that does not wait any more was settled with its message, though what came after that failed: it stays so,
        and `ahead` was claimed then.
        """
        now = unit.arrived_mail.get(mail.id)
        if now is None or now.state != "waiting":
            return ahead
        unit.arrived_mail.put(mail, forget=mail.state in ("taken", "ended"))
        if mail.state == "apart":
            payload = {"mailbox": mail.mailbox, "mail": mail.id, "why": mail.why}
            unit.record("mail_set_apart", actor="rung", payload=payload)
        return claimed_within(unit.arrived_mail, self._clock(), CLAIM) if go_on else None


def _alone(unit: Unit, mail: ArrivedMail) -> bool:
    """Whether its Message-ID is its own. A copy of it in another mailbox is the same mail."""
    kind, _, rest = mail.key.partition(":")
    if kind == "uid" or ":" in rest:
        return False
    return all(other.body_digest in ("", mail.body_digest) for other in unit.arrived_mail.before(mail))


def _sentence(why: str) -> str:
    """A reason that completes "This mail was set apart: ", as a sentence of its own."""
    return f"{why[:1].upper()}{why[1:]}".rstrip(".") + "."
