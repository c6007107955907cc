"""The tree of named errors.

    RungError
    ├── BadInput          what was handed in cannot be used; the message says what to do
    │   ├── NotIsolated       it would have to be read without protection, which this machine does not give
    │   └── UnreadableMail    a mail is set apart; says why in words for a person
    ├── KnowledgeError    a file of the knowledge folder is wrong; names file and line or field
    ├── NotAllowed        the person's role does not cover this
    ├── NoProof           an act was attempted without a ruling and approval for exactly this
    │   └── RulingContradicted  it had been ruled as allowed for the copilot, and is refused though nothing changed
    ├── Stopped           somebody switched this off
    ├── AuditUnavailable  the record could not be written, so the act is not done
    ├── StoreUnavailable  Rung's own database does not answer; nothing was changed
    ├── UncheckedLibrary  a library is not the version that was found safe, so it is not used
    ├── AuditBroken       the log was touched; names the first bad event
    └── SystemTrouble     a business system or model did not do its part
        ├── ModelTrouble      a language model gave no answer that can be used
        ├── SystemRefused     it answered no (a slot has gone, a payment is settled); final
        ├── MailboxRefused    a mail server does not let us in; nothing goes on until a person mends it
        └── SystemUnreachable it did not answer; the same call may be tried again

A refusal a person may get in ordinary work (a stale approval, a ticket taken) is a value,
`views.Refusal`, not an error.
"""


class RungError(Exception):
    """Root of every error raised on purpose."""


def words_of(error: Exception) -> str:
    """What a person may read of an error. Only our own messages are known to name nobody else."""
    return str(error) if isinstance(error, RungError) else f"{type(error).__name__}."


class BadInput(RungError):
    """What was handed in cannot be used."""


class NotIsolated(BadInput):
    """A file was not read, since the process that reads files could not be cut off from the network."""


class UnreadableMail(BadInput):
    """A mail cannot be read. It is set apart with this reason, and the next one is read."""


class KnowledgeError(RungError):
    """A file of the knowledge folder is wrong."""


class NotAllowed(RungError):
    """The person's role does not cover this."""


class NoProof(RungError):
    """An act without a ruling and approval for exactly these arguments and this version."""


class RulingContradicted(NoProof):
    """What the copilot was let do alone is refused at the act, and nothing changed meanwhile that explains it."""


class Stopped(RungError):
    """A switch says no."""


class AuditUnavailable(RungError):
    """The record could not be written, so the act is not done."""


class StoreUnavailable(RungError):
    """Rung's own database does not answer, so nothing was changed."""


class AuditBroken(RungError):
    """The audit log does not verify."""


class UncheckedLibrary(RungError):
    """A library is not the version that was found safe, so it is not used."""


class UnknownFact(RungError):
    """Something a rule asks about could not be found out. Nobody may do what rests on it."""


class SystemTrouble(RungError):
    """A business system or a model did not do its part."""


class ModelTrouble(SystemTrouble):
    """A language model gave no answer that can be used, or may not be asked any more today."""


class SystemRefused(SystemTrouble):
    """The system answered no; asking again changes nothing."""


class MailboxRefused(SystemTrouble):
    """A mail server turned us away: wrong password, ended token, or an address that may not be sent from."""


class SystemUnreachable(SystemTrouble):
    """The system did not answer; the same call, with the same key, may be tried again."""
