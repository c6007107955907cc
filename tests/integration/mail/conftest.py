"""A desk with a scripted reading, and a mailbox of its own on a real Dovecot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import MailHand
from tests.mail_servers import Dovecot, dovecot
from tests.receivers import Letterbox, letterbox
from tests.scripted import copied


@pytest.fixture(scope="session")
def dovecot_running() -> Iterator[Dovecot]:
    """One server for all tests; each has mailboxes of its own there."""
    with dovecot() as running:
        yield running


@pytest.fixture
def server(dovecot_running: Dovecot) -> Dovecot:
    return dovecot_running


@pytest.fixture
def box() -> Iterator[Letterbox]:
    """An SMTP server that keeps what it gets."""
    with letterbox() as made:
        yield made


@pytest.fixture
def hand(furnished: Path, settings: Settings, clock: SetClock, server: Dovecot, box: Letterbox) -> Iterator[MailHand]:
    with closing(copied(furnished, settings, clock)) as works:
        yield MailHand(open_desk(works.settings, works.clock, works), works, server, box)
