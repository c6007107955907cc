"""What is asked of the knowledge: a question with what is found for it, and test questions with how they come out."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from cx_core.records import ArticleId, Passage, PersonId, Record, Route


class TestQuestion(Record):
    """A question whose answer an editor knows, asked again after every change. `folder`: what it is kept under."""

    __test__: ClassVar[bool] = False  # its name is for editors, not for pytest

    id: str
    folder: str = Field(min_length=1, max_length=80)
    text: str = Field(min_length=3, max_length=500)
    article: ArticleId | None = Field(default=None, description="that answers it; None: nothing here should")
    made_by: PersonId
    made_at: datetime


PLACES = 10
"""So many passages are looked at for the one that a test question wants."""


class Placed(Record):
    """How a test question came out."""

    question: TestQuestion
    place: int | None = Field(description="of the wanted article among the articles found, from 1")
    first: str = Field(default="", description="title of the article found first")
    answered: float = Field(description="how likely something here answers")

    @property
    def right(self) -> bool:
        """The wanted article comes first; where nothing should answer, it is more likely that nothing does."""
        return self.place == 1 if self.question.article else self.answered < 0.5

    def better_than(self, other: Placed) -> bool:
        """Right where the other is not, or the wanted article nearer to the top."""
        if self.right != other.right:
            return self.right
        last = PLACES + 1
        return (self.place or last) < (other.place or last)


class Trial(Record):
    """Every test question as it comes out now, and as it would with a version published."""

    now: tuple[Placed, ...]
    then: tuple[Placed, ...]

    @property
    def better(self) -> tuple[Placed, ...]:
        return tuple(new for old, new in zip(self.now, self.then, strict=True) if new.better_than(old))

    @property
    def worse(self) -> tuple[Placed, ...]:
        return tuple(new for old, new in zip(self.now, self.then, strict=True) if old.better_than(new))


class FoundPassage(Record):
    """A passage that was found for a question, and why."""

    passage: Passage
    shared: tuple[str, ...] = Field(description="words of the question that stand in it")


class QuestionResult(Record):
    """What the copilot finds for a question, in its order, and what it would answer."""

    question: str
    found: tuple[FoundPassage, ...]
    answered: float = Field(description="how likely something here answers, 0 to 1")
    trouble: str = ""
    draft: str = ""
    cited: tuple[ArticleId, ...] = Field(default=(), description="articles the draft rests on")
    route: Route = "person"
    why: str = Field(default="", description="why a ticket with this question would go there")

    @property
    def is_answered(self) -> bool:
        """The one verdict: published words answer it, and the draft says them."""
        return bool(self.cited)
