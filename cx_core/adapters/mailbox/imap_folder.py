"""A folder of a mailbox over IMAP (RFC 3501), read-only: nothing is ever marked as seen, moved or deleted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from ssl import SSLContext
from threading import Event

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from cx_core.adapters.mailbox.access import MailboxSignIn
from cx_core.adapters.mailbox.server_trouble import imap_trouble, plain_letters, quoted
from cx_core.errors import MailboxRefused
from cx_core.ports.outside.mailboxes import ListedMail
from cx_core.records import Mailbox, MailServer

CONNECT, READ = 15.0, 60.0
"""Seconds."""
MOST_HEADER = 65_536
WINDOW = 50_000
"""UIDs that are searched for at once; of ten digits each they stay well below a megabyte."""
LOOK = 1.0
"""Seconds after which whoever waits looks whether to stop."""


class ImapFolder:
    """Implements ports.mailboxes.MailFolder. Not for several threads at once."""

    def __init__(self, client: IMAPClient, server: MailServer, folder: str, most: int) -> None:
        """`most`: bytes of a mail that are fetched; of a longer one it gives one byte more, and no further."""
        self._client, self._server, self._most = client, server, most
        selected = client.select_folder(folder, readonly=True)
        self._validity, self._next = int(selected[b"UIDVALIDITY"]), int(selected.get(b"UIDNEXT", 0))
        self._count = int(selected.get(b"EXISTS", 0))
        self._listed: list[int] = []
        self._idles = client.has_capability("IDLE")

    @property
    def validity(self) -> int:
        return self._validity

    @property
    def next_uid(self) -> int:
        """Where a server does not say, one above the highest there is."""
        with imap_trouble(self._server):
            return self._next or self._highest() + 1

    def listed(self, after: int, most: int) -> tuple[ListedMail, ...]:
        asked = self._next_uids(after)[:most]
        if not asked:
            return ()
        header = f"BODY.PEEK[HEADER]<0.{MOST_HEADER}>"
        with imap_trouble(self._server):
            found = self._client.fetch(asked, ["RFC822.SIZE", header])
        return tuple(
            ListedMail(uid, int(found[uid].get(b"RFC822.SIZE", 0)), _body(found[uid], b"BODY[HEADER]"))
            if uid in found
            else ListedMail(uid, -1, b"")
            for uid in asked
        )

    def next_after(self, uid: int) -> int | None:
        return next(iter(self._next_uids(uid)), None)

    def count_after(self, uid: int) -> int:
        return sum(len(found) for found in self._windows(uid))

    def whole(self, uid: int) -> bytes | None:
        with imap_trouble(self._server):
            found = self._client.fetch([uid], [f"BODY.PEEK[]<0.{self._most + 1}>"])
        return _body(found[uid], b"BODY[]") if uid in found else None

    def wait(self, seconds: float, stop: Event) -> None:
        until = time.monotonic() + seconds
        if not self._idles:
            stop.wait(seconds)
            return
        with imap_trouble(self._server):
            self._client.idle()
            try:
                while not stop.is_set() and (left := until - time.monotonic()) > 0:
                    if said := self._client.idle_check(timeout=min(LOOK, left)):
                        self._note_count(said)
                        return
            finally:
                self._client.idle_done()

    def _next_uids(self, after: int) -> list[int]:
        """UIDs above this one, ascending, as they were found last; looked for again where none is left."""
        self._listed = [uid for uid in self._listed if uid > after] or next(self._windows(after), [])
        return self._listed

    def _windows(self, after: int) -> Iterator[list[int]]:
        """UIDs above this one, ascending, in lists none of which is empty.

        A large folder is searched piece by piece: a server answers on one line, which may have a megabyte.
        """
        with imap_trouble(self._server):
            self._note_count(self._client.noop()[1])
            highest = self._highest()
        low = after + 1
        while low <= highest:
            high = min(highest, low + WINDOW - 1) if self._count > WINDOW else highest
            with imap_trouble(self._server):
                found = self._client.search(["UID", f"{low}:{high}"])
            if uids := sorted(uid for uid in found if low <= uid <= high):
                yield uids
            low = high + 1

    def _note_count(self, said: Iterable[tuple[object, ...]]) -> None:
        """How many mails there are, of what a server says besides. It says so once, whatever is done just then."""
        counts = [one[0] for one in said if len(one) == 2 and one[1] == b"EXISTS"]
        self._count = max([self._count, *(count for count in counts if isinstance(count, int))])

    def _highest(self) -> int:
        return max(self._client.search(["UID", "*"]), default=0)


@contextmanager
def opened(mailbox: Mailbox, sign_in: MailboxSignIn, terms: SSLContext, most: int) -> Iterator[ImapFolder]:
    """Sign in and open the mailbox's folder. Raises MailboxRefused or SystemUnreachable."""
    server = mailbox.imap
    with imap_trouble(server):
        client = _connected(server, terms)
        try:
            with plain_letters(server):
                if sign_in.token:
                    client.oauth2_login(sign_in.user, sign_in.secret)
                else:
                    client.login(sign_in.user, sign_in.secret)
            folder = _folder(client, mailbox, most)
        except BaseException:
            _left(client)
            raise
    try:
        yield folder
    finally:
        _left(client)


def _connected(server: MailServer, terms: SSLContext) -> IMAPClient:
    patience = SocketTimeout(CONNECT, READ)
    tls = server.security == "tls"
    client = IMAPClient(server.host, server.port, ssl=tls, ssl_context=terms if tls else None, timeout=patience)
    if server.security == "starttls":
        try:
            client.starttls(terms)
        except BaseException:
            _left(client)
            raise
    return client


def _folder(client: IMAPClient, mailbox: Mailbox, most: int) -> ImapFolder:
    try:
        return ImapFolder(client, mailbox.imap, mailbox.folder, most)
    except IMAPClientError as error:
        raise MailboxRefused(f"The folder “{mailbox.folder}” cannot be opened: {quoted(error)}") from error


def _left(client: IMAPClient) -> None:
    with suppress(Exception):
        client.logout()
    with suppress(Exception):
        client.shutdown()


def _body(found: dict[bytes, object], name: bytes) -> bytes:
    """What was asked for, under the name that the server gives a part of it."""
    for key, value in found.items():
        if key.startswith(name) and isinstance(value, bytes):
            return value
    return b""
