"""A record with some fields changed is checked as any record is."""

from __future__ import annotations

import pytest
from pydantic import Field, ValidationError

from cx_core.records import Money, Record, Step
from tests.pages.demo_desk import double_charge_steps

STEP: Step = double_charge_steps()[0]


def test_that_a_field_is_changed_and_the_rest_stays() -> None:
    assert STEP.replace(goal=3) == Step(id=STEP.id, goal=3, action=STEP.action, arguments=STEP.arguments)
    assert STEP.replace() == STEP


@pytest.mark.parametrize("fields", [{"gaol": 3}, {"goal": "three"}, {"arguments": (Money(minor=1),)}])
def test_that_a_misspelt_field_and_a_wrong_value_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        STEP.replace(**fields)


class Letter(Record):
    sender: str = Field(alias="from")
    text: str = ""


def test_that_a_field_that_is_read_under_another_name_stays() -> None:
    letter = Letter.model_validate({"from": "Maria"})
    assert letter.replace(text="Hello").sender == "Maria"
