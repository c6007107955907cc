"""Works on the real stages, quickly: what is slow to build is built once for the session and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cx_core.adapters.encoder import MiniLM
from cx_core.bootstrap import Works
from cx_core.journey import Journey
from cx_core.ports import Clock
from cx_core.records import ActionName, Person, Role, TicketId
from cx_core.settings import ROOT, Settings


class Inline:
    """Durable work done at once, in the caller: for tests of what is done, not of surviving."""

    def __init__(self, journey: Callable[[], Journey]) -> None:
        self._journey = journey
        self.running = True

    def start(self) -> None: ...

    def close(self) -> None: ...

    def prepare(self, ticket: TicketId, messages: int, *, after_seconds: float = 0.0, again: str = "") -> None:
        self._journey().prepare(ticket, messages, lambda _, work: work())

    def carry_out(self, ticket: TicketId, version: int, *, after_seconds: float = 0.0) -> None:
        self._journey().carry_out(ticket, version, lambda _, work: work())
        if left := self._journey().left(ticket):
            self.prepare(ticket, left)


class InlineWorks(Works):
    """The shipped parts, but work is done at once."""

    def __init__(self, settings: Settings, clock: Clock, encoder: MiniLM) -> None:
        super().__init__(settings, clock, encoder=encoder)
        self.durable = Inline(self.journey)  # type: ignore[assignment]  # the same port

    def person(self, role: Role) -> Person:
        """Somebody of this role who has signed in."""
        account = next(account for account in self.accounts.demo_accounts() if account.role == role)
        token = self.accounts.sign_in(account.email, account.password, "127.0.0.1")
        assert isinstance(token, str)
        person = self.accounts.who(token)
        assert person is not None
        return person

    def action(self, name: str) -> ActionName:
        return ActionName(name)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, encoder: MiniLM) -> Path:
    """A data folder with classifiers fitted and articles indexed."""
    folder = tmp_path_factory.mktemp("prepared")
    works = Works(Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True, undo_seconds=0), encoder=encoder)
    works.journey()
    works.close()
    return folder


@pytest.fixture
def works(prepared: Path, settings: Settings, clock: Clock, encoder: MiniLM) -> Iterator[InlineWorks]:
    """Everything behind a Desk, on databases of this test's own."""
    for path in prepared.iterdir():
        if path.is_dir() and path.name != "keys":
            shutil.copytree(path, settings.data_dir / path.name)
        elif path.suffix == ".npz":
            shutil.copy(path, settings.data_dir / path.name)
    made = InlineWorks(settings, clock, encoder)
    yield made
    made.close()
