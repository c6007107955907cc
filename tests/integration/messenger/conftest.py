"""A desk with a messenger: its provider calls with signed messages, and takes replies at a web server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from cx_core.views.channels.messengers import MessengerAdded, MessengerForm
from tests.conftest import SetClock
from tests.integration.messenger.provider import Provider
from tests.receivers import Hook, hooked
from tests.scripted import Hand, InlineWorks, copied, enrolled, person

ADMINISTRATOR = person(Role.ADMINISTRATOR, "Ida Admin")


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[InlineWorks]:
    listed = settings.model_copy(update={"webhook_hosts": "127.0.0.1"})
    with closing(copied(furnished, listed, clock)) as made:
        enrolled(made, ADMINISTRATOR)
        yield made


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


@pytest.fixture
def hand(desk: Desk, works: InlineWorks) -> Hand:
    return Hand(desk, works)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Where the provider takes replies."""
    with hooked(202) as made:
        yield made


@pytest.fixture
def provider(desk: Desk, hook: Hook, clock: SetClock) -> Provider:
    added = desk.messenger_admin.add(ADMINISTRATOR, MessengerForm(name="Pigeon", address=hook.url))
    assert isinstance(added, MessengerAdded), added
    return Provider(desk, added, hook, clock)
