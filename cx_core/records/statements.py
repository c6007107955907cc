"""What the customer's words do, clause by clause: what they want, report, ask, refuse and only tell."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records.ids import ActionName, MessageId
from cx_core.records.time_wishes import SpokenHours, TimeWish
from cx_core.records.values import Record

SpeechAct = Literal["wants", "reports", "asks", "refuses", "tells"]
Polarity = Literal["wanted", "asked", "kept"]
"""Whether a goal is to be done, is only asked about, or all is to stay as it is."""


class Statement(Record):
    """One clause of a message, and what it does."""

    message: MessageId
    start: int = Field(description="offset in the message's text, in characters")
    end: int
    does: SpeechAct
    probability: float = Field(ge=0, le=1, description="calibrated")
    about: str = Field(default="", description="the task type its words are nearest to; empty: none of ours")
    perhaps_about: tuple[str, ...] = Field(
        default=(), description="task types that it may be about: by itself or as part of its sentence, however faintly"
    )
    unplanned: bool = Field(default=False, description="it wants or asks something that is near to nothing we do")
    spares: bool = Field(default=False, description="it refuses, but only to leave something else as it is")
    seeks: tuple[ActionName, ...] = Field(default=(), description="actions that it asks for in words of its own")
    rules_out: tuple[ActionName, ...] = Field(default=(), description="actions that it rules out in words of its own")
    followed: tuple[str, ...] = Field(
        default=(), description="advice of ours that it says was followed, as fault:restart"
    )

    def holds(self, wish: TimeWish | SpokenHours) -> bool:
        """Whether what was said about time begins in this clause."""
        return wish.message == self.message and self.start <= wish.start < self.end
