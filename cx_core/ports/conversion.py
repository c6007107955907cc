"""Documents that editors hand in, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pydantic import Field

from cx_core.knowledge_base.articles import LONGEST_TEXT, LONGEST_TITLE
from cx_core.records import Record


class Piece(Record):
    """One article to be."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description="Markdown; sections start at ## headings")
    about: Mapping[str, str | tuple[str, ...]] = Field(default={}, description="what the document says of itself")


class Unpacked(Record):
    """A file of an archive, or why it is not read. The name is its path in there, made harmless."""

    name: str
    content: bytes = Field(default=b"", repr=False)
    trouble: str = ""


class DocumentReading(Record):
    """What was read of a file: articles to be, or of an archive its files."""

    pieces: tuple[Piece, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="what of it was not read, and why")
    hidden: tuple[str, ...] = Field(default=(), description="text that nobody sees; it is not in the pieces")
    members: tuple[Unpacked, ...] = ()


class Converter(Protocol):
    """Reads untrusted files. Safe to call from several threads."""

    @property
    def unprotected(self) -> bool:
        """Whether an administrator has files read even where their reader cannot be cut off from the network."""
        ...

    def read(self, name: str, content: bytes) -> DocumentReading:
        """Raises BadInput, in words that say what to do with the file; NotIsolated where no file can be read here."""
        ...

    def trouble(self) -> str:
        """Return why no file can be read on this machine, with what an administrator can do, or an empty string."""
        ...

    def rest(self) -> None:
        """Give back what reading took; the next call takes it again."""
        ...
