"""Facts kept with a ruling, and read back."""

from __future__ import annotations

import pytest

from cx_core.decide.facts import Facts
from cx_core.decide.keeping import facts_again, with_facts
from cx_core.records import Ruling

FACTS = Facts(task_type="duplicate_charge", level=3, customer="C-1", amount=4000, gaps=("Nothing backs the amount",))


def test_that_what_was_kept_is_read_back_but_for_words() -> None:
    kept = with_facts(Ruling(answer="ask"), FACTS)
    again = facts_again(kept.facts, {"level", "amount", "rank"})
    assert again == FACTS.model_copy(update={"gaps": ()})


def test_that_a_declared_fact_is_kept_but_free_text_is_not() -> None:
    declared = {"cabin": "basic_economy", "hours": 20, "flown": False, "wish": "A seat for Maria Keller, please"}
    kept = with_facts(Ruling(answer="ask"), FACTS.model_copy(update={"declared": declared})).facts
    assert "Maria" not in str(kept)
    again = facts_again(kept, {"cabin", "hours", "flown"})
    assert again is not None
    assert again.declared == {"cabin": "basic_economy", "hours": 20, "flown": False}
    assert facts_again(kept, {"wish"}) is None


@pytest.mark.parametrize("kept", [{}, {"level": "three"}])
def test_that_what_cannot_be_read_back_is_nothing(kept: dict[str, bool | int | str | None]) -> None:
    assert facts_again(kept, set()) is None


def test_that_a_fact_nobody_knew_of_then_is_not_made_up() -> None:
    kept = with_facts(Ruling(answer="ask"), FACTS).facts
    assert facts_again(kept, {"moon_phase"}) is None
