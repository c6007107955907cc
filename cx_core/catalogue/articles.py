"""What search sees of an article."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from cx_core.records import Audience, Record, TaskTypeName


class Article(Record):
    """A help article as search sees it: one version of it. Sections start at `##` headings."""

    id: str
    title: str
    audience: Audience = "customer"
    task_types: tuple[TaskTypeName, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = Field(default="en", description="ISO 639 code")
    valid_from: date | None = None
    valid_until: date | None = Field(default=None, description="the last day it holds")
    text: str = Field(description="Markdown")
    version: str = Field(description="digest of what it says and of what is said about it")
    number: int = Field(default=1, description="of the version, from 1")

    def valid(self, day: date) -> bool:
        """Whether it holds on this day; without dates it always does."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )
