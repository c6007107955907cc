"""Words: to vectors, labels, languages, passages and back to words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeVar

from cx_core.catalogue import Article
from cx_core.records import (
    Record,
    Retrieved,
    TicketId,
)
from cx_core.views import (
    ModelBounds,
    ModelStanding,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Answer = TypeVar("Answer", bound=Record)


class Encoder(Protocol):
    """Text to vectors."""

    @property
    def version(self) -> str:
        """Name and version of the weights, for the audit."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions); each row has unit length. Raises SystemTrouble."""
        ...

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What `encode` gives, and what the encoder makes of each text half way, where it is still nearer to the
        wording than to the sense: it tells neighbours apart. The second may have no columns. Raises SystemTrouble."""
        ...


class Classifier(Protocol):
    """Texts to labels."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One may be "": texts that are none of ours."""
        ...

    @property
    def bounds(self) -> tuple[float, float]:
        """Below the first an answer is as good as none; from the second on it is sure."""
        ...

    def classify(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated probabilities, shape (texts, labels). What a row lacks of 1: none of these labels.

        `vectors` has the columns that it was trained on.
        """
        ...


Sense = Literal["wanted", "fallback", "unwanted", "from", "by", "booked", "told"]
"""What a time is to what a customer wants: it is then; then if nothing better can be had; not then; then or later; then
or earlier; what is booked now; or none of a wish."""


class TimeSense(NamedTuple):
    """The likeliest, and how likely it is."""

    sense: Sense
    probability: float


class TimeReader(Protocol):
    """Times in a customer's words to what they are to what is wanted."""

    def senses(self, text: str, places: Sequence[tuple[int, int]]) -> Sequence[TimeSense]:
        """One for each place (start, end) in the text, in order. Raises SystemTrouble."""
        ...


class Detector(Protocol):
    """Texts to languages."""

    def detect(self, text: str) -> tuple[tuple[str, float], ...]:
        """(ISO 639 code, probability), likeliest first."""
        ...


class Searcher(Protocol):
    """Articles, found by meaning and by words."""

    def search(
        self, words: str, vector: NDArray[np.float32], *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        """Passages of what holds `today`, best first, and how likely one of them answers. `vector`: of the words.
        Where meaning cannot be asked, words alone are searched and the result says so.

        `internal` admits passages that are not for customers; `language` None: any.
        """
        ...


class Index(Searcher, Protocol):
    """The published articles."""

    @property
    def state(self) -> str:
        """Another one whenever a search may find something else than before; "" while that is not sure."""
        ...

    def hold(self, articles: Iterable[Article]) -> None:
        """Exactly these from now on; only what is new is encoded. Whoever searches meanwhile sees those before.

        Raises SystemTrouble when the encoder fails: then what was held is held still.
        """
        ...

    def beside(self, articles: Iterable[Article]) -> Searcher:
        """These, for trying what a change would do; what is held stays held. Raises SystemTrouble."""
        ...


class LanguageModel(Protocol):
    """Instructions and content to a record. What it answers is data: it permits nothing."""

    @property
    def version(self) -> str:
        """Name of the model, for the audit."""
        ...

    @property
    def standing(self) -> ModelStanding:
        """Whether it is asked now, or left alone for a while after failing too often."""
        ...

    @property
    def bounds(self) -> ModelBounds:
        """What it may take."""
        ...

    def ask(self, task: str, instructions: str, content: str, answer: type[Answer], ticket: TicketId | None) -> Answer:
        """An answer that fits the record `answer`. `task` and `ticket` are for the budget. Raises ModelTrouble."""
        ...

    def stream(self, task: str, instructions: str, content: str, ticket: TicketId | None) -> Iterator[str]:
        """Words as they come. Raises ModelTrouble, also after some came: then they are not all."""
        ...
