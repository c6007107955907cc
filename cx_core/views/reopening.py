"""Whether the desk works with what is on file now, for the pages on which that is set."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import Record


class Reopening(Record):
    """A desk that opens beside the one at work, or could not."""

    under_way: bool = False
    trouble: str = ""
    failed_at: datetime | None = None
    failures: int = Field(default=0, description="in a row, with the same that was set")
    next_try: datetime | None = None
