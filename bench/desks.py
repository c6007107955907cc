"""Desks for a bench: the shipped knowledge, a folder that goes away, no workers or work done at once."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.fernline import tables as fernline
from cx_core.bootstrap import Works, now
from cx_core.ports import Clock
from cx_core.records import TicketId
from cx_core.settings import ROOT, Settings, load
from cx_core.workflows.journey import Journey

KNOWLEDGE = ROOT / "knowledge"


class TimedEncoder(MiniLM):
    """The shipped encoder, which adds up the seconds spent in it."""

    seconds = 0.0

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        began = time.perf_counter()
        try:
            return super().layers(texts)
        finally:
            self.seconds += time.perf_counter() - began


@contextmanager
def works(knowledge: Path = KNOWLEDGE) -> Iterator[tuple[Works, TimedEncoder]]:
    """Everything behind a desk, on fresh databases in demonstration mode. Nothing runs by itself."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder) / "data", knowledge=knowledge, demo=True, feed_seconds=0, planted_errors=False
        )
        encoder = TimedEncoder()
        made = Works(settings, encoder=encoder)
        try:
            yield made, encoder
        finally:
            made.close()


def take_over_learnt(data: Path) -> None:
    """Copy what the installation at CX_DATA_DIR has learnt into this data folder, if there is any.

    To learn takes minutes, which no bench of the running app measures. What was learnt from other examples has another
    name, and is not read.
    """
    learnt = load().data_dir / "classifiers"
    if learnt.is_dir():
        shutil.copytree(learnt, data / "classifiers", dirs_exist_ok=True)


class Inline:
    """Durable work done at once, in the caller: for what is done, not for what survives."""

    def __init__(self, journey: Callable[[], Journey]) -> None:
        self._journey = journey
        self.running = True

    def start(self) -> None: ...

    def close(self) -> None: ...

    def prepare(self, ticket: TicketId, messages: int, *, after_seconds: float = 0.0, again: str = "") -> None:
        self._journey().prepare(ticket, messages, lambda _, work: work())
        if alone := self._journey().going_alone(ticket):
            self.carry_out(ticket, alone)

    def carry_out(self, ticket: TicketId, version: int, *, after_seconds: float = 0.0) -> None:
        self._journey().carry_out(ticket, version, lambda _, work: work())
        if left := self._journey().left(ticket):
            self.prepare(ticket, left)
        for other, number in self._journey().overtaken(ticket, version):
            self.prepare(other, number)


class InlineWorks(Works):
    """The shipped works, with work done at once and the sandbox's books at hand."""

    def __init__(self, settings: Settings, clock: Clock = now, *, encoder: MiniLM | None = None) -> None:
        super().__init__(settings, clock, encoder=encoder)
        self.durable = Inline(self.journey)  # type: ignore[assignment]  # another implementation of the same port

    def effects(self) -> int:
        """Receipts of the business's systems and messages to customers, all told."""
        return self._count(fernline.receipt) + self._count(fernline.delivered)

    def delivered(self) -> int:
        """The number of the last message to a customer; 0 before the first."""
        with self.fernline.connect() as connection:
            return connection.execute(sa.select(sa.func.max(fernline.delivered.c.number))).scalar_one() or 0

    def _count(self, table: sa.Table) -> int:
        with self.fernline.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
