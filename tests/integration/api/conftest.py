"""The HTTP API around a desk on real stores and a scripted reading, as programs call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import API_SCOPES, ApiScope, Role
from cx_core.settings import Settings
from cx_core.views import IssuedToken
from pages.parts.api import lazy
from pages.parts.routes.gate import Gate
from pages.parts.routes.sessions import Cookie, SessionWatch
from tests.conftest import SetClock
from tests.scripted import InlineWorks, copied
from tests.signed_in import someone

Issue = Callable[..., str]
"""`issue("tickets:read", ...)`: the secret of a new token with these scopes; with none named, of one with all."""


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[InlineWorks]:
    with closing(copied(furnished, settings, clock)) as made:
        yield made


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


@pytest.fixture
def served(desk: Desk) -> Starlette:
    """The API as `app.py` mounts it, behind the gate."""
    watch = SessionWatch(desk.who, desk.living)
    gate = Middleware(Gate, watch=watch, cookie=Cookie(secure=False))
    return Starlette(routes=lazy.routes(lambda: desk), middleware=[gate])


@pytest.fixture
def client(served: Starlette) -> Iterator[TestClient]:
    with TestClient(served, base_url="http://desk.example") as made:
        yield made


@pytest.fixture
def issue(desk: Desk) -> Issue:
    def made(*scopes: ApiScope) -> str:
        answer = desk.api_tokens.issue(someone(desk, Role.ADMINISTRATOR), "Web shop", scopes or tuple(API_SCOPES), 30)
        assert isinstance(answer, IssuedToken)
        return answer.secret

    return made
