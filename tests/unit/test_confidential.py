"""A model that sees nobody, and whose words come back in pieces of any size."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.errors import ModelTrouble
from cx_core.ports import Answer
from cx_core.privacy.masked_model import Confidential
from cx_core.privacy.masking import Masker
from cx_core.records import BusinessRecord, CustomerId, Evidence, TicketId
from cx_core.views import ModelBounds, ModelStanding

EVIDENCE = Evidence(
    customer=BusinessRecord(kind="customer", id="C-1", customer=CustomerId("C-1"), fields={"name": "Maria Keller"})
)
CONTENT = "Maria Keller asks where her parcel is. Write to maria.keller@example.com."


class Echo:
    """Says what it was told, cut where it is told to; `ends` after so many pieces, in trouble."""

    version = "echo"
    standing = ModelStanding()
    bounds = ModelBounds(seconds=1, ticket_tokens=1, day_tokens=1)

    def __init__(self, size: int, ends: int = 10**6) -> None:
        self.size, self.ends, self.seen = size, ends, ""

    def ask(self, task: str, instructions: str, content: str, answer: type[Answer], ticket: TicketId | None) -> Answer:
        raise NotImplementedError

    def stream(self, task: str, instructions: str, content: str, ticket: TicketId | None) -> Iterator[str]:
        self.seen = content
        for number, at in enumerate(range(0, len(content), self.size)):
            if number == self.ends:
                raise ModelTrouble("it broke off")
            yield content[at : at + self.size]


def _heard(model: Echo, content: str) -> str:
    said = ""
    try:
        for piece in Confidential(model, Masker(), EVIDENCE).stream("stream", "", content, None):
            said += piece
    except ModelTrouble:
        pass
    return said


@settings(deadline=None, max_examples=60)
@given(size=st.integers(1, 40), extra=st.text(max_size=40))
def test_that_what_was_masked_comes_back_whole_however_it_is_cut(size: int, extra: str) -> None:
    model = Echo(size)
    assert _heard(model, CONTENT + extra) == CONTENT + extra
    assert "Keller" not in model.seen
    assert "@example.com" not in model.seen


@settings(deadline=None, max_examples=60)
@given(size=st.integers(1, 9), ends=st.integers(0, 60))
def test_that_of_a_placeholder_that_is_cut_off_nothing_is_said(size: int, ends: int) -> None:
    said = _heard(Echo(size, ends), CONTENT)
    assert CONTENT.startswith(said)
