"""A language model that sees nobody: personal data is masked before a request and put back in the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from cx_core.ports import Answer, LanguageModel
from cx_core.privacy.masking import Masker, unmask
from cx_core.privacy.personal_known import Wanted
from cx_core.privacy.personal_spans import PersonalSpan
from cx_core.privacy.personal_words import lexicon
from cx_core.records import Evidence, TicketId
from cx_core.views import ModelBounds, ModelStanding

CARD = "card_last4"
OPENS, CLOSES, LONGEST_PLACEHOLDER = "⟪", "⟫", 22
_WORD = re.compile(r"[^\W\d_]{3,}")


class KnownPersonalData(Wanted):
    """What the records say of a customer, the digits of their cards as well, and names of anybody however written."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__(evidence.customer)
        records = [record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)]
        self._also = tuple(Wanted({"address": str(record.fields.get("address") or "")}) for record in records)
        digits = {str(record.fields[CARD]) for record in records if record.fields.get(CARD)}
        self._cards = re.compile(rf"(?<!\d)(?:{'|'.join(map(re.escape, sorted(digits)))})(?!\d)") if digits else None

    def find(self, text: str) -> Iterator[PersonalSpan]:
        yield from super().find(text)
        for other in self._also:
            yield from other.find(text)
        for match in self._cards.finditer(text) if self._cards else ():
            yield PersonalSpan(*match.span(), "card")
        names = _names()
        for match in _WORD.finditer(text):
            if match[0].casefold() in names:
                yield PersonalSpan(*match.span(), "name")


@cache
def _names() -> frozenset[str]:
    """Names that are no ordinary words."""
    return (lexicon().given | lexicon().surnames) - lexicon().plain


class Confidential:
    """Implements ports.LanguageModel around another, for one ticket: a value has one placeholder all through it."""

    def __init__(self, model: LanguageModel, masker: Masker, evidence: Evidence) -> None:
        self._model = model
        self._masker = masker
        self._known = KnownPersonalData(evidence)
        self._places: Mapping[str, str] = {}

    @property
    def version(self) -> str:
        return self._model.version

    @property
    def standing(self) -> ModelStanding:
        return self._model.standing

    @property
    def bounds(self) -> ModelBounds:
        return self._model.bounds

    def ask(self, task: str, instructions: str, content: str, answer: type[Answer], ticket: TicketId | None) -> Answer:
        """Placeholders that were never given out stay in the answer, where everyone can see them."""
        masked = self._masker.mask(content, self._known, self._places)
        self._places = masked.places
        said = self._model.ask(task, instructions, masked.text, answer, ticket)
        return answer.model_validate(self._restored(said.model_dump()))

    def stream(self, task: str, instructions: str, content: str, ticket: TicketId | None) -> Iterator[str]:
        """A placeholder that two pieces share is put back once it is whole; one that is cut off is left out."""
        masked = self._masker.mask(content, self._known, self._places)
        self._places = masked.places
        held = ""
        for piece in self._model.stream(task, instructions, masked.text, ticket):
            held += piece
            begun = held.rfind(OPENS)
            whole = begun < 0 or CLOSES in held[begun:] or len(held) - begun > LONGEST_PLACEHOLDER
            ready, held = (held, "") if whole else (held[:begun], held[begun:])
            if ready:
                yield unmask(ready, self._places).text
        if held:
            yield held

    def _restored(self, value: object) -> object:
        if isinstance(value, str):
            return unmask(value, self._places).text
        if isinstance(value, Mapping):
            return {name: self._restored(inner) for name, inner in value.items()}
        return tuple(self._restored(inner) for inner in value) if isinstance(value, list | tuple) else value
