"""No mail lost and none doubled: fetchers killed, two at once, none for three days, the mailbox numbered anew.

`make test` tries some hundred mails; `make soak` the full run: RUNG_MAILS=10000, and 100 kills.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import connect, reading
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import Mailbox, MailServer, PersonId
from cx_core.settings import ROOT, Settings
from tests.integration.mail.fetch_driver import NOBODY, OUTAGE
from tests.integration.mail.mail_hand import mail
from tests.mail_servers import PASSWORD, Dovecot
from tests.receivers import await_until
from tests.scripted import InlineWorks

SOAK = os.environ.get("RUNG_SOAK") == "1"
MAILS = int(os.environ.get("RUNG_MAILS", "10000")) if SOAK else 200
KILLS = 100 if SOAK else 5
PATIENCE = 3_600.0 if SOAK else 120.0
SEED = "19"
ADDRESS = "soak@rung.example"


@pytest.fixture
def folder(furnished: Path, settings: Settings, server: Dovecot) -> Path:
    """A data folder with one mailbox connected, closed again."""
    shutil.copytree(furnished, settings.data_dir, dirs_exist_ok=True)
    works = InlineWorks(settings, lambda: datetime.now(UTC))
    made = Mailbox(
        id="soak",
        address=ADDRESS,
        imap=MailServer(host="127.0.0.1", port=server.imap, security="none"),
        smtp=MailServer(host="127.0.0.1", port=9, security="none"),
        user=ADDRESS,
        with_earlier=True,
        by=PersonId("p"),
        at=datetime.now(UTC),
    )
    with works.store.begin() as unit:
        unit.mailboxes.put(made)
        unit.mailboxes.put_secret("soak", works.mail_servers.keep_secret(made, MailboxSecret(password=PASSWORD)))
    works.close()
    return settings.data_dir


@contextmanager
def fetchers(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    order = [sys.executable, "-m", "tests.integration.mail.fetch_driver", str(folder), str(KILLS), SEED]
    with subprocess.Popen(order, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)


def letters(first: int, last: int) -> list[bytes]:
    """Each from a customer of its own; every tenth has no Message-ID."""
    return [
        mail(f"Number {n}, please.", id="" if n % 10 == 9 else f"<{n}@example.com>", sender=f"c{n}@example.com")
        for n in range(first, last)
    ]


@contextmanager
def outage(folder: Path) -> Iterator[None]:
    """Nobody fetches for as long as the block lasts."""
    (folder / OUTAGE).touch()
    try:
        await_until((folder / NOBODY).exists, PATIENCE)
        yield
    finally:
        (folder / OUTAGE).unlink()


def arrive_over_days(server: Dovecot, raws: list[bytes], days: float) -> None:
    """Each at its own time of so many days that are over, as the server notes it and the mail says."""
    began = datetime.now(UTC) - timedelta(days=days)
    with server.signed_in(ADDRESS) as client:
        for n, raw in enumerate(raws):
            at = began + timedelta(days=days) * n / len(raws)
            dated = re.sub(rb"^Date: [^\r\n]*", f"Date: {format_datetime(at)}".encode(), raw, count=1, flags=re.M)
            client.append("INBOX", dated, msg_time=at)


def await_quiet(folder: Path, mails: int) -> None:
    """Until so many mails are on file and none is in hand."""
    engine = reading(connect(f"sqlite:///{folder / 'rung.db'}"))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with engine.connect() as connection:
            counts = Counter(connection.execute(sa.select(t.arrived_mail.c.state)).scalars().all())
        if sum(counts.values()) >= mails and not counts["waiting"]:
            return
        time.sleep(0.2)
    raise AssertionError(f"after {PATIENCE:.0f} s: {counts}")


@pytest.mark.slow
def test_that_no_mail_is_lost_or_doubled_whatever_happens_to_fetchers_and_server(folder: Path, server: Dovecot) -> None:
    fifth = MAILS // 5
    server.deliver(letters(0, fifth), ADDRESS)
    with fetchers(folder) as process:
        server.deliver(letters(fifth, 2 * fifth), ADDRESS)
        server.stop()  # away, in the middle of it all
        time.sleep(1.5)
        server.start()
        server.deliver(letters(2 * fifth, 3 * fifth), ADDRESS)
        with outage(folder):
            arrive_over_days(server, letters(3 * fifth, 4 * fifth), days=3)
        server.build_anew(ADDRESS)
        server.deliver(letters(4 * fifth, MAILS), ADDRESS)
        await_quiet(folder, MAILS)
        assert process.poll() is None
    with connect(f"sqlite:///{folder / 'rung.db'}").connect() as connection:
        states = Counter(connection.execute(sa.select(t.arrived_mail.c.state)).scalars().all())
        senders = Counter(
            connection.execute(
                sa.select(t.ticket.c.address)
                .join(t.message, t.message.c.ticket == t.ticket.c.id)
                .where(t.ticket.c.address.like("c%@example.com"))
            ).scalars()
        )
    assert states == {"taken": MAILS}
    assert senders == {f"c{n}@example.com": 1 for n in range(MAILS)}
    with server.signed_in(ADDRESS) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search("SEEN") == []
