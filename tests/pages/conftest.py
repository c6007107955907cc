"""The Inbox on a desk in memory, put where pages look for the Desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from cx_core.desk import Desk
from pages import wiring
from tests.pages.demo_desk import DemoDesk


@pytest.fixture
def desk() -> Iterator[DemoDesk]:
    """Tickets in memory. Modules that test against the real desk have a fixture of that name of their own."""
    made = DemoDesk()
    wiring.put(cast("Desk", made))
    yield made
    wiring.put(None)
