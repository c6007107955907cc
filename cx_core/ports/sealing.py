"""What makes a ruling proof: a mark that only this house can make."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from cx_core.records import Seal


class Marked(NamedTuple):
    """A row that is on file: the name of its seal, its exact text, and the mark that it has."""

    name: str
    exact: str
    mark: str


class Renewal(Protocol):
    """Marks that replace earlier ones, made while one transaction of Rung's database is open."""

    def mark(self, name: str, exact: str) -> str:
        """A mark of which there is one per name: once the transaction has committed, every earlier one is void, so
        that what was on file once cannot be put back. Raises AuditUnavailable."""
        ...


class Sealer(Protocol):
    """Marks seals and knows its own marks again, in every process that has the same keys."""

    def seal(self, bare: Seal) -> Seal:
        """The same with its mark, over every field. Raises AuditUnavailable when the key cannot be read."""
        ...

    def check(self, seal: Seal) -> bool:
        """Whether the mark is this house's and nothing was changed since. Raises AuditUnavailable."""
        ...

    def mark(self, exact: str) -> str:
        """A mark over any text: what became of a step, with which step it was. Raises AuditUnavailable."""
        ...

    def marked(self, exact: str, mark: str) -> bool:
        """Whether this mark was made here over this text. Raises AuditUnavailable."""
        ...

    def renewing(self) -> AbstractContextManager[Renewal]:
        """Encloses a transaction. Left normally, the transaction has committed and its marks are the last of their
        names. Left by an exception or a dead process, both the marks before and these count, until the next check of
        a row says which of them was committed."""
        ...

    def ever_marked(self, name: str) -> bool:
        """Whether a row with a mark of this name was ever committed. Raises AuditUnavailable."""
        ...

    def marked_last(self, name: str, exact: str, mark: str) -> bool:
        """Whether this is the mark committed last under this name, over this text. Raises AuditUnavailable."""
        ...

    def all_marked_last(self, rows: Collection[Marked]) -> frozenset[str]:
        """The names of those rows of which this is true, in one query. Raises AuditUnavailable."""
        ...
