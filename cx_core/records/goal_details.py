"""What a customer said about a goal beyond the goal itself, in a few words of ours and in their own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records.time_wishes import WordsPlace
from cx_core.records.values import Record

DetailKind = Literal["wants", "refuses", "asks", "keeps", "about", "when", "answers", "set_aside"]


class GoalDetail(Record):
    """One such thing: "a replacement", "not Tuesday". `views.goal_details` puts them into lines."""

    goal: int | None = Field(description="the place of the goal; None: of the whole ticket")
    kind: DetailKind
    text: str = Field(default="", description="plain text; of a question, the customer's own words")
    quote: str = Field(default="", description="the customer's own words, where the text is ours")
    times: tuple[WordsPlace, ...] = Field(default=(), description="where it stands, of what was said about time")
    by: str = Field(default="", description="name of the person who said so; empty: the copilot understood it")
