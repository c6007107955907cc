"""Mailboxes: what Rung keeps of them, and what it needs of mail servers."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Event
from typing import NamedTuple, Protocol

from cx_core.ports.channels import Outgoing
from cx_core.records import (
    ArrivalState,
    ArrivedMail,
    Mailbox,
    MailboxState,
    OutgoingMail,
    ReadMail,
    TicketId,
    Watermark,
)


class MailboxRepository(Protocol):
    """Mailboxes, how they are doing, and how far they were fetched."""

    def all(self) -> tuple[Mailbox, ...]:
        """Those that were not removed, oldest first."""
        ...

    def get(self, id: str) -> Mailbox | None:
        """Also one that was removed: mails name it."""
        ...

    def put(self, mailbox: Mailbox) -> None: ...

    def remove(self, id: str) -> None:
        """With its secret. What was found in it stays on file."""
        ...

    def secret(self, id: str) -> bytes | None:
        """Encrypted; see `Vault`."""
        ...

    def put_secret(self, id: str, sealed: bytes) -> None: ...

    def state(self, id: str) -> MailboxState: ...

    def put_state(self, state: MailboxState) -> None: ...

    def hold(self, id: str, holder: str, now: datetime, until: datetime) -> bool:
        """Whether this holder may fetch from it until then; False: another one does."""
        ...

    def let_go(self, id: str, holder: str) -> None: ...

    def watermark(self, id: str, validity: int) -> Watermark | None:
        """Held against other writers until the transaction ends."""
        ...

    def ever_fetched(self, id: str) -> bool:
        """Whether there is a watermark under any UIDVALIDITY."""
        ...

    def put_watermark(self, mark: Watermark) -> None: ...

    def begin_anew(self, id: str) -> None:
        """Forget its watermarks and the numbers of its mails: it is another folder now, numbered in its own way."""
        ...


class ArrivedMailRepository(Protocol):
    """Mails that were found in mailboxes."""

    def known(self, mailbox: str, keys: Collection[str]) -> dict[str, ArrivedMail]:
        """By key."""
        ...

    def add(self, mail: ArrivedMail, sealed: bytes | None) -> bool:
        """False, and nothing is written, where the mailbox has one of this key."""
        ...

    def before(self, mail: ArrivedMail) -> tuple[ArrivedMail, ...]:
        """Those of the same key that came before it, in any mailbox."""
        ...

    def get(self, id: int) -> ArrivedMail | None: ...

    def put(self, mail: ArrivedMail, *, forget: bool = False) -> None:
        """How far it has come; `forget` drops its bytes."""
        ...

    def put_bytes(self, id: int, sealed: bytes) -> None: ...

    def sealed(self, id: int) -> bytes | None:
        """Its encrypted bytes; None: there are none, or no more."""
        ...

    def due(self, now: datetime, most: int) -> tuple[ArrivedMail, ...]:
        """Those waiting to be read, in the order in which they came."""
        ...

    def wanted(self, mailbox: str) -> tuple[ArrivedMail, ...]:
        """Those to be fetched once more."""
        ...

    def apart(self, most: int) -> tuple[ArrivedMail, ...]:
        """Those set apart, newest first."""
        ...

    def unaddressed(self, most: int) -> tuple[ArrivedMail, ...]:
        """Those set apart with their bytes whose addresses are not noted yet."""
        ...

    def note_addresses(self, id: int, addresses: Collection[str]) -> None:
        """Whose a mail is that was set apart, in small letters. They go with its bytes."""
        ...

    def count(self, mailbox: str, state: ArrivalState) -> int: ...


class OutgoingMailRepository(Protocol):
    """Mails to customers."""

    def add(self, mail: OutgoingMail, sealed: bytes) -> None: ...

    def get(self, key: str) -> OutgoingMail | None: ...

    def by_message_id(self, message_id: str) -> OutgoingMail | None: ...

    def put(self, mail: OutgoingMail, *, forget: bool = False) -> None:
        """How far it has come; `forget` drops its bytes."""
        ...

    def sealed(self, key: str) -> bytes | None: ...

    def due(self, now: datetime, most: int) -> tuple[OutgoingMail, ...]: ...

    def of_ticket(self, ticket: TicketId) -> tuple[OutgoingMail, ...]: ...

    def failed(self, since: datetime, most: int) -> tuple[OutgoingMail, ...]:
        """Refused and bounced ones, newest first."""
        ...

    def queued(self, mailbox: str) -> int: ...

    def automatic_since(self, address: str, since: datetime) -> int:
        """How many mails that no person sent were queued to this address since then."""
        ...

    def bounced_for_good(self, address: str) -> OutgoingMail | None:
        """The last mail to this address, where it bounced for good."""
        ...

    def forget_before(self, moment: datetime) -> None:
        """Drop the bytes of mails settled before."""
        ...


class Vault(Protocol):
    """Keeps secrets and mails unreadable to whoever has the database alone."""

    def seal(self, content: bytes, about: str) -> bytes:
        """Encrypted, and bound to what it is `about`."""
        ...

    def unseal(self, sealed: bytes, about: str) -> bytes | None:
        """None: it was changed, or is about something else."""
        ...


class ListedMail(NamedTuple):
    """A mail of a folder, before it is fetched. `header` is bounded."""

    uid: int
    size: int
    header: bytes


class MailFolder(Protocol):
    """A folder of a mailbox, opened read-only: nothing in it is ever marked or moved.

    Every method raises SystemUnreachable when the connection is lost.
    """

    @property
    def validity(self) -> int:
        """UIDVALIDITY, RFC 3501 2.3.1.1."""
        ...

    @property
    def next_uid(self) -> int: ...

    def listed(self, after: int, most: int) -> tuple[ListedMail, ...]:
        """The next mails above this UID, ascending."""
        ...

    def next_after(self, uid: int) -> int | None:
        """The next mail's UID above this one; None: there is none."""
        ...

    def count_after(self, uid: int) -> int: ...

    def whole(self, uid: int) -> bytes | None:
        """The mail as it is; None: it is not there any more. Raises SystemTrouble."""
        ...

    def wait(self, seconds: float, stop: Event) -> None:
        """Return when something may have come, when the time is over, or soon after `stop` is set."""
        ...


