"""Versions of articles that programs handed in."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import ArticleId, Record

PROGRAM = "api:"
"""What stands before a token's id where a program made a version."""


class HandedIn(Record):
    """A version that a program handed in, under an id of the program's own: the same id again changes nothing."""

    token: str = Field(description="the id of the program's token")
    id: str
    article: ArticleId
    number: int = Field(description="of the version")
    digest: str = Field(description="of what was handed in")
    at: datetime
