"""What helps a person write a reply."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records import Leaves, Record

Way = Literal["shorter", "warmer", "more formal", "translate"]
"""A manner in which a person's text can be rewritten."""


class Reworded(Record):
    """A text in another manner. `by` is the model that wrote it, or "rules"; `note` is what its reader must know."""

    text: str
    by: str
    note: str = ""


class DraftSoFar(Record):
    """A draft while it is being written, in whole sentences. `notes` are what its reader must know once it `ended`."""

    text: str
    ended: bool = False
    notes: tuple[str, ...] = ()


class MacroChoice(Record):
    """A macro that may be used for a ticket; `fits`: it is for one of the ticket's goals."""

    name: str
    title: str
    fits: bool = False
    leaves: Leaves | None = Field(default=None, description="what a reply with these words leaves the ticket")


class Unconfirmed(Record):
    """What of a reply is not true of the plan, until a person confirms it for exactly these words and this plan."""

    token: str = Field(description="stands for these words and this plan: with it, approving goes through")
    reasons: tuple[str, ...]
