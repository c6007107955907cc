"""The business's systems, the way out and the articles, with each call noted: whether it was answered, not what.

A no is an answer, where a system was asked: a call that reached none says nothing. What is taken back is not noted,
since its key does not say which system it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from cx_core.catalogue import ActionSpec, Article
from cx_core.errors import SystemRefused
from cx_core.ports import BackOffice, CountedAnswers, Index, Outbox
from cx_core.ports.language import Searcher
from cx_core.records import ActionName, BusinessRecord, File, Receipt, Retrieved, Value
from cx_core.service_rules.system_pauses import SystemPauses
from cx_core.service_rules.system_standing import ARTICLES, BACK_OFFICE, OUTBOX

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@contextmanager
def _noted(
    pauses: SystemPauses, system: str, heard: Callable[[], int | None], *, write: bool = False, action: str = ""
) -> Iterator[None]:
    """Note the call. `heard` counts the answers of systems, None where each call asks one."""
    before, answered = heard(), False
    try:
        yield
        answered = True
    except SystemRefused:
        answered = True
        raise
    finally:
        if not answered or before is None or heard() != before:
            pauses.note(system, answered=answered, write=write, action=action)


class WatchedOffice(BackOffice):
    """A back office of which every call is noted, under the system that the catalogue names for it."""

    def __init__(self, real: BackOffice, pauses: SystemPauses, actions: Mapping[ActionName, ActionSpec]) -> None:
        self._real, self._pauses, self._actions = real, pauses, actions

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        with _noted(self._pauses, BACK_OFFICE, self._heard):
            return self._real.find_customers(address)

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        return self._real.search(text, most)

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        with _noted(self._pauses, self._system(name), self._heard, action=name):
            return self._real.read(name, arguments)

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        with _noted(self._pauses, self._system(name), self._heard, write=True, action=name):
            return self._real.write(name, arguments, key)

    def receipt(self, key: str) -> Receipt | None:
        with _noted(self._pauses, BACK_OFFICE, self._heard):
            return self._real.receipt(key)

    def undo(self, key: str, undo_key: str) -> Receipt:
        return self._real.undo(key, undo_key)

    def _heard(self) -> int | None:
        return self._real.heard if isinstance(self._real, CountedAnswers) else None

    def _system(self, name: ActionName) -> str:
        spec = self._actions.get(name)
        return spec.system if spec is not None else BACK_OFFICE


class WatchedOutbox(Outbox):
    """A way out of which every sending is noted."""

    def __init__(self, real: Outbox, pauses: SystemPauses) -> None:
        self._real, self._pauses = real, pauses

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        with _noted(self._pauses, OUTBOX, lambda: None, write=True):
            return self._real.deliver(
                key=key, channel=channel, address=address, subject=subject, text=text, files=files, headers=headers
            )


class WatchedIndex(Index):
    """An index of which every search is noted; one by words alone is no answer, since its vectors are away."""

    def __init__(self, real: Index, pauses: SystemPauses) -> None:
        self._real, self._pauses = real, pauses

    @property
    def state(self) -> str:
        return self._real.state

    def hold(self, articles: Iterable[Article]) -> None:
        self._real.hold(articles)

    def beside(self, articles: Iterable[Article]) -> Searcher:
        return self._real.beside(articles)

    def search(
        self, words: str, vector: NDArray[np.float32], *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        found = self._real.search(words, vector, most=most, internal=internal, language=language, today=today)
        self._pauses.note(ARTICLES, answered=not found.trouble)
        return found
