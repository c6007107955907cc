"""Facts kept with a ruling, and read back."""

from __future__ import annotations

import pytest

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.kept_facts import facts_again, with_facts
from cx_core.decide.policy.policy_facts import Facts
from cx_core.records import Ruling
from tests.policies import shipped

SPEC = ActionSpec.model_validate(
    {
        "name": "fly",
        "kind": "write",
        "system": "air",
        "title": "Fly",
        "facts": {
            "cabin": {"type": "text", "value": "args.cabin", "says": "Cabin"},
            "hours": {"type": "long", "value": "1", "says": "Hours"},
            "flown": {"type": "bool", "value": "true", "says": "Flown"},
            "wish": {"type": "text", "value": "args.wish", "says": "Wish"},
        },
    }
)
PLAIN = SPEC.replace(facts={})
FACTS = Facts(task_type="duplicate_charge", level=3, customer="C-1", amount=4000, gaps=("Nothing backs the amount",))


def test_that_what_was_kept_is_read_back_but_for_words() -> None:
    kept = with_facts(Ruling(answer="ask"), FACTS)
    again = facts_again(kept.facts, {"level", "amount", "rank"}, PLAIN)
    assert again == FACTS.replace(gaps=())


def test_that_a_declared_fact_is_kept_but_free_text_is_not() -> None:
    declared: dict[str, bool | int | str] = {
        "cabin": "basic_economy",
        "hours": 20,
        "flown": False,
        "wish": "A seat for Maria Keller, please",
    }
    kept = with_facts(Ruling(answer="ask"), FACTS.replace(declared=declared)).facts
    assert "Maria" not in str(kept)
    again = facts_again(kept, {"cabin", "hours", "flown"}, SPEC)
    assert again is not None
    assert again.declared == {"cabin": "basic_economy", "hours": 20, "flown": False, "wish": ""}
    assert facts_again(kept, {"wish"}, SPEC) is None


@pytest.mark.parametrize("kept", [{}, {"level": "three"}])
def test_that_what_cannot_be_read_back_is_nothing(kept: dict[str, bool | int | str | None]) -> None:
    assert facts_again(kept, set(), PLAIN) is None


def test_that_a_fact_nobody_knew_of_then_is_not_made_up() -> None:
    kept = with_facts(Ruling(answer="ask"), FACTS).facts
    assert facts_again(kept, {"moon_phase"}, PLAIN) is None


def test_that_what_every_act_had_once_is_the_actions_own_now() -> None:
    """Rulings of before: charged and disputed were facts of whatever was money out."""
    kept = with_facts(Ruling(answer="ask"), FACTS).facts | {"charged": 5400, "disputed": True, "people": 2}
    refund, credit = shipped.actions()["refund_payment"], shipped.actions()["apply_credit"]  # type: ignore[index]
    again = facts_again(kept, {"amount", "charged", "disputed"}, refund)
    assert again is not None
    assert again.declared == {"charged": 5400, "disputed": True}
    assert again.sums == frozenset({"charged"})
    other = facts_again(kept, {"amount"}, credit)
    assert other is not None
    assert not {"charged", "disputed"} & other.declared.keys()
    assert facts_again(with_facts(Ruling(answer="ask"), FACTS).facts, {"charged"}, refund) is None