class MailboxTrial(NamedTuple):
    """What came of trying a mailbox out, for each server in words."""

    good: bool
    lines: tuple[str, ...]


class MailboxSecret(NamedTuple):
    """What signs in to a mailbox: a password, or a refresh token with the client's secret, if it has one."""

    password: str = ""
    refresh_token: str = ""
    client_secret: str = ""

    def __repr__(self) -> str:
        return "MailboxSecret()"


class MailServers(Protocol):
    """Signs in to a mailbox's servers.

    Raises MailboxRefused where a server turns us away, and SystemUnreachable where it does not answer.
    """

    def folder(self, mailbox: Mailbox) -> AbstractContextManager[MailFolder]: ...

    def hand_in(self, mailbox: Mailbox, address: str, raw: bytes) -> str:
        """Give a mail to the SMTP server; returns its words. Raises SystemRefused where it will never take it."""
        ...

    def try_out(self, mailbox: Mailbox) -> MailboxTrial:
        """Sign in to both servers, and say how that went. Sends nothing."""
        ...

    def keep_secret(self, mailbox: Mailbox, secret: MailboxSecret, before: bytes | None = None) -> bytes:
        """The secret as it is kept, encrypted. Of `before`, as it was kept, what `secret` leaves empty stays."""
        ...


class MailFormat(Protocol):
    """Reads and writes mails."""

    def read(self, raw: bytes, mailbox: Mailbox, ours: Collection[str]) -> ReadMail:
        """`ours`: the addresses of our mailboxes. Raises UnreadableMail saying why."""
        ...

    def written(self, message: Outgoing, mailbox: Mailbox, message_id: str, reply_to: str) -> bytes:
        """A mail ready to be sent. Raises BadInput for what no mail can hold."""
        ...

    def rest(self) -> None:
        """Let go of what reading holds; the next mail takes it up again."""
        ...
