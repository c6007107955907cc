"""Mail: one as it was read (`read_mail`), the mailboxes it comes by (`mailboxes`), and what goes out (`outgoing`)."""

from cx_core.records.mail.mailboxes import (
    ArrivalState,
    ArrivedMail,
    Mailbox,
    MailboxState,
    MailSecurity,
    MailServer,
    MailSignIn,
    Watermark,
)
from cx_core.records.mail.outgoing import OutgoingMail, SendingState
from cx_core.records.mail.read_mail import Bounce, MailParty, ReadMail, Trust

__all__ = [
    "ArrivalState",
    "ArrivedMail",
    "Bounce",
    "MailParty",
    "MailSecurity",
    "MailServer",
    "MailSignIn",
    "Mailbox",
    "MailboxState",
    "OutgoingMail",
    "ReadMail",
    "SendingState",
    "Trust",
    "Watermark",
]
