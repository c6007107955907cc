"""A desk on real stores with a widget, and its routes behind the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.records.chat import ChatWidget
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.integration.chat.at_the_widget import ORIGIN, Visitor, site
from tests.scripted import Hand, InlineWorks, copied, enrolled, person

ADMINISTRATOR = person(Role.ADMINISTRATOR, "Ida Admin")


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[InlineWorks]:
    with closing(copied(furnished, settings, clock)) as made:
        enrolled(made, ADMINISTRATOR)
        yield made


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


@pytest.fixture
def hand(desk: Desk, works: InlineWorks) -> Hand:
    return Hand(desk, works)


@pytest.fixture
def widget(desk: Desk) -> ChatWidget:
    made = desk.chat_widgets.add(ADMINISTRATOR, "Shop", [ORIGIN], "Welcome to the shop")
    assert isinstance(made, ChatWidget), made
    return made


@pytest.fixture
def visitor(desk: Desk, widget: ChatWidget) -> Visitor:
    return Visitor(site(desk), widget.id)
