"""A kind no, as a value."""

from __future__ import annotations

from typing import Literal

from cx_core.records import Record


class Refusal(Record):
    """A kind no. `code` is for programs, `text` for people."""

    code: Literal[
        "stale",
        "taken",
        "already",
        "reading",
        "role",
        "stopped",
        "slots",
        "expired",
        "denied",
        "empty",
        "later",
        "unknown",
        "unconfirmed",
        "conflict",
        "first",
        "check",
        "too_long",
        "too_large",
        "file",
    ]
    text: str
