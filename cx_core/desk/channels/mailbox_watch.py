"""A fetcher at each mailbox, in a thread of its own: fetched at once where the server tells of new mail (IDLE)."""

from __future__ import annotations

import logging
import random
import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from cx_core.desk.channels.mail_fetching import MailFetching
from cx_core.desk.service import Means, Service
from cx_core.errors import MailboxRefused, RungError, SystemTrouble, words_of
from cx_core.ports.outside.mailboxes import MailFolder
from cx_core.records import Mailbox

HELD = timedelta(seconds=25)
"""So long a mailbox is one process's, unless it says so again."""
LOOK_SECONDS = 10.0
"""How long is waited for new mail before the mailbox is looked at all the same."""
BUSY_SECONDS = 5.0
"""After which a mailbox that another process has is looked at again."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""After a failure; doubled with each one in a row. A server that turned us away is asked again after the longest."""
_LOG = logging.getLogger("rung")


class _Fetcher(NamedTuple):
    mailbox: Mailbox
    stop: threading.Event
    thread: threading.Thread


class MailboxWatch(Service):
    """One a process. Of several processes one fetches from a mailbox, and another goes on where that ends."""

    def __init__(self, means: Means, fetching: MailFetching, take_in: Callable[[], object]) -> None:
        super().__init__(means)
        self._servers, self._fetching, self._take_in = means.mail_servers, fetching, take_in
        self._holder = secrets.token_hex(16)
        self._fetchers: dict[str, _Fetcher] = {}
        self._closed = False
        self._lock = threading.Lock()

    def look_after(self) -> None:
        """Have a fetcher at every active mailbox, and none at others. Called again and again."""
        with self._store.look() as unit:
            active = {mailbox.id: mailbox for mailbox in unit.mailboxes.all() if mailbox.active}
        with self._lock:
            if self._closed:
                return
            for id, fetcher in list(self._fetchers.items()):
                if active.get(id) != fetcher.mailbox or not fetcher.thread.is_alive():
                    fetcher.stop.set()
                    del self._fetchers[id]
            for id, mailbox in active.items():
                if id not in self._fetchers:
                    stop = threading.Event()
                    thread = threading.Thread(
                        target=self._watch, args=(mailbox, stop), name=f"rung-mailbox-{id}", daemon=True
                    )
                    self._fetchers[id] = _Fetcher(mailbox, stop, thread)
                    thread.start()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            fetchers = list(self._fetchers.values())
        for fetcher in fetchers:
            fetcher.stop.set()
        for fetcher in fetchers:
            fetcher.thread.join(timeout=5)

    def _watch(self, mailbox: Mailbox, stop: threading.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                reached = self._session(mailbox, stop)
                failures, pause = 0, 0.0 if reached else BUSY_SECONDS
            except Exception as trouble:  # noqa: BLE001 - a mailbox must be looked at again, whatever happened
                failures += 1
                pause = pause_after(failures, refused=isinstance(trouble, MailboxRefused))
                self._note(mailbox, trouble, failures)
            stop.wait(pause)

    def _session(self, mailbox: Mailbox, stop: threading.Event) -> bool:
        """One connection, for as long as it lasts. False: another process has the mailbox."""
        if not self._hold_mailbox(mailbox):
            return False
        try:
            with self._servers.folder(mailbox) as folder:
                while not stop.is_set() and self._round(mailbox, folder, stop):
                    folder.wait(LOOK_SECONDS, stop)
        finally:
            with self._store.begin() as unit:
                unit.mailboxes.let_go(mailbox.id, self._holder)
        return True

    def _round(self, mailbox: Mailbox, folder: MailFolder, stop: threading.Event) -> bool:
        """Fetch and take in. False: another process has the mailbox now."""
        if not self._hold_mailbox(mailbox):
            return False
        if self._fetching.catch_up(mailbox, folder, lambda: not stop.is_set() and self._hold_mailbox(mailbox)):
            self._take_in()
        return True

    def _hold_mailbox(self, mailbox: Mailbox) -> bool:
        now = self._clock()
        with self._store.begin() as unit:
            return unit.mailboxes.hold(mailbox.id, self._holder, now, now + HELD)

    def _note(self, mailbox: Mailbox, trouble: Exception, failures: int) -> None:
        """For the page; what is no trouble of the network goes to the log as well."""
        if not isinstance(trouble, RungError):
            _LOG.exception("Fetching from a mailbox failed")
        elif not isinstance(trouble, SystemTrouble):
            _LOG.warning("Fetching from a mailbox failed: %s", type(trouble).__name__)
        try:
            with self._store.begin() as unit:
                before = unit.mailboxes.state(mailbox.id)
                unit.mailboxes.put_state(
                    before.replace(
                        trouble=words_of(trouble),
                        refused=isinstance(trouble, MailboxRefused),
                        since=before.since or self._clock(),
                        failures=failures,
                    )
                )
        except RungError:
            _LOG.warning("The state of a mailbox could not be kept")


def pause_after(failures: int, *, refused: bool) -> float:
    """Seconds, spread so that many mailboxes of one server do not all come back at once."""
    pause = LONGEST_PAUSE if refused and failures > 1 else min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (failures - 1))
    return pause * random.uniform(0.5, 1.5)
