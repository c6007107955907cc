"""What makes a ruling proof: a mark that only this house can make."""

from __future__ import annotations

from typing import Protocol

from cx_core.records import Seal


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

    def mark_anew(self, name: str, exact: str) -> str:
        """A mark of which there is one per name: it makes every earlier one void, so that what was on file once
        cannot be put back. Raises AuditUnavailable."""
        ...

    def marked_last(self, name: str, exact: str, mark: str) -> bool:
        """Whether this is the mark made last under this name, over this text. Raises AuditUnavailable."""
        ...
