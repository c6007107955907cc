"""The transcript of a chat by mail, where its visitor asks for it: once, to one address, with what was said there."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from cx_core.desk.channels.mail_channel import about_outgoing
from cx_core.desk.service import Means, Service
from cx_core.errors import BadInput
from cx_core.ports import Unit
from cx_core.ports.channels import Outgoing
from cx_core.records import Mailbox, OutgoingMail, Ticket, subject
from cx_core.records.chat import ChatEvent, ChatSession
from cx_core.views import Refusal
from cx_core.views.channels.chat import TranscriptWords

HOUR = timedelta(hours=1)
MOST_HOUR = 3
"""Mails that no person sent to one address within an hour: whoever types somebody else's does not flood them."""
MOST_EVENTS, LONGEST = 500, 100_000
_EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']+\.[^@\s,;<>\"']+")
_WORD = re.compile(r"\S+")
_LINK = re.compile(r"://|\bwww\.|[^\W_]\.(?:[^\W\d_]{2}|\d+\.\d+\.\d)", re.I)
"""Stands in whatever a mail program would make a link of, also in a name without a scheme."""
_FILE = re.compile(r"[^.]+\.(?:pdf|png|jpe?g|gif|webp|heic|txt|csv|docx?|xlsx?)", re.I)
DONE = Refusal(code="already", text="The transcript was sent already, and goes to one address only.")


class ChatTranscripts(Service):
    """The part of the desk that a visitor asks for a transcript, with their session."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._vault, self._format = means.vault, means.mail_format

    def offered(self) -> bool:
        """Whether there is a mailbox to send one from."""
        with self._store.look() as unit:
            return _sender(unit) is not None

    def send(self, session: ChatSession, email: str, words: TranscriptWords) -> Refusal | None:
        """Queue it; asked again for the same address it changes nothing."""
        address = email.strip()
        if len(address) > 254 or not _EMAIL.fullmatch(address):
            return Refusal(code="denied", text="That is no e-mail address.")
        with self._store.look() as unit:
            events = unit.chat.events(session.id, 0, MOST_EVENTS)
        said = [event for event in events if event.kind == "message"]
        if not any(event.body.get("from") in ("person", "ai") for event in said):
            return Refusal(code="empty", text="Nobody has answered in this chat yet.")  # else it would carry anything
        text = f"{words.intro}\n\n{self._lines(said, words)}"[:LONGEST]
        with self._store.begin() as unit:
            return self._queue(unit, session, Outgoing("", "email", address, words.subject, text, (), _HEADERS))

    def _queue(self, unit: Unit, session: ChatSession, mail: Outgoing) -> Refusal | None:
        now, current = self._clock(), unit.chat.session(session.id)
        ticket, mailbox = unit.chat.latest_ticket(session), _sender(unit)
        if current is None or current.ended or ticket is None or mailbox is None:
            return Refusal(code="stale", text="There is nothing to send.")
        if current.transcript_to:
            return None if current.transcript_to == mail.address else DONE
        if unit.outgoing_mail.automatic_since(mail.address, now - HOUR) >= MOST_HOUR:
            return Refusal(code="later", text="Several mails went to this address already. Try again later.")
        if unit.outgoing_mail.bounced_for_good(mail.address) is not None:
            return Refusal(code="denied", text="Mail to this address was not delivered before.")
        kept = _kept(session, ticket, mailbox, mail.address).replace(at=now, next_try=now)
        try:
            raw = self._format.written(mail._replace(key=kept.key), mailbox, kept.message_id, "")
        except BadInput:
            return Refusal(code="denied", text="No mail can be sent to this address.")
        unit.outgoing_mail.add(kept, self._vault.seal(raw, about_outgoing(kept.key)))
        unit.chat.put_session(current.replace(transcript_to=mail.address))
        unit.record(
            "transcript_sent", actor="chat", payload={"key": kept.key}, ticket=ticket.id, customer=subject(ticket)
        )
        return None

    def _lines(self, said: list[ChatEvent], words: TranscriptWords) -> str:
        names = {"you": words.you, "ai": words.ai, "notice": words.notice}
        lines = []
        for event in said:
            author = str(event.body.get("from"))
            name = names.get(author) or str(event.body.get("name") or self._knowledge.company.name)
            text = str(event.body.get("text") or "")
            named = [str(file["name"]) for file in event.body.get("files") or ()]
            if author == "you":  # a link of theirs may be meant for whoever gets this
                text = _without_links(text)
                named = [one if _FILE.fullmatch(one) else _without_links(one) for one in named]
            files = ", ".join(named)
            about = f" ({files})" if files else ""
            at = event.at.astimezone(ZoneInfo(self._knowledge.company.timezone))
            lines.append(f"{name}, {at:%Y-%m-%d %H:%M}{about}:\n{text}".strip())
        return "\n\n".join(lines)


_HEADERS = {"Auto-Submitted": "auto-generated"}
"""RFC 3834: no out-of-office replies to this."""


def _without_links(text: str) -> str:
    return _WORD.sub(lambda word: "[…]" if _LINK.search(word[0]) else word[0], text)


def _sender(unit: Unit) -> Mailbox | None:
    return next((mailbox for mailbox in unit.mailboxes.all() if mailbox.active), None)


def _kept(session: ChatSession, ticket: Ticket, mailbox: Mailbox, address: str) -> OutgoingMail:
    domain = mailbox.address.rpartition("@")[2]
    return OutgoingMail(
        key=f"{ticket.id}:transcript:{session.id}",
        ticket=ticket.id,
        mailbox=mailbox.id,
        address=address,
        message_id=f"<{secrets.token_hex(10)}@{domain}>",
        exact=session.id,
        automatic=True,
        at=session.at,
    )
