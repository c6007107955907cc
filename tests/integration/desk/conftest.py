"""A desk on real stores, policies and sandbox, with a scripted reading; made once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.model_server import ModelServer, model_server
from tests.scripted import Hand, InlineWorks, copied


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[InlineWorks]:
    with closing(copied(furnished, settings, clock)) as made:
        yield made


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


@pytest.fixture
def hand(desk: Desk, works: InlineWorks) -> Hand:
    return Hand(desk, works)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A language model over HTTP; what it says is for each test to script."""
    with model_server() as running:
        yield running


@pytest.fixture
def modelled(furnished: Path, settings: Settings, clock: SetClock, server: ModelServer) -> Iterator[Hand]:
    """A hand on a desk with that language model, in place of `works`, `desk` and `hand`."""
    access = {"openai_base_url": server.url, "openai_api_key": SecretStr("k"), "model": "scripted", "model_timeout": 3}
    with closing(copied(furnished, settings.replace(**access), clock)) as works:
        yield Hand(open_desk(works.settings, works.clock, works), works)
